"""Local search: requests are moved, and whoever is in the way is moved on, at a heat that falls.

The prices say which choices of a request are worth trying: the nearest to its cheapest at the prices. What counts is
the objective. The moves are compiled (`moves`), so that a county makes some ten thousand of them a second.

Source: Kirkpatrick, Gelatt and Vecchi (1983) for the heat; Yagiura, Ibaraki and Glover (2004) for the chains in which
one who is put somewhere moves others on.
"""

from __future__ import annotations

import math
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.cooling import cooling, heat_at
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.moves import Best, Field, State, anneal, place_in_turn, put, take_all_back
from placement_solver.search.prices import SCALE
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Ints
    from placement_solver.search.priced_market import PricedMarket
    from placement_solver.search.settings import AnnealingSettings

_TELL_SECONDS = 1.0
"""What is better is told at most this often."""


def anneal_along(
    view: PricedMarket,
    draft: Draft,
    *,
    seconds: float = math.inf,
    stopped: Callable[[], bool],
    on_better: Callable[[Draft], None],
    seed: int,
    settings: AnnealingSettings = USUAL.annealing,
) -> None:
    """Search along the prices, and give what is better than a draft to ``on_better``, the best last.

    It begins with a draft made along the prices, or with the given one if that is better.
    """
    began = monotonic()
    market = draft.market
    everyone = np.arange(len(market.unplaced))
    rows = view.in_order(np.concatenate([view.cheapest(everyone, settings.options_each), draft.rows_of(everyone)]))
    choice_of = np.full(len(market.request) + 1, NONE, dtype=np.int64)  # the last one is that of row `NONE`
    choice_of[rows] = np.arange(len(rows))
    given = choice_of[draft.row]
    field, state = _open(view, draft, rows)
    for request in np.flatnonzero(market.must_place & (given != NONE)).tolist():
        put(field, state, request, int(given[request]), int(draft.team[request]))
    firm = view.firm(settings.firm)
    wished = np.full(len(given), NONE, dtype=np.int64)
    wished[market.request[firm]] = choice_of[firm]
    order = np.concatenate([market.request[firm], view.by_worth()]).astype(np.int64)
    place_in_turn(field, state, order, wished)
    if state.objective[0] >= draft.objective:
        take_all_back(field, state)
        for request in np.flatnonzero(given != NONE).tolist():
            put(field, state, request, int(given[request]), int(draft.team[request]))
    best = Best(state.objective.copy(), state.at.copy(), state.team.copy())
    told, told_at = draft.objective, -math.inf

    def tell() -> None:
        nonlocal told, told_at
        if best.objective[0] < told:
            told, told_at = int(best.objective[0]), monotonic()
            better = Draft(market, draft.teams)
            placed = np.flatnonzero(best.at != NONE)
            better.take_all(placed, rows[best.at[placed]], best.team[placed])
            on_better(better)

    def tell_now_and_then() -> None:
        if monotonic() - told_at >= _TELL_SECONDS:
            tell()

    tell()
    _cool(field, state, best, seconds - (monotonic() - began), stopped, seed, settings, tell_now_and_then)
    tell()


def _cool(
    field: Field,
    state: State,
    best: Best,
    seconds: float,
    stopped: Callable[[], bool],
    seed: int,
    settings: AnnealingSettings,
    on_turn: Callable[[], None],
) -> None:
    """Make turns of moves while the heat falls: as many as the settings say, or fewer where seconds are too few."""
    hot = max(1.0, float(np.median(field.unplaced)) * settings.hot)
    cold = hot * settings.cold / settings.hot
    moves = max(settings.turn, settings.moves_each * len(field.unplaced))
    for turn, ends in enumerate(cooling(moves / settings.turn, seconds)):
        if stopped():
            break
        warm, cool = (heat_at(end, hot, cold) for end in ends)
        anneal(field, state, best, settings.turn, warm, cool, seed + turn)
        on_turn()


def try_moves() -> None:
    """Make a move in a problem of nobody, so that the moves are compiled."""
    none, one, first = np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    field = Field(
        first=first,
        slot=none,
        cost=none,
        loss=np.empty(0),
        out=np.ones(1),
        unplaced=one,
        movable=np.ones(1, dtype=np.bool_),
        use_first=first,
        use_cell=none,
        use_amount=none,
        gift_first=first,
        gift_line=none,
        gift=none,
        team_first=first,
        team=none,
        start=none,
        length=one,
        bar_first=first,
        bar=none,
        need=none,
        team_cell=0,
        weeks=1,
        weight=0,
    )
    state = State(*(np.full(1, NONE) for _ in State._fields))
    take_all_back(field, state)
    place_in_turn(field, state, none, none)
    anneal(field, state, Best(one.copy(), one.copy(), one.copy()), 1, 1.0, 1.0, 0)


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
    bars = np.bincount(bar) > 0
    bar = (np.cumsum(bars) - 1)[bar[order]]
    field = Field(
        first=np.searchsorted(market.request[rows], np.arange(requests + 1)).astype(np.int64),
        slot=market.slot[rows].astype(np.int64),
        cost=market.cost[rows].astype(np.int64),
        loss=(view.reduced[rows] - view.least[market.request[rows]]) / SCALE,
        out=(market.unplaced * SCALE - view.least) / SCALE,
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
    longest = min(columns.weeks, int(columns.request_weeks.max(initial=0)))  # one that has no option may be longer
    width = int(np.diff(scarcity.first).max(initial=0)) + longest
    state = State(
        at=np.full(requests, NONE, dtype=np.int64),
        team=np.full(requests, NONE, dtype=np.int64),
        room=np.concatenate([scarcity.supply, teams.supply.reshape(-1)]),
        given=np.zeros(len(floor.need), dtype=np.int64),
        barred=np.full(np.count_nonzero(bars), NONE, dtype=np.int64),
        head=np.full(cells + teams.supply.size, NONE, dtype=np.int64),
        following=np.full(requests * width, NONE, dtype=np.int64),
        before=np.full(requests * width, NONE, dtype=np.int64),
        cell=np.zeros(requests * width, dtype=np.int64),
        objective=np.array([int(market.unplaced.sum()) + int(floor.need.sum()) * floor.weight]),
    )
    return field, state
