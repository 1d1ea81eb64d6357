"""Scenarios: a run's problem has what the run supposes, and otherwise equals the term."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM
from placement.errors import InvalidError
from placement.planning.runs import start_run
from placement.planning.scenarios import (
    AS_USUAL,
    Closure,
    Options,
    OtherAgreement,
    OtherPlaces,
    Scenario,
    apply_options,
    check_options,
    is_what_if,
    read_options,
    write_options,
)
from placement.tables import CapacityOffer, OfferStatus, Term
from placement_solver.documents import problem_document, problem_of, read_problem
from placement_solver.problem import Problem
from placement_solver.weeks import IsoWeek
from tests.rows import WEEK, small_world

THIRD, FIFTH = IsoWeek(2027, 5), IsoWeek(2027, 7)


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Six weeks from 2027-W03 on, with three units."""
    tiny = Path(__file__).parents[2] / "solver" / "examples" / "tiny.json"
    return replace(read_problem(tiny.read_bytes()), pins=(), current=())


@pytest.fixture
def stored(session: Session) -> Session:
    """The small world, with one answered offer."""
    session.add_all(small_world())
    session.flush()
    return session


def supposed(problem: Problem, **scenario: Any) -> Problem:  # noqa: ANN401 (the fields of a scenario)
    return apply_options(problem, Options(scenario=Scenario(**scenario))).problem


def places(problem: Problem) -> dict[str, int | tuple[int, ...]]:
    return {str(capacity.id): capacity.places for capacity in problem.capacities}


def test_an_offer_has_more_places_in_the_weeks_named_and_the_problem_a_fingerprint_of_its_own(problem: Problem) -> None:
    more = supposed(problem, offers=(OtherPlaces(offer_id="clinic-nurses", places=10, first_week=THIRD),))
    assert places(more)["clinic-nurses"] == (1, 1, 12, 12, 11, 11)
    assert places(more)["home-nurses"] == (2,) * 6
    assert more.sha256 != problem.sha256
    assert problem_of(problem_document(more)) == more


def test_an_offer_never_has_fewer_places_than_none(problem: Problem) -> None:
    fewer = OtherPlaces(offer_id="clinic-nurses", places=-1, last_week=THIRD)
    again = OtherPlaces(offer_id="clinic-nurses", places=-1, first_week=THIRD, last_week=THIRD)
    assert places(supposed(problem, offers=(fewer, again)))["clinic-nurses"] == (0, 0, 0, 2, 1, 1)


def test_a_unit_that_closes_has_no_places_whatever_else_is_supposed(problem: Problem) -> None:
    closure = Closure(unit_id="ward", first_week=THIRD, last_week=FIFTH)
    more = OtherPlaces(offer_id="ward-nurses", places=5)
    closed = places(supposed(problem, closures=(closure,), offers=(more,)))
    assert closed["ward-nurses"] == (7, 7, 0, 0, 0, 7)
    assert closed["ward-physio"] == (1, 1, 0, 0, 0, 1)
    assert closed["clinic-nurses"] == (1, 1, 2, 2, 1, 1)


def test_weeks_outside_the_term_as_it_has_become_are_left_out(problem: Problem) -> None:
    closure = Closure(unit_id="home", first_week=IsoWeek(2026, 40), last_week=IsoWeek(2027, 40))
    assert places(supposed(problem, closures=(closure,)))["home-nurses"] == (0,) * 6


def test_an_agreement_ends_or_has_another_ceiling_which_no_floor_exceeds(problem: Problem) -> None:
    others = (OtherAgreement(agreement_id="shh-region", ends=True), OtherAgreement("ki-region", max_student_weeks=3))
    found = {str(agreement.id): agreement for agreement in supposed(problem, agreements=others).agreements}
    assert set(found) == {"ki-region", "ki-solna", "ki-solna-later"}
    assert (found["ki-region"].max_student_weeks, found["ki-region"].min_student_weeks) == (3, 3)
    assert found["ki-solna"].max_student_weeks is None


def test_an_absent_supervisor_is_on_duty_in_no_week(problem: Problem) -> None:
    weeks = {str(each.id): each.weeks for each in supposed(problem, absent_supervisors=("sup-ward",)).supervisors}
    assert (weeks["sup-ward"], weeks["sup-clinic"], weeks["sup-home"]) == ((), (0, 1, 2, 3), None)


def test_the_longest_journey_and_the_weights_are_those_of_the_run(problem: Problem) -> None:
    other = apply_options(problem, Options(weights={"travel": 7}, scenario=Scenario(travel_max_minutes=15))).problem
    assert other.travel == replace(problem.travel, max_travel=15)
    assert other.weights == replace(problem.weights, travel=7)


def test_what_is_no_longer_there_changes_nothing(problem: Problem) -> None:
    gone = supposed(
        problem,
        offers=(OtherPlaces(offer_id="gone", places=1),),
        agreements=(OtherAgreement("gone", ends=True),),
        closures=(Closure(unit_id="gone"),),
        absent_supervisors=("gone",),
    )
    assert gone.agreements == problem.agreements
    assert gone.supervisors == problem.supervisors
    assert places(gone)["clinic-nurses"] == places(problem)["clinic-nurses"]


def test_options_are_stored_without_what_is_as_usual_and_read_back_the_same() -> None:
    offer = OtherPlaces(offer_id="off_a", places=-2, first_week=THIRD)
    options = Options(weights={"unplaced": 5}, scenario=Scenario(offers=(offer,), absent_supervisors=("sup_a",)))
    written = write_options(options)
    assert written == {
        "weights": {"unplaced": 5},
        "scenario": {
            "offers": [{"first_week": "2027-W05", "offer_id": "off_a", "places": -2}],
            "absent_supervisors": ["sup_a"],
        },
    }
    assert read_options(written) == options
    assert write_options(AS_USUAL) == {}


def test_a_run_that_supposes_something_is_a_what_if_and_one_with_other_weights_is_none(stored: Session) -> None:
    supposing = Options(scenario=Scenario(travel_max_minutes=30))
    assert is_what_if(start_run(stored, SYSTEM, "trm_a", 60, options=supposing))
    weighed = start_run(stored, SYSTEM, "trm_a", 60, options=Options(weights={"travel": 9}))
    stored.refresh(weighed)
    assert not is_what_if(weighed)
    assert weighed.options == {"weights": {"travel": 9}}


def test_everything_that_a_scenario_gets_wrong_is_pointed_out(stored: Session) -> None:
    unanswered = CapacityOffer(id="off_b", term_id="trm_a", unit_id="unt_a", professions=["nurse"])
    assert unanswered.status is not OfferStatus.ANSWERED
    stored.add(unanswered)
    scenario = Scenario(
        offers=(OtherPlaces(offer_id="off_b", places=1, last_week=WEEK.plus(20)),),
        agreements=(OtherAgreement("agr_a"), OtherAgreement("agr_a", ends=True, max_student_weeks=1)),
        closures=(Closure(unit_id="unt_none", first_week=WEEK.plus(2), last_week=WEEK.plus(1)),),
        absent_supervisors=("sup_a", "sup_none"),
    )
    with pytest.raises(InvalidError) as refusal:
        check_options(stored, stored.get_one(Term, "trm_a"), Options(scenario=scenario))
    assert [fault.pointer for fault in refusal.value.faults] == [
        "/scenario/offers/0/offer_id",
        "/scenario/offers/0/last_week",
        "/scenario/agreements/0/ends",
        "/scenario/agreements/1/ends",
        "/scenario/agreements",
        "/scenario/closures/0/unit_id",
        "/scenario/closures/0/last_week",
        "/scenario/absent_supervisors/1",
    ]


def test_a_scenario_of_what_the_term_has_is_accepted(stored: Session) -> None:
    scenario = Scenario(
        offers=(OtherPlaces(offer_id="off_a", places=10, first_week=WEEK, last_week=WEEK.plus(19)),),
        agreements=(OtherAgreement("agr_a", ends=True),),
        closures=(Closure(unit_id="unt_a"),),
        absent_supervisors=("sup_a",),
    )
    check_options(stored, stored.get_one(Term, "trm_a"), Options(scenario=scenario))
