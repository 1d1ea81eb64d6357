"""Cuts exclude mixtures of plans, and never a plan."""

from __future__ import annotations

import math

import numpy as np

from placement_solver.columns import Columns
from placement_solver.search.cuts import Cut, Cuts
from placement_solver.search.draft import NONE
from placement_solver.search.options import Market, open_market
from placement_solver.search.prices import SCALE, bound_at, reduced_costs, slot_prices
from placement_solver.search.relaxation import Settled, settle_prices
from placement_solver.search.settings import USUAL, CutSettings, SearchSettings
from tests.solver.drawn import drawn
from tests.solver.drawn_plans import drafts
from tests.solver.enumeration import best_objective
from tests.solver.small import capacity, problem, request, student


def settled(market: Market, settings: SearchSettings = USUAL) -> Settled:
    return settle_prices(
        market, 10**9, seconds=math.inf, stopped=lambda: False, on_bound=lambda _: None, settings=settings
    )


def one_place_for_six_weeks() -> Market:
    """One student of two weeks and two of three weeks want the same place; two of them can have it."""
    names = ("anna", "bo", "cecilia")
    weeks = (2, 3, 3)
    return open_market(
        Columns(
            problem(
                students=tuple(student(name) for name in names),
                requests=tuple(
                    request(f"{name}-1", weeks=length, starts=tuple(range(0, 7 - length, 1 if length == 2 else 3)))
                    for name, length in zip(names, weeks, strict=True)
                ),
                capacities=(capacity(places=(1, 1, 1, 1, 1, 1)),),
            )
        )
    )


def test_a_third_of_a_place_for_each_of_three_is_cut_off() -> None:
    market = one_place_for_six_weeks()
    mixture = settled(market)
    assert mixture.relaxation is not None
    cut = mixture.relaxation.cut(lambda: 10**9, stopped=lambda: False)
    assert mixture.bound < 1_000, "a mixture of plans places more than two of them"
    assert cut.bound >= 1_000, "no plan does"


def test_the_bound_with_cuts_holds_for_the_best_plan_there_is() -> None:
    rises = 0
    for number in range(80):
        market = open_market(Columns(drawn(number)))
        mixture = settled(market)
        best = best_objective(drawn(number))
        assert best is not None
        assert mixture.relaxation is not None
        cut = mixture.relaxation.cut(lambda: 10**9, stopped=lambda: False)
        assert mixture.bound <= cut.bound <= best
        assert cut.bound == bound_at(market, cut.prices)
        rises += cut.bound > mixture.bound
    assert rises


def test_every_plan_keeps_to_every_cut() -> None:
    found = met = 0
    for number in range(40):
        plans = drafts(number, 5)
        market = plans[0].market
        throws = np.random.default_rng(number)
        # any rows with any multipliers, not only those that cut off a mixture
        rows = len(market.unplaced) + len(market.scarcity.supply) + market.exclusions.count + market.meetings.count
        cuts = Cuts(market)
        for prime in (2, 3, 5):
            taken = throws.choice(rows, size=min(rows, 4), replace=False)
            times = throws.integers(1, prime, len(taken))
            cuts.add([Cut(prime, tuple(taken.tolist()), tuple(times.tolist()))])
        cuts.add([Cut(1, (row,), (1,)) for row in range(rows - market.meetings.count, rows)])
        found += len(cuts.option)
        met += market.meetings.count
        for plan in plans:
            options = plan.row[plan.row != NONE]
            used = np.zeros(len(cuts.supply), dtype=np.int64)
            held = np.isin(cuts.option, options)
            np.add.at(used, cuts.cut[held], cuts.amount[held])
            assert (used <= cuts.supply).all()
    assert found
    assert met


def test_an_options_toll_is_what_it_uses_of_each_cut_at_its_price() -> None:
    market = one_place_for_six_weeks()
    requests = len(market.unplaced)
    first_cells = tuple(range(requests, requests + 3))
    cuts = Cuts(market)
    cuts.add([Cut(2, (0, *first_cells), (1, 1, 1, 1)), Cut(2, first_cells, (1, 1, 1))])
    used = [0] * len(market.request)
    for option, cut, amount in zip(cuts.option.tolist(), cuts.cut.tolist(), cuts.amount.tolist(), strict=True):
        used[option] += (10, 7)[cut] * amount
    toll = cuts.toll(np.array([10, 7]))
    assert toll.tolist() == used
    assert toll.any()


def test_priced_cuts_are_part_of_what_an_option_costs() -> None:
    market = one_place_for_six_weeks()
    relaxation = settled(market).relaxation
    assert relaxation is not None
    prices = relaxation.cut(lambda: 10**9, stopped=lambda: False).prices
    assert prices.toll is not None
    without = market.cost * SCALE + slot_prices(market, prices)[market.slot]
    assert (reduced_costs(market, prices) - without == prices.toll).all()
    assert prices.toll.any()
    assert prices.yields > 0


def test_a_connected_part_with_too_many_rows_gets_no_cuts() -> None:
    mixture = settled(one_place_for_six_weeks(), SearchSettings(cuts=CutSettings(largest=1, counts=0)))
    assert mixture.relaxation is not None
    assert mixture.relaxation.cut(lambda: 10**9, stopped=lambda: False).bound == mixture.bound


def test_cutting_that_is_stopped_keeps_the_bound_it_had() -> None:
    mixture = settled(one_place_for_six_weeks())
    assert mixture.relaxation is not None
    assert mixture.relaxation.cut(lambda: 10**9, stopped=lambda: True).bound == mixture.bound
