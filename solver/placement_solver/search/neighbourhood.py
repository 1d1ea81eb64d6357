"""Neighbourhoods: requests that are in each other's way around a part of the gap, to be placed anew together.

Source: Shaw, "Using constraint programming and local search methods to solve vehicle routing problems" (1998).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.search.draft import NONE

if TYPE_CHECKING:
    from placement_solver.arrays import Floats, Ints
    from placement_solver.search.draft import Draft
    from placement_solver.search.priced_market import PricedMarket
    from placement_solver.search.settings import RoundSettings


class _Occupants:
    """Which requests use which cell in a draft."""

    def __init__(self, draft: Draft) -> None:
        placed = np.flatnonzero(draft.row != NONE)
        scarcity = draft.market.scarcity
        slots = draft.market.slot[draft.row[placed]]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        cells = scarcity.cell[ranges(scarcity.first[slots], counts)]
        order = np.argsort(cells, kind="stable")
        self._cells = cells[order]
        self._requests = np.repeat(placed, counts)[order]

    def of(self, cells: Ints) -> Ints:
        begin = np.searchsorted(self._cells, cells)
        counts = np.searchsorted(self._cells, cells, side="right") - begin
        return np.unique(self._requests[ranges(begin, counts)])


def neighbourhood(
    rng: np.random.Generator,
    priced: PricedMarket,
    draft: Draft,
    fresh: Floats,
    size: int,
    taken: set[int],
    settings: RoundSettings,
) -> Ints:
    """Choose about ``size`` requests around a part of the gap between draft and bound; none of ``taken``.

    The gap consists of the requests' regrets and of the priced room that no request uses. The choice begins at one of
    these, drawn in proportion to its part of the gap times its freshness; ``fresh`` is halved there until something
    becomes better. The next requests are those that hold the full cells of the first one's cheapest options, and so
    on. A student's other requests come along, because a student's placements are in each other's way.
    """
    market, scarcity = priced.market, priced.market.scarcity
    regrets = priced.regrets(draft)
    gaps = np.concatenate([regrets, priced.idle(draft)]) * fresh
    gaps[list(taken)] = 0.0
    occupants = _Occupants(draft)
    chosen: set[int] = set()
    queue: deque[int] = deque()

    def add(request: int) -> None:
        family = (request, *market.siblings.get(request, ()))
        if not taken.intersection(family):
            new = [member for member in family if member not in chosen]
            chosen.update(new)
            queue.extend(new)

    while len(chosen) < size:
        if not queue:
            total = gaps.sum()
            if total <= 0:
                break
            seed = int(rng.choice(len(gaps), p=gaps / total))
            gaps[seed] = 0.0
            fresh[seed] /= 2
            room = seed - len(regrets)
            if room < 0:
                begun = [seed, *priced.companions(seed, draft, regrets, settings.takers)]
            else:
                begun = priced.takers(room, regrets, settings.takers)
            for request in begun:
                add(request)
            continue
        request = queue.popleft()
        slots = market.slot[priced.cheapest(np.array([request]), settings.cheapest_ways)]
        cells = scarcity.cell[ranges(scarcity.first[slots], scarcity.first[slots + 1] - scarcity.first[slots])]
        holders = occupants.of(np.unique(cells[draft.room[cells] <= 0]))
        for holder in rng.permutation(holders)[: settings.holders].tolist():
            add(holder)
    return np.array(sorted(chosen), dtype=np.int64)


def disjoint_neighbourhoods(
    rng: np.random.Generator,
    priced: PricedMarket,
    draft: Draft,
    fresh: Floats,
    size: int,
    count: int,
    settings: RoundSettings,
) -> list[Ints]:
    """Choose up to ``count`` neighbourhoods, no two of which share a request."""
    taken: set[int] = set()
    chosen = []
    for _ in range(count):
        requests = neighbourhood(rng, priced, draft, fresh, size, taken, settings)
        if len(requests):
            taken.update(requests.tolist())
            chosen.append(requests)
    return chosen
