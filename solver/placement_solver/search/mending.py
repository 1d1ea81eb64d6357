"""Mends a plan in force after a disruption: requests that lost their places get new ones, and few others move.

What counts, in this order:

1. No request whose placement still stands is left without a place.
2. Requests that lost their places, or are new, are placed, by their priorities.
3. Few lines of the plan in force change.
4. Few supervisors change.
5. The problem's own costs are low: travel and the rest.

The order is written into the costs of a market of its own, so that drafts and models follow it like any other costs.

A repair is no new plan: models are small, and grow around a request without a place until it has one. With time left
they grow again around all that has moved, and what is better in this order is kept.

Source: Phillips, Walker, Ehrgott and Ryan, "Integer programming for minimal perturbation problems in university
course timetabling" (2017): the smallest neighbourhood, grown until feasible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import product, takewhile
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import by_cp_sat
from placement_solver.search.exact import apply, decide
from placement_solver.search.in_force import Inheritance, inherit, stay
from placement_solver.search.obstacles import surroundings
from placement_solver.search.placing import complete
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from placement_solver.arrays import Bools, Ints
    from placement_solver.search.clock import Clock
    from placement_solver.search.engines import Engine
    from placement_solver.search.options import Market
    from placement_solver.search.settings import MendingSettings

ANY_PRICE = 1 << 40
"""The cost of leaving a request out while a market is opened for mending: it makes every admitted option worthwhile."""


@dataclass(frozen=True)
class Mended:
    """A mended draft. No plan changes fewer than ``least`` lines of the plan in force.

    ``proven`` means that no plan which places as many requests changes fewer lines than this one.
    """

    draft: Draft
    least: int
    proven: bool


class Mending:
    """One mending: the draft, what it inherits, and the engine that decides its models."""

    def __init__(
        self,
        draft: Draft,
        waiting: Bools,
        unplaced: int,
        *,
        clock: Clock,
        seed: int,
        workers: int,
        settings: MendingSettings = USUAL.mending,
    ) -> None:
        """Begin with a draft that holds the pins, over a market opened at `ANY_PRICE` without `change`.

        ``waiting`` marks the requests that the plan in force left without a place. No other request is moved for them.
        They get what room is left, if that costs less than ``unplaced``, the problem's own weight.
        """
        self.draft, self.clock, self.settings = draft, clock, settings
        self.seed, self.workers = seed, workers
        self.inheritance = inherit(draft)
        self.waiting = waiting
        self.affected = np.flatnonzero((draft.row == NONE) & ~waiting)
        self.least = self._count_least()
        self._proven = False
        draft.market = in_order(draft.market, self.inheritance, waiting, unplaced)

    def run(self) -> None:
        """Place the affected requests with no other moved; then make room for those still without a place.

        At the end all that may move freely are placed anew together: those that have moved, are new, or have waited.
        """
        self._begin()
        for part in np.array_split(self.affected, -(-len(self.affected) // self.settings.together) or 1):
            self._place_together(part)
        self._proven = self._is_least() or self._decide_whole()
        if not self._proven:
            self._make_room()
            self._return_home()
        complete(self.draft)
        self._place_the_free()

    def go_on(self, clock: Clock) -> None:
        """Look for something better in the same order until nothing turns up, or ``clock`` says that time is up.

        More and more requests around each one that lost its place, is new or has moved are placed anew, those that may
        move freely among them. Then all that may move freely are placed anew together, and it begins again.
        """
        self.clock = clock
        better = True
        while better and not clock.is_over():
            before = self.draft.objective
            free = np.flatnonzero(self._is_free() & ~self.waiting).tolist()
            for size, request in takewhile(lambda _: not clock.is_over(), product(self.settings.sizes, free)):
                around = surroundings(self.draft, request, size, self.settings)
                self._decide(around, around)
            self._place_the_free()
            better = self.draft.objective < before

    def result(self) -> Mended:
        """Return the draft as it stands, and what is proven of it."""
        proven = self._proven or self._is_least()
        return Mended(self.draft, self._changed() if proven else self.least, proven)

    def _is_free(self) -> Bools:
        """Return for each request whether it may move freely: it is not where the plan in force has it."""
        free: Bools = (self.draft.row != self.inheritance.row) | (self.draft.row == NONE)
        return free

    def _place_the_free(self) -> None:
        """Place all that may move freely anew together, in half of the time left."""
        free = np.flatnonzero(self._is_free())
        if len(free) and not self.clock.is_over():
            rows = self._cheapest_that_fit(free, free)
            engine = self._engine(self.clock.remaining / 2, effort=np.inf)
            apply(self.draft, free, decide(self.draft, free, rows, engine))
            complete(self.draft)

    def _begin(self) -> None:
        """Keep the placements that can stay, then place the others where there is room, fewest options first."""
        unsupervised = np.isin(self.inheritance.contested, self.inheritance.unsupervised)
        for request in self.inheritance.contested[np.argsort(unsupervised, kind="stable")].tolist():
            stay(self.draft, self.inheritance, request)
        market = self.draft.market
        left = self.affected[self.draft.row[self.affected] == NONE]
        for request in left[np.argsort(np.diff(market.first)[left], kind="stable")].tolist():
            rows = np.arange(market.first[request], market.first[request + 1])
            self.draft.place_cheapest(request, self.draft.cost_of_adding(rows), 0)

    def _place_together(self, part: Ints) -> None:
        """Place some affected requests as well as possible; others do not move, but may get another supervisor."""
        mates = self._mates(np.intersect1d(part, self.inheritance.contested))
        self._decide(np.union1d(part, mates), part)

    def _mates(self, contested: Ints) -> Ints:
        """Return the standing, supervised requests at the units of contested placements, of the same professions."""
        columns = self.draft.market.columns
        desks = columns.desks(columns.current[:, 0], columns.request_profession)
        standing = self.inheritance.standing
        mates: Ints = standing[np.isin(desks[standing], desks[contested]) & (self.inheritance.team[standing] != NONE)]
        return mates

    def _make_room(self) -> None:
        """Free more and more requests around each one without a place, until it has one or the time is up."""
        tried: set[tuple[int, ...]] = set()
        for size in self.settings.sizes:
            for request in self._left():
                if self.clock.is_over() or self.draft.row[request] != NONE:
                    continue
                around = surroundings(self.draft, request, size, self.settings)
                everyone = np.union1d(around[~self.waiting[around]], self.affected[: max(0, size - len(around))])
                if (those := tuple(everyone.tolist())) not in tried:
                    tried.add(those)
                    self._decide(everyone, everyone)

    def _left(self) -> list[int]:
        """Return the affected requests without a place, the most urgent first."""
        left = self.affected[self.draft.row[self.affected] == NONE]
        urgent: list[int] = left[np.argsort(-self.draft.market.unplaced[left], kind="stable")].tolist()
        return urgent

    def _return_home(self) -> None:
        """Move requests back whose old place turned out not to be needed."""
        draft, old = self.draft, self.inheritance.row
        back = True
        while back:
            back = False
            for request in np.flatnonzero((old != NONE) & (draft.row != NONE) & (draft.row != old)).tolist():
                row, team = int(draft.row[request]), int(draft.team[request])
                draft.release(request)
                if stay(draft, self.inheritance, request):
                    back = True
                else:
                    draft.take(request, row, team)

    def _is_least(self) -> bool:
        """Return whether every request that could have a place has one, and no plan changes fewer lines."""
        hopeless = np.diff(self.draft.market.first) == 0
        return not [left for left in self._left() if not hopeless[left]] and self._changed() <= self.least

    def _decide_whole(self) -> bool:
        """Let one model decide everything, if it is small enough; return whether nothing better exists."""
        everyone = np.flatnonzero(~self.waiting)
        rows = self.draft.market.rows_of(everyone)
        if len(rows) > self.settings.whole:
            return False
        seconds = self.clock.remaining / 2
        answer = decide(self.draft, everyone, rows, self._engine(seconds, effort=np.inf))
        apply(self.draft, everyone, answer)
        return answer.proven

    def _decide(self, requests: Ints, movable: Ints) -> None:
        """Decide some requests anew, of which only ``movable`` may move."""
        if not len(requests) or self.clock.is_over():
            return
        rows = self._cheapest_that_fit(requests, movable)
        apply(
            self.draft,
            requests,
            decide(self.draft, requests, rows, self._engine(self.settings.seconds, self.settings.effort)),
        )

    def _cheapest_that_fit(self, requests: Ints, movable: Ints) -> Ints:
        """Return the options of ``movable`` that fit once ``requests`` are released, with the present and old ones."""
        market = self.draft.market
        rest = self.draft.copy()
        for request in requests.tolist():
            rest.release(request)
        rows = market.rows_of(movable)
        rows = rows[rest.fits(rows)]
        each = max(self.settings.options_each, self.settings.rows // max(1, len(movable)))
        dearest_last = rows[np.lexsort((market.cost[rows], market.request[rows]))]
        first = np.searchsorted(market.request[dearest_last], market.request[dearest_last])
        near = dearest_last[np.arange(len(dearest_last)) - first < each]
        own = np.concatenate([self.inheritance.row[movable], self.draft.row[requests]])
        rows_chosen: Ints = np.union1d(near, own[own != NONE])
        return rows_chosen

    def _engine(self, seconds: float, effort: float) -> Engine:
        return partial(
            by_cp_sat, clock=self.clock, seconds=seconds, workers=self.workers, seed=self.seed, effort=effort
        )

    def _changed(self) -> int:
        """Count the lines of the plan in force that the draft does not hold."""
        row = self.inheritance.row
        in_force = self.draft.market.columns.current[:, 0] >= 0
        return int((in_force & ((row == NONE) | (row != self.draft.row))).sum())

    def _count_least(self) -> int:
        """Prove how many lines of the plan in force change at least, in any plan.

        Two kinds count: the lines that the rules no longer admit, and those of the contested requests and their rivals
        that cannot all stay even if no other request wants what they have. Requests that could give up their
        supervisors to the rivals are part of the model.
        """
        contested, market = self.inheritance.contested, self.draft.market
        changed = self._changed()
        if not len(contested):
            return changed
        rivals = np.union1d(self.inheritance.rivals, self._mates(self.inheritance.rivals))
        counting = self.draft.copy()
        counting.market = replace(
            market,
            cost=np.zeros_like(market.cost),
            unplaced=np.ones_like(market.unplaced),
            floor=replace(market.floor, weight=0),
            gatherings=market.gatherings.free(),
        )
        answer = decide(
            counting,
            rivals,
            np.sort(self.inheritance.row[rivals]),
            self._engine(self.settings.seconds, self.settings.effort),
        )
        return changed - min(len(contested), len(counting.unplaced) - answer.bound)


def in_order(market: Market, inheritance: Inheritance, waiting: Bools, unplaced: int) -> Market:
    """Return a market, opened at `ANY_PRICE`, whose costs follow the order of the module's docstring.

    ``unplaced`` is the problem's own weight, at which waiting requests get a place; what other terms of the objective
    ask for one without a place comes on top. If the costs would not fit into 64 bits, the problem's own costs, the last
    in the order, are counted in coarser steps.
    """
    columns, floor, gatherings = market.columns, market.floor, market.gatherings
    people = len(market.unplaced)
    priority = market.unplaced // ANY_PRICE
    gifts = np.bincount(floor.slot, weights=floor.amount, minlength=1) * floor.weight
    waits = (unplaced * priority + market.unplaced % ANY_PRICE) * waiting
    dearest = int(market.cost.max(initial=0)) + int(gifts.max(initial=0)) + gatherings.most()
    span = people * (dearest + 1) + int(waits.sum())
    steps = (len(inheritance.unsupervised) + 1) * (people + 1) * (int(priority[~waiting].sum()) + 1)
    coarse = 1 + span * steps // 2**60
    supervisor = span // coarse + people
    change = supervisor * (len(inheritance.unsupervised) + 1)
    left_out = change * (people + 1)

    in_force = columns.current[:, 0] >= 0
    elsewhere = in_force[market.request]
    elsewhere[inheritance.row[inheritance.row != NONE]] = False
    cost = market.cost // coarse + change * elsewhere
    cost[inheritance.row[inheritance.unsupervised]] += supervisor
    must_place = market.must_place.copy()
    must_place[inheritance.standing] = True
    return replace(
        market,
        cost=cost,
        unplaced=np.where(waiting, waits // coarse, left_out * priority + change * in_force),
        must_place=must_place,
        floor=replace(floor, weight=floor.weight // coarse),
        gatherings=gatherings.coarser(coarse),
    )
