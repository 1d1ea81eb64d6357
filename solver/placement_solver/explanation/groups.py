"""The outcome for a group: how many requests it has, how many are placed, and how many there is room for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.explanation.hindrances import find_hindrances, holders_of
from placement_solver.explanation.occupancy import Occupancy
from placement_solver.explanation.parties import Holding, Party, count_holdings, party_of
from placement_solver.explanation.plan_as_draft import draft_of, open_whole_market
from placement_solver.search.draft import NONE
from placement_solver.search.engines import by_cp_sat, by_highs
from placement_solver.search.exact import decide
from placement_solver.search.teams import Teams

if TYPE_CHECKING:
    from placement_solver.columns import Columns
    from placement_solver.plan import Plan
    from placement_solver.problem import Problem, Request
    from placement_solver.search.clock import Clock

SMALL = 1_000
"""With at most this many options CP-SAT decides how many there is room for; with more, HiGHS."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The requests that make up a group; None means any.

    ``weeks`` are a first and a last week of the term; a request belongs if it may start in any of them.
    """

    institution: str | None = None
    profession: str | None = None
    kind: str | None = None
    weeks: tuple[int, int] | None = None
    site: str | None = None

    def takes(self, problem: Problem, request: Request) -> bool:
        """Tell whether a request belongs to the group."""
        student = problem.student[request.student]
        return (
            self.institution in {None, student.institution}
            and self.profession in {None, student.profession}
            and (self.kind is None or self.kind in request.kinds)
            and (self.weeks is None or any(self.weeks[0] <= start <= self.weeks[1] for start in request.starts))
            and self.site in {None, student.site}
        )


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """The outcome for a group: ``placed`` of ``asked`` in the plan, ``within_reach`` if it had all offers to itself.

    At most ``at_most`` can be within reach; the two are equal where ``within_reach`` is proven. ``competitors`` use
    what is full at the units where the unplaced requests could have been, and the other ``terms`` have part of it.
    """

    choice: Choice
    asked: int
    placed: int
    within_reach: int
    at_most: int
    competitors: tuple[Holding, ...]
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShortGroup:
    """A party's requests with the same weeks to start in, some of which have no placement."""

    party: Party
    starts: tuple[int, ...]
    asked: int
    unplaced: int


def find_short_groups(problem: Problem, plan: Plan) -> tuple[ShortGroup, ...]:
    """Return the groups with unplaced requests, those with most first."""
    left_out = {line.request for line in plan.unplaced}
    groups = [(party_of(problem, each.id), tuple(sorted(set(each.starts))), each.id) for each in problem.requests]
    asked = Counter((party, starts) for party, starts, _ in groups)
    unplaced = Counter((party, starts) for party, starts, name in groups if name in left_out)
    worst = sorted(unplaced.items(), key=lambda line: (-line[1], line[0]))
    return tuple(ShortGroup(*group, asked[group], count) for group, count in worst)


def explain_group(problem: Problem, columns: Columns, plan: Plan, choice: Choice, clock: Clock) -> GroupOutcome:
    """Return the outcome for a group in a checked plan. ``clock`` limits the proof of what is within reach."""
    numbers = [number for number, request in enumerate(problem.requests) if choice.takes(problem, request)]
    names = {problem.requests[number].id for number in numbers}
    occupancy = Occupancy(problem, plan.placements)
    placed = {placement.request for placement in plan.placements if placement.request in names}
    within, at_most = _reach(problem, columns, plan, numbers, clock)
    full = [
        find_hindrances(columns, occupancy, number) for number in numbers if problem.requests[number].id not in placed
    ]
    rivals = count_holdings(problem, {holder for those in full for holder in holders_of(occupancy, those)} - names)
    terms = sorted({term for those in full for each in those for term in each.terms})
    return GroupOutcome(choice, len(numbers), len(placed), within, at_most, rivals, tuple(terms))


def _reach(problem: Problem, columns: Columns, plan: Plan, numbers: list[int], clock: Clock) -> tuple[int, int]:
    """Return how many of some requests can be placed together if there were no others, and an upper limit to that."""
    wide, requests = open_whole_market(problem, columns), np.array(numbers, dtype=np.int64)
    counted = np.zeros(len(wide.unplaced), dtype=np.int64)
    counted[requests] = 1
    market = replace(
        wide,
        cost=np.zeros_like(wide.cost),
        unplaced=counted,
        floor=replace(wide.floor, weight=0),
        gatherings=wide.gatherings.free(),
    )
    names = {problem.requests[number].id for number in numbers}
    draft = draft_of(market, Teams(columns), [each for each in plan.placements if each.request in names])
    options = market.first[requests + 1] - market.first[requests]
    for request in requests[np.argsort(options, kind="stable")].tolist():
        if draft.row[request] == NONE:
            draft.place_cheapest(request, np.zeros(market.first[request + 1] - market.first[request], np.int64), 1)
    placed, possible = int((draft.row[requests] != NONE).sum()), int((options > 0).sum())
    if placed == possible:
        return placed, placed
    rows = market.rows_of(requests)
    engine = (
        partial(by_cp_sat, clock=clock, seconds=clock.remaining, workers=1, seed=0)
        if len(rows) <= SMALL
        else partial(by_highs, clock=clock, seconds=clock.remaining)
    )
    answer = decide(draft, requests, rows, engine)
    found = placed if answer.rows is None else max(placed, len(answer.rows))
    return found, min(possible, len(numbers) - answer.bound)
