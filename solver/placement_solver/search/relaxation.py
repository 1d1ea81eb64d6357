"""The linear relaxation of the whole problem, exactly: prices that no better bound can be had from.

Of a county's millions of options some hundred thousand can matter to the relaxation. It is solved by the simplex method
over those that the climbing prices leave near the cheapest; its own prices then find the options that are missing, and
after a few turns there are none. Every turn's prices are judged over all options in exact integers, as in `prices`: the
bound rests on that sum and not on the floating-point numbers of the simplex method.

Source: Gilmore and Gomory (1961) for the columns added by price; Lübbecke and Desrosiers (2005) for the turns.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import highspy
import numpy as np

from placement_solver.arrays import ranges
from placement_solver.search.engines import quiet_highs
from placement_solver.search.prices import SCALE, Priced, Prices, bound_at, find_prices, least_costs, reduced_costs

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Bools, Floats, Ints
    from placement_solver.search.options import Market

_CLIMB, _LONG_CLIMB = 150, 800
"""Rounds of climbing that do to begin with, and those that must do where there is nothing else."""
_SHARE = 0.9
_NEAR = 1e-3
"""An option with this share of the climb's last answer begins in the relaxation."""
_EACH = 3
"""And so many of the cheapest of each request."""
_ADDED_EACH = 15
_TURNS = 50
_FEW = 1000
"""So few new options leave the last answer so near the best that the primal simplex method mends it at once."""
_DUAL, _PRIMAL = 1, 4


def settle_prices(
    market: Market, upper: int, *, seconds: float, stopped: Callable[[], bool], on_bound: Callable[[int], None]
) -> Priced:
    """Find the prices with the best bound, that of the linear relaxation; the best so far when stopped or out of time.

    ``upper`` is the objective of a plan. Where the relaxation takes too long the prices climb on as far as they can.
    """
    began = monotonic()

    def over(share: float = 1.0) -> bool:
        return stopped() or monotonic() - began > share * seconds

    start = find_prices(market, upper, rounds=_CLIMB, stopped=over, on_bound=on_bound)
    settled = relax(market, start, seconds=_SHARE * seconds, stopped=lambda: over(_SHARE), on_bound=on_bound)
    if settled is not start or over():
        return settled

    def report(bound: int) -> None:
        if bound > start.bound:
            on_bound(bound)

    climbed = find_prices(market, upper, rounds=_LONG_CLIMB, stopped=over, on_bound=report)
    return max(start, climbed, key=lambda priced: priced.bound)


def relax(
    market: Market, start: Priced, *, seconds: float, stopped: Callable[[], bool], on_bound: Callable[[int], None]
) -> Priced:
    """Solve the relaxation, starting from climbing prices; return its prices, bound and each option's share.

    Stopped or out of time, the better of what it has and what it was given is returned.
    """
    best = start
    rows = _near(market, start)
    inside = np.zeros(len(market.request), dtype=np.bool_)
    inside[rows] = True
    programme = _Programme(market, rows, seconds, stopped)
    for _ in range(_TURNS):
        if stopped() or not programme.solve():
            break
        prices = programme.prices()
        reduced = reduced_costs(market, prices)
        bound = bound_at(market, prices)
        if bound > best.bound:
            on_bound(bound)
        if bound >= best.bound:
            best = Priced(prices, bound, programme.shares())
        missing = _missing(market, reduced, inside)
        if not len(missing):
            break
        inside[missing] = True
        programme.add(missing)
    return best


def _near(market: Market, start: Priced) -> Ints:
    """Return the options to begin with."""
    reduced = reduced_costs(market, start.prices)
    by_price = np.lexsort((reduced, market.request))
    first = market.first
    cheapest = by_price[ranges(first[:-1], np.minimum(np.diff(first), _EACH))]
    near = start.share > _NEAR
    near[cheapest] = True
    return np.flatnonzero(near)


def _missing(market: Market, reduced: Ints, inside: Bools) -> Ints:
    """Return options outside that are cheaper at the prices than all of their request inside, of each the cheapest."""
    least = least_costs(market, np.where(inside, reduced, np.iinfo(np.int64).max // 2))
    rows = np.flatnonzero(~inside & (reduced < least[market.request]))
    rows = rows[np.lexsort((reduced[rows], market.request[rows]))]
    request = market.request[rows]
    turn = np.arange(len(rows)) - np.searchsorted(request, request)
    return np.sort(rows[turn < _ADDED_EACH])


class _Programme:
    """A linear programme over some of the options: a row for each request, each cell and each floor."""

    def __init__(self, market: Market, rows: Ints, seconds: float, stopped: Callable[[], bool]) -> None:
        self._market = market
        self._rows = rows
        requests, cells, floors = len(market.unplaced), len(market.scarcity.supply), len(market.floor.need)
        self._cell_rows = slice(requests, requests + cells)
        self._floor_rows = slice(requests + cells, requests + cells + floors)
        self._highs = quiet_highs(stopped, seconds)
        self._highs.setOptionValue("solver", "simplex")
        lp = highspy.HighsLp()
        lp.num_row_ = requests + cells + floors
        lp.row_lower_ = np.concatenate(
            [np.where(market.must_place, 1.0, -np.inf), np.full(cells, -np.inf), market.floor.need.astype(np.float64)]
        )
        lp.row_upper_ = np.concatenate([np.ones(requests), market.scarcity.supply, np.full(floors, np.inf)])
        lp.num_col_ = floors  # what each floor falls short of
        lp.col_cost_ = np.full(floors, float(market.floor.weight))
        lp.col_lower_, lp.col_upper_ = np.zeros(floors), np.full(floors, np.inf)
        lp.a_matrix_.start_ = np.arange(floors + 1)
        lp.a_matrix_.index_ = np.arange(requests + cells, requests + cells + floors)
        lp.a_matrix_.value_ = np.ones(floors)
        self._highs.passModel(lp)
        self._add(rows)

    def solve(self) -> bool:
        """Solve it as it stands; tell whether that came to an end."""
        self._highs.run()
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def add(self, rows: Ints) -> None:
        """Let some more options in."""
        self._rows = np.concatenate([self._rows, rows])
        self._highs.setOptionValue("simplex_strategy", _PRIMAL if len(rows) < _FEW else _DUAL)
        self._add(rows)

    def prices(self) -> Prices:
        """Return the duals as prices, whole multiples of 1 / SCALE within what the bound asks of them."""
        dual = np.rint(np.array(self._highs.getSolution().row_dual) * SCALE).astype(np.int64)
        return Prices(
            np.maximum(0, -dual[self._cell_rows]),
            np.clip(dual[self._floor_rows], 0, self._market.floor.weight * SCALE),
        )

    def shares(self) -> Floats:
        """Return how much of each option of the market the solution takes, between 0 and 1."""
        share = np.zeros(len(self._market.request))
        share[self._rows] = np.array(self._highs.getSolution().col_value)[len(self._market.floor.need) :]
        return share

    def _add(self, rows: Ints) -> None:
        """Add a column for each option; an upper bound, though implied, spares the dual simplex its first phase."""
        market, scarcity, floor = self._market, self._market.scarcity, self._market.floor
        slots = market.slot[rows]
        uses = scarcity.first[slots + 1] - scarcity.first[slots]
        gives = floor.first[slots + 1] - floor.first[slots]
        use, give = ranges(scarcity.first[slots], uses), ranges(floor.first[slots], gives)
        column = np.concatenate([np.arange(len(rows)), *(np.repeat(np.arange(len(rows)), n) for n in (uses, gives))])
        row = np.concatenate(
            [
                market.request[rows],
                self._cell_rows.start + scarcity.cell[use],
                self._floor_rows.start + floor.line[give],
            ]
        )
        amount = np.concatenate([np.ones(len(rows)), scarcity.amount[use], floor.amount[give]])
        order = np.argsort(column, kind="stable")
        self._highs.addCols(
            len(rows),
            (market.cost[rows] - market.unplaced[market.request[rows]]).astype(np.float64),
            np.zeros(len(rows)),
            np.ones(len(rows)),
            len(order),
            np.cumsum(np.concatenate([[0], (1 + uses + gives)[:-1]])).astype(np.int32),
            row[order].astype(np.int32),
            amount[order].astype(np.float64),
        )
