"""The audit trail over HTTP: who changed what, without what is protected."""

from __future__ import annotations

import json

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from placement.callers import SYSTEM, Role
from placement.database import open_session, read_session
from placement.store.erasing import erase_payloads
from placement.store.heads import read_head
from placement.store.verifying import verify
from placement.tables import AuditEntry
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


def test_looks_are_shown_if_asked_for_and_entries_are_found_by_actor_and_time(client: TestClient, world: World) -> None:
    assert client.get("/v1/students/stu_a", headers=world.by("institution")).status_code == 200
    token = world.tokens[Role.INSTITUTION].split("_")[1]

    def found(**query: str | bool) -> list[dict[str, object]]:
        asked = client.get("/v1/audit-entries", params={"limit": 200, **query}, headers=world.by("auditor"))
        assert asked.status_code == 200, asked.text
        entries: list[dict[str, object]] = asked.json()["items"]
        return entries

    assert not [entry for entry in found() if entry["action"] == "read"]
    (look,) = found(reads=True, actorToken=token)
    assert (look["studentIds"], look["objectType"], look["erased"]) == (["stu_a"], "look", False)
    assert found(action="read", actorToken=token) == [look]
    assert found(action="read", actorToken=token, since=str(look["at"])) == [look]
    assert found(reads=True, actorToken=token, until=str(look["at"])) == []
    for moment in ("1700000000", "2027-01-31T08:00:00", "yesterday", "0001-01-01T00:00:00Z"):
        refused = client.get("/v1/audit-entries", params={"since": moment}, headers=world.by("auditor"))
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "since")


def test_the_head_over_http_is_one_that_the_trail_is_held_to(app: FastAPI, client: TestClient, world: World) -> None:
    shown = client.get("/v1/audit-head", headers=world.by("auditor")).json()
    named = {"public_key" if name == "publicKey" else name: value for name, value in shown.items()}
    head = read_head(json.dumps(named))
    with read_session(app.state.engine) as session:
        verdict = verify(session, SYSTEM, [head], frozenset({head.public_key}))
    assert (verdict.wrong, verdict.held) == (None, head.sequence)
    assert head.entries > 0


def test_an_inquiry_tells_who_saw_and_who_could_see(client: TestClient, world: World) -> None:
    client.get("/v1/students/stu_a", headers=world.by("institution"))
    asked = {"studentIds": ["stu_a", "stu_none"], "since": "2020-01-01T00:00:00Z", "until": "2040-01-01T00:00:00+01:00"}
    answer = client.post("/v1/audit-inquiries", json=asked, headers=world.by("coordinator"))
    assert answer.status_code == 200, answer.text
    ours, none = answer.json()["students"]
    (read,) = [seen for seen in ours["deeds"] if seen["action"] == "read"]
    assert (read["what"], read["role"], read["organisationId"]) == (
        "GET /v1/students/{studentId}",
        "institution",
        "org_ki",
    )
    assert read["firstEntry"] == read["lastEntry"]
    assert {could["role"] for could in ours["accesses"]} >= {"coordinator", "auditor", "institution", "provider"}
    assert (none["known"], none["deeds"]) == (False, [])
    for wrong, at in (
        ({"until": "2019-01-01T00:00:00Z"}, "/until"),
        ({"studentIds": []}, "/studentIds"),
        ({"since": 5}, "/since"),
    ):
        refused = client.post("/v1/audit-inquiries", json={**asked, **wrong}, headers=world.by("auditor"))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, at)


def test_an_erased_entry_and_an_erased_draw_are_shown_as_such(app: FastAPI, client: TestClient, world: World) -> None:
    drawn = client.post("/v1/terms/trm_a/lottery-draws", json={}, headers=world.by("coordinator"))
    assert drawn.status_code == 201, drawn.text
    with open_session(app.state.engine) as session:
        named = select(AuditEntry.sequence).where(AuditEntry.object_type == "lottery_draw")
        erase_payloads(session, SYSTEM, [number for number in session.exec(named) if number], "old")
    (entry,) = client.get("/v1/audit-entries?objectType=lottery_draw", headers=world.by("auditor")).json()["items"]
    assert (entry["erased"], entry["after"], entry["studentIds"]) == (True, None, None)
    assert client.get("/v1/terms/trm_a/lottery-draws", headers=world.by("coordinator")).json()["total"] == 0
