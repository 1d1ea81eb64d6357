"""A plan is put in force only if it still fits beside what other terms have, and each clash is told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.errors import ConflictError, Fault
from placement.in_force.settling import settle_placement
from placement.in_force.since import MOST_NAMED
from placement.planning.gather import gather
from placement.tables import (
    HOLDING,
    Agreement,
    AgreementVolume,
    Course,
    CourseWindow,
    EndReason,
    Pin,
    Placement,
    PlacementStatus,
    Publication,
    Request,
    RunMode,
    Supervisor,
    Term,
    Unit,
)
from placement_solver.faults import InvalidProblem
from tests.placement.overlapping import SUMMER, offer_all_term, open_term, place_elsewhere
from tests.placement.publishing import FAR, at_once, offer_places, plan, publish_run, settle
from tests.rows import WEEK

MEETING = WEEK.plus(4)
"""The summer term's first week; the spring's course has it and the week after."""


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """A request in the spring, six weeks from 2026-W53 at the near unit, and a summer term that begins in 2027-W04."""
    engine = engine_for(migrated_url)
    settle(engine)
    with open_session(engine) as session:
        session.delete(session.get_one(Request, "req_b"))
        session.get_one(Course, "crs_a").supervision_credits = None
        open_term(session, MEETING, 10)
        session.add(CourseWindow(course_id="crs_a", term_id=SUMMER, start=MEETING))
        session.get_one(Unit, "unt_a").max_students = None
    yield engine
    engine.dispose()


def refused(county: Engine, run: str, term_id: str = "trm_a") -> tuple[Fault, ...]:
    """Try to publish a run; return the faults of the refusal."""
    with pytest.raises(ConflictError) as refusal:
        publish_run(county, run, term_id)
    assert refusal.value.sv.startswith("Planen krockar med det som gäller i ")
    assert refusal.value.en.startswith("The plan clashes with what is in force in ")
    return refusal.value.faults


def test_a_place_that_another_term_has_taken_since_is_told_with_student_unit_weeks_and_term(county: Engine) -> None:
    run = plan(county)
    with open_session(county) as session:
        place_elsewhere(session, MEETING, 2)
    (fault,) = refused(county, run)
    assert fault.pointer == "/run_id"
    assert fault.words.sv == (
        "studenten stu_a vid Tallgården, 2027-W04–W05: bryter mot regeln ”Utbildningsplatser”: Tallgården – "
        "sjuksköterska: fler studenter än erbjudna platser (2027-W04–W05); "
        "upptaget av en annan termin (ST2027)"
    )
    assert fault.words.en == (
        "the student stu_a at Tallgården, 2027-W04–W05: breaks the rule “Places offered”: Tallgården – nurse:"
        " more students than places offered (2027-W04–W05); taken by the other term (ST2027)"
    )
    with open_session(county) as session:
        assert session.exec(select(Placement).where(Placement.term_id == "trm_a")).all() == []


def of_the_student(session: Session) -> None:
    place_elsewhere(session, MEETING, 1, student="stu_a", unit="unt_far")


def at_the_unit(session: Session) -> None:
    session.get_one(Unit, "unt_a").max_students = 1
    offer_places(session, "off_a", "unt_a", 9)


def with_the_supervisor(session: Session) -> None:
    supervisor = session.get_one(Supervisor, "sup_a")
    supervisor.every_week, supervisor.max_students = True, 1
    session.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK, supervisor_id="sup_a"))
    offer_places(session, "off_a", "unt_a", 9)


def under_the_agreement(session: Session) -> None:
    session.get_one(AgreementVolume, ("agr_a", "trm_a")).max_student_weeks = 6
    offer_places(session, "off_a", "unt_a", 9)


@pytest.mark.parametrize(
    ("before", "after", "rule", "lack"),
    [
        (lambda _: None, of_the_student, "No overlap", ""),
        (
            at_the_unit,
            lambda session: place_elsewhere(session, MEETING, 1),
            "Ceiling of the unit",
            "Tallgården: more students than the unit's ceiling (2027-W04); ",
        ),
        (
            with_the_supervisor,
            lambda session: place_elsewhere(session, MEETING, 1, supervisor="sup_a"),
            "Load of the supervisor",
            "p-17: more than one student at a time (2027-W04); ",
        ),
        (
            under_the_agreement,
            lambda session: place_elsewhere(session, MEETING, 1, unit="unt_far"),
            "Ceiling of the agreement",
            "Karolinska Institutet – City of Stockholm: 7 student-weeks, but the agreement's ceiling is 6; ",
        ),
    ],
)
def test_every_kind_of_clash_is_refused_and_told(
    county: Engine, before: Callable[[Session], object], after: Callable[[Session], object], rule: str, lack: str
) -> None:
    with open_session(county) as session:
        before(session)
    run = plan(county)
    with open_session(county) as session:
        after(session)
    (fault,) = refused(county, run)
    weeks = "2026-W53–2027-W05" if rule == "Ceiling of the agreement" else "2027-W04"
    assert fault.words.en == (
        f"the student stu_a at Tallgården, {weeks}: breaks the rule “{rule}”: {lack}taken by the other term (ST2027)"
    )


def test_what_another_term_has_taken_elsewhere_or_in_other_weeks_refuses_nothing(county: Engine) -> None:
    run = plan(county)
    with open_session(county) as session:
        place_elsewhere(session, MEETING, 2, unit="unt_far")
        place_elsewhere(session, MEETING.plus(2), 2, student="stu_b")
    assert publish_run(county, run).placed == 1


def test_what_another_term_no_longer_has_refuses_nothing(county: Engine) -> None:
    with open_session(county) as session:
        session.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK))
        gone = place_elsewhere(session, MEETING, 2, student="stu_a", unit="unt_far").id
    run = plan(county, RunMode.REPAIR)
    with open_session(county) as session:
        settle_placement(session, FAR, gone, PlacementStatus.DECLINED, EndReason.OTHER)
    assert publish_run(county, run).placed == 0, "the repair had released the pin, and left the request unplaced"


def test_what_is_taken_at_a_unit_that_is_new_since_is_told_as_a_change(county: Engine) -> None:
    run = plan(county)
    with open_session(county) as session:
        new = Unit(
            id="unt_new",
            name="Nybygget",
            provider_id="org_city",
            municipality_code="0180",
            kinds=["elderly-care"],
            lat=59.2,
            lon=18.1,
        )
        session.add(new)
        session.flush()
        place_elsewhere(session, MEETING, 2, student="stu_a", unit="unt_new")
    with pytest.raises(ConflictError, match="units Nybygget: added"):
        publish_run(county, run)


def test_the_second_of_two_terms_that_want_the_same_place_is_planned_around_the_first(county: Engine) -> None:
    """Both terms have one place at the near unit in 2027-W04; the later publication has to do without it."""
    with open_session(county) as session:
        offer_all_term(session, "off_summer", session.get_one(Term, SUMMER), "unt_a", 1)
        offer_places(session, "off_far", "unt_far", 1)
        session.add(Request(id="req_summer", term_id=SUMMER, student_id="stu_b", course_id="crs_a"))
    publish_run(county, plan(county, term_id=SUMMER), SUMMER)
    publish_run(county, plan(county))
    with open_session(county) as session:
        holding = session.exec(select(Placement).where(col(Placement.status).in_(HOLDING)))
        assert {row.term_id: row.unit_id for row in holding} == {SUMMER: "unt_a", "trm_a": "unt_far"}


def test_a_term_that_cannot_be_judged_itself_refuses_no_plan_of_another(county: Engine) -> None:
    """From 2027-W22 two agreements could cover the summer's placement; the spring is over by then."""
    with open_session(county) as session:
        session.get_one(Term, SUMMER).weeks = 30
        agreed = session.get_one(Agreement, "agr_a").model_dump()
        later = {"id": "agr_twice", "every_unit": True, "valid_from": WEEK.plus(22).monday()}
        session.add(Agreement(**{**agreed, **later}))
        place_elsewhere(session, MEETING, 2, unit="unt_far")
        with pytest.raises(InvalidProblem, match="could cover the same placement"):
            gather(session, SYSTEM, SUMMER)
    publish_run(county, plan(county))
    with open_session(county) as session:
        held = session.exec(select(Placement.term_id).where(col(Placement.status).in_(HOLDING)))
        assert sorted(held) == sorted([SUMMER, "trm_a"])


def test_of_two_overlapping_terms_published_at_the_same_moment_the_second_sees_the_first(county: Engine) -> None:
    with open_session(county) as session:
        offer_all_term(session, "off_summer", session.get_one(Term, SUMMER), "unt_a", 1)
        session.add(Request(id="req_summer", term_id=SUMMER, student_id="stu_b", course_id="crs_a"))
    spring, summer = plan(county), plan(county, term_id=SUMMER)
    outcomes = at_once(partial(publish_run, county, spring), partial(publish_run, county, summer, SUMMER))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConflictError", "Publication"]
    with open_session(county) as session:
        assert len(session.exec(select(Publication)).all()) == 1


def test_of_many_clashes_the_first_are_told(county: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_session(county) as session:
        session.add(Request(id="req_b", term_id="trm_a", student_id="stu_b", course_id="crs_a"))
        offer_places(session, "off_a", "unt_a", 2)
    run = plan(county)
    with open_session(county) as session:
        place_elsewhere(session, MEETING, 2)
    assert len(refused(county, run)) == 2 < MOST_NAMED
    monkeypatch.setattr("placement.in_force.publishing.MOST_NAMED", 1)
    assert len(refused(county, run)) == 1
