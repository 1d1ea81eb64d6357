"""The climb: compiled it asks the same as it does by whole arrays, and it cools down in the time that it has."""

from __future__ import annotations

import math

import numpy as np
import pytest

from placement_solver.columns import Columns
from placement_solver.search import climb, compiling
from placement_solver.search.climb import find_prices
from placement_solver.search.options import Market, open_market
from placement_solver.search.prices import bound_at
from placement_solver.search.settings import USUAL
from tests.bench.shapes import draw_shape, make
from tests.solver.drawn import drawn


def market_of(seed: int) -> Market:
    return open_market(Columns(make(draw_shape(seed, requests=150), seed)))


@pytest.mark.parametrize("seed", range(4))
def test_compiled_or_not_the_same_options_are_asked_for(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    market = market_of(seed)
    uses, lots = climb._Uses.of(market), np.random.default_rng(seed)
    price = np.abs(lots.normal(0, 300, uses.count)) * (lots.random(uses.count) < 0.3)
    everyone = np.arange(len(market.unplaced))
    compiling.begin()
    assert compiling.are_ready(60)
    shops, asked = [], []
    for ready in (True, False):
        monkeypatch.setattr(compiling, "are_ready", lambda _, ready=ready: ready)
        shop = climb._Shop(market, uses, np.rint(price * 4096).astype(np.int64))
        near = shop.near(everyone, 30.0)
        shops.append((shop.least.tolist(), near.tolist()))
        asked.append([climb._Awake(market, uses, near, everyone).ask(price, heat) for heat in (20.0, 1.0, 0.05)])
    assert shops[0] == shops[1]
    for (demand, share), (other_demand, other_share) in zip(*asked, strict=True):
        assert np.abs(share - other_share).max() < 0.02, "also where costs are high and the heat is low"
        assert np.abs(demand - other_demand).max() < 0.02 * len(everyone)


def test_with_too_few_seconds_it_cools_down_in_fewer_rounds() -> None:
    looks = {}
    for seconds in (math.inf, 0.0):
        asked = 0

        def stopped() -> bool:
            nonlocal asked
            asked += 1
            return False

        market = market_of(0)
        priced = find_prices(
            market, 10**9, rounds=500, seconds=seconds, stopped=stopped, on_bound=lambda _: None, settings=USUAL.climb
        )
        assert priced.bound == bound_at(market, priced.prices)
        looks[seconds] = asked
    assert looks[0.0] * 5 < looks[math.inf]


def test_a_term_in_which_nobody_has_an_option_is_asked_too() -> None:
    compiling.begin()
    assert compiling.are_ready(60)
    for number in range(20):
        market = open_market(Columns(drawn(number)))
        find_prices(market, 10**9, rounds=30, stopped=lambda: False, on_bound=lambda _: None)
