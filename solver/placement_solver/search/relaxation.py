"""The linear relaxation of the whole problem, solved exactly and tightened by cuts: prices with the best bound.

Of a county's millions of options some hundred thousand can matter to the relaxation. The simplex method solves it over
the options that the climbing prices leave near the cheapest. Its own prices then find the options that are missing, and
after a few turns none is. Then two things make it tighter, and the turns go on: supervisors counted by teams
(`rosters`), and cuts that its mixture of plans violates (`cuts`).
Every turn's prices are evaluated over all options in exact integers, as in `prices`. The bound rests on that sum and
not on the floating-point numbers of the simplex method.

Source: Gilmore and Gomory (1961) for the columns added by price; Lübbecke and Desrosiers (2005) for the turns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

import highspy
import numpy as np

from placement_solver.arrays import ranges
from placement_solver.search.climb import find_prices
from placement_solver.search.counting import AT_LEAST, AT_MOST, UNLIMITED, Counting
from placement_solver.search.cuts import Cuts
from placement_solver.search.engines import quiet_highs
from placement_solver.search.memory import give_back
from placement_solver.search.prices import (
    SCALE,
    Priced,
    Prices,
    bound_at,
    least_costs,
    reduced_costs,
)
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Bools, Floats, Ints
    from placement_solver.search.options import Market
    from placement_solver.search.settings import RelaxationSettings, SearchSettings

_DUAL, _PRIMAL = 1, 4
"""HiGHS's numbers for its simplex strategies."""
_DEAR = 50.0
"""A request that lacks where a count is tried costs so many times the gap: a fiftieth of one refutes the count."""


@dataclass(frozen=True)
class Settled(Priced):
    """Settled prices, and the relaxation they come from if it was solved: cuts are added to it."""

    relaxation: Relaxation | None


def settle_prices(
    market: Market,
    upper: int,
    *,
    seconds: float,
    stopped: Callable[[], bool],
    on_bound: Callable[[int], None],
    on_climbed: Callable[[Priced], object] | None = None,
    settings: SearchSettings = USUAL,
) -> Settled:
    """Find the prices with the best bound, that of the linear relaxation; the best so far if stopped or out of time.

    ``upper`` is the objective of a plan, ``seconds`` the time limit. If the relaxation takes too long, the prices climb
    on alone.
    """
    began = monotonic()

    def over(share: float = 1.0) -> bool:
        return stopped() or monotonic() - began > share * seconds

    climb, tuning = settings.climb, settings.relaxation
    start = find_prices(
        market,
        upper,
        rounds=tuning.climb,
        seconds=tuning.climb_share * seconds,
        stopped=over,
        on_bound=on_bound,
        settings=climb,
    )
    took = monotonic() - began
    if over() or seconds - took < took:  # the relaxation takes several times as long as the climb
        return Settled(**vars(start), relaxation=None)
    if on_climbed is not None:
        paused = monotonic()
        on_climbed(start)
        began += monotonic() - paused  # the time limit is for prices alone
    relaxation = Relaxation(
        market, start, stopped=lambda: over(tuning.time_share), on_bound=on_bound, settings=settings
    )
    if relaxation.solve():
        return Settled(**vars(relaxation.best), relaxation=relaxation)
    if relaxation.best is not start or over():
        return Settled(**vars(relaxation.best), relaxation=None)

    def report(bound: int) -> None:
        if bound > start.bound:
            on_bound(bound)

    climbed = find_prices(market, upper, rounds=tuning.long_climb, stopped=over, on_bound=report, settings=climb)
    return Settled(**vars(max(start, climbed, key=lambda priced: priced.bound)), relaxation=None)


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

    def complete(self) -> Tolls:
        """Return them with a price of 0 for every cut that was found later."""
        later = np.zeros(len(self.cuts.supply) - len(self.cut), dtype=np.int64)
        return replace(self, cut=np.concatenate([self.cut, later]))

    def prices(self) -> Prices:
        """Return them as prices for the market's options."""
        rosters, exclusions = self.market.rosters, self.market.exclusions
        toll = rosters.toll(self.post)[self.market.slot] + self.cuts.toll(self.cut) + exclusions.toll(self.bar)
        return Prices(
            self.cell,
            self.floor,
            toll if toll.any() else None,
            int(self.post @ rosters.supply) + int(self.cut @ self.cuts.supply) + int(self.bar @ exclusions.most),
            self.post if self.post.any() else None,
        )


class Relaxation:
    """The relaxation of a market, starting from climbing prices.

    ``best`` has the best prices, bound and shares so far, those of the start included; ``tolls`` has the price of each
    row behind them, None while they are the start's.
    """

    def __init__(
        self,
        market: Market,
        start: Priced,
        *,
        stopped: Callable[[], bool],
        on_bound: Callable[[int], None],
        settings: SearchSettings = USUAL,
    ) -> None:
        """Begin with the options that the climb leaves near the cheapest."""
        self.best = start
        self.tolls: Tolls | None = None
        self._tuning, self._cutting = settings.relaxation, settings.cuts
        self._market = market
        self._stopped = stopped
        self._on_bound = on_bound
        rows = _near(market, start, self._tuning)
        self._inside = np.zeros(len(market.request), dtype=np.bool_)
        self._inside[rows] = True
        self._programme = _Programme(market, rows, self._is_over, settings)

    def _is_over(self) -> bool:
        return self._stopped()

    def solve(self) -> bool:
        """Solve and add missing options until none is missing; return whether that was reached."""
        for _ in range(self._tuning.turns):
            if self._stopped() or not self._programme.solve():
                break
            tolls = self._programme.tolls()
            prices = tolls.prices()
            reduced = reduced_costs(self._market, prices)
            bound = bound_at(self._market, prices)
            if bound > self.best.bound:
                self._on_bound(bound)
            if bound >= self.best.bound:
                self.best, self.tolls = Priced(prices, bound, self._programme.shares()), tolls
            missing = _missing(self._market, reduced, self._inside, self._tuning.added_each)
            if not len(missing):
                return True
            self._inside[missing] = True
            self._programme.add(missing)
            give_back()
        return False

    def share_teams(self) -> None:
        """From now on divide every stay among its teams; a pool of supervisors is no longer enough."""
        self._programme.share_teams()

    def cut(self, upper: Callable[[], int], *, stopped: Callable[[], bool]) -> Priced:
        """Add cuts, divide stays among teams, add cuts again, and settle counts; return the best prices found.

        What counts prove holds for every plan that costs less than ``upper()``, that of the best plan.
        """
        self._stopped = stopped
        self._cut_on(upper)
        self.share_teams()
        if self.solve():
            self._cut_on(upper)
            while self._count(upper):
                self._cut_on(upper)
        return self.best

    def _count(self, upper: Callable[[], int]) -> bool:
        """Settle how many requests a better plan places, of those alike, where the solution says a broken number.

        One more than the whole number below is tried: if every plan with so many costs ``upper()`` or more, no better
        plan has them, and the number below is a limit from then on. Otherwise one fewer than the number above is tried.
        Returns whether there is a new limit.
        """
        if len(self._market.request) > self._cutting.counted:
            return False
        counting, failures, limited = Counting(self._market), 0, False
        while failures < self._cutting.counts and self.best.bound < upper() and not self._stopped():
            broken = counting.next(self._programme.placed())
            if broken is None:
                break
            row = self._programme.count(broken.requests)
            if self._refutes(row, AT_LEAST, broken.least + 1, upper()):
                self._programme.limit(row, AT_MOST, broken.least)
                failures, limited = 0, True
            elif self._refutes(row, AT_MOST, broken.least, upper()):
                self._programme.limit(row, AT_LEAST, broken.least + 1)
                failures, limited = 0, True
            else:
                failures += 1
            if not self.solve():
                break
        return limited

    def _refutes(self, row: int, sense: int, count: int, upper: int) -> bool:
        """Tell whether every plan with at least, or at most, so many of a counting row costs ``upper`` or more.

        What proves it are prices over all options. The row has no limit afterwards.
        """
        dear = _DEAR * (upper - self.best.bound) + float(self._market.unplaced.max())
        self._programme.limit(row, sense, count, dear)
        refuted = False
        for _ in range(self._tuning.turns):
            if self._stopped() or not self._programme.solve() or self._programme.value() < upper:
                break
            prices = self._programme.tolls().prices()
            refuted = bound_at(self._market, prices) >= upper
            missing = _missing(self._market, reduced_costs(self._market, prices), self._inside, self._tuning.added_each)
            if refuted or not len(missing):
                break
            self._inside[missing] = True
            self._programme.add(missing)
        self._programme.limit(row, UNLIMITED, 0)
        return refuted

    def _cut_on(self, upper: Callable[[], int]) -> None:
        """Add cuts, round by round, as long as they raise the bound."""
        idle = 0
        while idle < self._cutting.patience and self.best.bound < upper() and self._programme.cut():
            before = self.best.bound
            if not self.solve():
                break
            idle = 0 if self.best.bound > (1 + self._cutting.rise) * before else idle + 1


def _near(market: Market, start: Priced, tuning: RelaxationSettings) -> Ints:
    """Return the options to begin with: each request's cheapest, and those with a share in the climb's last answer."""
    reduced = reduced_costs(market, start.prices)
    by_price = np.lexsort((reduced, market.request))
    first = market.first
    cheapest = by_price[ranges(first[:-1], np.minimum(np.diff(first), tuning.cheapest_each))]
    near = start.share > tuning.near
    near[cheapest] = True
    return np.flatnonzero(near)


def _missing(market: Market, reduced: Ints, inside: Bools, each: int) -> Ints:
    """Return each request's ``each`` cheapest options outside, of those that cost less than all its options inside."""
    least = least_costs(market, np.where(inside, reduced, np.iinfo(np.int64).max // 2))
    rows = np.flatnonzero(~inside & (reduced < least[market.request]))
    rows = rows[np.lexsort((reduced[rows], market.request[rows]))]
    request = market.request[rows]
    turn = np.arange(len(rows)) - np.searchsorted(request, request)
    return np.sort(rows[turn < each])


class _Programme:
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
        self._constant = int(market.unplaced.sum())
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

    def value(self) -> float:
        """Return what the present solution costs."""
        return self._constant + float(self._highs.getInfo().objective_function_value)

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

    def limit(self, number: int, sense: int, count: int, dear: float = 0.0) -> None:
        """Let what a counting row counts be at least, or at most, so many, or what it is.

        Where it has to be at least so many, those that lack cost ``dear`` each, if that is not 0: so there is always a
        solution, and its prices prove what that costs.
        """
        row, excused = self._bar_rows.stop + number, dear > 0 and sense == AT_LEAST
        self._sense[number], self._cuts.supply[number] = sense, count
        least, most = count if sense == AT_LEAST else -np.inf, count if sense == AT_MOST else np.inf
        self._highs.changeRowBounds(row, least, most)
        self._highs.changeCoeff(row, self._excuse, float(excused))
        self._highs.changeColCost(self._excuse, dear)
        self._highs.changeColBounds(self._excuse, 0.0, np.inf if excused else 0.0)
        self._highs.setOptionValue("simplex_strategy", _DUAL)

    def _of_cuts_from(self, first: int) -> tuple[Ints, Ints, Ints]:
        """Return (cut after ``first``, position among the columns, amount) for every coefficient of later cuts."""
        cut, column, amount = self._uses_of_cuts(self._rows)
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

    def _uses_of_cuts(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """Return (cut, position among ``rows``, amount) for every coefficient of some options in the cuts."""
        position = np.full(len(self._market.request), -1)
        position[rows] = np.arange(len(rows))
        of_use = position[self._cuts.option]
        inside = of_use >= 0
        return self._cuts.cut[inside], of_use[inside], self._cuts.amount[inside]

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
        cut, user, much = self._uses_of_cuts(rows)
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
