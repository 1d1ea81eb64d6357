"""Supposing: a remedy becomes a scenario if a scenario has words for all of it."""

from __future__ import annotations

from typing import Any

from placement.planning.scenarios import read_options
from placement.running.supposing import suppose
from tests.solver.small import agreement, capacity, placed, problem, request, unit
from tests.solver.test_explanation.plans import remedies

BESIDE = placed("bo-1")
FIRST = (request(starts=(0,)), request("bo-1", starts=(0,)))


def test_more_places_are_so_many_more_in_an_offers_weeks() -> None:
    term = problem(capacities=(capacity(places=1),), requests=FIRST)
    scenario = suppose(term, remedies(term, BESIDE)["places",])
    first, second = term.term.first_week, term.term.first_week.plus(1)
    assert scenario is not None
    (offer,) = scenario["offers"]
    assert offer == {
        "offer_id": term.capacities[0].id,
        "first_week": str(first),
        "last_week": str(second),
        "places": 1,
    }
    assert scenario["agreements"] == []
    assert read_options({"scenario": scenario}).scenario.offers[0].places == 1


def test_a_higher_ceiling_of_an_agreement_is_supposed() -> None:
    term = problem(agreements=(agreement(max_student_weeks=3),), requests=FIRST)
    scenario: Any = suppose(term, remedies(term, BESIDE)["agreement",])
    assert scenario["offers"] == []
    assert scenario["agreements"][0]["agreement_id"] == term.agreements[0].id
    assert scenario["agreements"][0]["max_student_weeks"] > 3


def test_what_a_scenario_has_no_words_for_is_not_supposed() -> None:
    term = problem(units=(unit(max_students=1),), requests=FIRST)
    assert suppose(term, remedies(term, BESIDE)["places",]) is None
