"""Meetings: options of one student that exclude each other because of where they are, not only of when.

Such a rule has a cell for each of a student's units, far too many for the relaxation to begin with. Its solution breaks
a few hundred of them, and `cuts` adds those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.rules import ITINERARIES

if TYPE_CHECKING:
    from placement_solver.arrays import Ints
    from placement_solver.search.options import Market


class Meetings:
    """Of the options in a meeting a plan has one at most.

    The options of meeting m are ``option[first[m]:first[m + 1]]``; they belong to two of a student's requests or more.
    """

    def __init__(self, market: Market) -> None:
        """Find the meetings of all students with several requests."""
        rows = market.rows_of(np.array(sorted(market.siblings), dtype=np.int64))
        position, cell = market.itineraries(rows, among=[rule for rule in ITINERARIES if rule.by_unit])
        option = rows[position]
        order = np.lexsort((option, cell))
        option, cell = option[order], cell[order]
        request = market.request[option]
        shared = np.zeros(int(cell.max(initial=-1)) + 1, dtype=np.bool_)
        shared[cell[1:][(np.diff(cell) == 0) & (np.diff(request) != 0)]] = True
        option, cell = option[shared[cell]], cell[shared[cell]]
        _, heads = np.unique(cell, return_index=True)
        self.option = option
        self.first = np.append(heads, len(option)).astype(np.int64)
        self._by_option = np.argsort(option, kind="stable")
        self._options = option[self._by_option]
        self._numbers = np.repeat(np.arange(len(heads)), np.diff(self.first))[self._by_option]

    @property
    def count(self) -> int:
        """How many meetings there are."""
        return len(self.first) - 1

    def members(self, meetings: Ints) -> tuple[Ints, Ints]:
        """Return (position among some meetings, option) pairs."""
        counts = self.first[meetings + 1] - self.first[meetings]
        return np.repeat(np.arange(len(meetings)), counts), self.option[ranges(self.first[meetings], counts)]

    def uses(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return (position among some options, meeting) pairs."""
        begin = np.searchsorted(self._options, rows)
        counts = np.searchsorted(self._options, rows, side="right") - begin
        return np.repeat(np.arange(len(rows)), counts), self._numbers[ranges(begin, counts)]
