"""A remedy is made and checked before it is reported."""

from __future__ import annotations

import pytest

from placement_solver.explanation.proof import UnprovenRemedyError, changed_document, prove
from placement_solver.explanation.relaxations import Change
from tests.solver.small import capacity, placed, problem
from tests.solver.test_explanation.plans import plan_of

TERM = problem(capacities=(capacity(places=1),))
PLAN = plan_of(TERM, placed("bo-1"))
MORE = (Change("/capacities/0/places", 1, 2),)
BOTH = (placed("bo-1"), placed("anna-1"))


def test_a_change_that_makes_room_is_proven_by_the_plan_that_it_allows() -> None:
    proof = prove(TERM, PLAN, MORE, BOTH)
    assert (proof.objective, proof.unplaced, proof.placements) == (20, (), BOTH)
    assert proof.problem_sha256 != PLAN.problem_sha256


def test_a_change_that_makes_no_room_is_never_reported() -> None:
    with pytest.raises(UnprovenRemedyError, match="more students than places"):
        prove(TERM, PLAN, (), BOTH)


def test_a_plan_that_costs_nothing_is_optimal() -> None:
    free = problem(capacities=(capacity(places=1),), requests=TERM.requests[:1])
    cheap = plan_of(problem(requests=()))
    assert cheap.status == "optimal"
    assert prove(problem(requests=()), cheap, (), ()).status == "optimal"
    assert prove(free, plan_of(free), (), (placed("anna-1"),)).status == "feasible"


def test_changes_replace_a_value_or_add_an_entry_and_the_problem_itself_stands() -> None:
    offer = {"id": "new"}
    document = changed_document(TERM, (*MORE, Change("/capacities/-", None, offer)))
    assert [each.get("places") for each in document["capacities"]] == [2, None]
    assert TERM.capacities[0].places == 1
