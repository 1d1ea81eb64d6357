"""The ledger has a line for what each student was told, and never another value in a line once it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from placement import clock
from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.errors import InvalidError, NotFoundError
from placement.fairness import accounts, ledger, points
from placement.fairness.accounts import account_of
from placement.fairness.ledger import correct, counted, lines_of
from placement.in_force.settling import settle_placement
from placement.tables import (
    BurdenFormula,
    CorrectionReason,
    Course,
    EndReason,
    LedgerCause,
    LedgerEntry,
    Placement,
    PlacementStatus,
    Preference,
    Request,
    RunMode,
    Student,
    Supervisor,
    SupervisorWeek,
    Term,
    Unit,
)
from tests import carried
from tests.placement.publishing import KI, offer_places, plan, publish_run, settle, the_placement
from tests.rows import WEEK, one

MORNING = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
PUBLISHED, MOVED, ENDED, CORRECTED = LedgerCause


@pytest.fixture
def county(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Two students with requests, and one place; it is 30 November 2026."""
    at(MORNING, monkeypatch)
    engine = engine_for(migrated_url)
    settle(engine)
    yield engine
    engine.dispose()


def at(moment: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (clock, ledger, accounts):
        monkeypatch.setattr(module, "now", lambda: moment)


def lines(session: Session) -> list[LedgerEntry]:
    return list(session.exec(select(LedgerEntry).order_by(col(LedgerEntry.placement_id), col(LedgerEntry.number))))


def told(session: Session) -> list[tuple[int, LedgerCause, str]]:
    return [(line.number, line.cause, line.unit_id) for line in lines(session)]


def test_a_publication_writes_what_the_placement_means_for_its_student(county: Engine) -> None:
    with open_session(county) as session:
        asked = session.get_one(Request, "req_a")
        assert asked.student_id == "stu_a"
    publish_run(county, plan(county))
    with open_session(county) as session:
        (line,) = lines(session)
        placement = the_placement(session)
        student = session.get_one(Student, line.student_id)
        assert (line.placement_id, line.number, line.cause) == (placement.id, 1, PUBLISHED)
        assert (line.start, line.weeks, line.unit_id) == (placement.start, placement.weeks, "unt_a")
        assert (line.unit_name, line.told_on, line.recorded_at) == ("Tallgården", dt.date(2026, 11, 30), MORNING)
        unit = session.get_one(Unit, "unt_a")
        assert (line.minutes, line.km, line.long_after) == (19, 4, 60)
        assert (student.lat, unit.lat) == (59.31, 59.30)


def test_a_line_keeps_what_stood_in_the_way_at_the_units_that_were_wished_for_more(county: Engine) -> None:
    with open_session(county) as session:
        for row in session.exec(select(Preference)):
            session.delete(row)
        for unit in ("off_a", "unt_a"), ("off_far", "unt_far"):
            offer_places(session, *unit, 1)
        session.connection().execute(text("DELETE FROM blocked_unit"))
        session.flush()
        asked = list(session.exec(select(Request).where(Request.term_id == "trm_a")))
        session.add_all(Preference(request_id=each.id, rank=1, unit_id="unt_a") for each in asked)
    publish_run(county, plan(county))
    with open_session(county) as session:
        unmet = {line.unit_id: line.unmet_wishes for line in lines(session)}
        full = {"unit": "unt_a", "rule": None, "full": ["capacity"], "busy": False}
        assert unmet == {"unt_a": [], "unt_far": [full]}
        elsewhere = next(line for line in lines(session) if line.unmet_wishes)
        values = {"minutes": elsewhere.minutes + 1}
        reason = CorrectionReason.WRONG_TRAVEL_TIME
        corrected = correct(session, SYSTEM, elsewhere.student_id, elsewhere.placement_id, reason, values)
        assert corrected.unmet_wishes == [full]


def test_a_line_keeps_what_was_true_when_the_student_moves_home(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        for student in session.exec(select(Student)):
            student.lat = 59.0
        (before,) = [line.model_dump() for line in lines(session)]
    publish_run(county, plan(county, RunMode.REPAIR))
    with open_session(county) as session:
        assert [line.model_dump() for line in lines(session)] == [before]


def test_another_unit_is_a_line_more_and_another_supervisor_is_not(
    county: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        for name in ("sup_a", "sup_b"):
            session.merge(Supervisor(**{**one(Supervisor).model_dump(), "id": name, "external_id": name}))
        session.get_one(Course, "crs_a").supervision_credits = 0
        session.add_all(SupervisorWeek(supervisor_id="sup_b", week=WEEK.plus(week)) for week in range(8))
    publish_run(county, plan(county, RunMode.REPAIR))
    with open_session(county) as session:
        assert the_placement(session).supervisor_id is not None
        assert told(session) == [(1, PUBLISHED, "unt_a")]
        session.get_one(Course, "crs_a").supervision_credits = None
        for week in range(6):
            offer_places(session, "off_a", "unt_a", 0)
            offer_places(session, "off_far", "unt_far", 1 if week >= 0 else 0)
    later = dt.datetime(2026, 12, 20, 8, tzinfo=dt.UTC)
    at(later, monkeypatch)
    publish_run(county, plan(county, RunMode.REPAIR))
    with open_session(county) as session:
        assert told(session) == [(1, PUBLISHED, "unt_a"), (2, MOVED, "unt_far")]
        moved = lines(session)[-1]
        assert (moved.told_on, moved.recorded_at, moved.minutes) == (later.date(), later, 47)
        assert points.notice_of(moved) == 8
        assert counted(lines(session)) == [moved]


def test_a_placement_that_ends_counts_for_nothing_from_then_on(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        placement = the_placement(session)
        settle_placement(session, SYSTEM, placement.id, PlacementStatus.ACCEPTED)
        assert told(session) == [(1, PUBLISHED, "unt_a")]
        settle_placement(session, SYSTEM, placement.id, PlacementStatus.DECLINED, EndReason.NO_SUPERVISOR)
        assert told(session) == [(1, PUBLISHED, "unt_a"), (2, ENDED, "unt_a")]
        assert counted(lines(session)) == []
        ledger.end(session, placement)
        assert len(lines(session)) == 2, "it ends once"


def test_a_plan_without_a_place_for_the_request_ends_its_line(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        offer_places(session, "off_a", "unt_a", 0)
    publish_run(county, plan(county, RunMode.REPAIR))
    with open_session(county) as session:
        assert told(session) == [(1, PUBLISHED, "unt_a"), (2, ENDED, "unt_a")]


def test_a_placement_from_before_the_ledger_gets_its_line_with_the_day_it_was_published(
    county: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        session.connection().execute(text("DELETE FROM ledger_entry"))
        placement = the_placement(session)
        session.connection().execute(text("UPDATE publication SET published_at = '2026-11-20 08:00:00+00:00'"))
        settle_placement(session, SYSTEM, placement.id, PlacementStatus.ACCEPTED)
        assert lines(session) == []
        offer_places(session, "off_a", "unt_a", 2)
    at(MORNING + dt.timedelta(1), monkeypatch)
    publish_run(county, plan(county, RunMode.FILL))
    with open_session(county) as session:
        assert sorted(line.told_on.day for line in lines(session)) == [1, 20]
        assert {line.cause for line in lines(session)} == {PUBLISHED}


def test_a_student_who_is_erased_takes_ledger_and_address_along(county: Engine) -> None:
    with open_session(county) as session:
        session.connection().execute(text("DELETE FROM blocked_unit"))
        session.add(Student(**{**session.get_one(Student, "stu_b").model_dump(), "id": "stu_c", "external_id": "c"}))
    publish_run(county, plan(county))
    with open_session(county) as session:
        placement = the_placement(session)
        session.add(carried.entry(7, student_id="stu_c", placement_id=placement.id))
        session.flush()
        session.connection().execute(text("DELETE FROM student WHERE id = 'stu_c'"))
        assert [line.student_id for line in lines(session)] != []
        assert "stu_c" not in {line.student_id for line in lines(session)}


def test_an_account_sums_up_each_term_and_says_what_it_gives(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        (line,) = lines(session)
        session.add(
            Term(
                id="trm_next",
                code="HT2027",
                first_week=WEEK.plus(34),
                weeks=20,
                requests_by=dt.date(2027, 3, 15),
                answers_by=dt.date(2027, 5, 1),
                outside_answers_by=dt.date(2027, 5, 15),
                publish_by=dt.date(2027, 8, 2),
                weight_carried_burden=7,
            )
        )
        session.add(carried.formula(1))
        correct(
            session,
            SYSTEM,
            line.student_id,
            line.placement_id,
            CorrectionReason.WRONG_TRAVEL_TIME,
            {"minutes": 61, "km": 81, "possible_wishes": 1, "wish_rank": 1},
        )
        session.flush()
        account = account_of(session, KI, line.student_id)
        (term,) = account.terms
        assert (term.term.code, term.placements, term.weeks, term.minutes) == ("VT2027", 1, line.weeks, 61)
        assert (term.long_weeks, term.weeks_away) == (line.weeks, line.weeks)
        assert (term.wishing, term.unmet_wishes, term.late_notices, term.very_late_notices) == (1, 1, 0, 0)
        assert [(each.entry.cause, each.counts) for each in term.lines] == [(PUBLISHED, False), (CORRECTED, True)]
        now, ahead = account.ahead
        assert (now.carried.term.id, now.carried.points, now.settled) == ("trm_a", 0, True)
        given = line.weeks * (20 + 30) + 100
        assert (ahead.carried.term.id, ahead.carried.points, ahead.settled) == ("trm_next", given, False)
        term_row = session.get_one(Term, "trm_next")
        assert points.burdens_of(session, term_row) == {}, "who has asked for nothing there is not in its problem"
        session.add(Request(id="req_n", term_id="trm_next", student_id=line.student_id, course_id="crs_a"))
        session.flush()
        assert points.burdens_of(session, term_row) == {line.student_id: given}


def test_a_student_without_placements_and_a_term_that_is_over_have_nothing_in_the_account(
    county: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_session(county) as session:
        assert account_of(session, KI, "stu_a").terms == ()
        at(dt.datetime(2028, 1, 1, tzinfo=dt.UTC), monkeypatch)
        assert account_of(session, KI, "stu_a").ahead == ()


def test_an_account_whose_only_placement_has_ended_sums_to_nothing(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        placement = the_placement(session)
        settle_placement(session, SYSTEM, placement.id, PlacementStatus.DECLINED, EndReason.OTHER)
        (line, _) = lines(session)
        (term,) = account_of(session, KI, line.student_id).terms
        assert (term.placements, term.weeks, term.minutes, term.lines[0].counts) == (0, 0, 0, False)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({}, ""),
        ({"minutes": 19}, ""),
        ({"wish_rank": 3}, "/wish_rank"),
        ({"told_on": dt.date(2026, 12, 1)}, "/told_on"),
    ],
)
def test_a_correction_that_changes_nothing_or_cannot_be_true_is_refused(
    county: Engine, values: dict[str, object], pointer: str
) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        (line,) = lines(session)
        reason = CorrectionReason.TOLD_ANOTHER_DAY
        with pytest.raises(InvalidError) as refused:
            correct(session, SYSTEM, line.student_id, line.placement_id, reason, values)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]
        assert len(lines(session)) == 1


def test_what_has_ended_or_is_not_the_student_s_is_not_corrected(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        placement = the_placement(session)
        (line,) = lines(session)
        other = "stu_b" if line.student_id == "stu_a" else "stu_a"
        reason, values = CorrectionReason.WRONG_POINT, {"minutes": 1}
        for student in (other, line.student_id):
            if student == line.student_id:
                settle_placement(session, SYSTEM, placement.id, PlacementStatus.DECLINED, EndReason.OTHER)
            with pytest.raises(InvalidError) as refused:
                correct(session, SYSTEM, student, placement.id, reason, values)
            assert [fault.pointer for fault in refused.value.faults] == ["/placement_id"]
        with pytest.raises(NotFoundError):
            correct(session, SYSTEM, "stu_none", placement.id, reason, values)
        with pytest.raises(NotFoundError):
            lines_of(session, KI, "stu_none")


def test_a_formula_that_does_not_apply_yet_gives_nobody_points(county: Engine) -> None:
    with open_session(county) as session:
        assert [each.valid_from.year for each in session.exec(select(BurdenFormula))] == [2099]
        assert points.burdens_of(session, session.get_one(Term, "trm_a")) == {}
        assert session.exec(select(Placement)).all() == []
