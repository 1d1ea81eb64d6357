"""A bound that a plan refutes is taken back, and is not presented as a proof."""

from __future__ import annotations

import logging

import pytest

from placement_solver.columns import Columns
from placement_solver.progress import Progress
from placement_solver.search.bounds import Bounds
from placement_solver.search.clock import Clock
from placement_solver.search.options import open_market
from placement_solver.search.phases import Search
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn


def test_a_bound_rises_and_never_falls_while_no_plan_is_below_it() -> None:
    bounds = Bounds()
    assert bounds.rise(10, summed=True)
    assert not bounds.rise(8, summed=False)
    assert bounds.rise(12, summed=False)
    bounds.meet(12)
    assert (bounds.value, bounds.refuted) == (12, False)


def test_what_a_plan_refutes_falls_back_to_what_prices_prove_and_engines_are_trusted_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bounds = Bounds()
    bounds.rise(10, summed=True)
    bounds.rise(15, summed=False)
    with caplog.at_level(logging.ERROR):
        bounds.meet(14)
    assert (bounds.value, bounds.refuted) == (10, True)
    assert "14, below the bound of 15" in caplog.text
    assert not bounds.rise(13, summed=False)
    assert bounds.rise(11, summed=True)
    assert bounds.value == 11


def test_a_search_ends_with_no_bound_above_its_plan() -> None:
    told: list[Progress] = []
    columns = Columns(drawn(3))
    search = Search(open_market(columns), Teams(columns), Clock(5.0), told.append)
    search.bounds.rise(10**9, summed=False)
    search.run(seed=0, workers=1)
    assert search.bound <= search.best.objective
    assert search.bounds.refuted
