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

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from placement_solver.arrays import ranges, segment_orders
from placement_solver.search.climb import find_prices
from placement_solver.search.counting import AT_LEAST, AT_MOST, UNLIMITED, Counting
from placement_solver.search.memory import give_back
from placement_solver.search.prices import (
    Priced,
    bound_at,
    least_costs,
    reduced_costs,
)
from placement_solver.search.programme import Programme, Tolls
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from placement_solver.arrays import Bools, Floats, Ints
    from placement_solver.search.counting import Broken
    from placement_solver.search.options import Market
    from placement_solver.search.settings import RelaxationSettings, SearchSettings

_DEAR = 50.0
"""A request that lacks where a count is tried costs so many times the gap: a fiftieth of one refutes the count."""


class Limit(NamedTuple):
    """A limit on what a counting row counts: at least, or at most, so many."""

    row: int
    sense: int
    number: int


class Reached(NamedTuple):
    """What every plan within some limits costs at least, and how much of each request the relaxation places there."""

    bound: int
    placed: Floats | None


Division = tuple[tuple[Limit, Reached], ...]
"""Limits of which every plan keeps one, and what is reached within each; none if there are no such."""


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


class Relaxation:
    """The relaxation of a market, starting from climbing prices.

    ``best`` has the best prices, bound and shares so far, those of the start included; ``tolls`` has the price of each
    row behind them, None while they are the start's. ``counting`` has the counts that are asked. ``division``
    has the two sides of the count of which the cheaper side costs most.
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
        self.counting = Counting(market)
        self._counted_at = 0
        self.division: Division = ()
        self._row_of: dict[tuple[int, int, int], int] = {}
        self._programme = Programme(market, rows, self._is_over, settings)

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
        """Add cuts, divide stays among teams, and add cuts again; return the best prices found.

        No cut is looked for once a plan, of which ``upper()`` tells, costs no more than is proven.
        """
        self._stopped = stopped
        self._cut_on(upper)
        self.share_teams()
        if self.solve():
            self._cut_on(upper)
        return self.best

    def count(self, upper: Callable[[], int], *, stopped: Callable[[], bool], on_bound: Callable[[int], None]) -> bool:
        """Settle counts; later, if the best plan has become so much better that there may be more of them.

        What counts prove holds for every plan that costs less than ``upper()``, that of the best plan. Returns whether
        that raised the bound.
        """
        self._stopped, self._on_bound = stopped, on_bound
        best, before = upper(), self.best.bound
        closer = best - before <= self._cutting.closer * (self._counted_at - before)
        if not self._counted_at or closer or self.counting.settles(best, self._counted_at):
            self._counted_at = best
            limited = True
            while limited and self.solve():
                self._cut_on(upper)
                limited = self._count(upper)
        return self.best.bound > before

    def _count(self, upper: Callable[[], int]) -> bool:
        """Settle how many requests a better plan places, of those alike, where the solution says a broken number.

        One more than the whole number below is tried: if every plan with so many costs ``upper()`` or more, no better
        plan has them, and the number below is a limit from then on. Otherwise one fewer than the number above is tried.
        Of the counts of which neither side is refuted the best is kept in ``division``. Returns whether there is a new
        limit.
        """
        self._counted_at = upper()
        self.counting.begin()
        placed, failures, limited = self._programme.placed(), 0, False
        self.division = ()
        while failures < self._cutting.counts and self.best.bound < upper() and not self._stopped():
            broken = self.counting.next(placed, (self.best.bound + upper()) / 2)
            if broken is None:
                break
            best, (more, fewer) = upper(), self.sides(broken)
            with_more = self.reach((more,), best)
            with_fewer = self.reach((fewer,), best) if with_more.bound < best else with_more
            if max(with_more.bound, with_fewer.bound) >= best:
                self._programme.limit(*(fewer if with_more.bound >= best else more))
                failures, limited, self.division = 0, True, ()
                if not self.solve():
                    break
                placed = self._programme.placed()
            else:
                self.counting.keep(broken, max(with_more.bound, with_fewer.bound))
                failures += 1
                division = ((more, with_more), (fewer, with_fewer))
                self.division = max(self.division, division, key=_worth)
        return limited

    def sides(self, broken: Broken) -> tuple[Limit, Limit]:
        """Return the limits of which every plan keeps one: at least one more than the number below, and at most it."""
        if broken.name not in self._row_of:
            self._row_of[broken.name] = self._programme.count(broken.requests)
        row = self._row_of[broken.name]
        return Limit(row, AT_LEAST, broken.least + 1), Limit(row, AT_MOST, broken.least)

    def reach(self, limits: Sequence[Limit], upper: int) -> Reached:
        """Return what every plan within some limits costs, at least, proven by prices over all options.

        It ends once that is ``upper`` or more. The limits are gone afterwards.
        """
        for limit in limits:
            self._programme.limit(*limit, excused=True)
        self._programme.excuse(_DEAR * (upper - self.best.bound) + float(self._market.unplaced.max()))
        reached = Reached(self.best.bound, None)
        for _ in range(self._tuning.turns):
            if self._stopped() or not self._programme.solve():
                break
            prices = self._programme.tolls().prices()
            reached = Reached(max(reached.bound, bound_at(self._market, prices)), self._programme.placed())
            if reached.bound >= upper:
                break
            missing = _missing(self._market, reduced_costs(self._market, prices), self._inside, self._tuning.added_each)
            if not len(missing):
                break
            self._inside[missing] = True
            self._programme.add(missing)
        self._programme.excuse(0.0)
        for limit in limits:
            self._programme.limit(limit.row, UNLIMITED, 0)
        give_back()
        return reached

    def _cut_on(self, upper: Callable[[], int]) -> None:
        """Add cuts, round by round, as long as they close the gap to the best plan."""
        idle = 0
        while idle < self._cutting.patience and self.best.bound < upper() and self._programme.cut():
            before, gap = self.best.bound, upper() - self.best.bound
            if not self.solve():
                break
            idle = 0 if self.best.bound - before > self._cutting.rise * gap else idle + 1


def _worth(division: Division) -> int:
    """Return what the cheapest side of a division costs."""
    return min((reached.bound for _, reached in division), default=0)


def _near(market: Market, start: Priced, tuning: RelaxationSettings) -> Ints:
    """Return the options to begin with: each request's cheapest, and those with a share in the climb's last answer."""
    reduced = reduced_costs(market, start.prices)
    by_price = segment_orders(reduced, market.first)
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
