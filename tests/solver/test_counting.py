"""How many of some requests a plan places is a whole number, which raises the bound, and never above a plan."""

from __future__ import annotations

import math

import numpy as np
import pytest

from placement_solver.columns import Columns
from placement_solver.problem import Problem
from placement_solver.search.counting import Counting
from placement_solver.search.options import open_market
from placement_solver.search.relaxation import Relaxation, settle_prices
from placement_solver.search.settings import CutSettings, SearchSettings
from placement_solver.solve import solve
from tests.bench.shapes import draw_shape, make
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.small import capacity, problem, request, student

NO_PLAN = 10**9
"""What costs more than every plan."""
COUNTS_ALONE = SearchSettings(cuts=CutSettings(largest=1))
"""Rows are not added up."""
NO_COUNTS = SearchSettings(cuts=CutSettings(largest=1, counts=0))


def relaxed(term: Problem, settings: SearchSettings) -> Relaxation:
    market = open_market(Columns(term))
    settled = settle_prices(
        market, NO_PLAN, seconds=math.inf, stopped=lambda: False, on_bound=lambda _: None, settings=settings
    )
    assert settled.relaxation is not None
    return settled.relaxation


def bound_of(term: Problem, upper: int, settings: SearchSettings = COUNTS_ALONE) -> int:
    relaxation = relaxed(term, settings)
    relaxation.cut(lambda: upper, stopped=lambda: False)
    relaxation.count(lambda: upper, stopped=lambda: False, on_bound=lambda _: None)
    return relaxation.best.bound


def three_for_six_weeks() -> Problem:
    """One student of two weeks and two of three weeks want the same place; two of them can have it."""
    weeks = {"anna": 2, "bo": 3, "cecilia": 3}
    return problem(
        students=tuple(student(name) for name in weeks),
        requests=tuple(
            request(f"{name}-1", weeks=length, starts=tuple(range(0, 7 - length, 1 if length == 2 else 3)))
            for name, length in weeks.items()
        ),
        capacities=(capacity(places=(1, 1, 1, 1, 1, 1)),),
    )


def test_that_two_and_a_third_have_a_place_is_no_more_than_two() -> None:
    assert bound_of(three_for_six_weeks(), NO_PLAN, NO_COUNTS) < 1_000, "a mixture of plans places more than two"
    assert bound_of(three_for_six_weeks(), NO_PLAN) >= 1_000, "no plan does"


@pytest.mark.parametrize("dearer", [1, 300, NO_PLAN])
def test_the_bound_with_counts_holds_for_every_plan_that_costs_less_than_what_they_are_proven_against(
    dearer: int,
) -> None:
    rises = 0
    for number in range(80):
        term = drawn(number)
        best = best_objective(term)
        assert best is not None
        bound = bound_of(term, best + dearer)
        assert bound <= best
        rises += bound > bound_of(term, best + dearer, NO_COUNTS)
    assert rises > 0


@pytest.mark.parametrize("seed", range(6))
def test_no_county_has_a_plan_below_its_bound(seed: int) -> None:
    term = make(draw_shape(seed, 120), seed)
    plan = solve(term, time_limit=20.0, seed=seed, workers=1)
    assert bound_of(term, plan.objective + 1) <= plan.objective


def test_a_count_is_tried_once_at_each_whole_number_and_whole_ones_never() -> None:
    market = open_market(Columns(three_for_six_weeks()))
    counting, broken = Counting(market), np.array([1.0, 0.75, 0.5])
    found = counting.next(broken, worth=0)
    assert found is not None
    assert (found.requests.tolist(), found.least) == ([0, 1, 2], 2)
    others = []
    while (found := counting.next(broken, worth=0)) is not None:
        others.append((found.requests.tolist(), found.least))
    assert others == [([0, 1, 2], 2), ([1, 2], 1)], "all of them, then the two of three weeks"
    assert counting.next(np.ones(3), worth=0) is None
    again = counting.next(np.array([1.0, 0.5, 0.0]), worth=0)
    assert again is not None
    assert again.least == 1


def test_a_count_is_asked_again_where_enough_was_reached_and_settled_by_a_plan_that_costs_no_more() -> None:
    counting, broken = Counting(open_market(Columns(three_for_six_weeks()))), np.array([1.0, 0.75, 0.5])
    first = counting.next(broken, worth=0)
    assert first is not None
    counting.keep(first, 900)
    assert counting.settles(900, before=1_000)
    assert not counting.settles(901, before=1_000), "a better plan than that is still possible on both sides"
    assert not counting.settles(800, before=900), "it was settled before"
    counting.begin()
    asked = counting.next(broken, worth=901)
    assert asked is not None
    assert asked.name != first.name, "the first has not reached enough"
    counting.begin()
    again = counting.next(broken, worth=900)
    assert again is not None
    assert again.name == first.name
