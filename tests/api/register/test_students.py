"""Students over HTTP: known by pseudonym only, and only the service sets the lottery number."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.matrix.institutions import STUDENT
from tests.api.world import World

FIRST = {"If-Match": '"1"'}


def test_a_student_is_found_again(client: TestClient, world: World) -> None:
    given = {**STUDENT, "blockedUnits": ["unt_a"], "priorityClass": 2}
    made = client.post("/v1/students", json=given, headers=world.by("institution"))
    assert made.status_code == 201, made.text
    assert made.json() == {
        "id": made.json()["id"],
        "version": 1,
        "institutionId": "org_ki",
        **given,
        "zone": None,
        "siteId": None,
        "maxTravel": None,
        "distinctUnits": False,
        "lotteryNumber": None,
        "synthetic": False,
    }
    shown = client.get(made.headers["Location"], headers=world.by("institution"))
    assert shown.json() == made.json()
    assert shown.headers["ETag"] == made.headers["ETag"]


@pytest.mark.parametrize("number", ["19850101-1236", "850101+1236", "198501611236", "ki-850101-1236"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_personal_identity_number_is_refused_and_never_repeated(
    client: TestClient, world: World, number: str, language: str
) -> None:
    asked = world.by("institution", **{"Accept-Language": language})
    refused = client.post("/v1/students", json={**STUDENT, "externalId": number}, headers=asked)
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/externalId"]
    assert "pseudonym" in refused.text
    assert number not in refused.text
    patched = client.patch("/v1/students/stu_a", json={"externalId": number}, headers={**asked, **FIRST})
    assert patched.status_code == 422
    assert number not in patched.text


@pytest.mark.parametrize(
    "field",
    [{"lotteryNumber": 1}, {"institutionId": "org_b"}, {"synthetic": True}, {"id": "stu_b"}, {"version": 7}],
)
def test_nobody_sets_what_is_the_services_own(client: TestClient, world: World, field: dict[str, object]) -> None:
    asked = world.by("institution", **FIRST)
    for refused in (
        client.post("/v1/students", json={**STUDENT, **field}, headers=asked),
        client.patch("/v1/students/stu_a", json=field, headers=asked),
    ):
        assert refused.status_code == 422
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [f"/{name}" for name in field]


def test_the_coordinator_neither_reads_nor_changes_who_a_student_is(client: TestClient, world: World) -> None:
    asked = world.by("coordinator", **FIRST)
    seen = client.get("/v1/students/stu_a", headers=asked)
    assert [seen.json()[name] for name in ("externalId", "lat", "lon", "zone")] == [None] * 4
    assert "ki-0001" not in client.get("/v1/students", headers=asked).text
    assert client.patch("/v1/students/stu_a", json={"lat": 59.0}, headers=asked).status_code == 403
    changed = client.patch("/v1/students/stu_a", json={"priorityClass": 3}, headers=asked)
    assert (changed.status_code, changed.json()["priorityClass"]) == (200, 3)
    own = client.get("/v1/students/stu_a", headers=world.by("institution"))
    assert (own.json()["externalId"], own.json()["lat"]) == ("ki-0001", 59.31)


def test_blocked_units_are_replaced_and_what_is_not_named_stays(client: TestClient, world: World) -> None:
    changed = client.patch(
        "/v1/students/stu_a",
        json={"blockedUnits": ["unt_free"], "maxTravel": None},
        headers=world.by("institution", **FIRST),
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["blockedUnits"], changed.json()["maxTravel"]) == (["unt_free"], None)
    assert changed.json()["zone"] == "söder"
    unknown = client.patch(
        "/v1/students/stu_a",
        json={"blockedUnits": ["unt_free", "unt_none"]},
        headers=world.by("institution", **{"If-Match": changed.headers["ETag"]}),
    )
    assert unknown.status_code == 422
    assert [fault["pointer"] for fault in unknown.json()["errors"]] == ["/blockedUnits/1"]


def test_a_pseudonym_is_given_once_in_an_institution(client: TestClient, world: World) -> None:
    again = client.post("/v1/students", json={**STUDENT, "externalId": "ki-0001"}, headers=world.by("institution"))
    assert again.status_code == 409
    assert "ki-0001" not in again.text


def test_a_student_who_asks_for_placements_is_not_removed(client: TestClient, world: World) -> None:
    asked = world.by("institution", **FIRST)
    assert client.delete("/v1/students/stu_a", headers=asked).status_code == 409
    kept = client.get("/v1/students/stu_a", headers=asked)
    assert kept.json()["blockedUnits"] == ["unt_a"]


def test_students_are_filtered(client: TestClient, world: World) -> None:
    def ids(path: str) -> list[str]:
        return [row["id"] for row in client.get(path, headers=world.by("coordinator")).json()["items"]]

    assert ids("/v1/students?institutionId=org_b") == ["stu_b", "stu_idle_b"]
    assert ids("/v1/students?cohortId=coh_a&limit=1&offset=1") == ["stu_idle"]
