"""Which part of the room for one more student is lacking: the place, the unit's ceiling or a supervisor.

Where a place and a supervisor run out together, the bound is equally strong whichever of the two carries the price, so
the prices alone cannot tell which part is lacking. But any prices prove a bound. So the price of each part is dropped,
or moved onto each other part, and the part is worth no more than the bound loses by that. It loses nothing where the
other part is just as scarce.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import segment_minima
from placement_solver.search.prices import SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.figures.pricing import Pricing
    from placement_solver.search.options import Market


def weigh_part(pricing: Pricing, part: Ints, others: Sequence[Ints]) -> int:
    """Return what one more in all cells of a part is worth by itself, in 1 / SCALE; at most the part's price.

    A part is a matrix (line, week) of cells. ``others`` are the other parts of the same slot. The worth is the least
    that the bound loses when the part's price is dropped, or moved week by week onto the first line of another part.
    """
    price = pricing.prices.cell[part]
    worth = int(price.sum())
    if not worth:
        return 0
    cells, dropped, moved = part.reshape(-1), -price.reshape(-1), price.sum(axis=0)
    losses = [
        _loss(pricing, cells, dropped),
        *(
            _loss(pricing, np.concatenate([cells, other[0]]), np.concatenate([dropped, moved]))
            for other in others
            if len(other)
        ),
    ]
    return min(worth, max(0, min(losses)))


def _loss(pricing: Pricing, cells: Ints, change: Ints) -> int:
    """Return how much the bound falls when the prices of some cells change, in 1 / SCALE."""
    market, scarcity = pricing.market, pricing.market.scarcity
    uses, of_cell = pricing.uses(cells)
    dearer = np.zeros(len(market.slots), dtype=np.int64)
    np.add.at(dearer, scarcity.slot[uses], change[of_cell] * scarcity.amount[uses])
    requests = np.unique(market.request[pricing.users(cells)])
    rows = market.rows_of(requests)
    before = pricing.reduced[rows]
    after = before + dearer[market.slot[rows]]
    supplied = int((change * scarcity.supply[cells]).sum())
    return _least(market, requests, before) - _least(market, requests, after) + supplied


def _least(market: Market, requests: Ints, reduced: Ints) -> int:
    """Return the least total cost of some requests, given the cost of each of their options."""
    first = np.concatenate([[0], np.cumsum(market.first[requests + 1] - market.first[requests])])
    left_out = market.unplaced[requests] * SCALE
    least = segment_minima(reduced, first, left_out)
    return int(np.where(market.must_place[requests], least, np.minimum(least, left_out)).sum())
