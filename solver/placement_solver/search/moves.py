"""The compiled moves of the local search: put a request somewhere, move whoever is in the way, and keep or take back.

Everything scarce is a *cell* here, teams' weeks included. What uses a cell stands in a list of its own, so that whoever
is in the way is found without searching. A move changes a handful of requests in some microseconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placement_solver.arrays import Bools, Floats, Ints
from placement_solver.search.compiled import compiled

NONE = -1
NOBODY_FREE = -2
MOST_TOUCHED = 24
"""A move that would change more requests than this is taken back."""
MOST_LOOKED_AT = 12
"""Whoever has to make room is drawn among this many who use a cell."""
EVEN = 0.5
POWER = 3
"""A choice is drawn by its place in the order, a random number to this power: mostly the cheapest."""
REACH = 20.0
"""A choice that costs more heats than this at the prices, beyond the cheapest, is not tried."""
RIVALS = 6
"""A move begins at the one with the highest regret of a drawn request and so many others."""


class Field(NamedTuple):
    """What does not change: each request's choices with the cheapest at the prices first, and what they use.

    The choices of request r are ``first[r] … first[r + 1] - 1``. A choice takes a slot; slot s uses ``use_amount[k]``
    of ``use_cell[k]`` for k in ``use_first[s] … use_first[s + 1] - 1``, gives ``gift[k]`` to floor ``gift_line[k]`` and
    is supervised by one of ``team[k]``. Choices exclude each other where they share an exclusive (``bar_first``,
    ``bar``). Week w of team t is cell ``team_cell + t * weeks + w``.
    """

    first: Ints
    slot: Ints
    cost: Ints
    loss: Floats
    out: Floats
    unplaced: Ints
    movable: Bools
    use_first: Ints
    use_cell: Ints
    use_amount: Ints
    gift_first: Ints
    gift_line: Ints
    gift: Ints
    team_first: Ints
    team: Ints
    start: Ints
    length: Ints
    bar_first: Ints
    bar: Ints
    need: Ints
    team_cell: int
    weeks: int
    weight: int


class State(NamedTuple):
    """What changes: each request's choice and team, the room of each cell, and who uses it.

    ``head`` is the first entry of a cell's list. Entry ``r * width + k`` is the k-th use of request r's choice, with
    the next and the previous entry and the entry's cell.
    """

    at: Ints
    team: Ints
    room: Ints
    given: Ints
    barred: Ints
    head: Ints
    following: Ints
    before: Ints
    cell: Ints
    objective: Ints


class Best(NamedTuple):
    """The best state so far: its objective (one number), and each request's choice and team."""

    objective: Ints
    at: Ints
    team: Ints


class Trail(NamedTuple):
    """Which requests a move has changed, with the choice and team that each had; ``filled[0]`` of them."""

    request: Ints
    at: Ints
    team: Ints
    filled: Ints


@compiled
def put(field: Field, state: State, request: int, choice: int, team: int) -> None:
    """Let a request take a choice with a team (`NONE`: nobody); there has to be room, or there will be."""
    slot = field.slot[choice]
    width = len(state.cell) // len(field.unplaced)
    entry = request * width
    for use in range(field.use_first[slot], field.use_first[slot + 1]):
        cell = field.use_cell[use]
        state.room[cell] -= field.use_amount[use]
        _enter(state, entry, cell)
        entry += 1
    if team != NONE:
        begin = field.team_cell + team * field.weeks + field.start[slot]
        for cell in range(begin, begin + field.length[request]):
            state.room[cell] -= 1
            _enter(state, entry, cell)
            entry += 1
    for gift in range(field.gift_first[slot], field.gift_first[slot + 1]):
        line = field.gift_line[gift]
        short = max(0, field.need[line] - state.given[line])
        state.given[line] += field.gift[gift]
        state.objective[0] += field.weight * (max(0, field.need[line] - state.given[line]) - short)
    for bar in range(field.bar_first[choice], field.bar_first[choice + 1]):
        state.barred[field.bar[bar]] = request
    state.at[request] = choice
    state.team[request] = team
    state.objective[0] += field.cost[choice] - field.unplaced[request]


@compiled
def take_back(field: Field, state: State, request: int) -> None:
    """Let a request have no choice any more."""
    choice, team = state.at[request], state.team[request]
    if choice == NONE:
        return
    slot = field.slot[choice]
    width = len(state.cell) // len(field.unplaced)
    entry = request * width
    for use in range(field.use_first[slot], field.use_first[slot + 1]):
        state.room[field.use_cell[use]] += field.use_amount[use]
        _leave(state, entry)
        entry += 1
    if team != NONE:
        begin = field.team_cell + team * field.weeks + field.start[slot]
        for cell in range(begin, begin + field.length[request]):
            state.room[cell] += 1
            _leave(state, entry)
            entry += 1
    for gift in range(field.gift_first[slot], field.gift_first[slot + 1]):
        line = field.gift_line[gift]
        short = max(0, field.need[line] - state.given[line])
        state.given[line] -= field.gift[gift]
        state.objective[0] += field.weight * (max(0, field.need[line] - state.given[line]) - short)
    for bar in range(field.bar_first[choice], field.bar_first[choice + 1]):
        state.barred[field.bar[bar]] = NONE
    state.at[request] = NONE
    state.team[request] = NONE
    state.objective[0] -= field.cost[choice] - field.unplaced[request]


@compiled
def _enter(state: State, entry: int, cell: int) -> None:
    old = state.head[cell]
    state.cell[entry], state.following[entry], state.before[entry] = cell, old, NONE
    if old != NONE:
        state.before[old] = entry
    state.head[cell] = entry


@compiled
def _leave(state: State, entry: int) -> None:
    before, following = state.before[entry], state.following[entry]
    if before == NONE:
        state.head[state.cell[entry]] = following
    else:
        state.following[before] = following
    if following != NONE:
        state.before[following] = before


@compiled
def _has_room(field: Field, state: State, choice: int) -> bool:
    """Tell whether the cells and the student's other placements leave room for a choice."""
    slot = field.slot[choice]
    for use in range(field.use_first[slot], field.use_first[slot + 1]):
        if state.room[field.use_cell[use]] < field.use_amount[use]:
            return False
    for bar in range(field.bar_first[choice], field.bar_first[choice + 1]):
        if state.barred[field.bar[bar]] != NONE:
            return False
    return True


@compiled
def _free_team(field: Field, state: State, request: int, choice: int) -> int:
    """Return a team with room, `NONE` where nobody is needed, or `NOBODY_FREE` where no team has room."""
    slot = field.slot[choice]
    if field.team_first[slot] == field.team_first[slot + 1]:
        return NONE
    for place in range(field.team_first[slot], field.team_first[slot + 1]):
        begin = field.team_cell + field.team[place] * field.weeks + field.start[slot]
        free = True
        for cell in range(begin, begin + field.length[request]):
            if state.room[cell] <= 0:
                free = False
                break
        if free:
            return int(field.team[place])
    return NOBODY_FREE


@compiled
def put_first(field: Field, state: State, request: int, until: int) -> bool:
    """Let a request take its first choice that has room, before choice ``until``; tell whether there was one."""
    for choice in range(field.first[request], until):
        if field.cost[choice] < field.unplaced[request] and _has_room(field, state, choice):
            team = _free_team(field, state, request, choice)
            if team != NOBODY_FREE:
                put(field, state, request, choice, team)
                return True
    return False


@compiled
def take_all_back(field: Field, state: State) -> None:
    """Let no request have a choice."""
    for request in range(len(field.unplaced)):
        take_back(field, state, request)


@compiled
def place_in_turn(field: Field, state: State, order: Ints, wished: Ints) -> None:
    """Let the requests, in an order, take the choice ``wished`` for them (`NONE`: none), or their first with room."""
    for request in order:
        choice = wished[request]
        if state.at[request] == NONE and choice != NONE and _has_room(field, state, choice):
            team = _free_team(field, state, request, choice)
            if team != NOBODY_FREE:
                put(field, state, request, choice, team)
        if state.at[request] == NONE:
            put_first(field, state, request, field.first[request + 1])


@compiled
def _holder(field: Field, state: State, cell: int, request: int) -> int:
    """Return somebody who uses a cell, drawn among the latest of them, or `NONE` where nobody can be moved."""
    chosen, seen = NONE, 0
    width = len(state.cell) // len(field.unplaced)
    entry = state.head[cell]
    while entry != NONE and seen < MOST_LOOKED_AT:
        holder = entry // width
        if field.movable[holder] and holder != request:
            seen += 1
            if np.random.randint(seen) == 0:  # noqa: NPY002 (what can be compiled)
                chosen = holder
        entry = state.following[entry]
    return chosen


@compiled
def _lift(field: Field, state: State, trail: Trail, request: int) -> bool:
    """Take a request's choice back and note it; tell whether that may be."""
    count = trail.filled[0]
    if request == NONE or not field.movable[request] or count == MOST_TOUCHED:
        return False
    trail.request[count], trail.at[count], trail.team[count] = request, state.at[request], state.team[request]
    trail.filled[0] += 1
    take_back(field, state, request)
    return True


@compiled
def _clear(field: Field, state: State, trail: Trail, request: int, choice: int) -> bool:
    """Lift whoever is in the way of a choice, in the student's own weeks and in the cells; tell whether that worked."""
    slot = field.slot[choice]
    for bar in range(field.bar_first[choice], field.bar_first[choice + 1]):
        other = state.barred[field.bar[bar]]
        if other != NONE and not _lift(field, state, trail, other):
            return False
    for use in range(field.use_first[slot], field.use_first[slot + 1]):
        cell = field.use_cell[use]
        while state.room[cell] < field.use_amount[use]:
            if not _lift(field, state, trail, _holder(field, state, cell, request)):
                return False
    return True


@compiled
def _clear_team(field: Field, state: State, trail: Trail, request: int, choice: int) -> int:
    """Return a team for a choice; where none is free, lift whom a drawn team has, or return `NOBODY_FREE`."""
    team = _free_team(field, state, request, choice)
    if team != NOBODY_FREE:
        return team
    slot = field.slot[choice]
    span = field.team_first[slot + 1] - field.team_first[slot]
    team = int(field.team[field.team_first[slot] + np.random.randint(span)])  # noqa: NPY002
    begin = field.team_cell + team * field.weeks + field.start[slot]
    for cell in range(begin, begin + field.length[request]):
        while state.room[cell] < 1:
            if not _lift(field, state, trail, _holder(field, state, cell, request)):
                return NOBODY_FREE
    return team


@compiled
def _within(field: Field, request: int, reach: float) -> int:
    """Return how many of a request's choices cost at most ``reach`` more at the prices than the cheapest."""
    low, high = field.first[request], field.first[request + 1]
    while low < high:
        middle = (low + high) // 2
        if field.loss[middle] <= reach:
            low = middle + 1
        else:
            high = middle
    return int(min(max(low - field.first[request], 3), field.first[request + 1] - field.first[request]))


@compiled
def _regret(field: Field, state: State, request: int) -> float:
    """Return what a request costs at the prices beyond its cheapest choice."""
    at = state.at[request]
    return float(field.out[request] if at == NONE else field.loss[at])


@compiled
def _draw(field: Field, state: State) -> int:
    """Draw a request, rather one with a high regret."""
    request = np.random.randint(len(field.unplaced))  # noqa: NPY002
    for _ in range(RIVALS):
        other = np.random.randint(len(field.unplaced))  # noqa: NPY002
        if _regret(field, state, other) > _regret(field, state, request):
            request = other
    return int(request)


@compiled
def _move(field: Field, state: State, trail: Trail, request: int, old: int, reach: float) -> bool:
    """Put a lifted request somewhere else and move on whom that lifts; tell whether it can be."""
    until = field.first[request + 1] if old == NONE else old
    if np.random.random() < EVEN and put_first(field, state, request, until):  # noqa: NPY002
        return True
    choices = _within(field, request, reach)
    choice = field.first[request] + int(choices * np.random.random() ** POWER)  # noqa: NPY002 (mostly the cheapest)
    if choice == old:
        choice = field.first[request] + np.random.randint(choices)  # noqa: NPY002
    if not _clear(field, state, trail, request, choice):
        return False
    team = _clear_team(field, state, trail, request, choice)
    if team == NOBODY_FREE:
        return False
    put(field, state, request, choice, team)
    for place in range(1, trail.filled[0]):
        other = trail.request[place]
        put_first(field, state, other, field.first[other + 1])
    return True


@compiled
def _undo(field: Field, state: State, trail: Trail) -> None:
    """Give every request that a move has changed what it had."""
    for place in range(trail.filled[0]):
        take_back(field, state, trail.request[place])
    for place in range(trail.filled[0]):
        if trail.at[place] != NONE:
            put(field, state, trail.request[place], trail.at[place], trail.team[place])


@compiled
def anneal(field: Field, state: State, best: Best, moves: int, hot: float, cold: float, seed: int) -> None:
    """Make some moves while the heat falls from ``hot`` to ``cold``, in units of the objective; keep the best state."""
    np.random.seed(seed)  # noqa: NPY002
    requests = np.empty(MOST_TOUCHED, np.int64)
    trail = Trail(requests, requests.copy(), requests.copy(), np.zeros(1, np.int64))
    for move in range(moves):
        request = _draw(field, state)
        if field.first[request] == field.first[request + 1]:
            continue
        before, old = state.objective[0], state.at[request]
        trail.filled[0] = 0
        if not _lift(field, state, trail, request):
            continue
        heat = hot * (cold / hot) ** (move / moves)
        kept = _move(field, state, trail, request, old, REACH * heat)
        if kept:
            change = state.objective[0] - before
            kept = change <= 0 or np.random.random() < np.exp(-change / heat)  # noqa: NPY002
        if not kept:
            _undo(field, state, trail)
        elif state.objective[0] < best.objective[0]:
            best.objective[0] = state.objective[0]
            best.at[:] = state.at
            best.team[:] = state.team
