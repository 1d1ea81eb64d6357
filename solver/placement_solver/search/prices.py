"""Prices on everything scarce and the bound they prove: the Lagrangian dual.

Take any non-negative prices, place every request at its cheapest priced option (or leave it out), and subtract the
priced supply. The sum is at most the cost of any plan: it is a proven lower bound on the whole problem as posed. What
the prices leave out (the supervisors' teams, a student's placements excluding each other) only lowers it. Good prices
make the bound nearly tight, and show which options can still matter.

Source: Held and Karp (1971).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import segment_minima
from placement_solver.search.options import alike

if TYPE_CHECKING:
    from placement_solver.arrays import Floats, Ints
    from placement_solver.search.options import Market

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
    return bound_of(market, prices, least_costs(market, reduced_costs(market, prices)))


def bound_of(market: Market, prices: Prices, least: Ints) -> int:
    """Return the lower bound that the prices prove, of what each request costs there at least."""
    given = int((prices.floor * market.floor.need).sum())
    supply = int((prices.cell * market.scarcity.supply).sum())
    return int(least.sum()) + given - supply - prices.yields


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
