"""Prices on everything scarce and the bound they prove: the Lagrangian dual, climbed by cooling prices.

Take any non-negative prices, place every request at its cheapest priced option (or leave it out), and subtract the
priced supply. The sum is at most the cost of any plan: it is a proven lower bound on the whole problem as posed. What
the prices leave out (the supervisors' teams, a student's placements excluding each other) only lowers it. Good prices
make the bound nearly tight, and show which options can still matter.

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
"""Prices are whole multiples of 1 / SCALE, so that the bound is computed in exact integers."""


@dataclass(frozen=True)
class Prices:
    """The price of one unit of each cell and of one unit towards each floor, in 1 / SCALE of the objective.

    Teams and cuts may be priced too. ``post`` is the price of each team's places in each week (`rosters`). ``toll`` is
    what each option pays for teams and cuts, and ``yields`` the value of all there is of them: no plan pays more toll.
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

    The price of a merged cell is divided among the scarcest of the cells it stands for; the others cannot become scarce
    before them.
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
    return replace(market, scarcity=whole), replace(prices, cell=price)


def slot_prices(market: Market, prices: Prices) -> Ints:
    """Return what each slot's uses cost at the prices, minus the worth of what it gives to floors, in 1 / SCALE."""
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
    """Return the least that each request costs: its cheapest option, or being left out where that is allowed."""
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

    The shares of one request's options add up to at most 1; the rest is the share of leaving it out.
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
    """Return the requests that take part: all, or about ``sample`` of them, spread evenly over the classes."""
    by_class = np.argsort(market.columns.request_class, kind="stable")
    return np.arange(len(by_class)) if sample is None else np.sort(by_class[:: max(1, len(by_class) // sample)])


class _Ascent:
    """The climbing prices: smoothed choices and steps scaled cell by cell, which cool down together.

    At heat h a request takes its options in proportion to exp(-cost at the prices / h), so that equal requests share
    what is scarce instead of all choosing the same place. A cell's price then moves with its demand beyond supply.
    """

    def __init__(self, market: Market, settings: ClimbSettings) -> None:
        self._market = market
        self._settings = settings
        cells, floors, bars = len(market.scarcity.supply), len(market.floor.need), market.exclusions.count
        self._price = np.zeros(cells + floors + bars)
        self._pace = np.zeros(cells + floors + bars)
        self._spread = np.zeros(cells + floors + bars)
        self._rounds = 0
        self._ceiling = np.concatenate(
            [np.full(cells, np.inf), np.full(floors, float(market.floor.weight)), np.full(bars, np.inf)]
        )

    def prices(self) -> Prices:
        """Return the prices in whole multiples of 1 / SCALE."""
        cells = len(self._market.scarcity.supply)
        exclusions = self._market.exclusions
        whole = np.rint(self._price * SCALE).astype(np.int64)
        floors = whole[cells : len(whole) - exclusions.count]
        if not exclusions.count:
            return Prices(whole[:cells], floors)
        bars = whole[len(whole) - exclusions.count :]
        return Prices(whole[:cells], floors, exclusions.toll(bars), int(bars @ exclusions.most))

    def climb(self, heats: list[float], requests: Ints, stopped: Callable[[], bool]) -> Floats:
        """Take a step at each heat, over the options near enough to matter; return the shares at the last heat.

        Only ``requests`` take part, against their part of all supply.
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
        """Move every price with the demand beyond supply, at a pace of its own, by Adam (Kingma and Ba, 2015)."""
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
    """The options that are near enough to the cheapest, at recent prices, to matter for some rounds."""

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
        exclusions = market.exclusions
        self._bar_stay, self._bar, self._stays = exclusions.stays, exclusions.number, len(exclusions.request)
        self._coupled = np.flatnonzero(exclusions.stay[self.rows] >= 0)
        self._stay = exclusions.stay[self.rows[self._coupled]]
        asked = np.zeros(len(near), dtype=np.bool_)
        asked[requests] = True
        among = np.bincount(self._bar, weights=asked[exclusions.request[self._bar_stay]], minlength=exclusions.count)
        among = among * exclusions.most / np.maximum(1, np.bincount(self._bar, minlength=exclusions.count))
        self._things = cells + len(floor.need)
        self._balance = np.concatenate([np.concatenate([-scarcity.supply, floor.need]) * part, -among])

    def ask(self, price: Floats, heat: float) -> tuple[Floats, Floats]:
        """Return each cell's demand beyond supply with each floor's shortfall, and each option's share."""
        of_slot = np.bincount(self._use_slot, weights=price[self._use_price] * self._use_amount, minlength=self._slots)
        cost = self._cost + of_slot[self._slot]
        if len(self._bar):
            of_stay = np.bincount(self._bar_stay, weights=price[self._things + self._bar], minlength=self._stays)
            cost[self._coupled] = cost[self._coupled] + of_stay[self._stay]
        least = np.minimum(segment_minima(cost, self._first, np.full(len(self._unplaced), np.inf)), self._unplaced)
        least = np.where(np.isinf(least), 0.0, least)
        weight = np.exp((least[self._request] - cost) / heat)
        total = segment_sums(weight, self._first) + np.exp((least - self._unplaced) / heat)
        share = weight / total[self._request]
        of_slot = np.bincount(self._slot, weights=share, minlength=self._slots)
        asked = np.bincount(
            self._use_price, weights=of_slot[self._use_slot] * self._use_amount, minlength=len(self._balance)
        )
        if len(self._bar):
            of_stay = np.bincount(self._stay, weights=share[self._coupled], minlength=self._stays)
            asked = asked + np.bincount(
                self._things + self._bar, weights=of_stay[self._bar_stay], minlength=len(self._balance)
            )
        return asked + self._balance, share
