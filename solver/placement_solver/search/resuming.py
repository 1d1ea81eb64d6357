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

    A request that the draft places already stays where it is, with the team that it had before if all such requests
    can have theirs: others may need the one that the draft gave it.
    """
    named = [
        (request, placement)
        for placement in placements
        if (request := draft.market.columns.request_index.get(placement.request, NONE)) != NONE
    ]
    _change_teams(draft, [each for each in named if draft.row[each[0]] != NONE])
    for request, placement in named:
        if draft.row[request] == NONE:
            _take(draft, request, placement)


def _change_teams(draft: Draft, named: list[tuple[int, Placement]]) -> None:
    """Give requests that the draft places the teams that they had before, all of them or none."""
    now = [(request, int(draft.row[request]), int(draft.team[request])) for request, _ in named]
    before = [
        (request, row, team if (team := _team_of(draft, placement)) in draft.fitting_teams(row) else now_team)
        for (request, row, now_team), (_, placement) in zip(now, named, strict=True)
    ]
    for request, _, _ in now:
        draft.release(request)
    fit = True
    for request, row, team in before:
        fit = fit and draft.can_take(row, team)
        if fit:
            draft.take(request, row, team)
    if not fit:
        for request, _, _ in now:
            draft.release(request)
        for request, row, team in now:
            draft.take(request, row, team)


def _take(draft: Draft, request: int, placement: Placement) -> None:
    market = draft.market
    rows = np.arange(market.first[request], market.first[request + 1])
    slots = market.slot[rows]
    unit = market.columns.unit_index.get(placement.unit, NONE)
    same = rows[(market.slots.unit[slots] == unit) & (market.slots.start[slots] == placement.start)]
    before = _team_of(draft, placement)
    for row in same[draft.compatible(request, same)].tolist():
        team = before if before in draft.fitting_teams(row) and draft.can_take(row, before) else draft.free_team(row)
        if team is not None and draft.can_take(row, team):
            draft.take(request, row, team)
            return


def _team_of(draft: Draft, placement: Placement) -> int:
    """Return the team of a placement's supervisor, or `NONE`."""
    columns = draft.market.columns
    who = NONE if placement.supervisor is None else columns.supervisor_index.get(placement.supervisor, NONE)
    return draft.teams.of_supervisor.get(who, NONE)
