"""Exclusions lower no bound below a plan, and raise it where a student would be in two places at once."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from placement_solver.columns import Columns
from placement_solver.problem import Problem
from placement_solver.search.climb import find_prices
from placement_solver.search.draft import NONE
from placement_solver.search.exclusions import MOST
from placement_solver.search.options import open_market
from placement_solver.search.relaxation import settle_prices
from tests.solver.drawn import drawn
from tests.solver.drawn_plans import drafts
from tests.solver.enumeration import best_objective
from tests.solver.small import capacity, problem, request, student


def test_of_two_placements_in_the_same_weeks_the_bound_leaves_one_out() -> None:
    requests = tuple(request(name, weeks=2, starts=(0, 1)) for name in ("anna-1", "anna-2"))
    term = problem(students=(student(),), requests=requests, capacities=(capacity(places=2),))
    market = open_market(Columns(term))
    settled = settle_prices(market, 10**9, seconds=math.inf, stopped=lambda: False, on_bound=lambda _: None)
    assert market.exclusions.count > 0
    assert settled.bound >= 1_000, "one of them has no place in any plan"


def settled_bound(term: Problem) -> int:
    market = open_market(Columns(term))
    return settle_prices(market, 10**9, seconds=math.inf, stopped=lambda: False, on_bound=lambda _: None).bound


def test_two_halves_of_short_stays_and_half_of_a_long_one_over_both_are_no_plan() -> None:
    requests = (
        request("anna-1", weeks=2, starts=(0, 4)),
        request("anna-2", weeks=6, starts=(0,)),
    )
    term = problem(students=(student(),), requests=requests, capacities=(capacity(places=2),))
    assert settled_bound(term) >= 1_000, "the long one meets both of the short ones, in different weeks"


def test_of_three_placements_in_five_weeks_of_two_each_one_has_no_place() -> None:
    requests = tuple(request(f"anna-{number}", weeks=2, starts=(0, 1, 2, 3)) for number in range(3))
    term = problem(students=(student(),), requests=requests, capacities=(capacity(places=3),))
    assert settled_bound(term) >= 1_000, "by halves all three would fit"


def test_students_with_one_request_have_none() -> None:
    market = open_market(Columns(problem()))
    assert market.exclusions.count == 0
    assert (market.exclusions.stay == -1).all()


def test_a_plan_has_no_more_options_of_an_exclusion_than_it_may() -> None:
    met = 0
    for number in range(60):
        for draft in drafts(number, 3):
            exclusions = draft.market.exclusions
            _, number_of = exclusions.uses(draft.row[draft.row != NONE])
            met += len(number_of)
            assert (np.bincount(number_of, minlength=exclusions.count) <= exclusions.most).all()
    assert met > 20


def test_the_climb_proves_no_more_than_the_best_plan_costs() -> None:
    tolls = 0
    for number in range(60):
        market = open_market(Columns(drawn(number)))
        climbed = find_prices(market, 10**9, rounds=100, stopped=lambda: False, on_bound=lambda _: None)
        best = best_objective(drawn(number))
        assert best is None or climbed.bound <= best
        tolls += climbed.prices.toll is not None and bool(climbed.prices.toll.any())
    assert tolls > 3


@pytest.mark.parametrize(("requests", "weeks", "starts"), [(34, 31, 30), (60, 8, 5), (12, 4, 40)])
def test_a_student_with_very_many_stays_is_looked_at_briefly(requests: int, weeks: int, starts: int) -> None:
    asked = tuple(request(f"anna-{number}", weeks=weeks, starts=tuple(range(starts))) for number in range(requests))
    term = problem(
        term=replace(problem().term, weeks=60),
        students=(student(),),
        requests=asked,
        capacities=(capacity(places=2),),
    )
    market = open_market(Columns(term))
    assert market.exclusions.count <= 2 * MOST
