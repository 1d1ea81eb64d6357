"""Local search where every option uses some of one cell: requests change places in rings, and cells may overflow.

A placement of several weeks uses as many cells, and `annealing` moves it. Where one cell is all that an option needs,
and needs differ, nearly every move leaves a little too much or too little in a cell; only several that fit together
gain. `rings` finds those.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.cooling import cooling, heat_at
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.prices import SCALE
from placement_solver.search.rings import (
    BREADTH,
    KEPT,
    LEAST,
    LONGEST,
    STEPS,
    Found,
    Ground,
    Ring,
    Standing,
    exchange,
    look_everywhere,
    settle_in,
)
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Ints
    from placement_solver.search.priced_market import PricedMarket
    from placement_solver.search.settings import ExchangeSettings

_STEP = 200
"""After so many turns the clock is looked at: a thousandth to a tenth of a second."""
_MOSTLY = 0.51
"""From this share on the mixture of plans has an option rather than any other."""
_BEGIN = 2 * LEAST
"""The penalty to begin with."""
_NOTES = 100 * LONGEST
_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass has to do: some turns in some seconds, in which the heat falls.

    A request tries ``near_each`` options on average. The pass begins with the best plan or, ``by_mixture``, with what
    the prices' mixture of plans has most of if that costs less; from there it may not find back to a plan.
    """

    near_each: int
    by_mixture: bool
    turns: int
    seed: int
    seconds: float = math.inf


def exchange_along(
    view: PricedMarket,
    draft: Draft,
    order: Pass,
    *,
    stopped: Callable[[], bool],
    on_better: Callable[[Draft], None],
    settings: ExchangeSettings = USUAL.exchanges,
) -> None:
    """Search a plain market, and give what is better than a draft to ``on_better``, the best last."""
    began, market = monotonic(), draft.market
    movers = np.flatnonzero(~market.must_place)
    if not len(movers):
        return
    ground, rows = _survey(view, draft, movers, order.near_each)
    standing = _stand(ground, _beginning(view, draft, movers, ground, rows, by_mixture=order.by_mixture))
    found, ring = Found(np.array([_NEVER]), standing.at.copy()), _no_ring()
    pinned = draft.row[market.must_place]
    pinned_cost = int(market.cost[pinned].sum())
    usual = float(np.median(ground.price[ground.price > 0])) if (ground.price > 0).any() else 0.0
    told = draft.objective
    look_everywhere(ground, standing)
    standing.figures[KEPT] = math.inf
    for step, (cooled, _) in enumerate(cooling(order.turns / _STEP, order.seconds - (monotonic() - began))):
        if stopped():
            break
        heat = usual * heat_at(cooled, settings.hot, settings.cold)
        exchange(ground, standing, found, ring, _STEP, heat, order.seed + step)
        if found.cost[0] + pinned_cost < told:
            told = int(found.cost[0]) + pinned_cost
            on_better(_with_moved(draft, movers, rows[found.at]))


def try_rings() -> None:
    """Let nobody change places, so that the rings are compiled."""
    none, one = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    ground = Ground(
        first=np.arange(2),
        near=one,
        cell=none,
        need=none,
        cost=none,
        loss=np.zeros(1),
        supply=one,
        price=np.zeros(1),
        fine=np.zeros(1),
        visited=np.zeros(2, dtype=np.int64),
        visitor=np.empty(0, dtype=np.int64),
    )
    standing = _stand(ground, none)
    look_everywhere(ground, standing)
    exchange(ground, standing, Found(np.array([_NEVER]), standing.at.copy()), _no_ring(), 1, 0.0, 0)


def _survey(view: PricedMarket, draft: Draft, movers: Ints, near_each: int) -> tuple[Ground, Ints]:
    """Lay out the movers' choices; also return the option that each choice is, `NONE` for being left out."""
    market, scarcity = view.market, view.market.scarcity
    cells = len(scarcity.supply)
    uses = np.diff(scarcity.first)[market.slot] > 0
    entry = scarcity.first[market.slot[uses]]
    cell, need = np.full(len(uses), cells), np.zeros(len(uses), dtype=np.int64)
    cell[uses], need[uses] = scarcity.cell[entry], scarcity.amount[entry]
    rows = market.rows_of(movers)
    price = np.append(view.priced.prices.cell / SCALE, 0.0)
    row = np.concatenate([rows, np.full(len(movers), NONE)])
    request = np.concatenate([np.searchsorted(movers, market.request[rows]), np.arange(len(movers))])
    cell = np.concatenate([cell[rows], np.full(len(movers), cells)])
    need = np.concatenate([need[rows], np.zeros(len(movers), dtype=np.int64)])
    cost = np.concatenate([market.cost[rows], market.unplaced[movers]])
    priced = cost + need * price[cell]
    order = np.lexsort((priced, request))
    request, cell, priced = request[order], cell[order], priced[order]
    first = np.searchsorted(request, np.arange(len(movers) + 1))
    loss = priced - priced[first[request]]
    reach = np.sort(loss)[min(near_each * len(movers), len(loss)) - 1]
    near = np.flatnonzero(loss <= reach)
    visiting = near[np.argsort(cell[near], kind="stable")]
    pinned = np.setdiff1d(np.flatnonzero(draft.row != NONE), movers)
    supply = scarcity.supply - scarcity.used(market.slot[draft.row[pinned]])
    ground = Ground(
        first=first.astype(np.int64),
        near=(first[:-1] + np.bincount(request[near], minlength=len(movers))).astype(np.int64),
        cell=cell.astype(np.int64),
        need=need[order].astype(np.int64),
        cost=cost[order].astype(np.int64),
        loss=loss,
        supply=np.append(supply, _NEVER).astype(np.int64),
        price=price,
        fine=np.append(np.maximum(price[:-1], (price[:-1].mean() or 1.0) if cells else 0.0), 0.0),
        visited=np.searchsorted(cell[visiting], np.arange(cells + 2)).astype(np.int64),
        visitor=request[visiting].astype(np.int64),
    )
    return ground, row[order]


def _beginning(view: PricedMarket, draft: Draft, movers: Ints, ground: Ground, rows: Ints, *, by_mixture: bool) -> Ints:
    """Return each mover's choice in the draft, or nearly the one in the prices' mixture of plans: whichever costs less.

    What the mixture overfills counts at its fine.
    """
    choices = np.flatnonzero(rows != NONE)
    choice_of = np.zeros(len(view.market.request), dtype=np.int64)
    choice_of[rows[choices]] = choices
    held = draft.row[movers]
    as_it_is = np.where(held == NONE, np.flatnonzero(rows == NONE), choice_of[held])
    mixed = ground.first[:-1].copy()
    firm = view.firm(_MOSTLY)
    firm = firm[np.isin(view.market.request[firm], movers)]
    mixed[np.searchsorted(movers, view.market.request[firm])] = choice_of[firm]
    return min(as_it_is, mixed, key=lambda taken: _energy(ground, taken)) if by_mixture else as_it_is


def _energy(ground: Ground, taken: Ints) -> float:
    """Return what choices cost at the prices, with what they leave unused and what they overfill."""
    room = ground.supply - np.bincount(ground.cell[taken], weights=ground.need[taken], minlength=len(ground.supply))
    worth = np.where(room >= 0, room * ground.price, -room * ground.fine * _BEGIN)
    return float(ground.loss[taken].sum() + worth.sum())


def _stand(ground: Ground, choices: Ints) -> Standing:
    """Give every mover its choice."""
    movers, cells = len(ground.near), len(ground.supply)

    def nobody(many: int) -> Ints:
        return np.full(many, NONE, dtype=np.int64)

    standing = Standing(
        at=nobody(movers),
        room=ground.supply.copy(),
        head=nobody(cells),
        following=nobody(movers),
        before=nobody(movers),
        gain=np.full((movers, STEPS), np.inf),
        whom=np.full((movers, STEPS), NONE, dtype=np.int64),
        choice=np.full((movers, STEPS), NONE, dtype=np.int64),
        queue=nobody(movers),
        queued=np.zeros(movers, dtype=np.bool_),
        note_of=nobody(_NOTES),
        note_at=nobody(_NOTES),
        stamp=nobody(movers),
        touched=nobody(cells),
        figures=np.array([0.0, 0.0, _BEGIN]),
        counts=np.zeros(6, dtype=np.int64),
    )
    for mover, choice in enumerate(choices.tolist()):
        settle_in(ground, standing, mover, choice)
    return standing


def _no_ring() -> Ring:
    shape = (LONGEST, BREADTH)
    return Ring(
        value=np.zeros(shape),
        who=np.zeros(shape, dtype=np.int64),
        by=np.zeros(shape, dtype=np.int64),
        parent=np.zeros(shape, dtype=np.int64),
        filled=np.zeros(LONGEST, dtype=np.int64),
        mover=np.zeros(LONGEST + 1, dtype=np.int64),
        target=np.zeros(LONGEST + 1, dtype=np.int64),
    )


def _with_moved(draft: Draft, movers: Ints, rows: Ints) -> Draft:
    """Return a draft with the movers at other options than in this one; `NONE` leaves one out."""
    row = draft.row.copy()
    row[movers] = rows
    placed = np.flatnonzero(row != NONE)
    moved = Draft(draft.market, draft.teams)
    moved.take_all(placed, row[placed], np.full(len(placed), NONE))
    return moved
