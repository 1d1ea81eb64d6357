"""A list of fifty rows takes as many statements as a list of five: nothing is read row by row."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import Session

from placement.store.token_uses import KEEPER
from placement.tables import (
    Agreement,
    AgreementClause,
    AgreementUnit,
    AgreementVolume,
    AuditEntry,
    BlockedUnit,
    BurdenFormula,
    Calendar,
    CapacityOffer,
    Cohort,
    Course,
    Delivery,
    EducationLevel,
    Event,
    KeptRemedies,
    LedgerEntry,
    LegalHold,
    ListedWord,
    Municipality,
    OfferInstitution,
    OfferWeek,
    Organisation,
    Pin,
    Placement,
    PlannedPlacement,
    Preference,
    Programme,
    Publication,
    Request,
    RetentionRule,
    Row,
    Run,
    Site,
    SiteDecision,
    SitePriority,
    SiteQuota,
    SiteRound,
    SiteTurn,
    SiteWish,
    Student,
    StudentPage,
    Supervisor,
    SupervisorWeek,
    Swap,
    SwapSide,
    Term,
    Training,
    TravelTime,
    Unit,
    UnplacedRequest,
    Webhook,
    WordList,
)
from tests.api.crowds import beside_the_plan
from tests.api.matrix import LINES
from tests.api.test_contract import operations
from tests.api.world import World
from tests.rows import one

FEW, MANY = 5, 50
DRAWN = {"id": "drw_a", "seed": "1", "students": 1, "first_number": 1, "last_number": 1}
OF_FEW_ROWS = {
    "/v1/agreement-templates": "one for each kind of provider",
    "/v1/education-levels": "in the reference data",
    "/v1/fixed-lists": "in the code",
    "/v1/follow-up/figures": "one for each group, counted from what is read at once",
    "/v1/follow-up/indicators": "in the code",
    "/v1/gap-reports/trainings": "one for each profession at a unit, counted from what is read at once",
    "/v1/placements/pla_a/swap-candidates": "none: the copies are all at the place of ours",
    "/v1/retention-periods": "in the code",
    "/v1/runs/run_a/explanations": "in one document",
    "/v1/runs/run_a/prices": "in one document",
    "/v1/sessions": "none: who shows a token has no session",
    "/v1/survey-rounds/srd_a/texts": "none: too few have answered in the only group",
    "/v1/yearly-reports": "one for each municipality",
}

"""The lists that are short in the crowded county, and why."""
ELSEWHERE = ("/v1/protected-students", "/v1/arrivals")
"""The lists that a coordinator does not read; ``tests/api/protected`` counts their statements."""


@cache
def pattern(table: type[Row]) -> dict[str, Any]:
    """Return the values of the small county's row of a table."""
    row = one(table)
    return {name: getattr(row, name) for name in table.model_fields}


def copy_of(table: type[Row], number: int, /, **other: Any) -> Row:  # noqa: ANN401 (a column holds what it holds)
    """Return a copy of that row, with the values that must differ."""
    told = {**pattern(table), **other}
    if "id" in told and "id" not in other:
        told["id"] = f"{told['id']}_{number:02}"
    return table(**told)


def copies(number: int) -> list[Row]:
    """Return one more row of each listed table, with the rows that belong to it."""
    name = f"{number:02}"
    return [
        copy_of(ListedWord, number, code=f"word_{name}"),
        copy_of(ListedWord, number, list=WordList.UNIT_KIND, code=f"kind-{name}"),
        copy_of(Municipality, number, code=f"99{name}"),
        copy_of(Organisation, number, external_id=f"X{name}"),
        copy_of(Site, number, name=f"Ort {name}"),
        copy_of(Unit, number, hsa_id=f"SE-X{name}"),
        copy_of(EducationLevel, number, unit_id=f"unt_a_{name}"),
        copy_of(TravelTime, number, destination=f"zon {name}"),
        copy_of(CapacityOffer, number),
        copy_of(OfferWeek, number, offer_id=f"off_a_{name}"),
        copy_of(OfferInstitution, number, offer_id=f"off_a_{name}"),
        copy_of(Supervisor, number, external_id=f"x-{name}"),
        copy_of(SupervisorWeek, number, supervisor_id=f"sup_a_{name}"),
        copy_of(Training, number, supervisor_id=f"sup_a_{name}"),
        copy_of(Agreement, number),
        copy_of(AgreementUnit, number, agreement_id=f"agr_a_{name}"),
        copy_of(AgreementVolume, number, agreement_id=f"agr_a_{name}"),
        copy_of(AgreementClause, number, agreement_id=f"agr_a_{name}"),
        copy_of(Term, number, code=f"VT99{name}"),
        copy_of(Programme, number, code=f"X{name}"),
        copy_of(Course, number, code=f"X{name}"),
        copy_of(Cohort, number, name=f"Kull {name}"),
        copy_of(Student, number, external_id=f"x-{name}"),
        copy_of(BlockedUnit, number, student_id=f"stu_a_{name}"),
        copy_of(Request, number, student_id=f"stu_a_{name}"),
        copy_of(Preference, number, request_id=f"req_a_{name}"),
        copy_of(Pin, number, request_id=f"req_a_{name}"),
        copy_of(Run, number),
        copy_of(PlannedPlacement, number, request_id=f"req_a_{name}"),
        copy_of(UnplacedRequest, number, request_id=f"req_a_{name}"),
        copy_of(KeptRemedies, number, request_id=f"req_a_{name}"),
        copy_of(Publication, number, run_id=f"run_a_{name}", number=100 + number),
        copy_of(Placement, number, request_id=f"req_a_{name}"),
        copy_of(Swap, number),
        copy_of(SwapSide, number, swap_id=f"swp_a_{name}", placement_id=f"pla_a_{name}"),
        copy_of(Request, number, id=f"req_w_{name}", student_id=f"stu_a_{name}", course_id=f"crs_a_{name}"),
        copy_of(Event, number, sequence=None),
        copy_of(Calendar, number, secret_sha256=f"{number:064}"),
        copy_of(Webhook, number),
        copy_of(Delivery, number, webhook_id=f"whk_a_{name}"),
        copy_of(SiteRound, number, cohort_id=f"coh_a_{name}"),
        copy_of(SiteQuota, number, round_id=f"srd_m_{name}"),
        copy_of(SitePriority, number, round_id=f"srd_m_{name}"),
        copy_of(SiteWish, number, student_id=f"stu_a_{name}"),
        copy_of(SiteTurn, number, student_id=f"stu_a_{name}"),
        copy_of(SiteDecision, number, number=100 + number),
        copy_of(StudentPage, number, secret_sha256=f"{number + 1_000:064}"),
        copy_of(BurdenFormula, number, valid_from=dt.date(2098, 1, 1) + dt.timedelta(number)),
        copy_of(LedgerEntry, number, placement_id=f"pla_a_{name}"),
        copy_of(AuditEntry, number, sequence=None, object_type="lottery_draw", object_id="trm_a", after=DRAWN),
        copy_of(RetentionRule, number, valid_from=dt.date(2098, 1, 1) + dt.timedelta(number)),
        copy_of(LegalHold, number),
        *beside_the_plan(copy_of, number),
    ]


@pytest.fixture
def crowded(client: TestClient, store: Session) -> TestClient:
    """A county with fifty more rows of each listed table."""
    store.add_all([row for number in range(MANY) for row in copies(number)])
    store.commit()
    return client


@contextmanager
def counted(app: FastAPI) -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if threading.current_thread().name != KEEPER:  # it writes when it likes, for all calls together
            asked.append(statement)

    event.listen(app.state.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(app.state.engine, "before_cursor_execute", note)


def lists(app: FastAPI) -> list[str]:
    """Return the address of every list; a list that belongs to a row is that of our row."""
    ours = {line.operation: line.path(line.ours) for line in LINES}
    found = []
    for name, operation in operations(app.openapi()):
        asked = {parameter["name"] for parameter in operation.get("parameters", [])}
        answer = operation["responses"].get("200", {})
        if name.startswith("GET") and "limit" in asked and re.search("Listed_|Feed", json.dumps(answer)):
            address = ours.get(name) or name.split(" ")[1]
            found += [] if address.startswith(ELSEWHERE) else [address]
    return found


def test_no_list_asks_the_database_row_by_row(app: FastAPI, crowded: TestClient, world: World) -> None:
    def statements(address: str, limit: int) -> tuple[list[str], int]:
        with counted(app) as asked:
            answer = crowded.get(f"{address}?limit={limit}", headers=world.by("coordinator"))
        assert answer.status_code == 200, answer.text
        return asked, len(answer.json()["items"])

    found, short = lists(app), set()
    for address in found:
        few, _ = statements(address, FEW)
        many, rows = statements(address, MANY)
        assert len(few) == len(many), f"{address}: {many}"
        if rows < MANY:
            short.add(address)
    assert len(found) > 15
    assert sorted(short - OF_FEW_ROWS.keys()) == []
