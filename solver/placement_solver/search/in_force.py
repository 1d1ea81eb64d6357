"""The plan in force taken into a draft: which of its placements stand, and which are contested or gone.

A placement *stands* if the rules still admit it, everything that it uses suffices for the whole plan in force, and its
supervisor is still there. Such placements cannot exclude each other, so all of them are taken at once. A placement is
*contested* if the rules admit it, but not all placements that need the same thing can stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.search.draft import NONE, Draft

if TYPE_CHECKING:
    from placement_solver.arrays import Bools, Ints
    from placement_solver.search.options import Market


@dataclass(frozen=True)
class Inheritance:
    """What the plan in force leaves to a draft.

    For each request ``row`` is its option there and ``team`` its team (`NONE` where there is none, or none any more).
    ``standing`` are the requests that are placed as before. ``contested`` are those that could each stay alone, but for
    which room or a supervisor has to be found. ``unsupervised`` are the contested ones whose supervisor is gone: they
    yield to the others. ``rivals`` are all requests that could stay if the other rivals left.
    """

    row: Ints
    team: Ints
    standing: Ints
    contested: Ints
    unsupervised: Ints
    rivals: Ints


def inherit(draft: Draft) -> Inheritance:
    """Take all standing placements of the plan in force into a draft that holds only pins."""
    market = draft.market
    row = rows_in_force(market)
    team = np.full(len(row), NONE, dtype=np.int64)
    requests = np.flatnonzero((row != NONE) & (draft.row == NONE))
    unsupervised = _find_teams(draft, row, requests, team)
    rivals = requests[unsupervised | _crowded(draft, row[requests], team[requests])]
    kept = requests[~unsupervised]
    crowded = _crowded(draft, row[kept], team[kept])
    standing = kept[~crowded]
    draft.take_all(standing, row[standing], team[standing])
    contested = np.union1d(kept[crowded], requests[unsupervised])
    return Inheritance(row, team, standing, contested, requests[unsupervised], rivals)


def stay(draft: Draft, inheritance: Inheritance, request: int) -> bool:
    """Place a request as in the plan in force, with the same team if possible; return whether there was room."""
    row, team = int(inheritance.row[request]), int(inheritance.team[request])
    if not draft.compatible(request, np.array([row]))[0]:
        return False
    if (team == NONE and draft.fitting_teams(row)) or not draft.can_take(row, team):
        free = draft.free_team(row) if draft.can_take(row, NONE) else None
        if free is None:
            return False
        team = free
    draft.take(request, row, team)
    return True


def rows_in_force(market: Market) -> Ints:
    """Return the option that each request has in the plan in force, `NONE` where it has none."""
    unit, start, _ = market.columns.current.T
    options = np.flatnonzero(
        (market.slots.unit[market.slot] == unit[market.request])
        & (market.slots.start[market.slot] == start[market.request])
    )
    row = np.full(len(unit), NONE, dtype=np.int64)
    row[market.request[options]] = options
    return row


def _find_teams(draft: Draft, row: Ints, requests: Ints, team: Ints) -> Bools:
    """Fill in the team of each request in force; return for each whether it needs a supervisor and has lost its own."""
    named = draft.market.columns.current[:, 2]
    unsupervised = np.zeros(len(requests), dtype=np.bool_)
    for position, request in enumerate(requests.tolist()):
        fitting = draft.fitting_teams(int(row[request]))
        mine = draft.teams.of_supervisor[int(named[request])] if named[request] != NONE else NONE
        if mine in fitting:
            team[request] = mine
        unsupervised[position] = bool(fitting) and mine not in fitting
    return unsupervised


def _crowded(draft: Draft, rows: Ints, team: Ints) -> Bools:
    """Return for each placement in force whether it uses a cell, a team's week or an itinerary that is overfull."""
    market, scarcity = draft.market, draft.market.scarcity
    slots = market.slot[rows]
    counts = scarcity.first[slots + 1] - scarcity.first[slots]
    cells = scarcity.cell[ranges(scarcity.first[slots], counts)]
    over = scarcity.used(slots) > draft.room
    crowded = np.bincount(np.repeat(np.arange(len(rows)), counts)[over[cells]], minlength=len(rows)) > 0

    weeks = market.columns.request_weeks[market.request[rows]]
    position = np.repeat(np.arange(len(rows)), weeks)
    week = ranges(market.slots.start[slots], weeks)
    supervised = team[position] != NONE
    position, week = position[supervised], week[supervised]
    load = np.zeros_like(draft.team_room)
    np.add.at(load, (team[position], week), 1)
    crowded[position[(load > draft.team_room)[team[position], week]]] = True

    option, cell = market.itineraries(np.concatenate([rows, draft.row[draft.row != NONE]]))
    _, which, times = np.unique(cell, return_inverse=True, return_counts=True)
    clashing = option[times[which] > 1]
    crowded[clashing[clashing < len(rows)]] = True
    return crowded
