"""Branching on counts raises the bound where neither side of a count is refuted, and never above a plan."""

from __future__ import annotations

import pytest

from placement_solver.problem import Problem
from placement_solver.search.branching import Branching
from placement_solver.search.settings import BranchingSettings, SearchSettings
from placement_solver.solve import solve
from tests.bench.shapes import draw_shape, make
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.test_counting import NO_COUNTS, relaxed, three_for_six_weeks

DEAR = 10_000
"""What costs more than a plan of few requests."""
THOROUGH = BranchingSettings(tries=20, worth=1e-6)


def branched(term: Problem, upper: int, settings: SearchSettings = NO_COUNTS) -> tuple[int, int]:
    """Return the bound before and after branching."""
    relaxation = relaxed(term, settings)
    before = relaxation.cut(lambda: upper, stopped=lambda: False).bound
    tree = Branching(relaxation, THOROUGH, upper)
    for _ in range(200):
        if tree.bound >= upper or tree.is_whole():
            break
        tree.divide(upper, stopped=lambda: False)
    return before, tree.bound


def test_two_or_three_have_a_place_and_with_two_one_is_left_out() -> None:
    before, bound = branched(three_for_six_weeks(), DEAR)
    assert before < 1_000, "a mixture of plans places more than two"
    assert bound >= 1_000, "no plan does"


@pytest.mark.parametrize("dearer", [1, 300, DEAR])
def test_no_leaf_that_counts_is_above_the_best_plan(dearer: int) -> None:
    rises = 0
    for number in range(80):
        term = drawn(number)
        best = best_objective(term)
        assert best is not None
        before, bound = branched(term, best + dearer)
        assert bound <= best
        rises += bound > before
    assert rises > 0


@pytest.mark.parametrize("seed", range(6))
def test_no_county_has_a_plan_below_its_bound(seed: int) -> None:
    term = make(draw_shape(seed, 120), seed)
    plan = solve(term, time_limit=20.0, seed=seed, workers=1)
    before, bound = branched(term, plan.objective + 1)
    assert before <= bound <= plan.objective


def test_once_stopped_the_tree_stands_as_it_is() -> None:
    relaxation = relaxed(three_for_six_weeks(), NO_COUNTS)
    tree = Branching(relaxation, THOROUGH, DEAR)
    before = tree.bound
    tree.divide(DEAR, stopped=lambda: True)
    assert tree.bound == before
    assert not tree.is_whole()
