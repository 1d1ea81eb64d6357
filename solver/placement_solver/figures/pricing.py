"""A market with its prices: the owner of each cell, what each slot pays, and which options use a cell."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.columns import Columns
from placement_solver.figures.used_up import price_used_up
from placement_solver.rules import LIMITS
from placement_solver.search.options import count_all, open_market
from placement_solver.search.prices import SCALE, bound_at_scale, in_full, reduced_costs
from placement_solver.search.relaxation import settle_prices

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Ints
    from placement_solver.problem import Problem
    from placement_solver.search.options import Market
    from placement_solver.search.prices import Prices

PLACE, CEILING, SUPERVISOR, AGREEMENT = "capacity", "unit-ceiling", "supervisor-load", "agreement-ceiling"


class Pricing:
    """A market with its prices: the owner of each cell, and what each slot would pay for its cells."""

    def __init__(self, market: Market, prices: Prices) -> None:
        """Find the cells of each rule. The market numbers cells rule by rule, line by line, week by week.

        ``computed`` tells whether the search found any price.
        """
        self.computed = bool(prices.cell.any() or prices.floor.any())
        self._found = market, prices
        columns = market.columns
        self.lines = {rule.key: rule.lines(columns) for rule in LIMITS}
        self._weeks = {rule.key: columns.weeks if rule.by_week else 1 for rule in LIMITS}
        ends = np.cumsum([0, *(len(self.lines[rule.key]) * self._weeks[rule.key] for rule in LIMITS)]).tolist()
        self._cells = {
            rule.key: slice(first, until) for rule, first, until in zip(LIMITS, ends[:-1], ends[1:], strict=True)
        }

    @property
    def market(self) -> Market:
        """The market with all cells, and with the options that need what other terms have used up."""
        return self._priced[0]

    @property
    def prices(self) -> Prices:
        """The prices of all cells."""
        return self._priced[1]

    @cached_property
    def _priced(self) -> tuple[Market, Prices]:
        """Price what is used up where the prices are asked for, so that it takes no time from the search."""
        market, prices = self._found
        return price_used_up(*in_full(count_all(market), prices))

    @cached_property
    def bound(self) -> int:
        """The lower bound on every plan that the prices prove, in 1 / SCALE."""
        return bound_at_scale(self.market, self.prices)

    def table(self, rule: str) -> tuple[Ints, Ints]:
        """Return two matrices (line, week or whole term) of a rule: prices in 1 / SCALE, and supply."""
        shape = (len(self.lines[rule]), self._weeks[rule])
        cells = self._cells[rule]
        return self.prices.cell[cells].reshape(shape), self.market.scarcity.supply[cells].reshape(shape)

    def paid(self, *rules: str) -> Ints:
        """Return what each slot pays for its cells under some rules, in 1 / SCALE."""
        price = np.zeros_like(self.prices.cell)
        for rule in rules:
            price[self._cells[rule]] = self.prices.cell[self._cells[rule]]
        return self.market.scarcity.per_slot(price)

    def part(self, slot: int, rule: str) -> Ints:
        """Return the cells that a slot uses under a rule that is counted by the week, as a matrix (line, week)."""
        scarcity, own = self.market.scarcity, self._cells[rule]
        cells = scarcity.cell[scarcity.first[slot] : scarcity.first[slot + 1]]
        weeks = int(self.market.columns.request_weeks[self.market.slots.request[slot]])
        part: Ints = cells[(cells >= own.start) & (cells < own.stop)].reshape(-1, weeks)
        return part

    def dearest(self, *rules: str) -> list[int]:
        """Return the slot that pays most under some rules for each unit and profession, the highest payer first.

        Of stays that pay the same, the shortest is chosen, then the earliest. Slots that pay nothing are left out.
        """
        slots, columns = self.market.slots, self.market.columns
        paid = self.paid(*rules)
        desk = columns.desks(slots.unit, columns.request_profession[slots.request])
        order = np.lexsort((slots.start, columns.request_weeks[slots.request], -paid))
        order = order[paid[order] > 0]
        _, first = np.unique(desk[order], return_index=True)
        return [int(slot) for slot in order[np.sort(first)]]

    @cached_property
    def reduced(self) -> Ints:
        """What each option costs at the prices, in 1 / SCALE."""
        return reduced_costs(self.market, self.prices)

    def uses(self, cells: Ints) -> tuple[Ints, Ints]:
        """Return the uses of some cells, and for each the position of its cell among them."""
        order, first = self._by_cell
        counts = first[cells + 1] - first[cells]
        return order[ranges(first[cells], counts)], np.repeat(np.arange(len(cells)), counts)

    def users(self, cells: Ints) -> Ints:
        """Return the options that use at least one of some cells."""
        slots = np.unique(self.market.scarcity.slot[self.uses(cells)[0]])
        order, first = self._by_slot
        users: Ints = order[ranges(first[slots], first[slots + 1] - first[slots])]
        return users

    @cached_property
    def _by_cell(self) -> tuple[Ints, Ints]:
        """Return all uses sorted by cell, and where the uses of each cell begin."""
        scarcity = self.market.scarcity
        order = np.argsort(scarcity.cell, kind="stable")
        return order, np.searchsorted(scarcity.cell[order], np.arange(len(scarcity.supply) + 1))

    @cached_property
    def _by_slot(self) -> tuple[Ints, Ints]:
        """Return all options sorted by slot, and where the options of each slot begin."""
        order = np.argsort(self.market.slot, kind="stable")
        return order, np.searchsorted(self.market.slot[order], np.arange(len(self.market.slots) + 1))


def price_again(
    problem: Problem, upper: int, *, stopped: Callable[[], bool], on_bound: Callable[[int], None]
) -> Pricing:
    """Compute prices of every scarce resource of a problem that has a plan with the objective ``upper``."""
    market = open_market(Columns(problem))
    priced = settle_prices(market, upper, seconds=math.inf, stopped=stopped, on_bound=on_bound)
    return Pricing(market, priced.prices)


def in_objective(price: int) -> float:
    """Return a price in units of the objective, rounded up to hundredths so that it remains an upper limit."""
    return -(-price * 100 // SCALE) / 100
