"""Decides some requests exactly, teams, floors and gatherings included, while the rest of the draft stands.

With all requests and all their options the model is the whole problem, and its bound is the problem's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges, runs
from placement_solver.search.company import gather_company
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import Model, UnfinishedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from placement_solver.arrays import Bools, Ints
    from placement_solver.search.engines import Engine


@dataclass(frozen=True)
class Answer:
    """What an engine found: (request, option, team) for each request placed, and a bound on the draft's objective.

    ``rows`` is None if the engine found no answer in its time, or if none exists. ``proven`` means that the model has
    no better answer (with ``rows`` None: no answer at all). ``effort`` is the deterministic time used, the same on
    every machine.
    """

    rows: tuple[tuple[int, int, int], ...] | None
    bound: int
    proven: bool
    effort: float


NO_ANSWER = Answer(None, 0, proven=False, effort=0.0)


def decide(
    draft: Draft, requests: Ints, rows: Ints, engine: Engine, stopped: Callable[[], bool] = lambda: False
) -> Answer:
    """Place ``requests`` as well as ``rows`` allow: some of their options, in the market's order. All others stand.

    The draft is not changed. Its own options for the requests should be among ``rows``: they are the engine's hint, and
    with them the answer is never worse than the draft. Once ``stopped()`` no more of the model is written: there is no
    answer.
    """
    try:
        return _decide(draft, requests, rows, engine, Model(stopped))
    except UnfinishedError:
        return NO_ANSWER


def _decide(draft: Draft, requests: Ints, rows: Ints, engine: Engine, model: Model) -> Answer:
    market = draft.market
    rest = draft.copy()
    for request in requests.tolist():
        rest.release(request)
    rows = rows[rest.fits(rows)]
    taken = [model.variable() for _ in rows]
    request_of = market.request[rows]

    saved = (market.cost[rows] - market.unplaced[request_of]).tolist()
    objective = dict(zip(taken, saved, strict=True))
    for request in requests[market.must_place[requests]].tolist():
        model.exactly_one([taken[position] for position in np.flatnonzero(request_of == request).tolist()])
    respect_cells(model, rest, rows, taken)
    respect_itineraries(model, rest, requests, rows, taken)
    named = respect_teams(model, rest, rows, taken)
    shortfalls = reach_floors(model, rest, rows, taken)
    objective |= dict.fromkeys((variable for variable, _ in shortfalls.values()), market.floor.weight)
    company = gather_company(model, draft, rest, rows, taken)
    objective |= company.costs
    model.costs = objective
    hint = chain(_as_hint(draft, rest, rows, taken, named, shortfalls), company.hint.items())
    model.hint = {variable: value for variable, value in hint if value}

    found = engine(model)
    constant = rest.objective - sum(short for _, short in shortfalls.values()) * market.floor.weight - company.before
    bound = 0 if found.bound is None else max(0, constant + found.bound)
    if found.values is None:
        return Answer(None, bound, found.proven, found.effort)
    return Answer(placed_by(found.values, rows, request_of, named), bound, found.proven, found.effort)


def placed_by(values: list[int], rows: Ints, request_of: Ints, named: Named) -> tuple[tuple[int, int, int], ...]:
    """Return (request, option, team) for each option that a model's values take; its variables are the first ones."""
    taken = np.flatnonzero(np.array(values[: len(rows)]))
    return tuple(
        (
            int(request_of[position]),
            int(rows[position]),
            next((team for team, variable in named.of(position) if values[variable]), NONE),
        )
        for position in taken.tolist()
    )


def apply(draft: Draft, requests: Ints, answer: Answer, *, partly: bool = False) -> bool:
    """Put an answer for ``requests`` into the draft if it still has room and makes the draft no worse.

    With ``partly`` the requests that no longer have room are left out, if the draft is no worse even so. Returns
    whether the draft became better.
    """
    if answer.rows is None:
        return False
    before = draft.objective
    old = [(request, int(draft.row[request]), int(draft.team[request])) for request in requests.tolist()]
    for request in requests.tolist():
        draft.release(request)
    fits = True
    for request, row, team in answer.rows:
        if draft.can_take(row, team) and draft.compatible(request, np.array([row]))[0]:
            draft.take(request, row, team)
        else:
            fits = fits and partly and not draft.market.must_place[request]
    if fits and draft.objective <= before:
        return draft.objective < before
    for request, _, _ in answer.rows:
        draft.release(request)
    for request, row, team in old:
        if row != NONE:
            draft.take(request, row, team)
    return False


def respect_cells(model: Model, rest: Draft, rows: Ints, taken: list[int]) -> None:
    """Keep every cell that the rows could overfill within the room that the rest leaves."""
    scarcity = rest.market.scarcity
    slots = rest.market.slot[rows]
    counts = scarcity.first[slots + 1] - scarcity.first[slots]
    uses = ranges(scarcity.first[slots], counts)
    position = np.repeat(np.arange(len(rows)), counts)
    cell, amount = scarcity.cell[uses], scarcity.amount[uses]
    wanted = np.bincount(cell, weights=amount, minlength=len(rest.room))
    tight = wanted[cell] > rest.room[cell]
    position, cell, amount = position[tight], cell[tight], amount[tight]
    order = np.argsort(cell, kind="stable")
    for part in runs(cell[order]):
        of_cell = order[part]
        room = int(rest.room[cell[of_cell[0]]])
        variables = [taken[p] for p in position[of_cell].tolist()]
        model.linear(variables, amount[of_cell].tolist(), 0, room)


def respect_itineraries(model: Model, rest: Draft, requests: Ints, rows: Ints, taken: list[int]) -> None:
    """Let no two options share a cell of a student's itinerary, with each other or with a standing placement."""
    market = rest.market
    standing = {
        int(rest.row[other])
        for request in requests.tolist()
        for other in market.siblings.get(request, ())
        if rest.row[other] != NONE
    }
    position, cell = market.itineraries(np.concatenate([rows, np.array(sorted(standing), dtype=np.int64)]))
    order = np.argsort(cell, kind="stable")
    for part in runs(cell[order]):
        those = position[order[part]]
        free = [taken[p] for p in those[those < len(rows)].tolist()]
        if len(free) < len(those):
            for variable in free:
                model.linear([variable], [1], 0, 0)
        elif len(free) > 1:
            model.at_most_one(free)


@dataclass(frozen=True)
class Named:
    """The teams that may supervise each row, and the variables that tell which does: one after another from ``first``.

    A block has some 300,000 rows, most of which share a few tuples of teams; a dict for each took 50 MiB.
    """

    teams: list[tuple[int, ...]]
    first: list[int]

    def of(self, position: int) -> Iterable[tuple[int, int]]:
        """Return each team of a row with its variable; none if the row needs no supervisor."""
        return zip(self.teams[position], count(self.first[position]))


def respect_teams(model: Model, rest: Draft, rows: Ints, taken: list[int]) -> Named:
    """Give every taken option that needs a supervisor one team with room."""
    named = Named([], [])
    wanted: dict[tuple[int, int], list[int]] = defaultdict(list)
    slots = rest.market.slot[rows]
    starts = rest.market.slots.start[slots].tolist()
    ends = (rest.market.slots.start[slots] + rest.market.columns.request_weeks[rest.market.request[rows]]).tolist()
    for position, row in enumerate(rows.tolist()):
        teams = rest.fitting_teams(row)
        variables = [model.variable() for _ in teams] if len(teams) > 1 else [taken[position]]
        if len(teams) > 1:
            model.linear([taken[position], *variables], [-1, *(1 for _ in teams)], 0, 0)
        named.teams.append(teams)
        named.first.append(variables[0])
        for team, variable in named.of(position):
            for week in range(starts[position], ends[position]):
                wanted[team, week].append(variable)
    for (team, week), variables in wanted.items():
        room = int(rest.team_room[team, week])
        if len(variables) > room:
            model.linear(variables, [1] * len(variables), 0, room)
    return named


def reach_floors(
    model: Model, rest: Draft, rows: Ints, taken: list[int], counted: Bools | None = None
) -> dict[int, tuple[int, int]]:
    """Add a variable for the shortfall of each floor that the rows give to; return (variable, its maximum) by line.

    With ``counted`` only some floors are looked at.
    """
    floor = rest.market.floor
    slots = rest.market.slot[rows]
    counts = floor.first[slots + 1] - floor.first[slots]
    gives = ranges(floor.first[slots], counts)
    position, line = np.repeat(np.arange(len(rows)), counts), floor.line[gives]
    shortfalls: dict[int, tuple[int, int]] = {}
    for number in np.unique(line).tolist():
        short = int(floor.need[number] - rest.given[number])
        if short > 0 and (counted is None or counted[number]):
            variable = model.variable(short)
            shortfalls[number] = (variable, short)
            those = np.flatnonzero(line == number)
            variables = [variable, *(taken[p] for p in position[those].tolist())]
            amounts = [1, *floor.amount[gives[those]].tolist()]
            model.linear(variables, amounts, short, sum(amounts) + short)
    return shortfalls


def _as_hint(
    draft: Draft,
    rest: Draft,
    rows: Ints,
    taken: list[int],
    named: Named,
    shortfalls: dict[int, tuple[int, int]],
) -> Iterable[tuple[int, int]]:
    """Yield a value for every variable, from the draft as it stands."""
    for position, row in enumerate(rows.tolist()):
        request = int(draft.market.request[row])
        stands = int(draft.row[request] == row)
        yield taken[position], stands
        if len(named.teams[position]) > 1:
            for team, variable in named.of(position):
                yield variable, int(stands and draft.team[request] == team)
    for line, (variable, short) in shortfalls.items():
        yield variable, max(0, short - int(draft.given[line] - rest.given[line]))
