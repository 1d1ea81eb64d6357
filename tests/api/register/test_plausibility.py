"""What is hardly ever right is asked about at every door, and accepted when the caller says that it is meant."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.matrix.agreements import AGREEMENT
from tests.api.matrix.capacity import OFFER
from tests.api.matrix.institutions import COHORT, STUDENT
from tests.api.matrix.places import UNIT
from tests.api.sheeting import Desk
from tests.api.world import World

SUPERVISOR = {"unitId": "unt_a", "profession": "nurse", "externalId": "h-1"}
VOLUME = {"termId": "trm_a", "minStudentWeeks": 0, "maxStudentWeeks": 100_000}
WEEKS = [{"week": "2027-W03", "places": 500}, {"week": "2027-W04", "places": 2}]
ASKED: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str, str]] = [
    ("capacity-offers", OFFER, {"weeks": WEEKS}, {"weeks": [WEEKS[1], {**WEEKS[0], "places": 501}]},
     "/weeks/1/places", "501 places in a week is unusually many, more than 500"),
    ("units", UNIT, {"maxStudents": 500}, {"maxStudents": 200_000}, "/maxStudents",
     "200,000 students at a time at a unit is unusually many, more than 500"),
    ("supervisors", SUPERVISOR, {"maxStudents": 20}, {"maxStudents": 21}, "/maxStudents",
     "21 students at a time with a supervisor is unusually many, more than 20"),
    ("supervisors", SUPERVISOR, {"externalId": "alfa"}, {"externalId": "Åsa Öberg"}, "/externalId",
     "this looks like a person's name: give a pseudonym"),
    ("students", STUDENT, {"externalId": "ki-7"}, {"externalId": "Svensson, Anna"}, "/externalId",
     "this looks like a person's name: give a pseudonym"),
    ("cohorts", COHORT, {"size": 1_000}, {"size": 1_001}, "/size",
     "1,001 students in a cohort is unusually many, more than 1,000"),
    ("agreements", AGREEMENT, {"volumes": [VOLUME]}, {"volumes": [{**VOLUME, "maxStudentWeeks": 100_001}]},
     "/volumes/0/maxStudentWeeks", "100,001 student-weeks of an agreement in a term is unusually many"),
]  # fmt: skip


def by_whom(world: World, path: str, **headers: str) -> dict[str, str]:
    """Return the headers of a caller who may write a list."""
    return world.by("institution" if path == "students" else "coordinator", **headers)


@pytest.mark.parametrize(("path", "body", "usual", "unusual", "pointer", "told"), ASKED)
def test_what_is_unusual_is_asked_about_and_stored_once_it_is_confirmed(
    client: TestClient, world: World, path: str, body: dict[str, Any], usual: dict[str, Any],
    unusual: dict[str, Any], pointer: str, told: str,
) -> None:  # fmt: skip
    by = by_whom(world, path, **{"If-Match": "*"})
    refused = client.post(f"/v1/{path}", json={**body, **unusual}, headers=by)
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["pointer"]) == (422, pointer)
    assert fault["detail"].startswith(told)
    assert "acceptUnusual=true" in fault["detail"]
    assert "Öberg" not in refused.text
    assert "Svensson" not in refused.text
    made = client.post(f"/v1/{path}", json={**body, **usual}, headers=by)
    assert made.status_code == 201, made.text
    address = made.headers["Location"]
    assert client.patch(address, json=unusual, headers=by).status_code == 422
    accepted = client.patch(f"{address}?acceptUnusual=true", json=unusual, headers=by)
    assert accepted.status_code == 200, accepted.text
    assert client.patch(address, json=unusual, headers=by).status_code == 200


@pytest.mark.parametrize(("path", "body", "usual", "unusual", "pointer", "told"), ASKED)
def test_a_new_row_that_is_unusual_is_added_when_it_is_meant(
    client: TestClient, world: World, path: str, body: dict[str, Any], usual: dict[str, Any],
    unusual: dict[str, Any], pointer: str, told: str,
) -> None:  # fmt: skip
    assert usual
    assert told
    assert pointer
    by = by_whom(world, path)
    made = client.post(f"/v1/{path}?acceptUnusual=true", json={**body, **unusual}, headers=by)
    assert made.status_code == 201, made.text


def test_the_question_is_asked_in_swedish_too(client: TestClient, world: World) -> None:
    by = world.by("coordinator", **{"Accept-Language": "sv"})
    (fault,) = client.post("/v1/units", json={**UNIT, "maxStudents": 200_000}, headers=by).json()["errors"]
    assert fault["detail"] == (
        "200\N{NO-BREAK SPACE}000 studenter samtidigt på en enhet är ovanligt många, fler än 500: "
        "bekräfta med acceptUnusual=true om det stämmer (i kommandot: --accept-unusual)"
    )


def test_every_week_with_very_many_places_is_pointed_out(client: TestClient, world: World) -> None:
    weeks = [{"week": f"2027-W0{number}", "places": 400 + number * 20} for number in (3, 5, 6, 7)]
    refused = client.post("/v1/capacity-offers", json={**OFFER, "weeks": weeks}, headers=world.by("unit"))
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/weeks/2/places", "/weeks/3/places"]


def test_an_offer_may_be_replaced_with_very_many_places_if_they_are_meant(client: TestClient, world: World) -> None:
    by = world.by("unit", **{"If-Match": "*"})
    body = {**OFFER, "weeks": [{"week": "2027-W03", "places": 600}]}
    assert client.put("/v1/capacity-offers/off_a", json=body, headers=by).status_code == 422
    assert client.put("/v1/capacity-offers/off_a?acceptUnusual=true", json=body, headers=by).status_code == 200


@pytest.mark.parametrize(
    ("listed", "role", "row", "column"),
    [
        ("capacity-offers", "unit", {"id": "off_a", "2027-W03": "501"}, "2027-W03"),
        ("supervisors", "unit", {"id": "sup_a", "maxStudents": "21"}, "maxStudents"),
        ("supervisors", "unit", {"id": "sup_a", "externalId": "Åsa Öberg"}, "externalId"),
        ("students", "institution", {"id": "stu_a", "externalId": "Anna Svensson"}, "externalId"),
        ("cohorts", "institution", {"id": "coh_a", "size": "1001"}, "size"),
        ("units", "provider", {"id": "unt_a", "maxStudents": "501"}, "maxStudents"),
    ],
)
def test_a_sheet_is_asked_as_the_single_call_is_and_confirmed_in_the_same_way(
    client: TestClient, world: World, listed: str, role: str, row: dict[str, str], column: str
) -> None:
    desk = Desk(client, world, role)
    refused = desk.hand_in_table(listed, [row])
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["row"], fault["column"]) == (422, 2, column)
    assert "acceptUnusual=true" in fault["detail"]
    assert "value" not in fault or fault["value"].isdecimal()
    accepted = desk.hand_in_table(listed, [row], "?acceptUnusual=true")
    assert (accepted.status_code, accepted.json()["changed"]) == (200, 1), accepted.text
    assert desk.hand_in_table(listed, [row]).json()["unchanged"] == 1
