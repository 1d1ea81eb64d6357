"""Requests over HTTP: made, ranked, withdrawn, and removed if no plan has dealt with them."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.matrix.institutions import REQUEST
from tests.api.world import World

FIRST = {"If-Match": '"1"'}


def test_a_request_is_found_again_with_its_wishes_in_order(client: TestClient, world: World) -> None:
    given = {**REQUEST, "preferences": ["unt_free", "unt_a"]}
    made = client.post("/v1/requests", json=given, headers=world.by("institution"))
    assert made.status_code == 201, made.text
    assert {name: made.json()[name] for name in given} == given
    assert (made.json()["status"], made.json()["institutionId"]) == ("open", "org_ki")
    shown = client.get(made.headers["Location"], headers=world.by("institution"))
    assert shown.json() == made.json()
    assert shown.headers["ETag"] == made.headers["ETag"]
    assert client.post("/v1/requests", json=given, headers=world.by("institution")).status_code == 409


def test_a_request_is_withdrawn_opened_again_and_ranked(client: TestClient, world: World) -> None:
    path, tag = "/v1/requests/req_a", '"1"'
    changes = ({"status": "withdrawn"}, {"status": "open"}, {"preferences": ["unt_b", "unt_a"]})
    for change in changes:
        changed = client.patch(path, json=change, headers=world.by("institution", **{"If-Match": tag}))
        assert changed.status_code == 200, changed.text
        assert {name: changed.json()[name] for name in change} == change
        tag = changed.headers["ETag"]
    assert client.patch(path, json={}, headers=world.by("institution", **FIRST)).status_code == 412


def test_a_withdrawn_request_is_no_longer_pinned(client: TestClient, world: World) -> None:
    client.patch("/v1/requests/req_a", json={"status": "withdrawn"}, headers=world.by("institution", **FIRST))
    assert client.get("/v1/pins", headers=world.by("coordinator")).json()["total"] == 0


def test_a_status_or_a_wish_is_not_taken_away(client: TestClient, world: World) -> None:
    for change in ({"status": None}, {"preferences": None}, {"status": "lost"}, {"courseId": "crs_idle"}):
        refused = client.patch("/v1/requests/req_a", json=change, headers=world.by("institution", **FIRST))
        assert refused.status_code == 422
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [f"/{name}" for name in change]


def test_no_more_than_a_hundred_wishes_and_each_unit_once(client: TestClient, world: World) -> None:
    for wishes in ([f"unt_{number}" for number in range(101)], ["unt_a", "unt_a"]):
        refused = client.post("/v1/requests", json={**REQUEST, "preferences": wishes}, headers=world.by("institution"))
        assert refused.status_code == 422
        assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/preferences"]


def test_a_request_in_a_plan_is_not_removed(client: TestClient, world: World) -> None:
    asked = world.by("institution", **FIRST)
    assert client.delete("/v1/requests/req_a", headers=asked).status_code == 409
    assert client.get("/v1/requests/req_a", headers=asked).json()["preferences"] == ["unt_a"]
    assert client.get("/v1/pins", headers=world.by("coordinator")).json()["total"] == 1


def test_requests_are_filtered_by_term_status_institution_and_student(client: TestClient, world: World) -> None:
    client.patch("/v1/requests/req_idle", json={"status": "withdrawn"}, headers=world.by("institution", **FIRST))

    def ids(query: str) -> list[str]:
        answer = client.get(f"/v1/requests?{query}", headers=world.by("coordinator"))
        return [row["id"] for row in answer.json()["items"]]

    assert ids("termId=trm_a&status=open") == ["req_a", "req_b", "req_idle_b"]
    assert ids("status=withdrawn") == ["req_idle"]
    assert ids("institutionId=org_b&limit=1") == ["req_b"]
    assert ids("studentId=stu_a") == ["req_a", "req_idle"]
    assert ids("termId=trm_idle") == []
