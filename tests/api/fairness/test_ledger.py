"""A lärosäte reads what each term has cost its students; the coordinator corrects; nobody reads of causes."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.tables import LedgerEntry, Student
from tests import carried
from tests.api.world import World

LEDGER = "/v1/students/stu_a/ledger"
CORRECTIONS = "/v1/students/stu_a/ledger-corrections"
WRONG_TIME = {"placementId": "pla_a", "reason": "wrong-travel-time", "minutes": 55}


def test_a_larosate_reads_what_a_placement_has_cost_its_student(client: TestClient, world: World) -> None:
    told = client.get(LEDGER, headers=world.by("institution")).json()
    (term,) = told["terms"]
    assert {name: term[name] for name in ("termCode", "placements", "weeks", "minutes", "longWeeks", "weeksAway")} == {
        "termCode": "VT2027",
        "placements": 1,
        "weeks": 5,
        "minutes": 75,
        "longWeeks": 5,
        "weeksAway": 0,
    }
    (line,) = term["lines"]
    assert (line["unitName"], line["start"], line["noticeDays"], line["counts"]) == ("Tallgården", "2026-W53", 56, True)
    assert (line["possibleWishes"], line["wishRank"], line["cause"], line["correction"]) == (2, 1, "published", None)
    assert {each["points"] for each in told["points"]} == {0}
    assert {each["formulaId"] for each in told["points"]} == {None}


def test_the_ledger_has_no_causes(client: TestClient, store: Session, world: World) -> None:
    student = store.get_one(Student, "stu_a")
    student.priority_class = 7
    store.commit()
    told = json.dumps(client.get(LEDGER, headers=world.by("coordinator")).json())
    for cause in ("priority", "blocked", "ki-0001", "59.31", '"lat"'):
        assert cause not in told


def test_a_correction_is_a_line_more_and_both_are_read(client: TestClient, world: World) -> None:
    made = client.post(CORRECTIONS, json=WRONG_TIME, headers=world.by("coordinator"))
    assert made.status_code == 201, made.text
    assert (made.json()["number"], made.json()["cause"], made.json()["minutes"]) == (2, "corrected", 55)
    assert made.json()["correction"] == "wrong-travel-time"
    (term,) = client.get(LEDGER, headers=world.by("institution")).json()["terms"]
    assert [(line["minutes"], line["counts"]) for line in term["lines"]] == [(75, False), (55, True)]
    assert (term["minutes"], term["longWeeks"]) == (55, 0)


def test_a_correction_is_told_to_the_larosate_alone_and_is_in_the_audit_trail(client: TestClient, world: World) -> None:
    made = client.post(CORRECTIONS, json=WRONG_TIME, headers=world.by("coordinator")).json()
    heard = {}
    for role in ("institution", "provider", "unit", "coordinator"):
        events = client.get("/v1/events?kind=ledger.corrected", headers=world.by(role)).json()["items"]
        heard[role] = [event["subjectId"] for event in events]
    assert heard == {"institution": [made["id"]], "provider": [], "unit": [], "coordinator": [made["id"]]}
    entries = client.get(f"/v1/audit-entries?objectId={made['id']}", headers=world.by("auditor")).json()["items"]
    assert [(entry["action"], entry["objectType"]) for entry in entries] == [("created", "ledger_entry")]


def test_the_same_call_twice_is_one_correction(client: TestClient, world: World) -> None:
    headers = world.by("coordinator", **{"Idempotency-Key": "one-and-the-same"})
    first = client.post(CORRECTIONS, json=WRONG_TIME, headers=headers)
    assert client.post(CORRECTIONS, json=WRONG_TIME, headers=headers).json() == first.json()
    again = client.post(CORRECTIONS, json=WRONG_TIME, headers=world.by("coordinator"))
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("given", "pointer", "sv"),
    [
        ({**WRONG_TIME, "minutes": 75}, "", "raden säger redan detta"),
        ({**WRONG_TIME, "placementId": "pla_none"}, "/placementId", "placeringen finns inte bland studentens"),
        ({**WRONG_TIME, "wishRank": 3}, "/wishRank", "det finns bara 2 önskemål som kan komma före enheten"),
        ({**WRONG_TIME, "toldOn": "2099-01-01"}, "/toldOn", "2099-01-01 har inte varit än"),
        ({**WRONG_TIME, "minutes": -1}, "/minutes", None),
        ({**WRONG_TIME, "minutes": True}, "/minutes", "ange ett tal"),
        ({**WRONG_TIME, "reason": "illness"}, "/reason", None),
        ({**WRONG_TIME, "note": "she was ill"}, "/note", None),
    ],
)
def test_what_is_wrong_with_a_correction_is_said_and_where(
    client: TestClient, world: World, given: dict[str, object], pointer: str, sv: str | None
) -> None:
    answer = client.post(CORRECTIONS, json=given, headers=world.by("coordinator", **{"Accept-Language": "sv"}))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert sv is None or error["detail"] == sv


def test_a_larosate_cannot_correct_and_another_larosate_s_student_is_not_there(
    client: TestClient, world: World
) -> None:
    assert client.post(CORRECTIONS, json=WRONG_TIME, headers=world.by("institution")).status_code == 403
    assert client.get("/v1/students/stu_b/ledger", headers=world.by("institution")).status_code == 404


def test_points_for_a_term_to_come_are_read_with_the_formula_they_follow(
    client: TestClient, store: Session, world: World
) -> None:
    (line,) = store.exec(select(LedgerEntry)).all()
    line.minutes = 90
    store.add(carried.formula(3))
    store.commit()
    told = client.get(LEDGER, headers=world.by("institution")).json()["points"]
    ahead = {each["termCode"]: each for each in told}
    assert ahead["HT2027"]["formulaId"] == "bur_3"
    assert (ahead["HT2027"]["points"], ahead["HT2027"]["weight"], ahead["HT2027"]["settledOn"]) == (
        100,
        0,
        "2027-03-15",
    )
    assert ahead["HT2027"]["terms"] == [{"termId": "trm_a", "termCode": "VT2027", "points": 100, "counted": 100}]
    if "VT2027" in ahead:
        assert (ahead["VT2027"]["points"], ahead["VT2027"]["terms"]) == (0, [])
