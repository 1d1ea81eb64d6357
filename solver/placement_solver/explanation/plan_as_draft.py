"""A finished plan as a draft of the search, over every option that the rules admit, and who uses what in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import Ints, ranges
from placement_solver.columns import NOBODY, Columns
from placement_solver.plan import Placement
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.options import Market, open_market
from placement_solver.search.teams import Teams

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.problem import Problem, RequestId, SupervisorId


class KeptTeams(Teams):
    """The teams of a problem, where a request that keeps its place also keeps its team."""

    def __init__(self, columns: Columns, placements: Sequence[Placement]) -> None:
        """Note the team of every placement."""
        super().__init__(columns)
        self._kept = {
            (
                columns.request_index[placement.request],
                columns.unit_index[placement.unit],
                placement.start,
            ): self.of_supervisor[columns.supervisor_index[placement.supervisor]]
            for placement in placements
            if placement.supervisor is not None
        }

    def fitting(self, request: int, unit: int, start: int, supervisor: int) -> tuple[int, ...]:
        """Return the teams that may supervise an option; for a placement of the plan, only its present team."""
        kept = self._kept.get((request, unit, start))
        if kept is None or supervisor == NOBODY:
            return super().fitting(request, unit, start, supervisor)
        return (kept,)


def open_whole_market(problem: Problem, columns: Columns) -> Market:
    """Open a market of every option that the rules admit. It makes leaving out cost more than any option."""
    farthest = int(columns.minutes.max(initial=0))
    wishes, ranks = problem.weights, max((len(request.preferences) for request in problem.requests), default=0)
    dearest = (wishes.travel + wishes.long_travel) * farthest + wishes.preference * ranks + wishes.change
    dearest += (wishes.interprofessional + wishes.pairs) * problem.term.weeks
    return open_market(Columns(replace(problem, weights=replace(wishes, unplaced=dearest + 1))))


def draft_of(market: Market, teams: Teams, placements: Sequence[Placement]) -> Draft:
    """Return a plan that keeps all rules as a draft over the whole market."""
    draft, columns = Draft(market, teams), market.columns
    for placement in placements:
        request = columns.request_index[placement.request]
        rows = market.rows_of(np.array([request]))
        options = market.options(rows)
        same = (options.unit == columns.unit_index[placement.unit]) & (options.start == placement.start)
        (at,) = np.flatnonzero(same)
        team = NONE
        if placement.supervisor is not None:
            team = teams.of_supervisor[columns.supervisor_index[placement.supervisor]]
        if options.supervisor[at] == NOBODY and team != NONE:  # named although none is required: uses a place too
            weeks = slice(placement.start, placement.start + int(columns.request_weeks[request]))
            draft.team_room[team, weeks] -= 1
            team = NONE
        draft.take(request, int(rows[at]), team)
    return draft


class Holders:
    """The requests that use the cells and teams of a draft."""

    def __init__(self, draft: Draft) -> None:
        """Sort the placed requests by the cells and teams that they use."""
        self._draft = draft
        scarcity = draft.market.scarcity
        placed = np.flatnonzero(draft.row != NONE)
        slots = draft.market.slot[draft.row[placed]]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        cell = scarcity.cell[ranges(scarcity.first[slots], counts)]
        order = np.argsort(cell, kind="stable")
        self._cell, self._request = cell[order], np.repeat(placed, counts)[order]
        self._with: defaultdict[int, list[int]] = defaultdict(list)
        for request in placed.tolist():
            self._with[int(draft.team[request])].append(request)

    def in_the_way(self, request: int) -> Iterator[tuple[int, list[set[int]]]]:
        """Yield each option of a request with the obstacles: sets of requests, one of each of which has to go."""
        draft, market = self._draft, self._draft.market
        rows = market.rows_of(np.array([request]))
        siblings = {other for other in market.siblings.get(request, ()) if draft.row[other] != NONE}
        for row, compatible in zip(rows.tolist(), draft.compatible(request, rows).tolist(), strict=True):
            slot = market.slot[row]
            uses = slice(market.scarcity.first[slot], market.scarcity.first[slot + 1])
            cells, amounts = market.scarcity.cell[uses], market.scarcity.amount[uses]
            ways = [set(self._of(cell)) for cell in cells[draft.room[cells] < amounts].tolist()]
            if not compatible:
                ways.append(siblings)
            if draft.free_team(row) is None:
                ways.append({other for team in draft.fitting_teams(row) for other in self._with[team]})
            yield row, ways

    def _of(self, cell: int) -> list[int]:
        first, last = np.searchsorted(self._cell, [cell, cell + 1])
        users: list[int] = self._request[first:last].tolist()
        return users


def name_placements(draft: Draft, placements: Sequence[Placement], moved: Ints) -> tuple[Placement, ...]:
    """Return the placements of a draft in which only ``moved`` differ from ``placements``.

    Requests that are not moved keep their supervisors, unless their team has to share its students out again.
    """
    columns, teams = draft.market.columns, draft.teams
    problem, fresh = columns.problem, set(moved.tolist())
    named: dict[RequestId, SupervisorId | None] = {
        placement.request: placement.supervisor
        for placement in placements
        if columns.request_index[placement.request] not in fresh
    }
    staying = [placement for placement in placements if placement.request in named]
    spans = {columns.request_index[placement.request]: (placement.start, placement.unit) for placement in staying}
    for request in moved.tolist():
        slot = draft.market.slot[draft.row[request]]
        spans[request] = (
            int(draft.market.slots.start[slot]),
            problem.units[int(draft.market.slots.unit[slot])].id,
        )
        named[problem.requests[request].id] = None
    for team in sorted({int(draft.team[request]) for request in fresh} - {NONE}):
        members = {problem.supervisors[index].id for index in teams.members[team]}
        stays = [
            (spans[i][0], spans[i][0] + int(columns.request_weeks[i]), i)
            for i in spans
            if named[problem.requests[i].id] in members or (i in fresh and draft.team[i] == team)
        ]
        if not _fit_in(problem, named, stays, [problem.supervisors[index].id for index in teams.members[team]]):
            for request, index in teams.name(team, stays).items():
                named[problem.requests[request].id] = problem.supervisors[index].id
    return tuple(
        Placement(problem.requests[i].id, spans[i][1], spans[i][0], named[problem.requests[i].id])
        for i in sorted(spans)
    )


def _fit_in(
    problem: Problem,
    named: dict[RequestId, SupervisorId | None],
    stays: list[tuple[int, int, int]],
    members: list[SupervisorId],
) -> bool:
    """Give each stay without a supervisor a member with room in all its weeks; tell whether that was possible."""
    students = Counter((each.supervisor, week) for each in problem.taken for week in each.weeks)
    nameless = []
    for start, end, i in sorted(stays):
        who = named[problem.requests[i].id]
        if who is None:
            nameless.append((start, end, i))
        else:
            for week in range(start, end):
                students[who, week] += 1
    for start, end, i in nameless:
        free = (
            member
            for member in members
            if all(students[member, week] < problem.supervisor[member].max_students for week in range(start, end))
        )
        chosen = next(free, None)
        if chosen is None:
            return False
        named[problem.requests[i].id] = chosen
        for week in range(start, end):
            students[chosen, week] += 1
    return True
