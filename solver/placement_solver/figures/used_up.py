"""Prices of what other terms have used up: places, ceilings, supervisors and agreements they have left too little of.

The search leaves out the options that need any of it, so nobody bids for it and the proof puts no price on it. But what
no option can use is as good as nothing, and nothing takes nothing from the bound, at any price. So those options are
opened again here, and what is used up is priced just high enough that none of them costs less than its request costs
anyway. The bound then holds over these options too, and such a price means what every price means: with one more, no
plan costs less than the bound minus the price.

What a unit itself offers nothing of stays without a price.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import Columns
from placement_solver.search.options import open_market, supply_of
from placement_solver.search.prices import least_costs, reduced_costs

if TYPE_CHECKING:
    from placement_solver.arrays import Bools, Ints
    from placement_solver.search.options import Market, Scarcity
    from placement_solver.search.prices import Prices


def price_used_up(market: Market, prices: Prices) -> tuple[Market, Prices]:
    """Return the market with the options that need what is used up, and prices of all, which prove the same bound.

    Market and prices are in full. Where nothing is used up they are returned as they are. A remainder counts as nothing
    in the market. One more lets its whole be used, so it is worth the price as often as there are then.
    """
    scarcity = market.scarcity
    own = supply_of(Columns(replace(market.columns.problem, taken=())))
    used_up = _find_used_up(scarcity, own)
    if not used_up.any():
        return market, prices
    wider = open_market(market.columns, np.where(used_up, own, scarcity.supply))
    wider = replace(wider, scarcity=replace(scarcity, supply=np.where(used_up, 0, scarcity.supply)))
    least = least_costs(market, reduced_costs(market, prices))
    if prices.toll is not None:
        prices = replace(prices, toll=_toll_in(wider, market, prices.toll))
    need = np.zeros(len(wider.slots), dtype=np.int64)
    np.maximum.at(need, wider.slot, least[wider.request] - reduced_costs(wider, prices))
    with_one_more = scarcity.supply + 1
    return wider, replace(prices, cell=prices.cell + with_one_more * _cover(scarcity, used_up, need))


def _toll_in(wider: Market, market: Market, toll: Ints) -> Ints:
    """Return the toll of a wider market's options, which depends on request and start; what is new pays none."""
    weeks = market.columns.weeks
    known = market.request.astype(np.int64) * weeks + market.slots.start[market.slot]
    stays, first = np.unique(known, return_index=True)
    asked = wider.request.astype(np.int64) * weeks + wider.slots.start[wider.slot]
    place = np.minimum(np.searchsorted(stays, asked), max(0, len(stays) - 1))
    found: Ints = np.where(stays[place] == asked, toll[first[place]], 0) if len(stays) else np.zeros_like(asked)
    return found


def _find_used_up(scarcity: Scarcity, own: Ints) -> Bools:
    """Tell for each cell whether it has too little for every slot that uses it, but had enough before other terms."""
    least = np.full(len(own), np.iinfo(np.int64).max)
    np.minimum.at(least, scarcity.cell, scarcity.amount)
    return (scarcity.supply < least) & (least <= own)


def _cover(scarcity: Scarcity, used_up: Bools, need: Ints) -> Ints:
    """Return prices of the cells that are used up, at which every slot pays at least what it needs to, none too high.

    At first every cell has the highest price that a slot needs when it pays equally for all its cells that are used up.
    Then each price in turn falls as far as the needs allow.
    """
    uses = np.flatnonzero(used_up[scarcity.cell] & (need[scarcity.slot] > 0))
    uses = uses[np.argsort(scarcity.cell[uses], kind="stable")]
    cell, slot, amount = scarcity.cell[uses], scarcity.slot[uses], scarcity.amount[uses]
    amounts = np.zeros_like(need)
    np.add.at(amounts, slot, amount)
    price = np.zeros_like(scarcity.supply)
    np.maximum.at(price, cell, -(-need[slot] // amounts[slot]))
    spare = -need
    np.add.at(spare, slot, price[cell] * amount)
    for each, first, users in zip(*np.unique(cell, return_index=True, return_counts=True), strict=True):
        own = slice(first, first + users)
        less = min(price[each], (spare[slot[own]] // amount[own]).min())
        price[each] -= less
        spare[slot[own]] -= less * amount[own]
    return price
