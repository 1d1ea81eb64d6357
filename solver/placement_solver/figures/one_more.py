"""One more, tried: what one more place actually saves, found by planning the requests around it again.

A worth is an upper limit, the most that one more can save by the prices. Here one more is added to an existing plan.
The requests that could benefit, directly or because others move, are placed anew, first without the addition and then
with it, while all other requests stay where they are.
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
"""About this many requests are placed anew."""
TAKERS = 20
"""At most this many requests are added at a time: those that gain the most."""
NEAR = 6
"""A request is taken to want this many of its cheapest options."""
OPTIONS = 30
"""At most this many of a request's cheapest options may be chosen from, besides those that use what is added."""
SECONDS = 4.0
"""Each of the two searches may take this many seconds."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one more saved: the objective without it minus the objective with it.

    ``proven`` is true where both are proven optimal for the requests that were placed anew.
    """

    gain: int
    proven: bool


def try_one_more(
    pricing: Pricing, teams: Teams, placements: Sequence[Placement], room: Room, rules: Sequence[str], clock: Clock
) -> Trial:
    """Add one more of what some rules count, a place, ceiling or supervisor, for a stay at a unit, and plan again."""
    slot = _slot_of(pricing, room)
    draft = _drafted(pricing, teams, placements)
    cells = np.concatenate([pricing.part(slot, rule).reshape(-1) for rule in rules])
    requests = _neighbours(pricing, draft, cells)
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
    """Return the slot that a room was priced at: the one that pays most for its unit, profession and stay."""
    columns, slots = pricing.market.columns, pricing.market.slots
    same = (
        (slots.unit == columns.unit_index[UnitId(room.unit)])
        & (slots.start == room.first_week)
        & (columns.request_weeks[slots.request] == room.weeks)
        & (columns.request_profession[slots.request] == columns.profession_index[room.profession])
    )
    return int(np.argmax(np.where(same, pricing.paid(PLACE, CEILING, SUPERVISOR), -1)))


def _drafted(pricing: Pricing, teams: Teams, placements: Sequence[Placement]) -> Draft:
    """Return a plan as a draft. A placement that is too expensive to be an option of the market is left out."""
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


def _neighbours(pricing: Pricing, draft: Draft, cells: Ints) -> Ints:
    """Return the requests to place anew around some cells.

    They are the requests that gain most by the cells, those that occupy what these would prefer, those that gain by
    what these leave, and so on, with all requests of the same students.
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
    """Return the requests that gain most, at the prices, by using some cells, given what each costs now."""
    users = pricing.users(cells)
    requests = pricing.market.request[users]
    order = np.argsort(pricing.reduced[users] - now[requests], kind="stable")
    return np.array(list(dict.fromkeys(requests[order].tolist()))[:TAKERS], dtype=np.int64)


def _cheapest(pricing: Pricing, requests: Ints, each: int) -> Ints:
    """Return the ``each`` options of each request that are cheapest at the prices, of those that fit as it is."""
    rows = pricing.market.rows_of(requests)
    rows = rows[pricing.market.scarcity.fits[pricing.market.slot[rows]]]
    rows = rows[np.lexsort((pricing.reduced[rows], pricing.market.request[rows]))]
    owner = pricing.market.request[rows]
    return np.sort(rows[np.arange(len(rows)) - np.searchsorted(owner, owner) < each])


def _cells(pricing: Pricing, rows: Ints) -> Ints:
    """Return the cells that some options use."""
    scarcity, slots = pricing.market.scarcity, np.unique(pricing.market.slot[rows])
    return np.unique(scarcity.cell[ranges(scarcity.first[slots], scarcity.first[slots + 1] - scarcity.first[slots])])


def _hire(pricing: Pricing, draft: Draft, slot: int) -> None:
    """Let the least trained team that suits a slot take one more student in its weeks."""
    slots, columns = pricing.market.slots, pricing.market.columns
    request, start = int(slots.request[slot]), int(slots.start[slot])
    teams = draft.teams.fitting(request, int(slots.unit[slot]), start, int(slots.supervisor[slot]))
    if teams:
        draft.team_room[teams[0], start : start + int(columns.request_weeks[request])] += 1
