"""Exchanges in rings: what they find overfills nothing and costs what it says, and rings find what no swap can."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from itertools import pairwise
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from placement_solver.columns import Columns
from placement_solver.search import compiling, rings
from placement_solver.search.draft import Draft
from placement_solver.search.exchanging import Pass, exchange_along, try_rings
from placement_solver.search.options import Market, open_market
from placement_solver.search.priced_market import PricedMarket
from placement_solver.search.prices import SCALE, Priced, Prices
from placement_solver.search.relaxation import settle_prices
from placement_solver.search.ring_passes import RingPasses
from placement_solver.search.settings import USUAL
from placement_solver.search.teams import Teams
from tests.bench.gap import Instance, assign, open_jobs, score
from tests.bench.shapes import Shape, make

if TYPE_CHECKING:
    from collections.abc import Callable


def instance(seed: int, agents: int, jobs: int) -> Instance:
    """Draw one whose dear assignments need little (type D of Chu and Beasley), with four fifths of the room needed."""
    rng = np.random.default_rng(seed)
    need = rng.integers(1, 101, (agents, jobs))
    cost = 111 - need + rng.integers(-10, 11, (agents, jobs))
    return Instance(cost, need, (0.8 * need.sum(axis=1) / agents).astype(np.int64))


def at_prices(market: Market, prices: Prices | None = None) -> PricedMarket:
    if prices is not None:
        return PricedMarket(market, Priced(prices, 0, np.zeros(len(market.request))))
    settled = settle_prices(
        market, 10**9, seconds=20, stopped=lambda: False, on_bound=lambda _: None, on_climbed=lambda _: None
    )
    return PricedMarket(market, Priced(settled.prices, settled.bound, settled.share))


def exchanged(
    view: PricedMarket, draft: Draft, *, turns: int = 3_000, stopped: Callable[[], bool] = lambda: False, seed: int = 0
) -> Draft:
    """Return the best that it tells of, or the draft that it began with."""
    told = [draft]
    exchange_along(view, draft, Pass(3, True, turns, seed), stopped=stopped, on_better=told.append)  # noqa: FBT003
    assert all(later.objective < earlier.objective for earlier, later in pairwise(told))
    return told[-1]


def nobody_placed(market: Market) -> Draft:
    return Draft(market, Teams(market.columns))


@pytest.mark.parametrize("seed", range(8))
def test_what_it_finds_overfills_no_cell_and_costs_what_it_says(seed: int) -> None:
    drawn = instance(seed, 8, 60)
    market = open_jobs(drawn)
    found = exchanged(at_prices(market), nobody_placed(market), turns=30_000)
    assert not len(found.unplaced)
    assert score(drawn, market.options(found.row).unit.tolist()) == found.objective
    assert (found.room >= 0).all()


@pytest.mark.parametrize("seed", range(8))
def test_some_passes_come_near_the_best_of_all_assignments_of_a_few_jobs(seed: int) -> None:
    drawn = instance(seed, 3, 9)
    jobs = np.arange(9)
    best = min(
        (
            int(drawn.cost[list(agents), jobs].sum())
            for agents in itertools.product(range(3), repeat=9)
            if (np.bincount(agents, weights=drawn.need[list(agents), jobs], minlength=3) <= drawn.room).all()
        ),
        default=None,
    )
    market = open_jobs(drawn)
    view, found = at_prices(market), nobody_placed(market)
    for one_pass in range(5):
        found = exchanged(view, found, turns=10_000, seed=10_000 * one_pass)
    assert bool(len(found.unplaced)) == (best is None)
    assert best is None or best <= found.objective <= 1.05 * best


def test_three_change_places_all_around_where_no_two_can() -> None:
    """Three agents have room for one job each, and every job gains only at the agent of the next."""
    far, here, better = 500, 100, 99
    cost = np.array([[here, far, better], [better, here, far], [far, better, here]])
    market = open_jobs(Instance(cost, np.full((3, 3), 7), np.full(3, 7)))
    draft = nobody_placed(market)
    own = np.flatnonzero(market.slots.unit == market.slots.request)
    draft.take_all(np.arange(3), own, np.full(3, -1))
    prices = Prices(np.full(3, SCALE, dtype=np.int64), np.empty(0, dtype=np.int64))
    one_turn = exchanged(at_prices(market, prices), draft, turns=4)
    assert (draft.objective, one_turn.objective) == (300, 297)


def test_who_is_left_out_gets_room_that_a_swap_frees_and_the_dearest_is_left_out() -> None:
    drawn = Instance(np.array([[10, 10, 50], [10, 10, 50]]), np.array([[4, 6, 5], [4, 6, 5]]), np.array([10, 4]))
    market = open_jobs(drawn)
    found = exchanged(at_prices(market), nobody_placed(market))
    best = min(
        sum(market.unplaced[job] if agent == 2 else drawn.cost[agent, job] for job, agent in enumerate(agents))
        for agents in itertools.product(range(3), repeat=3)
        if all(
            sum(drawn.need[agent, job] for job in range(3) if agents[job] == agent) <= drawn.room[agent]
            for agent in range(2)
        )
    )
    assert found.objective == best


def test_who_has_to_have_a_place_keeps_it() -> None:
    drawn = instance(3, 5, 40)
    market = open_jobs(drawn)
    market.must_place[:10] = True
    draft = nobody_placed(market)
    for job in range(10):
        draft.take(job, int(market.first[job]) + job % 5, -1)
    found = exchanged(at_prices(market), draft, turns=30_000)
    assert (found.row[:10] == draft.row[:10]).all()
    assert found.objective < draft.objective
    assert (found.room >= 0).all()


def test_where_everybody_has_to_keep_a_place_nothing_changes() -> None:
    market = open_jobs(instance(3, 5, 10))
    market.must_place[:] = True
    draft = nobody_placed(market)
    assert exchanged(at_prices(market), draft) is draft


def test_the_same_seed_finds_the_same_plan() -> None:
    market = open_jobs(instance(1, 10, 80))
    view = at_prices(market)
    one, other = (exchanged(view, nobody_placed(market), seed=7) for _ in range(2))
    assert (one.row == other.row).all()


def test_stopped_at_once_the_draft_is_what_it_was() -> None:
    market = open_jobs(instance(1, 10, 80))
    draft = nobody_placed(market)
    assert exchanged(at_prices(market), draft, stopped=lambda: True) is draft


def test_what_is_compiled_beforehand_is_what_a_search_calls() -> None:
    try_rings()
    market = open_jobs(instance(1, 10, 80))
    exchanged(at_prices(market), nobody_placed(market))
    assert len(cast("Any", rings.exchange).signatures) == 1
    compiling.begin()
    assert compiling.are_ready(60)


def test_four_hundred_jobs_come_within_half_a_per_cent_of_the_bound() -> None:
    """Moves one by one stay a per cent off, since nearly every one leaves a little too much or too little."""
    market = open_jobs(instance(5, 20, 400))
    view = at_prices(market)
    found = exchanged(view, nobody_placed(market), turns=40_000)
    assert view.priced.bound <= found.objective <= 1.005 * view.priced.bound


def test_the_search_core_assigns_all_jobs_and_proves_a_bound() -> None:
    drawn = instance(6, 10, 150)
    agents, bound = assign(drawn, 4.0)
    assert agents is not None
    assert 0 < bound <= score(drawn, agents)


@pytest.mark.parametrize("weeks", [(1, 1), (2, 6)])
def test_a_term_is_not_plain(weeks: tuple[int, int]) -> None:
    """A place is a place, also where every placement is a single week without a supervisor."""
    shape = Shape(requests=60, weeks=weeks, supervised=0.0, several=0.0, ceilings=0.0, floors=0.0, crowded=0.0)
    assert not open_market(Columns(make(shape, 1))).is_plain


class Plans:
    """Where the passes find the best plan and put a better one."""

    def __init__(self, best: Draft) -> None:
        self.best = best

    def keep(self, draft: Draft) -> None:
        if draft.objective < self.best.objective:
            self.best = draft


def passes_of(market: Market, plans: Plans, least: int = 1) -> RingPasses:
    compiling.begin()
    assert compiling.are_ready(60)
    return RingPasses(market, replace(USUAL.exchanges, least=least), lambda: plans.best, plans.keep)


def test_requests_change_places_in_rings_where_there_are_many_in_a_plain_market() -> None:
    plain = open_jobs(instance(1, 10, 80))
    other = open_market(Columns(make(Shape(requests=60, supervised=0.0), 1)))
    possible = [
        passes_of(market, Plans(nobody_placed(market)), least).possible
        for market, least in ((plain, 80), (plain, 81), (other, 1))
    ]
    assert possible == [True, False, False]


def test_who_has_to_keep_a_place_does_not_count_among_the_many() -> None:
    market = open_jobs(instance(1, 10, 80))
    market.must_place[:] = True
    assert not passes_of(market, Plans(nobody_placed(market))).possible


def test_a_pass_begins_with_the_best_plan_and_offers_what_it_finds_once() -> None:
    market = open_jobs(instance(1, 10, 80))
    plans = Plans(nobody_placed(market))
    passes = passes_of(market, plans)
    assert list(passes.latest()) == []
    for _ in range(4):
        before = plans.best.objective
        passes.go_around(at_prices(market), 0, math.inf, lambda: False)
        assert plans.best.objective <= before
    [(requests, answer)] = passes.latest()
    assert requests.tolist() == list(range(80))
    assert answer.rows is not None
    assert [row for _, row, _ in answer.rows] == plans.best.row.tolist()
    assert list(passes.latest()) == []


def test_a_pass_ends_when_somebody_else_has_found_a_better_plan() -> None:
    market = open_jobs(instance(1, 10, 80))
    begun = exchanged(at_prices(market), nobody_placed(market), turns=2_000)
    better = exchanged(at_prices(market), begun, turns=200_000, seed=1)
    assert better.objective < begun.objective
    plans = Plans(begun)
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        plans.best = better
        return False

    passes_of(market, plans).go_around(at_prices(market), 0, math.inf, stopped)
    assert asked == 1


def test_passes_go_on_beside_until_they_are_stopped() -> None:
    market = open_jobs(instance(2, 10, 80))
    plans, until = Plans(nobody_placed(market)), monotonic() + 1.0
    view = at_prices(market)
    with passes_of(market, plans).beside(view, 0, lambda: until - monotonic(), lambda: monotonic() > until):
        pass
    assert monotonic() >= until
    assert not len(plans.best.unplaced)


def test_passes_go_along_the_relaxations_prices_once_it_is_solved() -> None:
    """Along no prices at all nothing is found: everybody is put where it is cheapest, and that overfills."""
    drawn = instance(4, 20, 100)
    market = open_jobs(drawn)
    begun = exchanged(at_prices(market), nobody_placed(market), turns=400)
    found = {}
    for name in ("nothing", "relaxation"):
        plans = Plans(begun)
        passes = passes_of(market, plans)
        if name == "relaxation":
            passes.follow(at_prices(market).priced)
        for _ in range(3):
            passes.go_around(at_prices(market, Prices.nothing(market)), 0, math.inf, lambda: False)
        found[name] = plans.best.objective
    assert found["relaxation"] < found["nothing"]


@pytest.mark.parametrize("seed", range(4))
def test_a_search_that_finds_no_way_back_to_a_plan_ends_with_its_turns(seed: int) -> None:
    """With nearly no room left the states overfill cells for good, and the penalty rises as far as it may."""
    drawn = instance(seed, 20, 100)
    cramped = open_jobs(Instance(drawn.cost, drawn.need, drawn.room // 2))
    found = exchanged(at_prices(cramped), nobody_placed(cramped), turns=100_000)
    assert (found.room >= 0).all()
