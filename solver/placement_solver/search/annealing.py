"""Local search: requests are moved, and whoever is in the way is moved on, at a heat that falls.

The prices say which choices of a request are worth trying: the nearest to its cheapest at the prices. What counts is
the objective. The moves are compiled (`moves`), so that a county makes some ten thousand of them a second.

Source: Kirkpatrick, Gelatt and Vecchi (1983) for the heat; Yagiura, Ibaraki and Glover (2004) for the chains in which
one who is put somewhere moves others on.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.draft import NONE, Draft
from placement_solver.search.moves import Field, State, anneal, put
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Ints
    from placement_solver.search.priced_market import PricedMarket
    from placement_solver.search.settings import AnnealingSettings


def anneal_along(
    view: PricedMarket,
    draft: Draft,
    *,
    stopped: Callable[[], bool],
    seed: int,
    settings: AnnealingSettings = USUAL.annealing,
) -> Draft:
    """Return the best draft of a local search along the prices that begins with a draft, or that draft."""
    market = draft.market
    everyone = np.arange(len(market.unplaced))
    rows = np.union1d(view.cheapest(everyone, settings.options_each), draft.rows_of(everyone))
    rows = rows[np.lexsort((view.reduced[rows], market.request[rows]))]
    field, state = _open(view, draft, rows)
    best, best_at, best_team = state.objective.copy(), state.at.copy(), state.team.copy()
    hot = max(1.0, float(np.median(market.unplaced)) * settings.hot)
    turns = max(1, settings.moves_each * len(everyone) // settings.turn)
    heats = hot * (settings.cold / settings.hot) ** (np.arange(turns + 1) / turns)
    for turn, (heat, cooler) in enumerate(pairwise(heats.tolist())):
        if stopped():
            break
        anneal(field, state, best, best_at, best_team, settings.turn, heat, cooler, seed + turn)
    if best[0] >= draft.objective:
        return draft
    better = Draft(market, draft.teams)
    placed = np.flatnonzero(best_at != NONE)
    better.take_all(placed, rows[best_at[placed]], best_team[placed])
    return better


def try_moves() -> None:
    """Make a move in a problem of nobody, so that the moves are compiled."""
    none, one, first = np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    field = Field(
        *(first, none, none, one, np.ones(1, dtype=np.bool_), first, none, none, first, none, none, first, none),
        *(none, one, first, none, none, 0, 1, 0),
    )
    anneal(field, State(*(one.copy() for _ in State._fields)), one.copy(), one.copy(), one.copy(), 1, 1.0, 1.0, 0)


def _open(view: PricedMarket, draft: Draft, rows: Ints) -> tuple[Field, State]:
    market, teams = view.market, draft.teams
    scarcity, floor, columns = market.scarcity, market.floor, market.columns
    slots = market.slots
    requests, cells = len(market.unplaced), len(scarcity.supply)
    weeks = teams.supply.shape[1] if len(teams.supply) else columns.weeks
    used = np.zeros(len(slots), dtype=np.bool_)
    used[market.slot[rows]] = True
    fitting = [
        teams.fitting(request, unit, start, supervisor) if wanted else ()
        for request, unit, start, supervisor, wanted in zip(
            slots.request.tolist(),
            slots.unit.tolist(),
            slots.start.tolist(),
            slots.supervisor.tolist(),
            used.tolist(),
            strict=True,
        )
    ]
    several = np.zeros(requests, dtype=np.bool_)
    several[list(market.siblings)] = True
    coupled = np.flatnonzero(several[market.request[rows]])
    position, bar = market.itineraries(rows[coupled])
    order = np.argsort(position, kind="stable")
    of_choice = coupled[position[order]]
    bars, bar = np.unique(bar[order], return_inverse=True)
    field = Field(
        first=np.searchsorted(market.request[rows], np.arange(requests + 1)).astype(np.int64),
        slot=market.slot[rows].astype(np.int64),
        cost=market.cost[rows].astype(np.int64),
        unplaced=market.unplaced.astype(np.int64),
        movable=~market.must_place,
        use_first=scarcity.first.astype(np.int64),
        use_cell=scarcity.cell.astype(np.int64),
        use_amount=scarcity.amount.astype(np.int64),
        gift_first=floor.first.astype(np.int64),
        gift_line=floor.line.astype(np.int64),
        gift=floor.amount.astype(np.int64),
        team_first=np.cumsum([0, *map(len, fitting)]),
        team=np.array([team for each in fitting for team in each], dtype=np.int64),
        start=slots.start.astype(np.int64),
        length=columns.request_weeks.astype(np.int64),
        bar_first=np.searchsorted(of_choice, np.arange(len(rows) + 1)).astype(np.int64),
        bar=bar.astype(np.int64),
        need=floor.need.astype(np.int64),
        team_cell=cells,
        weeks=weeks,
        weight=floor.weight,
    )
    width = int(np.diff(scarcity.first).max(initial=0)) + int(columns.request_weeks.max(initial=0))
    state = State(
        at=np.full(requests, NONE, dtype=np.int64),
        team=np.full(requests, NONE, dtype=np.int64),
        room=np.concatenate([scarcity.supply, teams.supply.reshape(-1)]),
        given=np.zeros(len(floor.need), dtype=np.int64),
        barred=np.full(len(bars), NONE, dtype=np.int64),
        head=np.full(cells + teams.supply.size, NONE, dtype=np.int64),
        following=np.full(requests * width, NONE, dtype=np.int64),
        before=np.full(requests * width, NONE, dtype=np.int64),
        cell=np.zeros(requests * width, dtype=np.int64),
        objective=np.array([int(market.unplaced.sum()) + int(floor.need.sum()) * floor.weight]),
    )
    choice_of = np.full(len(market.request), NONE, dtype=np.int64)
    choice_of[rows] = np.arange(len(rows))
    for request in np.flatnonzero(draft.row != NONE).tolist():
        put(field, state, request, int(choice_of[draft.row[request]]), int(draft.team[request]))
    return field, state
