"""The market seen at its prices: what each option costs there, and where the gap between plan and bound sits.

A request's *regret* is what its placement costs at the prices beyond its cheapest option, and what it has part in of
the cost of gatherings, which no price covers. The regrets and the priced room that no request uses are together the
whole gap between a plan and the bound, or more where several requests have part in the same cost.

Source: Danna, Rothberg and Le Pape, "Exploring relaxation induced neighborhoods to improve MIP solutions" (2005) for
what a block leaves as it is.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges, segment_orders, segment_sums
from placement_solver.lists import Lists
from placement_solver.search.draft import NONE
from placement_solver.search.prices import SCALE, bound_of, least_costs, reduced_costs

if TYPE_CHECKING:
    from placement_solver.arrays import Bools, Floats, Ints
    from placement_solver.search.draft import Draft
    from placement_solver.search.options import Market
    from placement_solver.search.prices import Priced
    from placement_solver.search.professions import Professions


class PricedMarket:
    """A market with prices: each option's reduced cost, and each request's options with the cheapest first."""

    def __init__(self, market: Market, priced: Priced) -> None:
        """Compute reduced costs once and sort each request's options by them."""
        prices = priced.prices
        self.market, self.priced = market, priced
        self._share = priced.share
        self.reduced = reduced_costs(market, prices)
        self.least = least_costs(market, self.reduced)
        self._cell_price = prices.cell / SCALE
        self._proven = bound_of(market, prices, self.least)
        self._gain = 0
        self._others_gain = np.zeros(len(market.unplaced), dtype=np.int64)
        self._toll, self._yields = prices.toll, prices.yields
        self._rosters = market.rosters
        self._post_price = np.zeros(len(self._rosters.supply)) if prices.post is None else prices.post / SCALE
        self._by_price = segment_orders(self.reduced, market.first)

    def cheapest(self, requests: Ints, each: int) -> Ints:
        """Return the ``each`` cheapest options of every request, or all where it has fewer, in the market's order."""
        first = self.market.first
        counts = np.minimum(first[requests + 1] - first[requests], each)
        return np.sort(self._by_price[ranges(first[requests], counts)]).astype(np.int64)

    def in_order(self, rows: Ints) -> Ints:
        """Return some options once each, request by request, with the cheapest of each first."""
        among = np.zeros(len(self._by_price), dtype=np.bool_)
        among[rows] = True
        return self._by_price[among[self._by_price]].astype(np.int64)

    def firm(self, least: float) -> Ints:
        """Return the options of which the prices' mixture of plans has at least some share, the largest share first."""
        rows = np.flatnonzero(self._share >= least)
        return rows[np.argsort(-self._share[rows], kind="stable")]

    def by_worth(self) -> Ints:
        """Return the requests in the order of what is lost at the prices where one has no place, the most first."""
        return np.argsort(-(self.market.unplaced * SCALE - self.least), kind="stable")

    def idle(self, draft: Draft) -> Floats:
        """Return what the unused room of a draft is worth: of each cell, then of each place of the teams."""
        room = np.concatenate([draft.room, self._rosters.left(draft.team_room)])
        worth: Floats = np.maximum(0, room) * np.concatenate([self._cell_price, self._post_price])
        return worth

    def takers(self, room: int, regrets: Floats, most: int) -> list[int]:
        """Return at most ``most`` requests that gain most, or lose least, at the prices by using some `idle` room.

        ``room`` is a position in `idle`.
        """
        scarcity, cells = self.market.scarcity, len(self.market.scarcity.supply)
        slots = np.unique(scarcity.slot[scarcity.cell == room]) if room < cells else self._rosters.users(room - cells)
        return self._cheapest_to_come(slots, regrets, most)

    @cached_property
    def _by_slot(self) -> Lists:
        """Return the options of each slot."""
        order = np.argsort(self.market.slot, kind="stable")
        return Lists(np.searchsorted(self.market.slot[order], np.arange(len(self.market.slots) + 1)), order)

    def _cheapest_to_come(self, slots: Ints, regrets: Floats, most: int) -> list[int]:
        """Return at most ``most`` requests that gain most, or lose least, at the prices by one of some slots."""
        _, rows = self._by_slot.at(slots)
        request = self.market.request[rows]
        loss = (self.reduced[rows] - self.least[request]) / SCALE - regrets[request]
        return list(dict.fromkeys(request[np.argsort(loss, kind="stable")][:most].tolist()))

    def worthwhile(self, draft: Draft, requests: Ints, each: int) -> Ints:
        """Return the options that can be part of something better when some requests are placed anew.

        While the rest of the draft stays, at most four things can be gained: the regrets of these requests, the
        priced room that no request uses, toll that no request pays, and what gatherings cost that these requests can
        change. An option that costs more than that beyond its request's cheapest is left out. Of the others the
        ``each`` cheapest of every request are returned, by themselves and in the company of the others, those that
        pay for themselves by the priced room they fill, and the draft's own.
        """
        market, scarcity = self.market, self.market.scarcity
        regrets = self.regrets(draft)
        rows = market.rows_of(requests)
        slots = market.slot[rows]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        cells = scarcity.cell[ranges(scarcity.first[slots], counts)]
        idle, posts = np.split(self.idle(draft), [len(scarcity.supply)])
        gain = regrets[requests].sum() + idle[np.unique(cells)].sum() + self._unpaid(draft)
        gain += self._to_save(draft, slots)
        filled = segment_sums(self._cell_price[cells] * (idle[cells] > 0), np.concatenate([[0], np.cumsum(counts)]))
        filled += self._rosters.most(self._post_price * (posts > 0))[slots]
        dearer = (self.reduced[rows] - self.least[market.request[rows]]) / SCALE
        cheap = np.isin(rows, self.cheapest(requests, each), assume_unique=True)
        cheap |= self._cheap_together(draft, requests, rows, each)
        fills = (filled > 0) & (dearer <= filled + regrets[market.request[rows]])
        return np.union1d(rows[(cheap | fills) & (dearer <= gain)], draft.rows_of(requests))

    def blocks(self, draft: Draft, wholly: float) -> list[Ints]:
        """Return, for each profession, the requests whose placement in the draft differs from the relaxation's.

        The largest block comes first. A request is in no block where the relaxation has the same option, or leaves
        the request out as the draft does, with a share of at least ``wholly``. A request that one of several teams
        would have to supervise is always in a block, because the relaxation mixes teams.
        """
        market, placed = self.market, draft.row != NONE
        same = np.bincount(market.request, weights=self._share, minlength=len(placed)) < 1 - wholly
        rows = draft.row[placed]
        same[placed] = (self._share[rows] >= wholly) & (self._rosters.stay[market.slot[rows]] < 0)
        professions = market.columns.request_profession
        blocks = [np.flatnonzero(~same & (professions == each)) for each in np.unique(professions[~same])]
        return sorted(blocks, key=len, reverse=True)

    def gap(self, draft: Draft) -> float:
        """Return how much more a draft costs than what prices and professions prove, in units of the objective."""
        return draft.objective - (self._proven + self._gain) / SCALE

    def useful(self, objective: int) -> Ints:
        """Return the options that can be part of a plan with a lower objective; the others provably cannot."""
        slack = (objective - 1) * SCALE - self._proven - self._others_gain
        return np.flatnonzero(self.reduced <= (self.least + slack)[self.market.request])

    def add_gain(self, professions: Professions) -> None:
        """From now on count what the professions prove beyond these prices, if it is these that they start from.

        What an option costs beyond its request's cheapest comes on top of what all groups but its own prove.
        """
        if professions.proven_by_prices == self._proven:
            self._gain = int(professions.gain.sum())
            self._others_gain = self._gain - professions.gain[professions.group]

    def regrets(self, draft: Draft) -> Floats:
        """Return what each request costs at the prices beyond its cheapest option, in units of the objective."""
        placed = draft.row != NONE
        now = self.market.unplaced * SCALE
        now[placed] = self.reduced[draft.row[placed]]
        regrets: Floats = np.maximum(0, now - self.least) / SCALE
        gatherings = self.market.gatherings
        if gatherings:
            regrets[placed] += gatherings.shares(draft.counts, self.market.slot[draft.row[placed]])
        return regrets

    def companions(self, request: int, draft: Draft, regrets: Floats, most: int) -> list[int]:
        """Return at most ``most`` requests that could make a placed request's company cost less, the cheapest first."""
        gatherings = self.market.gatherings
        if not gatherings or draft.row[request] == NONE:
            return []
        dear = gatherings.dear(draft.counts, self.market.slot[draft.row[[request]]])
        return self._cheapest_to_come(gatherings.easing(dear), regrets, most)

    def _to_save(self, draft: Draft, slots: Ints) -> int:
        """Return what the counts that some slots add to cost in a draft."""
        gatherings = self.market.gatherings
        lines = np.unique(gatherings.line[gatherings.entries(np.unique(slots))[1]])
        return int(gatherings.cost(draft.counts[lines], lines).sum())

    def _cheap_together(self, draft: Draft, requests: Ints, rows: Ints, each: int) -> Bools:
        """Tell which options are among the ``each`` cheapest of their requests beside the rest of the draft.

        Their cost is the one at the prices and what they change in the cost of gatherings.
        """
        gatherings, request = self.market.gatherings, self.market.request[rows]
        if not gatherings:
            return np.zeros(len(rows), dtype=np.bool_)
        counts = draft.counts - gatherings.counted(self.market.slot[draft.rows_of(requests)])
        cost = self.reduced[rows] + gatherings.change(counts, self.market.slot[rows]) * SCALE
        order = np.lexsort((cost, request))
        cheap = np.zeros(len(rows), dtype=np.bool_)
        cheap[order] = np.arange(len(rows)) - np.searchsorted(request[order], request[order]) < each
        return cheap

    def _unpaid(self, draft: Draft) -> float:
        """Return how much more toll could be paid than the draft pays, in units of the objective."""
        if self._toll is None:
            return 0.0
        return (self._yields - int(self._toll[draft.row[draft.row != NONE]].sum())) / SCALE
