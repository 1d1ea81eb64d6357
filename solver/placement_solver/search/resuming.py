"""Goes on from a plan that an earlier search had found: what of it still can be is taken again.

The problem may have changed since. What the rules no longer admit, or what no longer has room, is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.draft import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placement_solver.plan import Placement
    from placement_solver.search.draft import Draft


def take_again(draft: Draft, placements: Iterable[Placement]) -> None:
    """Take every placement that a draft has room for, in their order, with the same team where that has room too.

    A request that the draft places already stays where it is.
    """
    for placement in placements:
        request = draft.market.columns.request_index.get(placement.request, NONE)
        if request != NONE and draft.row[request] == NONE:
            _take(draft, request, placement)


def _take(draft: Draft, request: int, placement: Placement) -> None:
    market, columns = draft.market, draft.market.columns
    rows = np.arange(market.first[request], market.first[request + 1])
    slots = market.slot[rows]
    unit = columns.unit_index.get(placement.unit, NONE)
    same = rows[(market.slots.unit[slots] == unit) & (market.slots.start[slots] == placement.start)]
    who = NONE if placement.supervisor is None else columns.supervisor_index.get(placement.supervisor, NONE)
    before = draft.teams.of_supervisor.get(who, NONE)
    for row in same[draft.compatible(request, same)].tolist():
        team = before if before in draft.fitting_teams(row) and draft.can_take(row, before) else draft.free_team(row)
        if team is not None and draft.can_take(row, team):
            draft.take(request, row, team)
            return
