"""All statements of a half-year together say to the öre what the placements say, whatever happened in which order."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import SYSTEM
from placement.database import engine_for
from placement.settlement import drawing
from placement.settlement.drawing import draw_up_all
from placement.settlement.fingerprints import fingerprint_of
from placement.settlement.half_years import HalfYear
from placement.settlement.statements import list_statements, show_document
from placement.store.access import Span
from placement.tables import (
    Agreement,
    AgreementCancellation,
    AgreementPrice,
    EndReason,
    Placement,
    PlacementStatus,
    Request,
    Statement,
    StatementLine,
    ends_on,
)
from placement_solver.weeks import IsoWeek
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.placement.settlement.market import NOON, UNITS, Market
from tests.placement.settlement.oracle import Deal, Stay, owed

pytestmark = [pytest.mark.no_cover, has_long_form("40 situations", "2,000 situations")]

BEGIN = dt.date(2026, 9, 28)
"""A Monday."""
HALVES = (HalfYear(2026, 2), HalfYear(2027, 1), HalfYear(2027, 2))
PARTY = {"ward": "region", "home": "town", "villa": "town", "clinic": "firm"}
STATUSES = ("completed", "failed", "published", "accepted", "dropped-out", "cancelled", "declined", "replanned")


@pytest.fixture(scope="module")
def engine(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database for all situations; none of them is committed."""
    file = tmp_path_factory.mktemp("settled") / "placement.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    engine = engine_for(f"sqlite:///{file}")
    yield engine
    engine.dispose()


DAYS = st.integers(0, 500).map(lambda number: BEGIN + dt.timedelta(days=number))
NOTICES = st.integers(-300, 200).map(lambda days: (BEGIN + dt.timedelta(days=days)).isoformat())
PRICES = st.integers(0, 200_001)
Outcome = tuple[str, int, int]
"""A status, the weeks done, and how many days after the first day it was given."""
OUTCOMES = st.tuples(st.sampled_from(STATUSES), st.integers(0, 8), st.integers(-60, 60))


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    """What an agreement says about time, prices and cancellations."""
    first = draw(DAYS) if draw(st.booleans()) else dt.date(2020, 1, 1)
    steps = draw(st.dictionaries(st.integers(1, 40), st.integers(0, 100), max_size=3))
    later = draw(st.dictionaries(DAYS.filter(lambda day: day > first), PRICES, max_size=3))
    return {
        "price": draw(st.none() | PRICES),
        "first": first.isoformat(),
        "last": draw(st.none() | st.integers(0, 300).map(lambda days: (first + dt.timedelta(days=days)).isoformat())),
        "notice": draw(st.none() | NOTICES),
        "later": {day.isoformat(): price for day, price in later.items()},
        "steps": dict(zip(sorted(steps), sorted(steps.values(), reverse=True), strict=True)),
        "professions": draw(st.none() | st.just(["nurse"])),
    }


@st.composite
def stays(draw: st.DrawFn) -> dict[str, Any]:
    """Where a placement is, and when."""
    return {
        "unit": draw(st.sampled_from(sorted(UNITS))),
        "week": draw(st.integers(0, 66)),
        "weeks": draw(st.integers(1, 8)),
        "profession": draw(st.sampled_from(["nurse", "physician"])),
        "outcome": draw(OUTCOMES),
    }


@drawn_by_hypothesis(40, 2_000, every_case=60)
@given(
    st.lists(st.tuples(st.sampled_from(["region", "town", "firm"]), terms()), max_size=4, unique_by=lambda one: one[0]),
    st.lists(stays(), min_size=1, max_size=8),
    st.lists(st.lists(st.tuples(st.integers(0, 7), OUTCOMES, st.sampled_from(sorted(UNITS))), max_size=4), max_size=3),
    st.none() | st.tuples(DAYS, PRICES),
)
def test_all_statements_together_say_what_the_placements_say(
    engine: Engine,
    agreed: list[tuple[str, dict[str, Any]]],
    placed: list[dict[str, Any]],
    later: list[list[tuple[int, Outcome, str]]],
    repriced: tuple[dt.date, int] | None,
) -> None:
    """Everything is settled, then changed and settled again, and again; every time the sums are the oracle's."""
    with Session(engine) as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "today", lambda: dt.date(2028, 1, 1))
        market = Market(session)
        for provider, said in agreed:
            market.agree(provider, **said)
        rows = [place(market, **one) for one in placed]
        hold(session, rows)
        for number, round_of_changes in enumerate(later):
            for which, outcome, unit in round_of_changes:
                row = rows[which % len(rows)]
                row.unit_id = unit
                give(row, outcome)
            if number == 0 and repriced is not None and agreed:
                reprice(session, *repriced)
            session.flush()
            hold(session, rows)
        session.rollback()


def place(market: Market, unit: str, week: int, weeks: int, profession: str, outcome: Outcome) -> Placement:
    """Place a student as drawn."""
    row = market.place(unit, str(IsoWeek.of(BEGIN).plus(week)), weeks, PlacementStatus.PUBLISHED, profession=profession)
    give(row, outcome)
    market.session.flush()
    return row


def give(row: Placement, outcome: Outcome) -> None:
    """Give a placement the status, the weeks done and the day of its end as drawn."""
    status, done, days = outcome
    row.status = PlacementStatus.CANCELLED if status == "replanned" else PlacementStatus(status)
    row.weeks_done = min(done, row.weeks) if status in {"completed", "failed", "dropped-out"} else None
    row.reason = {
        "declined": EndReason.OTHER,
        "replanned": EndReason.REPLANNED,
        "cancelled": EndReason.REQUEST_WITHDRAWN,
        "dropped-out": EndReason.REQUEST_WITHDRAWN,
    }.get(status)
    row.changed_at = dt.datetime.combine(row.start.monday() + dt.timedelta(days=days), NOON)


def reprice(session: Session, day: dt.date, price: int) -> None:
    """Give every agreement another price from a day on."""
    for row in session.exec(select(Agreement)).all():
        if day > row.valid_from and session.get(AgreementPrice, (row.id, day)) is None:
            session.add(AgreementPrice(agreement_id=row.id, valid_from=day, price_ore=price))


def hold(session: Session, rows: list[Placement]) -> None:
    """Settle every half-year twice, and compare all statements together with the oracle."""
    for half in HALVES:
        draw_up_all(session, SYSTEM, half)
        assert draw_up_all(session, SYSTEM, half).statements == ()
        known = {key: sums for key, sums in said(session, half).items() if sums != (0, 0, 0)}
        expected = owed([seen(session, row) for row in rows], deals(session), str(half))
        assert known == {key: sums for key, sums in expected.items() if sums != (0, 0, 0)}
    for statement in session.exec(select(Statement)):
        assert fingerprint_of(show_document(session, SYSTEM, statement.id)) == statement.sha256


def said(session: Session, half: HalfYear) -> dict[str, tuple[int, int, int]]:
    """What the statements of a half-year say, by their heads, their lines and their groups, which agree."""
    heads: dict[str, Counter[str]] = {}
    for row in session.exec(select(Statement).where(Statement.half_year == str(half))):
        own = heads.setdefault(row.agreement_id, Counter())
        own.update(planned=row.planned_weeks, done=row.done_weeks, amount=row.amount_ore)
        lines = session.exec(select(StatementLine).where(StatementLine.statement_id == row.id)).all()
        assert sum(line.weeks for line in lines) == row.planned_weeks
        assert sum(line.amount_ore for line in lines) == row.amount_ore
    for shown in list_statements(session, SYSTEM, span=Span(limit=1_000)).rows:
        head = shown.statement
        assert (head.planned_weeks, head.done_weeks, head.amount_ore) == (
            *(shown.sums.planned, shown.sums.done, shown.sums.amount_ore),
        )
    return {key: (own["planned"], own["done"], own["amount"]) for key, own in heads.items()}


def deals(session: Session) -> list[Deal]:
    """The agreements as plain facts."""
    told = []
    for row in session.exec(select(Agreement)):
        later = session.exec(select(AgreementPrice).where(AgreementPrice.agreement_id == row.id))
        told.append(
            Deal(
                row.id,
                (row.institution_id, row.provider_id),
                row.valid_from,
                ends_on(row) or dt.date.max,
                row.price_ore,
                {price.valid_from: price.price_ore for price in later},
                steps_of(session, row.id),
                row.professions,
            )
        )
    return told


def steps_of(session: Session, agreement: str) -> dict[int, int]:
    """An agreement's rule for cancellations."""
    rows = session.exec(select(AgreementCancellation).where(AgreementCancellation.agreement_id == agreement))
    return {row.days_before: row.percent for row in rows}


def seen(session: Session, row: Placement) -> Stay:
    """A placement as plain facts."""
    profession = session.get_one(Request, row.request_id).course_id.removeprefix("crs_")
    replanned = row.reason is EndReason.REPLANNED
    gone = row.status in {PlacementStatus.CANCELLED, PlacementStatus.DROPPED_OUT}
    return Stay(
        ("school", PARTY[row.unit_id]),
        profession,
        row.unit_id,
        row.start.monday(),
        row.weeks,
        "replanned" if replanned else row.status.value,
        row.weeks_done,
        row.changed_at.date() if gone else None,
        alf=profession == "physician" and row.unit_id in {"ward", "clinic"},
    )
