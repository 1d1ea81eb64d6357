"""A swap is whole or not at all, whatever happens at the same time: other swaps, publications, answers and faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from placement import clock
from placement.callers import SYSTEM, Caller, Role
from placement.database import engine_for, open_session
from placement.errors import ConflictError, NotAllowedError, NotFoundError, PlacementError, StaleError
from placement.events.feed import read_feed
from placement.fairness.ledger import lines_of
from placement.in_force import settling
from placement.in_force.placements import show_placement
from placement.in_force.publishing import publish
from placement.in_force.settling import settle_placement
from placement.in_force.swaps.answering import answer
from placement.in_force.swaps.approving import approve
from placement.in_force.swaps.asking import Wish, ask
from placement.in_force.swaps.deciding import decide
from placement.in_force.swaps.seeing import SwapSeen, show_swap
from placement.outgoing import calendars
from placement.planning.gather import gather
from placement.store import access
from placement.store.tokens import create_token
from placement.tables import (
    AuditEntry,
    CalendarSubject,
    EndReason,
    Event,
    LedgerCause,
    LedgerEntry,
    OfferWeek,
    Placement,
    PlacementStatus,
    Row,
    RunMode,
    StudentAnswer,
    StudentReason,
    Swap,
    SwapAnswer,
    SwapReason,
    SwapSide,
    SwapStatus,
    Term,
    Unit,
)
from tests import carried
from tests.databases import CopyOf
from tests.placement.exchanging import (
    FAR,
    KI,
    LATER,
    NEAR,
    ONE,
    OTHER,
    TODAY,
    another_course,
    another_student,
    exchange_county,
    placed,
)
from tests.placement.overlapping import open_term, place_elsewhere
from tests.placement.publishing import at_once, plan
from tests.rows import WEEK

AGREED = dt.date(2026, 12, 8)
Place = tuple[str, str, str | None]
BEFORE: dict[str, Place] = {ONE: ("unt_a", str(WEEK), "sup_a"), OTHER: ("unt_far", str(LATER), "sup_far")}
AFTER: dict[str, Place] = {ONE: BEFORE[OTHER], OTHER: BEFORE[ONE]}


@pytest.fixture
def county(copy_of: CopyOf[None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The county, ten days after its plan was published."""
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    engine = engine_for(copy_of(make_county)[0])
    yield engine
    engine.dispose()


def make_county(url: str) -> None:
    """Store the county."""
    engine = engine_for(url)
    exchange_county(engine)
    engine.dispose()


def agreed(engine: Engine, one: str = ONE, other: str = OTHER) -> str:
    """Ask for a swap that everybody agrees to, and return its id."""
    with open_session(engine) as session:
        swap = ask(session, KI, (Wish(one, AGREED), Wish(other, AGREED))).swap.id
    for by, unit in ((NEAR, "unt_a"), (FAR, "unt_far")):
        with open_session(engine) as session:
            answer(session, by, swap, unit, SwapAnswer.ACCEPTED)
    return swap


def approve_it(engine: Engine, swap: str) -> SwapSeen:
    with open_session(engine) as session:
        return decide(session, SYSTEM, swap, SwapStatus.APPROVED, decided_by="Eva Ek")


def places(engine: Engine) -> dict[str, Place]:
    with open_session(engine) as session:
        rows = session.exec(select(Placement)).all()
        return {row.id: (row.unit_id, str(row.start), row.supervisor_id) for row in rows}


def status_of(engine: Engine, swap: str) -> tuple[SwapStatus, SwapReason | None]:
    with open_session(engine) as session:
        seen = show_swap(session, SYSTEM, swap)
        return seen.status, seen.reason


def told(engine: Engine, kind: str) -> list[str]:
    with open_session(engine) as session:
        return [event.subject_id for event in read_feed(session, SYSTEM, kind=kind)]


def test_a_fault_between_the_two_writes_leaves_nothing(county: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    swap = agreed(county)
    rows_before = everything(county)
    change, written = access.change, []

    def fail_at_the_second(session: Session, by: Caller, row: Row, values: dict[str, object]) -> list[str]:
        if isinstance(row, Placement):
            written.append(row.id)
            if len(written) == 2:
                message = "the power is gone"
                raise OSError(message)
        return change(session, by, row, values)

    monkeypatch.setattr(access, "change", fail_at_the_second)
    with pytest.raises(OSError, match="the power is gone"):
        approve_it(county, swap)
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    assert written == [ONE, OTHER]
    assert everything(county) == rows_before
    approve_it(county, swap)
    assert places(county) == AFTER


def everything(engine: Engine) -> list[object]:
    """Return all that a swap writes."""
    with open_session(engine) as session:
        tables: tuple[type[Row], ...] = (Placement, Swap, SwapSide, AuditEntry, Event)
        return [row.model_dump() for table in tables for row in session.exec(select(table)).all()]


def second_swap(engine: Engine, one: str, other: str) -> str:
    """Store a swap that all have agreed to, without asking whether its placements are in another."""
    with open_session(engine) as session:
        swap = Swap(term_id="trm_a", terms={}, asked_by="KI")
        session.add(swap)
        for name in (one, other):
            row = session.get_one(Placement, name)
            session.add(
                SwapSide(
                    swap_id=swap.id,
                    placement_id=name,
                    unit_id=row.unit_id,
                    start=row.start,
                    weeks=row.weeks,
                    supervisor_id=row.supervisor_id,
                    consented_on=AGREED,
                    answer=SwapAnswer.ACCEPTED,
                    answered_at=TODAY,
                    minutes_before=1,
                    minutes_after=1,
                )
            )
        return swap.id


def third(engine: Engine) -> str:
    """Place a third student at the far unit when the first is at the near one."""
    with open_session(engine) as session:
        session.add(placed("pla_third", another_student(session, "c"), "unt_far", WEEK, "sup_far"))
    return "pla_third"


@pytest.mark.postgresql_counts
def test_of_two_swaps_that_share_a_placement_exactly_one_is_approved(county: Engine) -> None:
    name = third(county)
    swaps = [agreed(county), second_swap(county, ONE, name)]
    before = places(county)
    outcomes = at_once(*(partial(approve_it, county, swap) for swap in swaps))
    won = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, SwapSeen)]
    assert len(won) == 1, outcomes
    assert isinstance(outcomes[1 - won[0]], ConflictError)
    assert status_of(county, swaps[1 - won[0]]) == (SwapStatus.LAPSED, SwapReason.MOVED)
    partner, spared = (OTHER, name) if won == [0] else (name, OTHER)
    now = places(county)
    assert (now[ONE], now[partner], now[spared]) == (before[partner], before[ONE], before[spared])
    assert told(county, "swap.lapsed") == [swaps[1 - won[0]]]


@pytest.mark.postgresql_counts
def test_a_swap_that_two_approve_at_once_is_made_once(county: Engine) -> None:
    swap = agreed(county)
    outcomes = at_once(*(partial(approve_it, county, swap) for _ in range(2)))
    assert all(isinstance(outcome, SwapSeen | StaleError) for outcome in outcomes), outcomes
    assert places(county) == AFTER
    assert told(county, "placement.moved") == [ONE, OTHER]
    assert told(county, "swap.approved") == [swap]


@pytest.mark.postgresql_counts
def test_of_two_that_ask_at_once_with_one_placement_exactly_one_is_heard(county: Engine) -> None:
    name = third(county)

    def wish(other: str) -> str:
        with open_session(county) as session:
            return ask(session, KI, (Wish(ONE, AGREED), Wish(other, AGREED))).swap.id

    outcomes = at_once(partial(wish, OTHER), partial(wish, name))
    refused = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
    assert len(refused) == 1, outcomes
    assert "already in a swap" in str(refused[0])


@pytest.mark.postgresql_counts
def test_an_approval_and_a_unit_that_declines_at_once_lose_nothing_of_each_other(county: Engine) -> None:
    swap = agreed(county)

    def decline() -> None:
        with open_session(county) as session:
            settle_placement(session, NEAR, ONE, PlacementStatus.DECLINED, EndReason.OTHER)

    approved, declined = at_once(partial(approve_it, county, swap), decline)
    with open_session(county) as session:
        one, other = session.get_one(Placement, ONE), session.get_one(Placement, OTHER)
        if declined is None:
            assert isinstance(approved, ConflictError)
            assert (one.status, other.status) == (PlacementStatus.DECLINED, PlacementStatus.PUBLISHED)
        else:
            assert isinstance(declined, (StaleError, NotFoundError))
            assert isinstance(approved, SwapSeen)
            assert (one.status, other.status) == (PlacementStatus.ACCEPTED, PlacementStatus.ACCEPTED)
    assert places(county) == (BEFORE if declined is None else AFTER)
    ended = (SwapStatus.LAPSED, SwapReason.ENDED) if declined is None else (SwapStatus.APPROVED, None)
    assert status_of(county, swap) == ended


def test_a_unit_does_not_settle_a_placement_that_has_moved_since_it_was_read(
    county: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def show_and_lose(session: Session, by: Caller, placement_id: str) -> object:
        shown = show_placement(session, by, placement_id)
        moved = update(Placement).where(col(Placement.id) == ONE).values(unit_id="unt_far", version=2)
        session.connection().execute(moved)
        return shown

    monkeypatch.setattr(settling, "show_placement", show_and_lose)
    with pytest.raises(StaleError), open_session(county) as session:
        settle_placement(session, NEAR, ONE, PlacementStatus.ACCEPTED)
    with open_session(county) as session:
        assert session.get_one(Placement, ONE).status is PlacementStatus.PUBLISHED


@pytest.mark.postgresql_counts
def test_an_approval_and_a_publication_at_once_lose_nothing_of_each_other(county: Engine) -> None:
    swap = agreed(county)
    run = plan(county, RunMode.REPAIR)

    def publish_it() -> None:
        with open_session(county) as session:
            publish(session, SYSTEM, "trm_a", run, "Ada Lind")

    approved, published = at_once(partial(approve_it, county, swap), publish_it)
    assert isinstance(approved, SwapSeen), "a repair of a plan that keeps every rule changes nothing"
    assert published is None or isinstance(published, ConflictError)
    assert places(county) == AFTER


def test_a_plan_made_before_a_swap_is_not_published_over_it_and_the_next_run_begins_with_what_it_made(
    county: Engine,
) -> None:
    run = plan(county, RunMode.REPAIR)
    approve_it(county, agreed(county))
    with pytest.raises(ConflictError, match="The input has changed since the run"), open_session(county) as session:
        publish(session, SYSTEM, "trm_a", run, "Ada Lind")
    with open_session(county) as session:
        current = {line.request: line for line in gather(session, SYSTEM, "trm_a", RunMode.REPAIR).current}
        assert (current["req_a"].unit, current["req_a"].start, current["req_a"].supervisor) == (  # type: ignore[index]
            "unt_far",
            10,
            "sup_far",
        )
        assert (current["req_b"].unit, current["req_b"].start) == ("unt_a", 0)  # type: ignore[index]
    again = plan(county, RunMode.REPAIR)
    with open_session(county) as session:
        published = publish(session, SYSTEM, "trm_a", again, "Ada Lind")
        assert (published.placed, published.moved, published.ended) == (0, 0, 0)
    assert places(county) == AFTER


@pytest.mark.parametrize(("room", "reason"), [(True, SwapReason.MOVED), (False, SwapReason.ENDED)])
def test_a_swap_lapses_when_a_publication_moves_or_ends_a_placement(
    county: Engine,
    room: bool,  # noqa: FBT001
    reason: SwapReason,
) -> None:
    swap = agreed(county)
    with open_session(county) as session:
        for week in range(20):
            session.get_one(OfferWeek, ("off_far", WEEK.plus(week))).places = 0
            session.get_one(OfferWeek, ("off_a", WEEK.plus(week))).places = 1 if room or week < 10 else 0
    run = plan(county, RunMode.REPAIR)
    with open_session(county) as session:
        publish(session, SYSTEM, "trm_a", run, "Ada Lind")
    assert status_of(county, swap) == (SwapStatus.LAPSED, reason)
    assert told(county, "swap.lapsed") == [swap]
    with pytest.raises(ConflictError, match="lapsed"):
        approve_it(county, swap)


def test_the_ledger_and_the_shares_follow_the_swap_and_the_day_of_the_notice_stays(county: Engine) -> None:
    with open_session(county) as session:
        for name, student, unit, start in ((ONE, "stu_a", "unt_a", WEEK), (OTHER, "stu_b", "unt_far", LATER)):
            line = carried.entry(id=f"led_{name}", student_id=student, placement_id=name, unit_id=unit, start=start)
            line.weeks = 6
            session.add(line)
    approve_it(county, agreed(county))
    with open_session(county) as session:
        for name, student, unit, start, wish in (
            (ONE, "stu_a", "unt_far", LATER, (2, 1)),
            (OTHER, "stu_b", "unt_a", WEEK, (1, 0)),
        ):
            first, last = (each for each in lines_of(session, KI, student) if each.placement_id == name)
            assert (last.number, last.cause, last.unit_id, last.start) == (2, LedgerCause.MOVED, unit, start)
            assert (last.possible_wishes, last.wish_rank) == wish
            assert last.unmet_wishes is None  # no plan gave it
            side = session.exec(select(SwapSide).where(SwapSide.placement_id == name)).one()
            assert last.minutes == side.minutes_after
            assert (last.told_on, last.unit_name) == (first.told_on, session.get_one(Unit, unit).name)


def test_a_placement_from_before_the_ledger_has_no_line_of_its_swap(county: Engine) -> None:
    approve_it(county, agreed(county))
    with open_session(county) as session:
        assert session.exec(select(LedgerEntry)).all() == []


def test_only_a_coordinator_approves(county: Engine) -> None:
    swap = agreed(county)
    with pytest.raises(NotAllowedError), open_session(county) as session:
        approve(session, KI, swap)
    with pytest.raises(PlacementError), open_session(county) as session:
        approve(session, SYSTEM, "swp_none")
    assert places(county) == BEFORE


@pytest.mark.parametrize(("day", "given"), [(dt.date(2026, 12, 20), StudentAnswer.ACCEPTED), (None, None)])
@pytest.mark.one_database
def test_the_yes_to_a_swap_answers_for_the_new_place_where_the_term_asks(
    county: Engine, day: dt.date | None, given: StudentAnswer | None
) -> None:
    with open_session(county) as session:
        session.get_one(Term, "trm_a").students_answer_by = day
        placement = session.get_one(Placement, ONE)
        placement.student_answer, placement.student_answered_at = StudentAnswer.DECLINED, TODAY
        placement.student_reason = StudentReason.CLASH
    approve_it(county, agreed(county))
    with open_session(county) as session:
        placement = session.get_one(Placement, ONE)
        assert (placement.student_answer, placement.student_reason) == (given, None)


def test_a_calendar_follows_the_swap(county: Engine) -> None:
    with open_session(county) as session:
        token = create_token(session, SYSTEM, Role.INSTITUTION, organisation="org_ki")
        by = Caller(Role.INSTITUTION, organisation="org_ki", token=token.split("_")[1])
        _, secret = calendars.open_calendar(session, by, CalendarSubject.STUDENT, "stu_a")
    approve_it(county, agreed(county))
    with open_session(county) as session:
        (entry,) = calendars.read_calendar(session, secret).entries
        assert (entry.unit, str(entry.placement.start)) == ("Granbacken", str(LATER))


def test_a_swap_across_terms_or_courses_is_refused(county: Engine) -> None:
    with open_session(county) as session:
        open_term(session, LATER, 12)
        elsewhere = place_elsewhere(session, LATER.plus(3), 6).id
        course = another_student(session, "c", another_course(session, 1))
        session.add(placed("pla_course", course, "unt_far", LATER, weeks=2))
    for other, why in ((elsewhere, "in another term"), ("pla_course", "for another course")):
        with pytest.raises(ConflictError, match=why), open_session(county) as session:
            ask(session, KI, (Wish(ONE), Wish(other)))
