"""The relaxation finds the best bound that prices can prove, whatever columns it begins with."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from placement_solver.columns import Columns
from placement_solver.search.options import open_market
from placement_solver.search.prices import Priced, Prices, bound_at, bound_at_scale
from placement_solver.search.relaxation import Relaxation, settle_prices
from placement_solver.search.settings import USUAL, RelaxationSettings, SearchSettings
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.small import agreement, problem

if TYPE_CHECKING:
    from placement_solver.search.options import Market


@cache
def market_of(number: int) -> Market:
    return open_market(Columns(drawn(number)))


def nothing_known(market: Market) -> Priced:
    prices = Prices.nothing(market)
    return Priced(prices, bound_at(market, prices), np.zeros(len(market.request)))


def relaxed(market: Market, settings: SearchSettings = USUAL) -> Priced:
    start = nothing_known(market)
    relaxation = Relaxation(market, start, stopped=lambda: False, on_bound=lambda _: None, settings=settings)
    relaxation.solve()
    return relaxation.best


def test_the_bound_holds_for_the_best_plan_there_is() -> None:
    for number in range(60):
        best = best_objective(drawn(number))
        assert best is not None
        assert relaxed(market_of(number)).bound <= best


def test_no_climb_proves_more_than_the_relaxation() -> None:
    for number in range(30):
        market = market_of(number)
        climbed = settle_prices(market, 10**9, seconds=math.inf, stopped=lambda: False, on_bound=lambda _: None)
        from_nothing = relaxed(market)
        assert abs(bound_at_scale(market, climbed.prices) - bound_at_scale(market, from_nothing.prices)) <= 4096


def test_the_relaxed_plan_costs_what_the_prices_prove() -> None:
    for number in range(30):
        market = market_of(number)
        found = relaxed(market)
        placed = np.bincount(market.request, weights=found.share, minlength=len(market.unplaced))
        assert (placed <= 1 + 1e-6).all()
        given = np.zeros(len(market.floor.need))
        floor = market.floor
        of_slot = np.bincount(market.slot, weights=found.share, minlength=len(market.slots))
        np.add.at(given, floor.line, of_slot[floor.slot] * floor.amount)
        short = np.maximum(0, floor.need - given).sum() * floor.weight
        cost = found.share @ market.cost + (1 - placed) @ market.unplaced + short
        assert cost == pytest.approx(bound_at_scale(market, found.prices) / 4096, abs=0.5)


def test_options_left_out_at_first_are_found_by_their_price() -> None:
    whole = [bound_at_scale(market_of(number), relaxed(market_of(number)).prices) for number in range(30)]
    one_each = SearchSettings(relaxation=RelaxationSettings(cheapest_each=1, added_each=1))
    few = [bound_at_scale(market_of(number), relaxed(market_of(number), one_each).prices) for number in range(30)]
    assert all(abs(one - other) <= 4096 for one, other in zip(whole, few, strict=True))


def test_a_relaxation_stopped_at_once_returns_what_it_was_given() -> None:
    market = market_of(3)
    start = nothing_known(market)
    relaxation = Relaxation(market, start, stopped=lambda: True, on_bound=lambda _: None)
    assert not relaxation.solve()
    assert relaxation.best is start


def test_where_the_relaxation_finds_nothing_in_time_the_prices_climb_on() -> None:
    hurried = SearchSettings(relaxation=RelaxationSettings(time_share=0.0, climb=25, long_climb=100))
    higher = 0
    for number in range(12):
        told: list[int] = []
        found = settle_prices(
            market_of(number),
            10**9,
            seconds=3600.0,
            stopped=lambda: False,
            on_bound=told.append,
            settings=hurried,
        )
        assert found.bound == max(told)
        assert told == sorted(told)
        higher += len(set(told)) > 2
    assert higher


def test_a_relaxation_cut_short_still_proves_a_bound() -> None:
    one_turn = SearchSettings(relaxation=RelaxationSettings(turns=1, cheapest_each=1))
    for number in range(30):
        best = best_objective(drawn(number))
        assert best is not None
        assert relaxed(market_of(number), one_turn).bound <= best


def test_a_market_without_options_is_relaxed_too() -> None:
    term = problem(units=(), capacities=(), supervisors=(), agreements=(agreement(min_student_weeks=1),))
    assert relaxed(open_market(Columns(term))).bound == 1000 * len(term.requests) + 40
