"""Of fifty who ask for the last ten places at the same moment ten get one; the others are told that none is left."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.tables import (
    Cohort,
    Programme,
    QuotaKind,
    Row,
    SiteDecision,
    SiteQuota,
    SiteRound,
    SiteRoundStatus,
    SiteTurn,
    Student,
)
from placement_solver.lottery import commitment_to
from tests.effort import has_long_form, tries
from tests.races.crowds import Crowd, issue, served_to
from tests.rows import small_world
from tests.site_rows import MOMENT, SEED

pytestmark = pytest.mark.no_cover

CLIENTS, SEATS = 50, 10
REPEATS = tries(2, 100)


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """The small world on each database."""
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        session.add_all(small_world())
        session.add(
            Programme(
                id="prg_seats",
                institution_id="org_ki",
                profession="physician",
                code="LAK",
                name="Läkare",
                decentralised=True,
            )
        )
    yield engine
    engine.dispose()


def round_with_vacancies(number: int) -> list[Row]:
    """A decided site round of two students whose one site has ten places left, and fifty who came late."""
    name, cohort = f"srd_{number}", f"coh_{number}"
    decided: dict[str, Any] = {"status": SiteRoundStatus.DECIDED, "decided_at": MOMENT, "decided_by": "Ada Lind"}
    drawn: dict[str, Any] = {"seed": SEED, "seed_sha256": commitment_to(SEED), "opened_at": MOMENT, "drawn_at": MOMENT}
    days: dict[str, Any] = {"opens_on": dt.date(2000, 1, 1), "closes_on": dt.date(2001, 1, 1)}
    return [
        Cohort(id=cohort, programme_id="prg_seats", term_id="trm_a", name=f"T4 {number}", size=2),
        SiteRound(id=name, cohort_id=cohort, from_term_id="trm_a", **days, **drawn, **decided),
        SiteQuota(round_id=name, site_id="sit_a", place=0, kind=QuotaKind.FIXED, number=2 + SEATS),
        *(student(f"{number}_in{each}", cohort) for each in (1, 2)),
        *(student(late_of(number, each), cohort) for each in range(CLIENTS)),
        *(
            SiteTurn(
                round_id=name,
                student_id=f"stu_{number}_in{each}",
                number=each,
                place=each,
                site_id="sit_a",
                rank=1,
                ranking=["sit_a"],
                full_sites=[],
                closed_sites=[],
            )
            for each in (1, 2)
        ),
    ]


def late_of(number: int, each: int) -> str:
    return f"{number}_late{each}"


def student(name: str, cohort: str) -> Student:
    return Student(
        id=f"stu_{name}", cohort_id=cohort, institution_id="org_ki", external_id=f"p-{name}", lat=59.4, lon=17.9
    )


def ask_for_a_seat(crowd: Crowd, number: int, each: int) -> int:
    body = {"studentId": f"stu_{late_of(number, each)}", "ranking": ["sit_a"], "decidedBy": "Ada Lind"}
    return crowd.call(each, "POST", f"/v1/site-rounds/srd_{number}/late-students", body).status_code


@has_long_form("50 callers for 10 places twice", "50 callers for 10 places 100 times")
def test_of_fifty_late_students_for_ten_vacancies_exactly_ten_get_one(
    county: Engine, migrated_url: str, backend: str
) -> None:
    tokens = issue(county, Role.INSTITUTION, CLIENTS, organisation="org_ki")
    with open_session(county) as session:
        for number in range(REPEATS):
            session.add_all(round_with_vacancies(number))
    with served_to(migrated_url, tokens, processes=1 if backend == "sqlite" else 2) as crowd:
        for number in range(REPEATS):
            told = crowd.rush([partial(ask_for_a_seat, crowd, number, each) for each in range(CLIENTS)])
            assert Counter(told) == {201: SEATS, 409: CLIENTS - SEATS}, number
    with Session(county) as session:
        booked = dict(session.exec(select(SiteTurn.round_id, func.count()).group_by(col(SiteTurn.round_id))).all())
        assert [booked[f"srd_{number}"] for number in range(REPEATS)] == [2 + SEATS] * REPEATS
        late = select(func.count()).select_from(SiteDecision).where(col(SiteDecision.reason) == "late-entry")
        assert session.exec(late).one() == REPEATS * SEATS
