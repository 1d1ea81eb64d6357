"""One more, tried: what a place more somewhere does save, found by planning those around it again.

A worth is a promise of the prices, the most that one more can save. Here one more is given to a plan in hand, and the
requests that could pass it on to each other are placed anew, first without and then with it, all others standing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.figures.pricing import CEILING, PLACE, SUPERVISOR
from placement_solver.problem import UnitId
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import by_cp_sat
from placement_solver.search.exact import apply, decide
from placement_solver.search.prices import SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.figures.pricing import Pricing
    from placement_solver.plan import Placement
    from placement_solver.report import Room
    from placement_solver.search.clock import Clock
    from placement_solver.search.teams import Teams

AROUND = 120
"""About so many requests are placed anew."""
TAKERS = 20
NEAR = 6
OPTIONS = 30
SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What one more did save: the objective without it less the objective with it, both planned around it.

    ``proven`` tells that both are the best there is for those who were placed anew.
    """

    gain: int
    proven: bool


def try_one_more(
    pricing: Pricing, teams: Teams, placements: Sequence[Placement], room: Room, rules: Sequence[str], clock: Clock
) -> Trial:
    """Give a unit one more, for a stay, of what some rules count: a place, its ceiling or a supervisor."""
    slot = _slot_of(pricing, room)
    draft = _drafted(pricing, teams, placements)
    cells = np.concatenate([pricing.part(slot, rule).reshape(-1) for rule in rules])
    requests = _around(pricing, draft, cells)
    rows = np.union1d(_cheapest(pricing, requests, OPTIONS), pricing.users(cells))
    rows = np.union1d(rows[np.isin(pricing.market.request[rows], requests)], draft.rows_of(requests))
    engine = partial(by_cp_sat, clock=clock, seconds=SECONDS, workers=1, seed=0)
    without = decide(draft, requests, rows, engine)
    apply(draft, requests, without)
    before = draft.objective
    draft.room[cells] += 1
    if SUPERVISOR in rules:
        _hire(pricing, draft, slot)
    given = decide(draft, requests, np.union1d(rows, draft.rows_of(requests)), engine)
    apply(draft, requests, given)
    return Trial(before - draft.objective, without.proven and given.proven)


def _slot_of(pricing: Pricing, room: Room) -> int:
    """Return the slot that a room was weighed at: of its unit, profession and stay, the one that pays most."""
    columns, slots = pricing.market.columns, pricing.market.slots
    same = (
        (slots.unit == columns.unit_index[UnitId(room.unit)])
        & (slots.start == room.first_week)
        & (columns.request_weeks[slots.request] == room.weeks)
        & (columns.request_profession[slots.request] == columns.profession_index[room.profession])
    )
    return int(np.argmax(np.where(same, pricing.paid(PLACE, CEILING, SUPERVISOR), -1)))


def _drafted(pricing: Pricing, teams: Teams, placements: Sequence[Placement]) -> Draft:
    """Take a plan up as a draft; a placement that is no option of the market, being too dear, is left out."""
    market, columns = pricing.market, pricing.market.columns
    draft = Draft(market, teams)
    for placement in placements:
        request = columns.request_index[placement.request]
        rows = market.rows_of(np.array([request]))
        options = market.options(rows)
        same = (options.unit == columns.unit_index[placement.unit]) & (options.start == placement.start)
        for row in rows[same].tolist():
            team = NONE
            if placement.supervisor is not None and draft.fitting_teams(row):
                team = teams.of_supervisor[columns.supervisor_index[placement.supervisor]]
            draft.take(request, row, team)
    return draft


def _around(pricing: Pricing, draft: Draft, cells: Ints) -> Ints:
    """Return who gains most by some cells, who would gain by what these then leave, and so on; siblings come along.

    Whoever holds what these would rather have comes with them.
    """
    market = pricing.market
    placed = draft.row != NONE
    now = market.unplaced * SCALE
    now[placed] = pricing.reduced[draft.row[placed]]
    chosen = _takers(pricing, now, cells)
    size = 0
    while size < len(chosen) < AROUND:
        size = len(chosen)
        wanted = _cells(pricing, _cheapest(pricing, chosen, NEAR))
        full = pricing.users(wanted[draft.room[wanted] <= 0])
        holders = market.request[np.intersect1d(draft.row[placed], full)]
        held = _cells(pricing, draft.rows_of(chosen))
        chosen = np.union1d(np.union1d(chosen, holders), _takers(pricing, now, held[draft.room[held] <= 0]))
    siblings = [other for request in chosen.tolist() for other in market.siblings.get(request, ())]
    return np.union1d(chosen, np.array(siblings, dtype=np.int64))


def _takers(pricing: Pricing, now: Ints, cells: Ints) -> Ints:
    """Return the requests that gain most, at the prices, by coming to use some cells, given what they cost now."""
    users = pricing.users(cells)
    requests = pricing.market.request[users]
    order = np.argsort(pricing.reduced[users] - now[requests], kind="stable")
    return np.array(list(dict.fromkeys(requests[order].tolist()))[:TAKERS], dtype=np.int64)


def _cheapest(pricing: Pricing, requests: Ints, each: int) -> Ints:
    """Return up to so many options of each request that are cheapest at the prices."""
    rows = pricing.market.rows_of(requests)
    rows = rows[np.lexsort((pricing.reduced[rows], pricing.market.request[rows]))]
    owner = pricing.market.request[rows]
    return np.sort(rows[np.arange(len(rows)) - np.searchsorted(owner, owner) < each])


def _cells(pricing: Pricing, rows: Ints) -> Ints:
    """Return the cells that some options use."""
    scarcity, slots = pricing.market.scarcity, np.unique(pricing.market.slot[rows])
    return np.unique(scarcity.cell[ranges(scarcity.first[slots], scarcity.first[slots + 1] - scarcity.first[slots])])


def _hire(pricing: Pricing, draft: Draft, slot: int) -> None:
    """Let the least trained team that fits a slot take one more student in its weeks."""
    slots, columns = pricing.market.slots, pricing.market.columns
    request, start = int(slots.request[slot]), int(slots.start[slot])
    teams = draft.teams.fitting(request, int(slots.unit[slot]), start, int(slots.supervisor[slot]))
    if teams:
        draft.team_room[teams[0], start : start + int(columns.request_weeks[request])] += 1
