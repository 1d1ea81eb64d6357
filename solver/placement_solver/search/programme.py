"""The linear programme of a relaxation: its rows and columns, kept in HiGHS, and the prices of its rows.

`relaxation` says which options are among its columns, and what of its prices is proven.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from placement_solver.arrays import ranges
from placement_solver.search.counting import AT_LEAST, AT_MOST, UNLIMITED
from placement_solver.search.cuts import Cuts
from placement_solver.search.engines import quiet_highs
from placement_solver.search.prices import SCALE, Prices

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Floats, Ints
    from placement_solver.search.options import Market
    from placement_solver.search.settings import SearchSettings

_DUAL, _PRIMAL = 1, 4
"""HiGHS's numbers for its simplex strategies."""


@dataclass(frozen=True)
class Tolls:
    """The price of each row of a relaxation, in 1 / SCALE: cells, floors, places of teams, exclusions and cuts."""

    market: Market
    cuts: Cuts
    cell: Ints
    floor: Ints
    post: Ints
    bar: Ints
    cut: Ints

    def per_cut(self) -> Ints:
        """Return the price of each cut, 0 for those that were found later."""
        later = np.zeros(len(self.cuts.supply) - len(self.cut), dtype=np.int64)
        return np.concatenate([self.cut, later])

    def prices(self) -> Prices:
        """Return them as prices for the market's options."""
        rosters, exclusions, cut = self.market.rosters, self.market.exclusions, self.per_cut()
        toll = rosters.toll(self.post)[self.market.slot] + self.cuts.toll(cut) + exclusions.toll(self.bar)
        return Prices(
            self.cell,
            self.floor,
            toll if toll.any() else None,
            int(self.post @ rosters.supply) + int(cut @ self.cuts.supply) + int(self.bar @ exclusions.most),
            self.post if self.post.any() else None,
        )


class Programme:
    """A linear programme over some of the options.

    Its rows are, in this order: each request, each cell, each floor, each stay, each team and week, each
    exclusion, and each cut. The
    rows of stays and of teams do not bind until `share_teams`.
    """

    def __init__(self, market: Market, rows: Ints, stopped: Callable[[], bool], settings: SearchSettings) -> None:
        self._market = market
        self._rows = rows
        self._cuts = Cuts(market, settings.cuts)
        self._few = settings.relaxation.few
        self._rosters = rosters = market.rosters
        self._stopped = stopped
        requests, cells, floors = len(market.unplaced), len(market.scarcity.supply), len(market.floor.need)
        stays, turns, posts = len(rosters.first) - 1, int(rosters.first[-1]), len(rosters.supply)
        self._cell_rows = slice(requests, requests + cells)
        self._floor_rows = slice(requests + cells, requests + cells + floors)
        self._stay_rows = slice(self._floor_rows.stop, self._floor_rows.stop + stays)
        self._post_rows = slice(self._stay_rows.stop, self._stay_rows.stop + posts)
        bars = market.exclusions.count
        self._bar_rows = slice(self._post_rows.stop, self._post_rows.stop + bars)
        self._first_option = floors + turns + 1
        self._excuse = floors + turns
        self._sense = np.empty(0, dtype=np.int64)
        self._highs = quiet_highs(stopped, math.inf)
        self._highs.setOptionValue("solver", "simplex")
        lp = highspy.HighsLp()
        lp.num_row_ = self._bar_rows.stop
        lp.row_lower_ = np.concatenate(
            [
                np.where(market.must_place, 1.0, -np.inf),
                np.full(cells, -np.inf),
                market.floor.need.astype(np.float64),
                np.full(stays + posts + bars, -np.inf),
            ]
        )
        lp.row_upper_ = np.concatenate(
            [
                np.ones(requests),
                market.scarcity.supply,
                np.full(floors + stays + posts, np.inf),
                market.exclusions.most,
            ]
        )
        lp.num_col_ = floors + turns + 1  # what each floor falls short of, how much of a stay each team takes, excuses
        lp.col_cost_ = np.concatenate([np.full(floors, float(market.floor.weight)), np.zeros(turns + 1)])
        lp.col_lower_ = np.zeros(floors + turns + 1)
        lp.col_upper_ = np.concatenate([np.full(floors + turns, np.inf), [0.0]])
        column = np.concatenate([np.arange(floors), floors + np.arange(turns), floors + rosters.turn])
        row = np.concatenate(
            [
                np.arange(floors) + self._floor_rows.start,
                np.repeat(np.arange(stays), np.diff(rosters.first)) + self._stay_rows.start,
                rosters.cell + self._post_rows.start,
            ]
        )
        amount = np.concatenate([np.ones(floors), np.full(turns, -1.0), np.ones(len(rosters.turn))])
        order = np.argsort(column, kind="stable")
        lp.a_matrix_.start_ = np.searchsorted(column[order], np.arange(floors + turns + 2))
        lp.a_matrix_.index_, lp.a_matrix_.value_ = row[order], amount[order]
        self._highs.passModel(lp)
        self._add(rows)

    def solve(self) -> bool:
        """Solve it with its present rows and columns; return whether the optimum was reached."""
        self._highs.run()
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def add(self, rows: Ints) -> None:
        """Add a column for each of some more options."""
        self._rows = np.concatenate([self._rows, rows])
        self._highs.setOptionValue("simplex_strategy", _PRIMAL if len(rows) < self._few else _DUAL)
        self._add(rows)

    def share_teams(self) -> None:
        """From now on divide every stay among its teams, and give no team more than its places."""
        for rows, upper in ((self._stay_rows, np.zeros(1)), (self._post_rows, self._rosters.supply)):
            numbers = np.arange(rows.start, rows.stop, dtype=np.int32)
            most = np.broadcast_to(upper, numbers.shape).astype(np.float64)
            self._highs.changeRowsBounds(len(numbers), numbers, np.full(len(numbers), -np.inf), most)
        self._highs.setOptionValue("simplex_strategy", _DUAL)

    def tolls(self) -> Tolls:
        """Return the duals as prices: whole multiples of 1 / SCALE, within the range in which the bound holds."""
        dual = np.rint(np.array(self._highs.getSolution().row_dual) * SCALE).astype(np.int64)
        return Tolls(
            self._market,
            self._cuts,
            np.maximum(0, -dual[self._cell_rows]),
            np.clip(dual[self._floor_rows], 0, self._market.floor.weight * SCALE),
            np.maximum(0, -dual[self._post_rows]),
            np.maximum(0, -dual[self._bar_rows]),
            self._of_sense(-dual[self._bar_rows.stop :]),
        )

    def _of_sense(self, price: Ints) -> Ints:
        """Return the prices of cuts: not negative for what is at most so many, not positive for what is at least."""
        return np.where(
            self._sense == AT_LEAST, np.minimum(0, price), np.where(self._sense == AT_MOST, np.maximum(0, price), 0)
        )

    def placed(self) -> Floats:
        """Return how much of each request the solution places."""
        share = np.array(self._highs.getSolution().col_value)[self._first_option :]
        placed: Floats = np.bincount(
            self._market.request[self._rows], weights=share, minlength=len(self._market.unplaced)
        ).astype(np.float64)
        return placed

    def count(self, requests: Ints) -> int:
        """Add a row that counts how many of some requests are placed; return its number among the cuts."""
        number = self._cuts.count(requests)
        self._sense = np.append(self._sense, UNLIMITED)
        _, column, amount = self._of_cuts_from(number)
        self._highs.addRow(
            -np.inf, np.inf, len(column), (self._first_option + column).astype(np.int32), amount.astype(np.float64)
        )
        return number

    def limit(self, number: int, sense: int, count: int, *, excused: bool = False) -> None:
        """Let what a counting row counts be at least, or at most, so many, or what it is.

        Where it has to be at least so many and is ``excused``, those that lack cost what `excuse` says.
        """
        row = self._bar_rows.stop + number
        self._sense[number], self._cuts.supply[number] = sense, count
        least, most = count if sense == AT_LEAST else -np.inf, count if sense == AT_MOST else np.inf
        self._highs.changeRowBounds(row, least, most)
        self._highs.changeCoeff(row, self._excuse, float(excused and sense == AT_LEAST))
        self._highs.setOptionValue("simplex_strategy", _DUAL)

    def excuse(self, dear: float) -> None:
        """Let what counting rows lack cost so much, or nothing be excused if that is 0.

        So there is always a solution, and its prices prove what the limits cost.
        """
        self._highs.changeColCost(self._excuse, dear)
        self._highs.changeColBounds(self._excuse, 0.0, np.inf if dear else 0.0)

    def _of_cuts_from(self, first: int) -> tuple[Ints, Ints, Ints]:
        """Return (cut after ``first``, position among the columns, amount) for every coefficient of later cuts."""
        cut, column, amount = self._cuts.uses(self._rows)
        new = cut >= first
        return cut[new] - first, column[new], amount[new]

    def cut(self) -> bool:
        """Add cuts that the present solution violates; return whether there were any."""
        share = np.array(self._highs.getSolution().col_value)[self._first_option :]
        found = self._cuts.find(self._rows, share, self._stopped)
        old = len(self._cuts.supply)
        self._cuts.add(found)
        self._sense = np.append(self._sense, np.full(len(found), AT_MOST))
        cut, column, amount = self._of_cuts_from(old)
        order = np.argsort(cut, kind="stable")
        self._highs.addRows(
            len(found),
            np.full(len(found), -np.inf),
            self._cuts.supply[old:].astype(np.float64),
            len(order),
            np.searchsorted(cut[order], np.arange(len(found))).astype(np.int32),
            (self._first_option + column[order]).astype(np.int32),
            amount[order].astype(np.float64),
        )
        self._highs.setOptionValue("simplex_strategy", _DUAL)
        return bool(found)

    def shares(self) -> Floats:
        """Return the share of each of the market's options in the solution, between 0 and 1."""
        share = np.zeros(len(self._market.request))
        share[self._rows] = np.array(self._highs.getSolution().col_value)[self._first_option :]
        return share

    def _add(self, rows: Ints) -> None:
        """Add a column for each option. Its upper bound, though implied, spares the dual simplex its first phase."""
        market, scarcity, floor = self._market, self._market.scarcity, self._market.floor
        slots = market.slot[rows]
        uses = scarcity.first[slots + 1] - scarcity.first[slots]
        gives = floor.first[slots + 1] - floor.first[slots]
        use, give = ranges(scarcity.first[slots], uses), ranges(floor.first[slots], gives)
        stay = self._rosters.stay[slots]
        cut, user, much = self._cuts.uses(rows)
        barred, bar = market.exclusions.uses(rows)
        column = np.concatenate(
            [
                np.arange(len(rows)),
                *(np.repeat(np.arange(len(rows)), n) for n in (uses, gives)),
                np.flatnonzero(stay >= 0),
                barred,
                user,
            ]
        )
        row = np.concatenate(
            [
                market.request[rows],
                self._cell_rows.start + scarcity.cell[use],
                self._floor_rows.start + floor.line[give],
                self._stay_rows.start + stay[stay >= 0],
                self._bar_rows.start + bar,
                self._bar_rows.stop + cut,
            ]
        )
        amount = np.concatenate(
            [
                np.ones(len(rows)),
                scarcity.amount[use],
                floor.amount[give],
                np.ones(np.count_nonzero(stay >= 0)),
                np.ones(len(bar)),
                much,
            ]
        )
        order = np.argsort(column, kind="stable")
        self._highs.addCols(
            len(rows),
            (market.cost[rows] - market.unplaced[market.request[rows]]).astype(np.float64),
            np.zeros(len(rows)),
            np.ones(len(rows)),
            len(order),
            np.searchsorted(column[order], np.arange(len(rows))).astype(np.int32),
            row[order].astype(np.int32),
            amount[order].astype(np.float64),
        )
