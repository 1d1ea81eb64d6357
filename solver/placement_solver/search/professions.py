"""Each profession decided by itself, at the prices of what it shares with the others: a closer bound.

The relaxation mixes plans. Where its bound is some students too low, no cut may say why: a course of ten weeks and two
of six fill a term in halves and not in whole. Most of what is scarce belongs to one profession: the places of its
units, its supervisors, its students' weeks. So one profession is decided in whole placements, by all rules, with the
prices of the relaxation for what others want too. What that costs more than the relaxation says is added to the bound,
and the sums add up, because each gives up the prices of nothing but its own. Where a profession falls into *groups*
with no unit in common, as the places of study of a decentralised programme do, each group is decided by itself.

Source: Guignard and Kim, "Lagrangean decomposition" (1987); Geoffrion (1974) for why the bound is never lower.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.draft import Draft
from placement_solver.search.engines import Model, UnfinishedError, by_highs
from placement_solver.search.exact import (
    NO_ANSWER,
    Answer,
    placed_by,
    reach_floors,
    respect_cells,
    respect_itineraries,
    respect_teams,
)
from placement_solver.search.memory import give_back
from placement_solver.search.prices import SCALE, bound_at_scale, least_costs, reduced_costs
from placement_solver.search.profession_groups import groups_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from placement_solver.arrays import Bools, Ints
    from placement_solver.search.clock import Clock
    from placement_solver.search.exact import Named
    from placement_solver.search.options import Market
    from placement_solver.search.prices import Prices
    from placement_solver.search.programme import Tolls
    from placement_solver.search.teams import Teams

FINE = 64
"""A profession's costs are rounded down to whole multiples of 1 / FINE: engines compute with whole numbers."""
_SHARED = -1


@dataclass(frozen=True)
class _Owners:
    """The group that alone uses each cell, floor, exclusion, place of a team in a week, or cut; -1: several do."""

    cell: Ints
    floor: Ints
    post: Ints
    bar: Ints
    cut: Ints


class Professions:
    """The groups of a market's professions at the prices of a relaxation, and what deciding each adds to the bound.

    ``group`` is the group of each request and ``count`` how many groups there are; ``proven_by_prices`` is what the
    prices alone prove, in 1 / SCALE, and ``gain`` what each group adds to that.
    """

    def __init__(self, market: Market, teams: Teams, tolls: Tolls) -> None:
        """See which group owns what."""
        self._market, self._teams, self._tolls = market, teams, replace(tolls, cut=tolls.per_cut())
        self.group = groups_of(market)
        self.count = int(self.group.max(initial=-1)) + 1
        self.gain = np.zeros(self.count, dtype=np.int64)
        prices = self._tolls.prices()
        self.proven_by_prices = bound_at_scale(market, prices)
        self._reduced = reduced_costs(market, prices)
        self._least = least_costs(market, self._reduced)
        self._owners = self._owned()

    @property
    def bound(self) -> int:
        """The bound on every plan that the prices and the groups decided so far prove together."""
        return -(-(self.proven_by_prices + int(self.gain.sum())) // SCALE)

    def requests(self, group: int) -> Ints:
        """Return the requests of a group."""
        return np.flatnonzero(self.group == group)

    def smallest(self, groups: Iterable[int], objective: int) -> tuple[int, int]:
        """Return how many options of one of some groups can matter, and which: the one with the fewest."""
        return min((len(self._useful(group, objective)), group) for group in groups)

    def decide(self, group: int, objective: int, clock: Clock, seconds: float, stopped: Callable[[], bool]) -> Answer:
        """Decide one group, for plans below an objective: raise its gain, and return its placements.

        The placements keep every rule among themselves; beside another group's they may have no room. The answer's
        own bound says nothing of a plan.
        """
        market = self._market
        rows = self._useful(group, objective)
        requests = self.requests(group)
        others, own = self._prices_of_others(group)
        saved = reduced_costs(market, others)[rows] - market.unplaced[market.request[rows]] * SCALE
        cost = saved * FINE // SCALE
        give_back()
        try:
            model, named = self._model(requests, rows, cost, self._owners.floor == group, stopped)
        except (UnfinishedError, MemoryError):
            return NO_ANSWER
        found = by_highs(model, clock=clock, seconds=seconds, near=FINE, stopped=stopped)
        if found.bound is None:
            return NO_ANSWER
        left_out = int(market.unplaced[requests].sum()) * SCALE
        decided = left_out + found.bound * SCALE // FINE
        relaxed = int(self._least[requests].sum()) - own
        self.gain[group] = max(int(self.gain[group]), decided - relaxed)
        placed = None if found.values is None else placed_by(found.values, rows, market.request[rows], named)
        return Answer(placed, 0, found.proven, found.effort)

    def _useful(self, group: int, objective: int) -> Ints:
        """Return the options of a group that can be part of a plan below an objective."""
        market = self._market
        rows = market.rows_of(self.requests(group))
        slack = (objective - 1) * SCALE - self.proven_by_prices - int(self.gain.sum() - self.gain[group])
        return rows[self._reduced[rows] - self._least[market.request[rows]] <= slack]

    def _model(
        self, requests: Ints, rows: Ints, cost: Ints, own_floor: Bools, stopped: Callable[[], bool]
    ) -> tuple[Model, Named]:
        """Write the model of some requests alone in the county, at some costs."""
        market = self._market
        model = Model(stopped)
        alone = Draft(market, self._teams)
        taken = [model.variable() for _ in rows]
        request_of = market.request[rows]
        first = np.searchsorted(request_of, requests)
        last = np.searchsorted(request_of, requests, side="right")
        for request, begin, end in zip(requests.tolist(), first.tolist(), last.tolist(), strict=True):
            if market.must_place[request]:
                model.exactly_one(taken[begin:end])
        respect_cells(model, alone, rows, taken)
        respect_itineraries(model, alone, requests, rows, taken)
        named = respect_teams(model, alone, rows, taken)
        shortfalls = reach_floors(model, alone, rows, taken, own_floor)
        model.costs = dict(zip(taken, cost.tolist(), strict=True))
        model.costs |= dict.fromkeys((variable for variable, _ in shortfalls.values()), market.floor.weight * FINE)
        return model, named

    def _prices_of_others(self, group: int) -> tuple[Prices, int]:
        """Return the prices without those of what a group owns, and what all of that is worth, in 1 / SCALE."""
        market, tolls, owners = self._market, self._tolls, self._owners
        own = replace(
            tolls,
            cell=np.where(owners.cell == group, tolls.cell, 0),
            floor=np.where(owners.floor == group, tolls.floor, 0),
            post=np.where(owners.post == group, tolls.post, 0),
            bar=np.where(owners.bar == group, tolls.bar, 0),
            cut=np.where(owners.cut == group, tolls.cut, 0),
        )
        shared = replace(
            tolls,
            cell=tolls.cell - own.cell,
            floor=tolls.floor - own.floor,
            post=tolls.post - own.post,
            bar=tolls.bar - own.bar,
            cut=tolls.cut - own.cut,
        )
        theirs = own.prices()
        worth = int(theirs.cell @ market.scarcity.supply) - int(theirs.floor @ market.floor.need) + theirs.yields
        return shared.prices(), worth

    def _owned(self) -> _Owners:
        market, rosters, cuts = self._market, self._market.rosters, self._tolls.cuts
        of_slot = np.full(len(market.slots), _SHARED)
        of_slot[market.slot] = self.group[market.request]  # all who can use a slot are in one group: its unit's
        used = of_slot != _SHARED  # by somebody
        using = np.repeat(used, np.diff(market.scarcity.first))
        giving = used[market.floor.slot]
        turns = np.repeat(np.arange(len(rosters.first) - 1), np.diff(rosters.first))
        needs = used & (rosters.stay >= 0)
        of_stay = _owner(rosters.stay[needs], of_slot[needs], len(rosters.first) - 1)
        exclusions, (cut, user) = market.exclusions, cuts.users()
        return _Owners(
            _owner(market.scarcity.cell[using], of_slot[market.scarcity.slot[using]], len(market.scarcity.supply)),
            _owner(market.floor.line[giving], of_slot[market.floor.slot[giving]], len(market.floor.need)),
            _owner(rosters.cell, of_stay[turns[rosters.turn]], len(rosters.supply)),
            _owner(exclusions.number, self.group[exclusions.request[exclusions.stays]], exclusions.count),
            _owner(cut, self.group[user], len(cuts.supply)),
        )


def _owner(number: Ints, group: Ints, count: int) -> Ints:
    """Return for each number the one group that comes with it, or -1 where there are several or none."""
    least = np.full(count, np.iinfo(np.int64).max)
    most = np.full(count, _SHARED)
    np.minimum.at(least, number, group)
    np.maximum.at(most, number, group)
    return np.where(least == most, most, _SHARED)
