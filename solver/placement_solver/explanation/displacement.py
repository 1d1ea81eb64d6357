"""The fewest other students who would have to move so that one more is placed, nobody losing a place.

Whoever is not moved keeps unit, weeks and supervisor (or one of the same team). That nobody or one must move is found
out by trying everything; more, by a model of those in the way, those in their way, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.explanation.plan_as_draft import Holders, Standing, draft_of, name
from placement_solver.search.clock import Clock
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import by_cp_sat
from placement_solver.search.exact import decide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Ints
    from placement_solver.plan import Placement
    from placement_solver.search.options import Market

MOST_REQUESTS = 300
MOST_ROWS = 12_000
EFFORT = 4.0
"""CP-SAT's deterministic time for one model, some seconds on one core."""


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """A plan with one more placed: all its placements, who moved, and whether nothing does with fewer moves."""

    placements: tuple[Placement, ...]
    moved: tuple[int, ...]
    fewest: bool


def rearrange(market: Market, placements: Sequence[Placement], request: int, seconds: float) -> Rearrangement | None:
    """Find the fewest others to move so that an unplaced request has a place; None where nothing was found."""
    draft = draft_of(market, Standing(market.columns, placements), placements)
    holders = Holders(draft)
    rows = market.rows_of(np.array([request]))
    found = _move_nobody(draft, request, rows)
    found = _move_one(draft, holders, request) if found is None else found
    fewest = True
    if found is None:
        found, fewest = _move_more(draft, holders, request, Clock(seconds))
    if found is None:
        return None
    moved = np.flatnonzero((found.row != draft.row) & (draft.row != NONE))
    whole = name(found, placements, np.append(moved, request))
    return Rearrangement(whole, tuple(moved.tolist()), fewest)


def _move_nobody(draft: Draft, request: int, rows: Ints) -> Draft | None:
    """Place the request at the lowest cost where its own team can share out anew."""
    placed = draft.copy()
    return placed if placed.place_cheapest(request, draft.cost_of_adding(rows), np.iinfo(np.int64).max) else None


def _move_one(draft: Draft, holders: Holders, request: int) -> Draft | None:
    """Try every option with every other who alone stands in its way; return the cheapest that comes out."""
    best: tuple[int, Draft] | None = None
    for row, ways in holders.in_the_way(request):
        for other in sorted(set.intersection(*ways)):
            for moved in _step_aside(draft, request, row, other):
                if best is None or moved.objective < best[0]:
                    best = moved.objective, moved
    return None if best is None else best[1]


def _step_aside(draft: Draft, request: int, row: int, other: int) -> Iterator[Draft]:
    """Yield the draft with the request where another stood, who has their cheapest other place, team by team."""
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
    """Let more and more of those in the way move; return what came out first and whether it is proven fewest.

    That one is not enough is known, so two are the fewest; more are, where everybody was free to move anywhere.
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
            return found, moves <= 2 or (exact and everybody)  # noqa: PLR2004  (one was tried, two are next)
    return None, False


def _decide_together(draft: Draft, request: int, requests: Ints, clock: Clock) -> tuple[Draft | None, bool]:
    """Place all of some requests with the fewest moves, then the lowest cost; tell whether nothing was left out."""
    rows, moves = _affordable(draft, request, requests)
    costs = draft.market.cost.copy()
    floor = draft.market.floor
    dear = 1 + int(costs[rows].max(initial=0)) * len(requests) + int(floor.need.sum()) * floor.weight
    costs[moves] += dear
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
    """Return the options to choose from, the cheapest of each request where they are many, and which are moves."""
    market = draft.market
    rows = market.rows_of(requests)
    stands = draft.row[market.request[rows]] == rows
    order = np.lexsort((market.cost[rows], ~stands, market.request[rows]))
    counts = market.first[requests + 1] - market.first[requests]
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = (rank < max(2, MOST_ROWS // len(requests))) | (market.request[rows] == request)
    return rows[kept], rows[kept & ~stands & (market.request[rows] != request)]
