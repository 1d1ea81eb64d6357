"""Which requests are in another request's way: the holders of what it needs, and around them those in their way."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.arrays import Ints
    from placement_solver.search.settings import MendingSettings


class Holders:
    """Which requests hold which cells and teams in a draft as it stands."""

    def __init__(self, draft: Draft) -> None:
        """Sort the placements by the cells that they use."""
        self._draft = draft
        self._placed = np.flatnonzero(draft.row != NONE)
        scarcity = draft.market.scarcity
        slots = draft.market.slot[draft.row[self._placed]]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        cells = scarcity.cell[ranges(scarcity.first[slots], counts)]
        order = np.argsort(cells, kind="stable")
        self._cells, self._users = cells[order], np.repeat(self._placed, counts)[order]

    def in_the_way(self, row: int) -> Iterator[Ints]:
        """Yield, for each thing that an option lacks, the requests that hold it: some of them would have to move."""
        draft, market = self._draft, self._draft.market
        slot = market.slot[row]
        uses = slice(market.scarcity.first[slot], market.scarcity.first[slot + 1])
        cells = market.scarcity.cell[uses]
        lacking = cells[draft.room[cells] < market.scarcity.amount[uses]]
        for begin, end in zip(
            np.searchsorted(self._cells, lacking), np.searchsorted(self._cells, lacking, side="right"), strict=True
        ):
            yield self._users[begin:end]
        if not len(lacking) and draft.free_team(row) is None:
            yield self._supervised_by(draft.fitting_teams(row), row)

    def own_in_the_way(self, request: int, row: int) -> list[int]:
        """Return the student's other placed requests that exclude an option."""
        return [
            other
            for other in self._draft.market.siblings.get(request, ())
            if self._draft.row[other] != NONE and self._exclude_each_other(row, int(self._draft.row[other]))
        ]

    def _supervised_by(self, teams: tuple[int, ...], row: int) -> Ints:
        """Return the requests that one of some teams supervises in a week of an option."""
        draft, market, placed = self._draft, self._draft.market, self._placed
        rows = np.append(draft.row[placed], row)
        starts = market.slots.start[market.slot[rows]]
        ends = starts + market.columns.request_weeks[market.request[rows]]
        meeting = (starts[:-1] < ends[-1]) & (starts[-1] < ends[:-1])
        supervised: Ints = placed[np.isin(draft.team[placed], teams) & meeting]
        return supervised

    def _exclude_each_other(self, row: int, other: int) -> bool:
        """Return whether a student's two options exclude each other."""
        option, cell = self._draft.market.itineraries(np.array([row, other]))
        return bool(np.isin(cell[option == 0], cell[option == 1]).any())


def surroundings(draft: Draft, request: int, size: int, settings: MendingSettings = USUAL.mending) -> Ints:
    """Choose up to ``size`` requests that together could make room for one without a place, itself among them.

    Requests that could move elsewhere at once come first, and options that lack least are tried first. A student's
    other requests come along, because a student's placements are in each other's way. Fewer than ``size`` are returned
    if no more can be reached.
    """
    market, holders = draft.market, Holders(draft)
    chosen: dict[int, None] = {}
    queue: deque[int] = deque()
    asked = max(settings.least_asked, size // settings.share_asked)

    def add(who: int) -> None:
        for member in (who, *market.siblings.get(who, ())):
            if member not in chosen:
                chosen[member] = None
                queue.append(member)

    add(request)
    while queue and len(chosen) < size:
        asking = queue.popleft()
        rows = market.rows_of(np.array([asking]))
        if asking != request:
            rows = rows[np.argsort(market.cost[rows], kind="stable")[: settings.next_options]]
        lacks = [list(holders.in_the_way(row)) for row in rows.tolist() if row != draft.row[asking]]
        everyone = np.unique(np.concatenate([np.empty(0, np.int64), *(those for lack in lacks for those in lack)]))
        mobile = set(_mobile(draft, everyone).tolist())
        for lack in sorted(lacks, key=lambda lack: (_stuck(lack, mobile), len(lack))):
            for those in lack:
                ready = sorted(those.tolist(), key=lambda who: (who not in mobile, who in chosen))
                for who in ready[:asked]:
                    if len(chosen) < size:
                        add(who)
    return np.array(sorted(chosen), dtype=np.int64)


def _stuck(lack: list[Ints], mobile: set[int]) -> int:
    """Count the lacking things that none of their holders could give up for another place."""
    return sum(mobile.isdisjoint(those.tolist()) for those in lack)


def _mobile(draft: Draft, requests: Ints) -> Ints:
    """Return those of some requests that have another option with room."""
    rows = draft.market.rows_of(requests)
    rows = rows[draft.fits(rows) & (rows != draft.row[draft.market.request[rows]])]
    return np.unique(draft.market.request[rows])
