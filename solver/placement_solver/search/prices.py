"""A price on everything scarce, and a proven bound: the Lagrangian dual of the options, climbed by cooling prices.

For any non-negative prices, placing every request at its cheapest priced option (or leaving it out), less the priced
supply, costs no more than any plan: that sum is a proven lower bound on the whole problem as posed. What the prices
leave out (names of supervisors within a team, a student's own placements excluding each other) only lowers it.
Good prices make the bound nearly tight, and tell the search which options can still matter.

Source: Held and Karp (1971) for the bound; Nesterov, "Smooth minimization of non-smooth functions" (2005) for the
smoothing that lets prices of many equal requests settle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges, segment_minima, segment_sums
from placement_solver.search.options import alike
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Floats, Ints
    from placement_solver.search.options import Market
    from placement_solver.search.settings import ClimbSettings

SCALE = 4096
"""Prices are whole multiples of 1 / SCALE, so that the bound is reckoned in exact integers."""


@dataclass(frozen=True)
class Prices:
    """What one unit of each cell costs and what one unit towards each floor is worth, in 1 / SCALE of the objective.

    Where teams (``post``, the price of each of the places in `rosters`) and cuts are priced too, ``toll`` is what each
    option uses of them at their prices, ``yields`` what there is of them: at most so much toll is paid in any plan.
    """

    cell: Ints
    floor: Ints
    toll: Ints | None = None
    yields: int = 0
    post: Ints | None = None

    @classmethod
    def nothing(cls, market: Market) -> Prices:
        """Return prices of 0 everywhere."""
        return cls(
            np.zeros(len(market.scarcity.supply), dtype=np.int64), np.zeros(len(market.floor.need), dtype=np.int64)
        )


def in_full(market: Market, prices: Prices) -> tuple[Market, Prices]:
    """Return the market with all its cells as the limits number them, and prices for them that prove the same bound.

    The price of cells that the same slots use alike is shared out among the scarcest of them, week by week; the others
    could not become scarce before those.
    """
    whole = market.in_full
    kept, became = alike(whole)
    cells = np.flatnonzero(became >= 0)
    cells = cells[whole.supply[cells] == whole.supply[kept][became[cells]]]
    cells = cells[np.argsort(became[cells], kind="stable")]
    own = became[cells]
    turn = np.arange(len(cells)) - np.searchsorted(own, own)
    sharing = np.bincount(own, minlength=len(kept))
    price = np.zeros(len(whole.supply), dtype=np.int64)
    price[cells] = (prices.cell[own] + turn) // np.maximum(1, sharing)[own]
    return replace(market, scarcity=whole), Prices(price, prices.floor)


def slot_prices(market: Market, prices: Prices) -> Ints:
    """Return what each slot's uses cost at the prices, less what it gives towards floors, in 1 / SCALE."""
    cost = market.scarcity.per_slot(prices.cell)
    floor = market.floor
    given = np.zeros(len(market.slots), dtype=np.int64)
    np.add.at(given, floor.slot, prices.floor[floor.line] * floor.amount)
    return cost - given


def reduced_costs(market: Market, prices: Prices) -> Ints:
    """Return what each option costs at the prices, in 1 / SCALE: its own cost, its slot's, and its toll."""
    reduced = market.cost * SCALE + slot_prices(market, prices)[market.slot]
    return reduced if prices.toll is None else reduced + prices.toll


def least_costs(market: Market, reduced: Ints) -> Ints:
    """Return what each request costs at least: its cheapest option, or being left out where it may be."""
    left_out = market.unplaced * SCALE
    least = segment_minima(reduced, market.first, left_out)
    return np.where(market.must_place, least, np.minimum(least, left_out))


def bound_at_scale(market: Market, prices: Prices) -> int:
    """Return the lower bound that the prices prove, in 1 / SCALE, in exact integers."""
    given = int((prices.floor * market.floor.need).sum())
    supply = int((prices.cell * market.scarcity.supply).sum())
    return int(least_costs(market, reduced_costs(market, prices)).sum()) + given - supply - prices.yields


def bound_at(market: Market, prices: Prices) -> int:
    """Return the lower bound that the prices prove, rounded up to a whole objective."""
    return -(-bound_at_scale(market, prices) // SCALE)


@dataclass(frozen=True)
class Priced:
    """What pricing found: the best prices, the bound they prove, and each option's share of the smoothed answer.

    The shares of one request's options add up to at most 1; what is missing is the share of leaving it out.
    """

    prices: Prices
    bound: int
    share: Floats


def find_prices(
    market: Market,
    upper: int,
    *,
    rounds: int,
    stopped: Callable[[], bool],
    on_bound: Callable[[int], None],
    settings: ClimbSettings = USUAL.climb,
) -> Priced:
    """Raise the bound until ``rounds`` are done, it meets ``upper`` or ``stopped()``.

    Every ``settings.refresh`` rounds all options are priced again and the bound is proven over all of them.
    """
    best = Prices.nothing(market)
    bound = bound_at(market, best)
    on_bound(bound)
    ascent = _Ascent(market, settings)
    share = np.zeros(len(market.request))
    warm = _first_heat(market, settings.heat_divisor)
    for begin in range(0, rounds, settings.refresh):
        if stopped() or bound >= upper:
            break
        heats = warm * settings.cooling ** (np.arange(begin, begin + settings.refresh) / rounds)
        sample = settings.sample if heats[0] > warm * settings.lukewarm else None
        share = ascent.climb(heats.tolist(), _asked(market, sample), stopped)
        prices = ascent.prices()
        proven = bound_at(market, prices)
        if proven > bound:
            bound, best = proven, prices
            on_bound(bound)
    return Priced(best, bound, share)


def _first_heat(market: Market, divisor: float) -> float:
    """Return the heat to begin with: what leaving a median request out costs for a week, over ``divisor``."""
    if not len(market.unplaced):
        return 1.0
    return max(0.5, float(np.median(market.unplaced / market.columns.request_weeks)) / divisor)


def _asked(market: Market, sample: int | None) -> Ints:
    """Return the requests to ask: all, or about ``sample`` of them, spread evenly over the classes."""
    by_class = np.argsort(market.columns.request_class, kind="stable")
    return np.arange(len(by_class)) if sample is None else np.sort(by_class[:: max(1, len(by_class) // sample)])


class _Ascent:
    """Prices on their way up: smoothed choices, steps scaled cell by cell, both cooling down together.

    At heat h a request takes its options in proportion to exp(-cost at the prices / h), so that equal requests share
    what is scarce instead of all running to the same place; a cell's price then moves with what is asked beyond supply.
    """

    def __init__(self, market: Market, settings: ClimbSettings) -> None:
        self._market = market
        self._settings = settings
        cells, floors = len(market.scarcity.supply), len(market.floor.need)
        self._price = np.zeros(cells + floors)
        self._pace = np.zeros(cells + floors)
        self._spread = np.zeros(cells + floors)
        self._rounds = 0
        self._ceiling = np.concatenate([np.full(cells, np.inf), np.full(floors, float(market.floor.weight))])

    def prices(self) -> Prices:
        """Return the prices in whole multiples of 1 / SCALE."""
        cells = len(self._market.scarcity.supply)
        whole = np.rint(self._price * SCALE).astype(np.int64)
        return Prices(whole[:cells], whole[cells:])

    def climb(self, heats: list[float], requests: Ints, stopped: Callable[[], bool]) -> Floats:
        """Take a step at each heat on the options awake at the first; return the shares of all options at the last.

        Only ``requests`` are asked, against their part of all supply.
        """
        weeks = self._market.columns.request_weeks
        moves = float(np.median(weeks)) * len(heats) if len(weeks) else 0.0
        awake = _Awake(self._market, self.prices(), requests, heats[0] * (self._settings.reach + moves))
        share = np.zeros(len(self._market.request))
        for heat in heats:
            if stopped():
                break
            asked, share_awake = awake.ask(self._price, heat)
            self._step(asked, heat)
        else:
            share[awake.rows] = share_awake
        return share

    def _step(self, asked: Floats, heat: float) -> None:
        """Move every price along what is asked beyond supply, at a pace of its own (Kingma and Ba, 2015)."""
        held = (self._price <= 0) & (asked < 0) | (self._price >= self._ceiling) & (asked > 0)
        asked = np.where(held, 0.0, asked)
        self._rounds += 1
        self._pace = 0.9 * self._pace + 0.1 * asked
        self._spread = 0.99 * self._spread + 0.01 * asked * asked
        pace = self._pace / (1 - 0.9**self._rounds)
        spread = self._spread / (1 - 0.99**self._rounds)
        stride = np.minimum(heat * self._settings.stride, self._ceiling / 20)
        self._price = np.clip(self._price + stride * pace / (np.sqrt(spread) + 1e-3), 0.0, self._ceiling)


class _Awake:
    """The options near enough to the cheapest at recent prices to matter for some rounds."""

    def __init__(self, market: Market, prices: Prices, requests: Ints, reach: float) -> None:
        reduced = reduced_costs(market, prices)
        near = np.full(len(market.unplaced), np.iinfo(np.int64).min)
        near[requests] = least_costs(market, reduced)[requests] + int(reach * SCALE)
        self.rows = np.flatnonzero(reduced <= near[market.request])
        part = len(requests) / max(1, len(near))
        self._request = market.request[self.rows]
        self._first = np.searchsorted(self._request, np.arange(len(market.unplaced) + 1))
        slots, self._slot = np.unique(market.slot[self.rows], return_inverse=True)
        self._slots = len(slots)
        self._cost = market.cost[self.rows].astype(np.float64)
        self._unplaced = np.where(market.must_place, np.inf, market.unplaced.astype(np.float64))
        scarcity, floor = market.scarcity, market.floor
        cells = len(scarcity.supply)
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        gifts = floor.first[slots + 1] - floor.first[slots]
        uses, gives = ranges(scarcity.first[slots], counts), ranges(floor.first[slots], gifts)
        self._use_slot = np.concatenate(
            [np.repeat(np.arange(len(slots)), counts), np.repeat(np.arange(len(slots)), gifts)]
        )
        self._use_price = np.concatenate([scarcity.cell[uses], floor.line[gives] + cells])
        self._use_amount = np.concatenate([scarcity.amount[uses], -floor.amount[gives]]).astype(np.float64)
        self._balance = np.concatenate([-scarcity.supply, floor.need]) * part

    def ask(self, price: Floats, heat: float) -> tuple[Floats, Floats]:
        """Return what is asked of each cell beyond supply, what is short of each floor, and each option's share."""
        of_slot = np.bincount(self._use_slot, weights=price[self._use_price] * self._use_amount, minlength=self._slots)
        cost = self._cost + of_slot[self._slot]
        least = np.minimum(segment_minima(cost, self._first, np.full(len(self._unplaced), np.inf)), self._unplaced)
        least = np.where(np.isinf(least), 0.0, least)
        weight = np.exp((least[self._request] - cost) / heat)
        total = segment_sums(weight, self._first) + np.exp((least - self._unplaced) / heat)
        share = weight / total[self._request]
        of_slot = np.bincount(self._slot, weights=share, minlength=self._slots)
        asked = np.bincount(
            self._use_price, weights=of_slot[self._use_slot] * self._use_amount, minlength=len(self._balance)
        )
        return asked + self._balance, share
