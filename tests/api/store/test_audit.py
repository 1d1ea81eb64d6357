"""The audit trail over HTTP: who changed what, without what is protected."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.world import World


def test_a_change_is_told_with_the_fields_named_as_everywhere(client: TestClient, world: World) -> None:
    change = {"lat": 58.75, "maxTravel": 45}
    client.patch("/v1/students/stu_a", json=change, headers=world.by("institution", **{"If-Match": '"1"'}))
    answer = client.get("/v1/audit-entries?objectId=stu_a", headers=world.by("auditor"))
    [entry] = answer.json()["items"]
    assert entry["at"].endswith("Z")
    assert entry["id"].startswith("aud_")
    told = {name: entry[name] for name in ("actorRole", "actorOrganisation", "action", "objectType", "objectId")}
    assert told == {
        "actorRole": "institution",
        "actorOrganisation": "org_ki",
        "action": "changed",
        "objectType": "student",
        "objectId": "stu_a",
    }
    assert entry["before"] == {"lat": "[protected]", "maxTravel": 90}
    assert entry["after"] == {"lat": "[protected]", "maxTravel": 45}


def test_the_trail_is_filtered_and_paged(client: TestClient, world: World) -> None:
    def total(query: str) -> int:
        answer = client.get(f"/v1/audit-entries?{query}", headers=world.by("auditor"))
        assert answer.status_code == 200, answer.text
        return int(answer.json()["total"])

    tokens = total("objectType=api_token&action=created")
    assert tokens == len(world.tokens)
    assert total("objectType=api_token&action=removed") == 0
    assert total("actorOrganisation=org_ki") == 0
    assert total("objectId=unt_a&limit=1") == 1
    first = client.get("/v1/audit-entries?limit=1", headers=world.by("coordinator"))
    assert first.json()["items"][0]["before"] is None
    assert 'rel="next"' in first.headers["Link"]


def test_what_is_refused_leaves_no_trace(client: TestClient, world: World) -> None:
    before = client.get("/v1/audit-entries", headers=world.by("auditor")).json()["total"]
    refused = client.delete("/v1/requests/req_a", headers=world.by("institution", **{"If-Match": '"1"'}))
    assert refused.status_code == 409
    assert client.get("/v1/audit-entries", headers=world.by("auditor")).json()["total"] == before
