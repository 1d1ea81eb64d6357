"""An import asks the database as often for many rows as for few, whatever changes in them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.tables import Cohort, Request, RequestStatus
from tests.api.sheeting import Desk, outcome
from tests.api.test_statements import copies, copy_of, counted
from tests.api.world import World

FEW, MANY = 2, 20
TRAINING = {"course": "Fördjupning", "credits": 15, "completedOn": "2026-01-15"}
CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "cohorts": ("coh_a", {"size": 7}),
    "students": ("stu_a", {"maxTravel": 7, "blockedUnits": ["unt_b"]}),
    "requests": ("req_a", {"status": "withdrawn", "preferences": ["unt_b", "unt_a"]}),
    "capacity-offers": ("off_a", {"weeks": [{"week": "2027-W02", "places": 7}], "institutions": ["org_b"]}),
    "supervisors": ("sup_a", {"weeks": ["2027-W02"], "trainings": [TRAINING]}),
}


def statements(app: FastAPI, desk: Desk, listed: str, rows: list[dict[str, Any]]) -> int:
    """Count the statements that an import of rows that all change takes, besides the UPDATE of each version."""
    with counted(app) as asked:
        assert outcome(desk.hand_in_rows(listed, rows, "?dryRun=true")) == (0, len(rows), 0)
    return sum(not statement.startswith("UPDATE") for statement in asked)


@pytest.mark.parametrize("listed", CHANGES)
def test_rows_that_change_are_not_written_one_by_one(
    app: FastAPI, client: TestClient, world: World, store: Session, listed: str
) -> None:
    store.add_all([row for number in range(MANY) for row in copies(number)])
    store.commit()
    name, change = CHANGES[listed]
    rows = [{"id": f"{name}_{number:02}", **change} for number in range(MANY)]
    desk = Desk(client, world, "coordinator")
    assert statements(app, desk, listed, rows) == statements(app, desk, listed, rows[:FEW])


def test_students_who_leave_their_programme_are_not_looked_up_one_by_one(
    app: FastAPI, client: TestClient, world: World, store: Session
) -> None:
    store.add_all([row for number in range(MANY) for row in copies(number) if not isinstance(row, Request)])
    store.add(copy_of(Cohort, 0, id="coh_other", programme_id="prg_idle", name="Annan"))
    store.add_all(
        copy_of(Request, number, student_id=f"stu_a_{number:02}", status=RequestStatus.WITHDRAWN)
        for number in range(MANY)
    )
    store.commit()
    rows = [{"id": f"stu_a_{number:02}", "cohortId": "coh_other"} for number in range(MANY)]
    desk = Desk(client, world, "coordinator")
    assert statements(app, desk, "students", rows) == statements(app, desk, "students", rows[:FEW])
