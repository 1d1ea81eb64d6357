"""The fewest other students who would have to move so that one more is placed, without anyone losing a place.

A student who is not moved keeps unit and weeks, and the supervisor or one of the same team. Whether no move or one move
is enough is found by trying every possibility. More moves are found by a model of the students in the way, those in
their way, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.explanation.plan_as_draft import name_placements
from placement_solver.search.clock import Clock
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import by_cp_sat
from placement_solver.search.exact import decide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.arrays import Ints
    from placement_solver.explanation.plan_as_draft import Holders
    from placement_solver.explanation.situation import Situation
    from placement_solver.plan import Placement

MOST_REQUESTS = 300
"""A model has at most this many requests."""
MOST_ROWS = 12_000
"""A model has about this many options at most."""
EFFORT = 4.0
"""CP-SAT's deterministic time for one model, some seconds on one core."""


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """A plan with one more request placed: its placements, the moved requests, and whether no fewer moves would do."""

    placements: tuple[Placement, ...]
    moved: tuple[int, ...]
    fewest: bool


def rearrange(situation: Situation, request: int, seconds: float) -> Rearrangement | None:
    """Find the fewest others to move so that an unplaced request is placed; None where no way was found."""
    draft, holders, placements = situation.draft, situation.holders, situation.plan.placements
    rows = draft.market.rows_of(np.array([request]))
    found = _move_nobody(draft, request, rows)
    found = _move_one(draft, holders, request) if found is None else found
    fewest = True
    if found is None:
        found, fewest = _move_more(draft, holders, request, Clock(seconds))
    if found is None:
        return None
    moved = np.flatnonzero((found.row != draft.row) & (draft.row != NONE))
    whole = name_placements(found, placements, np.append(moved, request))
    return Rearrangement(whole, tuple(moved.tolist()), fewest)


def _move_nobody(draft: Draft, request: int, rows: Ints) -> Draft | None:
    """Place the request at the lowest cost without moving others; its team may share its students out again."""
    placed = draft.copy()
    return placed if placed.place_cheapest(request, draft.cost_of_adding(rows), np.iinfo(np.int64).max) else None


def _move_one(draft: Draft, holders: Holders, request: int) -> Draft | None:
    """Try every option with every request that alone is in its way; return the cheapest result."""
    best: tuple[int, Draft] | None = None
    for row, ways in holders.in_the_way(request):
        for other in sorted(set.intersection(*ways)):
            for moved in _step_aside(draft, request, row, other):
                if best is None or moved.objective < best[0]:
                    best = moved.objective, moved
    return None if best is None else best[1]


def _step_aside(draft: Draft, request: int, row: int, other: int) -> Iterator[Draft]:
    """Yield the draft, team by team, with the request in ``row`` and ``other`` at its cheapest other place."""
    market = draft.market
    left = draft.copy()
    left.release(other)
    if left.compatible(request, np.array([row]))[0]:
        for team in left.fitting_teams(row) or (NONE,):
            if left.can_take(row, team):
                moved = left.copy()
                moved.take(request, row, team)
                places = market.rows_of(np.array([other]))
                worth = np.where(places == draft.row[other], 1, moved.cost_of_adding(places))
                if moved.place_cheapest(other, worth, 1):
                    yield moved


def _move_more(draft: Draft, holders: Holders, request: int, clock: Clock) -> tuple[Draft | None, bool]:
    """Let more and more requests in the way move; return the first result, and whether its moves are proven fewest.

    One move is known not to be enough, so two moves are the fewest. More moves are proven fewest only where every
    placed request was free to move anywhere.
    """
    involved, front = {request}, [request]
    while len(involved) < MOST_REQUESTS and not clock.is_over():
        reached: set[int] = set()
        for one in takewhile(lambda _: not clock.is_over(), front):
            reached.update(other for _, ways in holders.in_the_way(one) for way in ways for other in way)
        front = sorted(reached - involved)[: MOST_REQUESTS - len(involved)]
        if not front:
            break
        involved.update(front)
        found, exact = _decide_together(draft, request, np.array(sorted(involved)), clock)
        if found is not None:
            moves = int(((found.row != draft.row) & (draft.row != NONE)).sum())
            everybody = len(involved) == int((draft.row != NONE).sum()) + 1
            return found, moves <= 2 or (exact and everybody)  # noqa: PLR2004  (one move was tried before)
    return None, False


def _decide_together(draft: Draft, request: int, requests: Ints, clock: Clock) -> tuple[Draft | None, bool]:
    """Place all of some requests with the fewest moves, then the lowest cost. Tell also whether that is proven."""
    rows, moves = _affordable(draft, request, requests)
    costs = draft.market.cost.copy()
    floor, together = draft.market.floor, draft.market.gatherings.most() * len(draft.row)
    move_cost = 1 + int(costs[rows].max(initial=0)) * len(requests) + int(floor.need.sum()) * floor.weight + together
    costs[moves] += move_cost
    everyone = np.zeros(len(draft.row), dtype=np.bool_)
    everyone[requests] = True
    twin = draft.copy()
    twin.market = replace(draft.market, cost=costs, unplaced=np.zeros_like(draft.market.unplaced), must_place=everyone)
    engine = partial(by_cp_sat, clock=clock, seconds=clock.remaining, workers=1, seed=0, effort=EFFORT)
    answer = decide(twin, requests, rows, engine)
    if answer.rows is None:
        return None, False
    placed = draft.copy()
    for one in requests.tolist():
        placed.release(one)
    for one, row, team in answer.rows:
        placed.take(one, row, team)
    return placed, answer.proven and len(rows) == len(draft.market.rows_of(requests))


def _affordable(draft: Draft, request: int, requests: Ints) -> tuple[Ints, Ints]:
    """Return the options to choose from, the cheapest of each request if there are many, and those that are moves."""
    market = draft.market
    rows = market.rows_of(requests)
    stays = draft.row[market.request[rows]] == rows
    order = np.lexsort((market.cost[rows], ~stays, market.request[rows]))
    counts = market.first[requests + 1] - market.first[requests]
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = (rank < max(2, MOST_ROWS // len(requests))) | (market.request[rows] == request)
    return rows[kept], rows[kept & ~stays & (market.request[rows] != request)]
