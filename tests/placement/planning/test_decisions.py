"""Decisions that have become impossible do not stop a run: as few as possible are released, and reported."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.in_force.settling import settle_placement
from placement.planning.gather import gather_for
from placement.planning.runs import start_run
from placement.planning.scenarios import AS_USUAL, Closure, Options, Scenario
from placement.running import claims
from placement.running.worker import carry_out
from placement.tables import (
    Agreement,
    Pin,
    Placement,
    PlacementStatus,
    Run,
    RunMode,
    RunStatus,
    Student,
)
from placement.worker_names import new_worker
from placement_solver.faults import InvalidProblem
from tests.placement.publishing import KI, offer_places, placed, plan, publish_run, settle
from tests.rows import WEEK

pytestmark = pytest.mark.usefixtures("solver_here")

LEAVING = [RunMode.FILL, RunMode.WAITING_LIST]


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """A published plan: two students at the near unit, which has two places."""
    engine = engine_for(migrated_url)
    settle(engine)
    with open_session(engine) as session:
        offer_places(session, "off_a", "unt_a", 2)
    publish_run(engine, plan(engine))
    yield engine
    engine.dispose()


@pytest.fixture
def store(county: Engine) -> Iterator[Session]:
    """An open session on that county."""
    with Session(county) as session:
        yield session


def carried_out(county: Engine, mode: RunMode, options: Options = AS_USUAL) -> Run:
    """Let the worker carry out a run; return the finished run."""
    with open_session(county) as session:
        run = start_run(session, SYSTEM, "trm_a", 5, mode=mode, options=options)
        claims.claim(session, run, new_worker())
    carry_out(county, run, threading.Event())
    with open_session(county) as session:
        return session.get_one(Run, run.id)


@pytest.mark.parametrize("mode", LEAVING)
def test_of_two_who_can_no_longer_both_stay_the_first_in_the_problem_keeps_the_place(
    mode: RunMode, store: Session
) -> None:
    store.get_one(Student, "stu_b").lottery_number = 1
    offer_places(store, "off_a", "unt_a", 1)
    posed = gather_for(store, SYSTEM, "trm_a", mode)
    first, second = (request.id for request in posed.problem.requests)
    assert (first, second) == (("req_b", "req_a") if mode is RunMode.WAITING_LIST else ("req_a", "req_b"))
    assert [pin.request for pin in posed.problem.pins] == [first]
    [released] = posed.released
    assert (released.request_id, released.unit_id, released.start) == (second, "unt_a", str(WEEK))
    assert released.why_en.startswith("breaks the rule “Places offered”: off_a")
    assert released.why_sv.startswith("bryter mot regeln ”Utbildningsplatser”: off_a")


def test_a_run_that_fills_places_anew_who_cannot_stay_and_tells_of_it(county: Engine) -> None:
    with open_session(county) as session:
        offer_places(session, "off_a", "unt_a", 0)
        offer_places(session, "off_far", "unt_far", 2)
    run = carried_out(county, RunMode.FILL)
    assert run.status is RunStatus.SUCCEEDED
    assert {each["request_id"] for each in run.released} == {"req_a", "req_b"}
    assert publish_run(county, run.id).moved == 2
    with open_session(county) as session:
        assert [each.placement.unit_id for each in placed(session)] == ["unt_far", "unt_far"]


def test_a_what_if_lets_go_of_pins_where_it_closes_their_unit(county: Engine) -> None:
    with open_session(county) as session:
        session.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK))
    closed = Options(scenario=Scenario(closures=(Closure(unit_id="unt_a"),)))
    run = carried_out(county, RunMode.PLAN, closed)
    assert (run.status, [each["request_id"] for each in run.released]) == (RunStatus.SUCCEEDED, ["req_a", "req_b"])


@pytest.mark.parametrize("mode", [RunMode.REPAIR, RunMode.PLAN])
def test_a_run_that_ends_what_is_in_force_lists_it_as_released_with_the_rule_in_words(
    county: Engine, mode: RunMode
) -> None:
    with open_session(county) as session:
        session.get_one(Student, "stu_a").max_travel = 1
    [released] = carried_out(county, mode).released
    assert (released["request_id"], released["unit_id"], released["start"]) == ("req_a", "unt_a", str(WEEK))
    assert released["why_en"].startswith("breaks the rule “Longest journey”: ")
    assert released["why_en"].endswith("minutes to Tallgården, but the limit is 1")
    assert released["why_sv"].endswith("minuter till Tallgården, men gränsen är 1")
    assert released["why_sv"].startswith("bryter mot regeln ”Längsta resa”: ")


def test_where_nothing_has_become_impossible_nothing_is_let_go_of(county: Engine) -> None:
    run = carried_out(county, RunMode.FILL)
    assert (run.status, run.released) == (RunStatus.SUCCEEDED, [])


def test_what_a_coordinator_has_pinned_binds_a_run_that_plans_anew_and_no_other(store: Session) -> None:
    store.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK.plus(9)))
    with pytest.raises(InvalidProblem, match="breaks the rule “Weeks of the course”"):
        gather_for(store, SYSTEM, "trm_a", RunMode.PLAN)
    for mode in (RunMode.REPAIR, *LEAVING):
        [released] = gather_for(store, SYSTEM, "trm_a", mode).released
        assert (released.request_id, released.start) == ("req_a", str(WEEK.plus(9)))


@pytest.mark.usefixtures("begun")
def test_a_pin_that_binds_is_refused_where_what_is_completed_has_taken_the_place(store: Session) -> None:
    completed = store.exec(select(Placement).where(Placement.request_id == "req_a")).one()
    settle_placement(store, KI, completed.id, PlacementStatus.COMPLETED)
    store.add(Pin(term_id="trm_a", request_id="req_b", unit_id="unt_a", start=WEEK))
    posed = gather_for(store, SYSTEM, "trm_a", RunMode.PLAN)
    assert [pin.request for pin in posed.problem.pins] == ["req_a", "req_b"]
    offer_places(store, "off_a", "unt_a", 1)
    with pytest.raises(InvalidProblem, match="breaks the rule “Places offered”"):
        gather_for(store, SYSTEM, "trm_a", RunMode.PLAN)


@pytest.mark.usefixtures("begun")
def test_what_has_been_completed_needs_no_new_place_and_is_never_ended(county: Engine) -> None:
    with open_session(county) as session:
        completed = session.exec(select(Placement).where(Placement.request_id == "req_a")).one()
        settle_placement(session, KI, completed.id, PlacementStatus.COMPLETED)
        offer_places(session, "off_a", "unt_a", 0)
    with open_session(county) as session:
        assert [asked.id for asked in gather_for(session, SYSTEM, "trm_a", RunMode.PLAN).problem.requests] == ["req_b"]
    publication = publish_run(county, plan(county, RunMode.REPAIR))
    assert (publication.moved, publication.ended) == (0, 1)
    with open_session(county) as session:
        assert session.get_one(Placement, completed.id).status is PlacementStatus.COMPLETED


def test_anything_else_that_makes_no_problem_still_fails_the_run(store: Session) -> None:
    agreed = store.get_one(Agreement, "agr_a").model_dump()
    store.add(Agreement(**{**agreed, "id": "agr_twice", "every_unit": True}))
    with pytest.raises(InvalidProblem, match="could cover the same placement"):
        gather_for(store, SYSTEM, "trm_a", RunMode.FILL)
