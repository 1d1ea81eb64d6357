"""The compiled rings: a request takes a place, whoever has to leave it takes another, and so on until it closes.

Where every choice uses one cell, what a step of a ring costs depends on nothing but the two requests that meet in the
cell. So the steps are kept in a table, and a ring is found by following the cheapest of them. A state may overfill
cells, at a price; only one that overfills none is kept as the best.

Where no ring gains, the state is kept or the one before it is, one request is put somewhere else, and rings are sought
from there. All of this is in one file because what is compiled is kept by the file: a function that calls one of
another file would not be compiled anew when that one changes.

Sources: Thompson and Psaraftis, "Cyclic transfer algorithms for multivehicle routing and scheduling problems" (1993),
for rings; Lin and Kernighan, "An effective heuristic algorithm for the traveling-salesman problem" (1973), for
following only what gains so far: every ring that gains has a request to begin at from which each part of it gains;
Lourenço, Martin and Stützle, "Iterated local search" (2003); Yagiura, Ibaraki and Glover, "An ejection chain approach
for the generalized assignment problem" (2004), for the penalty of overfilling, which follows the search.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placement_solver.arrays import Bools, Floats, Ints
from placement_solver.search.compiled import compiled

NONE = -1
GAIN = 1e-6
"""Less than this is no gain: sums of floating-point numbers differ by less."""
LONGEST = 12
"""A ring has at most so many requests."""
BREADTH = 8
"""So many unfinished rings of each length are followed, from one start."""
STEPS = 8
"""The cheapest steps of each request that are kept."""
PATIENCE = 100
"""After so many states it is looked whether overfilling is dear enough."""
DEARER = 1.5
CHEAPER = 1.1
LEAST, MOST = 1.5, 1_000.0
"""What the penalty is multiplied by, divided by, and never less or more than. More would drown what a ring gains in the
rounding of floating-point numbers."""
ROW = 50
"""One request begins so many rings in a row at most; then others have their turn."""
ENERGY, KEPT, PENALTY = range(3)
QUEUED, QUEUE_BEGIN, NOTED, STAMP, ENDED, OVERFULL = range(6)


class Ground(NamedTuple):
    """What does not change: each request's choices, with the cheapest at the prices first.

    The choices of request r are ``first[r] … first[r + 1] - 1``, and those before ``near[r]`` are worth a step. Choice
    c takes ``need[c]`` of ``cell[c]`` and costs ``cost[c]``; at the prices it costs ``loss[c]`` more than the cheapest.
    The last cell has room for all: it is where those are who are left out. Cell c has ``supply[c]``; ``price[c]`` is
    the price of its unused room, and ``fine[c]`` that of overfilling it, times the state's penalty. ``visitor[k]`` for
    k in ``visited[c] … visited[c + 1] - 1`` are the requests for which the cell is worth a step.
    """

    first: Ints
    near: Ints
    cell: Ints
    need: Ints
    cost: Ints
    loss: Floats
    supply: Ints
    price: Floats
    fine: Floats
    visited: Ints
    visitor: Ints


class Standing(NamedTuple):
    """What changes: each request's choice, the room of each cell, who is in it, and the cheapest steps from there.

    ``gain``, ``whom`` and ``choice`` have a request's steps with the cheapest first: what the step changes, who has to
    leave for it (`NONE`: nobody), and the choice taken. ``queue`` is a ring of requests to begin at, ``queued`` tells
    who is in it. ``note_of`` and ``note_at`` are what requests had before, since the state that is kept.
    """

    at: Ints
    room: Ints
    head: Ints
    following: Ints
    before: Ints
    gain: Floats
    whom: Ints
    choice: Ints
    queue: Ints
    queued: Bools
    note_of: Ints
    note_at: Ints
    stamp: Ints
    touched: Ints
    figures: Floats
    counts: Ints


class Found(NamedTuple):
    """The best state that overfills no cell: its cost (one number), and each request's choice."""

    cost: Ints
    at: Ints


class Ring(NamedTuple):
    """The unfinished rings of each length, and the best finished one: who moves, and to which choice."""

    value: Floats
    who: Ints
    by: Ints
    parent: Ints
    filled: Ints
    mover: Ints
    target: Ints


@compiled
def _worth(ground: Ground, standing: Standing, cell: int, room: int) -> float:
    """Return what a cell's room costs: what is unused at its price, and what is overfilled at its fine."""
    if room >= 0:
        return float(ground.price[cell] * room)
    return float(-ground.fine[cell] * standing.figures[PENALTY] * room)


@compiled
def settle_in(ground: Ground, standing: Standing, request: int, choice: int) -> None:
    """Let a request that has no choice take one, whether there is room or not."""
    cell = ground.cell[choice]
    standing.at[request] = choice
    standing.room[cell] -= ground.need[choice]
    old = standing.head[cell]
    standing.following[request], standing.before[request] = old, NONE
    if old != NONE:
        standing.before[old] = request
    standing.head[cell] = request


@compiled
def _move(ground: Ground, standing: Standing, request: int, choice: int) -> None:
    """Let a request take another choice."""
    old = standing.at[request]
    cell = ground.cell[old]
    standing.room[cell] += ground.need[old]
    before, following = standing.before[request], standing.following[request]
    if before == NONE:
        standing.head[cell] = following
    else:
        standing.following[before] = following
    if following != NONE:
        standing.before[following] = before
    settle_in(ground, standing, request, choice)


@compiled
def _note_and_move(ground: Ground, standing: Standing, request: int, choice: int, touched: int) -> int:
    """Move a request, note what it had, and return how many cells are now touched."""
    noted = standing.counts[NOTED]
    standing.note_of[noted], standing.note_at[noted] = request, standing.at[request]
    standing.counts[NOTED] += 1
    touched = _touch(standing, ground.cell[standing.at[request]], touched)
    _move(ground, standing, request, choice)
    return int(_touch(standing, ground.cell[choice], touched))


@compiled
def _touch(standing: Standing, cell: int, touched: int) -> int:
    """Write down that a cell has changed, and return how many have."""
    for place in range(touched):
        if standing.touched[place] == cell:
            return touched
    standing.touched[touched] = cell
    return touched + 1


@compiled
def _find_steps(ground: Ground, standing: Standing, request: int) -> None:
    """Find the cheapest steps of a request, and let it begin rings if one of them gains."""
    at, kept = standing.at[request], 0
    gain, whom, taken = standing.gain[request], standing.whom[request], standing.choice[request]
    nowhere = len(ground.supply) - 1
    for choice in range(ground.first[request], ground.near[request]):
        cell, need = ground.cell[choice], ground.need[choice]
        if cell == ground.cell[at]:
            continue
        room = standing.room[cell]
        base = ground.loss[choice] - ground.loss[at] - _worth(ground, standing, cell, room)
        other = standing.head[cell] if cell != nowhere else NONE
        while True:
            freed = 0 if other == NONE else ground.need[standing.at[other]]
            change = base + _worth(ground, standing, cell, room - need + freed)
            place = kept if kept < STEPS else STEPS - 1
            if kept < STEPS or change < gain[place]:
                while place > 0 and gain[place - 1] > change:
                    gain[place], whom[place], taken[place] = gain[place - 1], whom[place - 1], taken[place - 1]
                    place -= 1
                gain[place], whom[place], taken[place] = change, other, choice
                kept = min(STEPS, kept + 1)
            if other == NONE:
                break
            other = standing.following[other]
    gain[kept:] = np.inf
    if kept and gain[0] < 0 and not standing.queued[request]:
        _enqueue(standing, request)


@compiled
def _enqueue(standing: Standing, request: int) -> None:
    size, counts = len(standing.queue), standing.counts
    standing.queued[request] = True
    standing.queue[(counts[QUEUE_BEGIN] + counts[QUEUED]) % size] = request
    counts[QUEUED] += 1


@compiled
def _look_around(ground: Ground, standing: Standing, touched: int) -> None:
    """Find the steps anew of all whose steps have to do with touched cells."""
    standing.counts[STAMP] += 1
    stamp = standing.counts[STAMP]
    nowhere = len(ground.supply) - 1
    for place in range(touched):
        cell = standing.touched[place]
        if cell != nowhere:
            request = standing.head[cell]
            while request != NONE:
                if standing.stamp[request] != stamp:
                    standing.stamp[request] = stamp
                    _find_steps(ground, standing, request)
                request = standing.following[request]
        for entry in range(ground.visited[cell], ground.visited[cell + 1]):
            request = ground.visitor[entry]
            if standing.stamp[request] != stamp:
                standing.stamp[request] = stamp
                _find_steps(ground, standing, request)


@compiled
def look_everywhere(ground: Ground, standing: Standing) -> None:
    """Find the steps of every request anew, and the energy: after the penalty has changed, and at the beginning."""
    for request in range(len(standing.at)):
        _find_steps(ground, standing, request)
    energy = 0.0
    for request in range(len(standing.at)):
        energy += ground.loss[standing.at[request]]
    for cell in range(len(ground.supply)):
        energy += _worth(ground, standing, cell, standing.room[cell])
    standing.figures[ENERGY] = energy


@compiled
def _near_in(ground: Ground, request: int, cell: int) -> int:
    """Return a request's cheapest choice in a cell, among those worth a step, or `NONE`."""
    for choice in range(ground.first[request], ground.near[request]):
        if ground.cell[choice] == cell:
            return int(choice)
    return NONE


@compiled
def _take_down(ring: Ring, length: int, place: int, choice: int) -> int:
    """Write down the unfinished ring at a place, whose last request takes a choice; return how many move."""
    moving = length + 1
    while length >= 0:
        ring.mover[length], ring.target[length] = ring.who[length, place], choice
        choice = ring.by[length, place]
        place = ring.parent[length, place]
        length -= 1
    return moving


@compiled
def _visits(ground: Ground, standing: Standing, ring: Ring, length: int, place: int, cell: int) -> bool:
    """Tell whether somebody in an unfinished ring, after the first, leaves a cell."""
    while length > 0:
        if ground.cell[standing.at[ring.who[length, place]]] == cell:
            return True
        place = ring.parent[length, place]
        length -= 1
    return False


@compiled
def _best_ring(ground: Ground, standing: Standing, ring: Ring, start: int) -> tuple[float, int]:
    """Return what the best ring from a request gains (negative), and how many requests it moves; it is in ``ring``."""
    home = ground.cell[standing.at[start]]
    room, left = standing.room[home], standing.room[home] + ground.need[standing.at[start]]
    now = _worth(ground, standing, home, room)
    best, moving = -GAIN, 0
    ring.filled[0] = 1
    ring.value[0, 0], ring.who[0, 0], ring.by[0, 0], ring.parent[0, 0] = 0.0, start, NONE, NONE
    for length in range(1, LONGEST):
        ring.filled[length] = 0
        for place in range(ring.filled[length - 1]):
            request = ring.who[length - 1, place]
            for step in range(STEPS):
                value = ring.value[length - 1, place] + standing.gain[request, step]
                if value >= 0:
                    break
                choice, other = standing.choice[request, step], standing.whom[request, step]
                cell = ground.cell[choice]
                if cell == home or _visits(ground, standing, ring, length - 1, place, cell):
                    continue
                if other == NONE:
                    total = value + _worth(ground, standing, home, left) - now
                    if total < best:
                        best, moving = total, _take_down(ring, length - 1, place, choice)
                    continue
                back = _near_in(ground, other, home)
                total = value - now + _back(ground, standing, other, back, left)
                if total < best:
                    best, moving = total, _take_down(ring, length - 1, place, choice) + 1
                    ring.mover[length], ring.target[length] = other, back
                _follow(ring, length, value, other, choice, place)
        if ring.filled[length] == 0:
            break
    return best, moving


@compiled
def _back(ground: Ground, standing: Standing, request: int, choice: int, left: int) -> float:
    """Return what closing a ring costs: a request takes a choice where ``left`` is the room; infinite for `NONE`."""
    if choice == NONE:
        return float(np.inf)
    home = ground.cell[choice]
    change = ground.loss[choice] - ground.loss[standing.at[request]]
    return float(change + _worth(ground, standing, home, left - ground.need[choice]))


@compiled
def _follow(ring: Ring, length: int, value: float, request: int, choice: int, parent: int) -> None:
    """Keep an unfinished ring that ends with a request, if it is the cheapest to it and among the cheapest."""
    kept, worst = ring.filled[length], 0
    for place in range(kept):
        if ring.who[length, place] == request:
            if value < ring.value[length, place]:
                ring.value[length, place], ring.by[length, place], ring.parent[length, place] = value, choice, parent
            return
        if ring.value[length, place] > ring.value[length, worst]:
            worst = place
    if kept < BREADTH:
        worst = kept
        ring.filled[length] += 1
    elif value >= ring.value[length, worst]:
        return
    ring.value[length, worst], ring.who[length, worst] = value, request
    ring.by[length, worst], ring.parent[length, worst] = choice, parent


@compiled
def _keep(ground: Ground, standing: Standing, found: Found) -> None:
    """Keep the state as the one to go on from, and as the best if it is that and overfills no cell."""
    standing.figures[KEPT] = standing.figures[ENERGY]
    standing.counts[NOTED] = 0
    standing.counts[OVERFULL] = 0
    for cell in range(len(ground.supply)):
        if standing.room[cell] < 0:
            standing.counts[OVERFULL] += 1
    if standing.counts[OVERFULL]:
        return
    cost = 0
    for request in range(len(standing.at)):
        cost += ground.cost[standing.at[request]]
    if cost < found.cost[0]:
        found.cost[0] = cost
        found.at[:] = standing.at


@compiled
def _go_back(ground: Ground, standing: Standing) -> None:
    """Give every request what it had in the state that was kept."""
    touched = 0
    for noted in range(standing.counts[NOTED] - 1, -1, -1):
        request = standing.note_of[noted]
        touched = _touch(standing, ground.cell[standing.at[request]], touched)
        _move(ground, standing, request, standing.note_at[noted])
        touched = _touch(standing, ground.cell[standing.at[request]], touched)
    standing.counts[NOTED] = 0
    _look_around(ground, standing, touched)
    standing.figures[ENERGY] = standing.figures[KEPT]


@compiled
def _disturb(ground: Ground, standing: Standing) -> None:
    """Let a drawn request take a drawn choice, whether there is room or not."""
    request = np.random.randint(len(standing.at))  # noqa: NPY002 (what can be compiled)
    first, at = ground.first[request], standing.at[request]
    choice = first + np.random.randint(ground.near[request] - first)  # noqa: NPY002
    home, cell = ground.cell[at], ground.cell[choice]
    if home == cell:
        return
    change = ground.loss[choice] - ground.loss[at]
    change -= _worth(ground, standing, home, standing.room[home]) + _worth(ground, standing, cell, standing.room[cell])
    touched = _note_and_move(ground, standing, request, choice, 0)
    change += _worth(ground, standing, home, standing.room[home]) + _worth(ground, standing, cell, standing.room[cell])
    standing.figures[ENERGY] += change
    _look_around(ground, standing, touched)


@compiled
def _weigh(ground: Ground, standing: Standing) -> None:
    """Make overfilling dearer where the state that is kept overfills a cell, and a little cheaper where it does not."""
    penalty, overfull = standing.figures[PENALTY], standing.counts[OVERFULL] > 0
    standing.figures[PENALTY] = min(MOST, penalty * DEARER) if overfull else max(LEAST, penalty / CHEAPER)
    if standing.figures[PENALTY] != penalty:
        look_everywhere(ground, standing)
        standing.figures[KEPT] = standing.figures[ENERGY]


@compiled
def exchange(ground: Ground, standing: Standing, found: Found, ring: Ring, turns: int, heat: float, seed: int) -> None:
    """Begin rings at some queued requests; where none is left, keep the state or go back, and disturb it.

    A state that costs more is kept with a chance that falls with the heat, in units of the objective. ``counts[ENDED]``
    counts the states that were kept or not.
    """
    np.random.seed(seed)  # noqa: NPY002
    counts, figures = standing.counts, standing.figures
    for _ in range(turns):
        if counts[QUEUED] == 0:
            if figures[ENERGY] <= figures[KEPT] - heat * np.log(1.0 - np.random.random()):  # noqa: NPY002
                _keep(ground, standing, found)
            else:
                _go_back(ground, standing)
            counts[ENDED] += 1
            if counts[ENDED] % PATIENCE == 0:
                _weigh(ground, standing)
            _disturb(ground, standing)
            continue
        request = standing.queue[counts[QUEUE_BEGIN]]
        counts[QUEUE_BEGIN] = (counts[QUEUE_BEGIN] + 1) % len(standing.queue)
        counts[QUEUED] -= 1
        standing.queued[request] = False
        for _ in range(ROW):
            if standing.gain[request, 0] >= 0:
                break
            change, moving = _best_ring(ground, standing, ring, request)
            if moving == 0:
                break
            if counts[NOTED] + moving + 2 > len(standing.note_of):  # no way back is long enough
                _keep(ground, standing, found)
            touched = 0
            for step in range(moving):
                touched = _note_and_move(ground, standing, ring.mover[step], ring.target[step], touched)
            figures[ENERGY] += change
            _look_around(ground, standing, touched)
