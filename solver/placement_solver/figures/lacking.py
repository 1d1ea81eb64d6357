"""Which part of the room for one more is lacking: the place, the unit's ceiling or a supervisor.

Where a place and a supervisor run out together, the bound is as good with the whole price on either: prices alone
cannot tell which is lacking. But any prices prove a bound. So each part's price is dropped, or moved onto each other
part, and the part is worth no more than what the bound loses by it: nothing, where the other is just as scarce.
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
    """Return what one more in all cells of a part is worth by itself, in 1 / SCALE.

    A part is a matrix (line, week) of cells; its price is dropped, and moved, week by week, onto the first line of each
    of the ``others``, parts of the same slot. Where the bound loses more by all that, the part is worth its price.
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
    """Return how much lower the bound is once the prices of some cells have changed, in 1 / SCALE."""
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
    """Return what some requests cost at least together, given what each of their options costs."""
    first = np.concatenate([[0], np.cumsum(market.first[requests + 1] - market.first[requests])])
    left_out = market.unplaced[requests] * SCALE
    least = segment_minima(reduced, first, left_out)
    return int(np.where(market.must_place[requests], least, np.minimum(least, left_out)).sum())
