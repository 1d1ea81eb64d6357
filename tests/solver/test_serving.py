"""The waiting list is served in its order: no later request overtakes an earlier one, and what is in force stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from placement_solver.check import check, check_plan
from placement_solver.plan import Plan
from placement_solver.problem import Decision, Problem, RequestId, UnitId
from placement_solver.progress import Progress
from placement_solver.serving import serve_waiting_list
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective, cost_of, ways_to_place
from tests.solver.quick import QUICK
from tests.solver.small import WARD, capacity, problem, request, student, unit

HOME = UnitId("home")


def served(term: Problem) -> Plan:
    return serve_waiting_list(term, time_limit=5, settings=QUICK).plan


def contested(first: str, second: str) -> Problem:
    """Anna and Bo want the one place at the ward in the one week; at home, further away, there is one too."""
    students = (student("anna"), student("bo"))
    asked = {name: request(name, student=each.id, starts=(0,)) for name, each in zip(("a", "b"), students, strict=True)}
    return problem(
        units=(unit(), unit("home", lat=59.4)),
        capacities=(capacity(places=1), capacity("c-home", unit=HOME, places=1)),
        students=students,
        requests=(asked[first], asked[second]),
        weights=replace(problem().weights, unplaced=100_000, travel=1),
    )


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
def test_the_first_in_the_list_has_the_nearest_place_and_the_next_what_is_left(first: str, second: str) -> None:
    plan = served(contested(first, second))
    assert {each.request: each.unit for each in plan.placements} == {first: WARD, second: HOME}


def test_pins_stand_even_before_the_first_in_the_list() -> None:
    term = replace(contested("a", "b"), pins=(Decision(RequestId("b"), WARD, 0),))
    assert {each.request: each.unit for each in served(term).placements} == {"a": HOME, "b": WARD}


def test_a_request_that_finds_no_place_gets_the_reasons() -> None:
    term = contested("a", "b")
    plan = served(replace(term, capacities=term.capacities[:1]))
    assert [each.request for each in plan.placements] == ["a"]
    assert [(each.request, each.reasons.capacities[0].id) for each in plan.unplaced] == [("b", "places")]


def test_the_listener_hears_of_the_plan_and_the_prices_are_kept() -> None:
    told: list[Progress] = []
    solution = serve_waiting_list(contested("a", "b"), time_limit=5, settings=QUICK, on_progress=told.append)
    assert [(each.phase, each.unplaced) for each in told] == [("search", 0)]
    assert solution.pricing is not None
    assert solution.plan.status == "optimal"


@pytest.mark.parametrize("number", range(120))
def test_no_request_could_have_a_better_place_given_those_before_it(number: int) -> None:
    """Serial dictatorship, tried by enumeration: each has the cheapest of all that those before left room for."""
    term = drawn(number)
    plan = served(term)
    assert not check_plan(term, plan)
    assert plan.bound <= (best_objective(term) or 0) <= plan.objective
    where = {placement.request: placement for placement in plan.placements}
    pinned = {pin.request for pin in term.pins}
    before = tuple(placement for placement in plan.placements if placement.request in pinned)
    unpinned = replace(term, pins=())
    for each in term.requests:
        if each.id in pinned:
            continue
        own = where.get(each.id)
        cost = cost_of(unpinned, before if own is None else (*before, own))
        others = [(*before, way) for way in ways_to_place(unpinned, each)]
        assert all(check(unpinned, those) or cost_of(unpinned, those) >= cost for those in others)
        before = before if own is None else (*before, own)
