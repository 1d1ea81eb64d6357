"""Two terms that share weeks: what is in force in one is taken in the other, in a run, a preview and a publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.errors import ConflictError
from placement.in_force.placements import list_unplaced
from placement.planning.gather import gather
from placement.planning.other_terms import sharing_weeks
from placement.tables import (
    AgreementUnit,
    CapacityOffer,
    Course,
    CourseWindow,
    OfferStatus,
    OfferWeek,
    Pin,
    Placement,
    PlacementStatus,
    Publication,
    Request,
    RunMode,
    Student,
    Supervisor,
    Term,
    Unit,
)
from placement_solver.documents import write_problem
from placement_solver.faults import InvalidProblem
from placement_solver.weeks import IsoWeek
from tests.placement.publishing import at_once, plan, publish_run, settle
from tests.rows import WEEK

SUMMER = "trm_summer"
LATER = 3
"""The weeks after the first term's first in which the other term, and its course, begin."""


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """A spring term with one place for two students, and a term that begins in its fourth week, for one of them."""
    engine = engine_for(migrated_url)
    settle(engine)
    with open_session(engine) as session:
        session.add(
            Term(
                id=SUMMER,
                code="ST2027",
                first_week=WEEK.plus(LATER),
                weeks=12,
                requests_by=dt.date(2026, 9, 15),
                answers_by=dt.date(2026, 11, 1),
                outside_answers_by=dt.date(2026, 11, 15),
                publish_by=dt.date(2026, 12, 1),
            )
        )
        session.flush()
        session.add(CourseWindow(course_id="crs_a", term_id=SUMMER, start=WEEK.plus(LATER)))
        session.add(Request(id="req_s", term_id=SUMMER, student_id="stu_a", course_id="crs_a"))
        offer(session, 1)
        session.delete(session.get_one(Request, "req_b"))
    yield engine
    engine.dispose()


def offer(session: Session, places: int) -> None:
    """Let the near unit offer places in each week of the summer's course."""
    session.add(
        CapacityOffer(
            id="off_s",
            term_id=SUMMER,
            unit_id="unt_a",
            professions=["nurse"],
            status=OfferStatus.ANSWERED,
            answered_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
        )
    )
    session.flush()
    session.add_all(OfferWeek(offer_id="off_s", week=WEEK.plus(LATER + week), places=places) for week in range(6))


def summer_for(session: Session, student_id: str) -> None:
    """Let another student ask for the summer's place."""
    session.delete(session.get_one(Request, "req_s"))
    session.flush()
    session.add(Request(id="req_s", term_id=SUMMER, student_id=student_id, course_id="crs_a"))


def in_force(engine: Engine) -> dict[str, tuple[str, str]]:
    with open_session(engine) as session:
        rows = session.exec(select(Placement).where(col(Placement.status) == PlacementStatus.PUBLISHED))
        return {row.request_id: (row.unit_id, str(row.start)) for row in rows}


def reasons(engine: Engine, run_id: str) -> dict[str, Any]:
    with open_session(engine) as session:
        (left,) = list_unplaced(session, SYSTEM, run_id=run_id).rows
        return dict(left.unplaced.reasons)


def spring_first(engine: Engine) -> None:
    publish_run(engine, plan(engine))
    assert in_force(engine) == {"req_a": ("unt_a", str(WEEK))}


def test_a_students_own_weeks_in_another_term_are_taken(county: Engine) -> None:
    with open_session(county) as session:
        session.get_one(CapacityOffer, "off_s").professions = ["nurse"]
        for week in session.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_s")):
            week.places = 5
    spring_first(county)
    run = plan(county, term_id=SUMMER)
    told = reasons(county, run)["other_terms"]
    assert told == [{"id": "VT2027", "weeks": [0, 1, 2]}]
    publish_run(county, run, SUMMER)
    assert set(in_force(county)) == {"req_a"}


def test_it_holds_in_the_other_order_too(county: Engine) -> None:
    publish_run(county, plan(county, term_id=SUMMER), SUMMER)
    assert set(in_force(county)) == {"req_s"}
    told = reasons(county, plan(county))["other_terms"]
    assert told == [{"id": "ST2027", "weeks": [3, 4, 5]}]


@pytest.mark.parametrize(
    ("ceiling", "places", "full"), [(1, 5, "unit_ceilings"), (None, 1, "capacities")], ids=["the ceiling", "the places"]
)
def test_another_students_place_in_another_term_is_taken(
    county: Engine, ceiling: int | None, places: int, full: str
) -> None:
    with open_session(county) as session:
        summer_for(session, "stu_b")
        session.get_one(Unit, "unt_a").max_students = ceiling
        for week in session.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_s")):
            week.places = places
    spring_first(county)
    told = reasons(county, plan(county, term_id=SUMMER))[full]
    assert [(each["weeks"], each["terms"]) for each in told] == [([0, 1, 2], ["VT2027"])]


def test_a_supervisor_who_has_a_student_of_another_term_is_taken(county: Engine) -> None:
    with open_session(county) as session:
        summer_for(session, "stu_b")
        session.get_one(Course, "crs_a").supervision_credits = 0
        karin = session.get_one(Supervisor, "sup_a")
        karin.max_students, karin.every_week = 1, True
        for week in session.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_s")):
            week.places = 5
    spring_first(county)
    told = reasons(county, plan(county, term_id=SUMMER))["supervisors"]
    assert told == [{"id": "sup_a", "weeks": [0, 1, 2], "terms": ["VT2027"]}]


def test_two_pins_of_one_student_in_one_week_make_the_later_run_invalid_and_it_names_the_term(county: Engine) -> None:
    with open_session(county) as session:
        session.add(Pin(request_id="req_s", term_id=SUMMER, unit_id="unt_a", start=WEEK.plus(LATER)))
    spring_first(county)
    with open_session(county) as session, pytest.raises(InvalidProblem) as refusal:
        gather(session, SYSTEM, SUMMER)
    assert any("taken by the other term (VT2027)" in fault.words.en for fault in refusal.value.faults)


def test_what_clashes_when_it_came_to_be_meanwhile_is_refused_with_its_weeks_and_term(county: Engine) -> None:
    spring, summer = plan(county), plan(county, term_id=SUMMER)
    publish_run(county, spring)
    with pytest.raises(ConflictError, match="clashes with what is in force in VT2027") as refusal:
        publish_run(county, summer, SUMMER)
    told = [fault.en for fault in refusal.value.faults]
    assert any("stu_a" in words and "Tallgården" in words and str(WEEK.plus(LATER)) in words for words in told), told
    assert all(fault.sv != fault.en for fault in refusal.value.faults)
    assert set(in_force(county)) == {"req_a"}


def test_what_came_to_be_meanwhile_and_clashes_with_nothing_refuses_nothing(county: Engine) -> None:
    with open_session(county) as session:
        summer_for(session, "stu_b")
        for week in session.exec(select(OfferWeek).where(col(OfferWeek.offer_id).in_(["off_s", "off_a"]))):
            week.places = 5
        session.get_one(Unit, "unt_a").max_students = None
    spring, summer = plan(county), plan(county, term_id=SUMMER)
    publish_run(county, spring)
    publish_run(county, summer, SUMMER)
    assert set(in_force(county)) == {"req_a", "req_s"}


def test_of_two_publications_that_clash_at_the_same_moment_one_is_refused(county: Engine) -> None:
    spring, summer = plan(county), plan(county, term_id=SUMMER)
    both = at_once(partial(publish_run, county, spring), partial(publish_run, county, summer, SUMMER))
    assert sorted(type(each).__name__ for each in both) == ["ConflictError", "Publication"], both
    assert isinstance(both[0], Publication | ConflictError)
    assert len(in_force(county)) == 1


def test_a_repair_moves_what_another_term_has_taken_since(county: Engine) -> None:
    with open_session(county) as session:
        summer_for(session, "stu_b")
        session.get_one(Unit, "unt_a").max_students = None
        for week in session.exec(select(OfferWeek).where(col(OfferWeek.offer_id).in_(["off_s", "off_a"]))):
            week.places = 5
    publish_run(county, plan(county))
    publish_run(county, plan(county, term_id=SUMMER), SUMMER)
    with open_session(county) as session:
        session.get_one(Unit, "unt_a").max_students = 1
    run = plan(county, RunMode.REPAIR, SUMMER)
    publish_run(county, run, SUMMER)
    assert set(in_force(county)) == {"req_a"}


def test_terms_that_only_meet_share_no_week_and_week_53_is_a_week(county: Engine) -> None:
    with open_session(county) as session:
        spring, summer = session.get_one(Term, "trm_a"), session.get_one(Term, SUMMER)
        assert [each.id for each in sharing_weeks(session, spring) if each.id == SUMMER] == [SUMMER]
        summer.first_week = spring.first_week.plus(spring.weeks)
        session.flush()
        assert SUMMER not in {each.id for each in sharing_weeks(session, spring)}
        summer.first_week, summer.weeks = IsoWeek(2026, 52), 2
        session.flush()
        assert SUMMER in {each.id for each in sharing_weeks(session, spring)}, "the spring begins in week 53"
        summer.weeks = 1
        session.flush()
        assert SUMMER not in {each.id for each in sharing_weeks(session, spring)}


def test_a_term_alone_has_the_document_that_it_had(county: Engine) -> None:
    with open_session(county) as session:
        assert "taken" not in write_problem(gather(session, SYSTEM, "trm_a"))
        assert session.get(AgreementUnit, ("agr_a", "unt_far")) is not None
        assert session.get(Student, "stu_b") is not None
