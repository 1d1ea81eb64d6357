"""An import writes the same events as single calls do, in one statement whatever the number of rows."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.api.sheeting import Desk, outcome
from tests.api.world import World

COURSE = {"studentId": "stu_idle", "courseId": "crs_a", "termId": "trm_a", "status": "open"}


@pytest.fixture
def institution(client: TestClient, world: World) -> Desk:
    """Our lärosäte."""
    return Desk(client, world, "institution")


@pytest.fixture
def provider(client: TestClient, world: World) -> Desk:
    """Our municipality."""
    return Desk(client, world, "provider")


def told(desk: Desk, kinds: str) -> list[tuple[str, str, list[str]]]:
    """Return the events of some kinds in a caller's feed: subject, kind and changed fields."""
    events = desk.found("/v1/events?limit=1000")["items"]
    return [
        (each["subjectId"], each["kind"], each["details"]["changed"])
        for each in events
        if each["kind"].startswith(f"{kinds}.")
    ]


def test_an_import_writes_an_event_for_each_request(institution: Desk) -> None:
    table: list[dict[str, Any]] = institution.table("requests")
    assert outcome(institution.hand_in_table("requests", table)) == (0, 0, len(table))
    assert told(institution, "request") == []
    table[0]["status"], table[1]["preferences"] = "withdrawn", "unt_b"
    assert outcome(institution.hand_in_table("requests", table)) == (0, 2, 0)
    assert [each[1:] for each in told(institution, "request")] == [
        ("request.withdrawn", ["status"]),
        ("request.changed", ["preferences"]),
    ]


def test_a_dry_run_writes_no_events(institution: Desk) -> None:
    table = [{**institution.table("requests")[0], "status": "withdrawn"}]
    assert outcome(institution.hand_in_table("requests", table, "?dryRun=true")) == (0, 1, 0)
    assert told(institution, "request") == []


def test_an_import_of_offers_and_supervisors_writes_events_for_the_units(provider: Desk) -> None:
    offers: list[dict[str, Any]] = provider.table("capacity-offers")
    new = {**offers[0], "id": "", "professions": "physician"}
    offers[0] |= {"2027-W01": "7", "institutions": ""}
    assert outcome(provider.hand_in_table("capacity-offers", [*offers, new])) == (1, 1, 0)
    changed, made = told(provider, "offer")
    assert changed == ("off_a", "offer.changed", ["answeredAt", "everyInstitution", "institutions", "weeks"])
    assert made[1:] == ("offer.created", [])
    supervisors: list[dict[str, Any]] = provider.table("supervisors")
    another = {"unitId": supervisors[0]["unitId"], "externalId": "h-new", "profession": "nurse"}
    supervisors[0] |= {"weeks": "2027-W01", "training1Credits": "9", "maxStudents": "5"}
    assert outcome(provider.hand_in_table("supervisors", [*supervisors, another])) == (1, 1, 0)
    changed, made = told(provider, "supervisor")
    assert changed[:2] == ("sup_a", "supervisor.changed")
    assert {"maxStudents", "trainings", "weeks"} <= set(changed[2])
    assert made[1:] == ("supervisor.created", [])


@pytest.mark.parametrize("number", [1, 20])
def test_an_import_writes_its_events_in_one_statement(number: int, institution: Desk, app: FastAPI) -> None:
    cohort = institution.table("cohorts")[0]["id"]
    students = [{"cohortId": cohort, "externalId": f"x-{each}", "lat": "59.3", "lon": "18.0"} for each in range(number)]
    assert outcome(institution.hand_in_table("students", students)) == (number, 0, 0)
    written: list[str] = []
    event.listen(app.state.engine, "before_cursor_execute", lambda *said: written.append(said[2]))
    wanted = [{**COURSE, "studentId": student["externalId"]} for student in students]
    assert outcome(institution.hand_in_table("requests", wanted)) == (number, 0, 0)
    assert sum(statement.startswith("INSERT INTO event ") for statement in written) == 1
    assert len(told(institution, "request")) == number
