"""Exclusions: when a student's placements would be in each other's way, as the bound sees it.

Without them the bound lets a student be in two places at once: where many students have several placements, it lies
far below every plan. They depend on a placement's request and start only, so a county's millions of options share
some thousands of *stays*. That a student may have to be at different units is left out: it hardly lowers the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges

if TYPE_CHECKING:
    from placement_solver.arrays import Ints
    from placement_solver.search.options import Market


@dataclass(frozen=True)
class Exclusions:
    """Of the options in an exclusion (0 … ``count`` - 1) a plan has one at most.

    ``stay`` is the stay of each of the market's options, a request and a start; -1 where the student has no other
    request. Stay s is in the exclusions ``number[k]`` for k in ``first[s] … first[s + 1] - 1``, and ``request[s]`` is
    its request.
    """

    stay: Ints
    request: Ints
    first: Ints
    number: Ints
    count: int

    @property
    def stays(self) -> Ints:
        """The stay of each entry of ``number``."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def toll(self, price: Ints) -> Ints:
        """Return what each of the market's options pays, at a price for each exclusion."""
        of_stay = np.zeros(len(self.first), dtype=np.int64)  # the last one is that of stay -1
        np.add.at(of_stay, self.stays, price[self.number])
        return of_stay[self.stay]

    def uses(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return (position among some options, exclusion) pairs."""
        coupled = np.flatnonzero(self.stay[rows] >= 0)
        stay = self.stay[rows[coupled]]
        counts = self.first[stay + 1] - self.first[stay]
        return np.repeat(coupled, counts), self.number[ranges(self.first[stay], counts)]


def find_exclusions(market: Market) -> Exclusions:
    """Find the weeks and orders in which the stays of several requests of one student meet.

    Of those with the same stays one is kept.
    """
    stay = np.full(len(market.request), -1, dtype=np.int64)
    rows = market.rows_of(np.array(sorted(market.siblings), dtype=np.int64))
    key = market.request[rows].astype(np.int64) * market.columns.weeks + market.slots.start[market.slot[rows]]
    _, heads, stay[rows] = np.unique(key, return_index=True, return_inverse=True)
    request = market.request[rows[heads]].astype(np.int64)
    position, cell = market.itineraries(rows[heads], by_unit=False)
    cells, cell = np.unique(cell, return_inverse=True)
    lots = np.random.default_rng(0).integers(2**62, size=len(heads), dtype=np.uint64)
    mark = np.zeros(len(cells), dtype=np.uint64)
    np.add.at(mark, cell, lots[position])
    least, most = np.full(len(cells), len(market.unplaced)), np.full(len(cells), -1)
    np.minimum.at(least, cell, request[position])
    np.maximum.at(most, cell, request[position])
    meet = np.flatnonzero(least < most)
    _, kept = np.unique(mark[meet], return_index=True)
    number = np.full(len(cells), -1)
    number[meet[kept]] = np.arange(len(kept))
    entries = np.flatnonzero(number[cell] >= 0)
    entries = entries[np.argsort(position[entries], kind="stable")]
    first = np.searchsorted(position[entries], np.arange(len(heads) + 1))
    return Exclusions(stay, request, first, number[cell[entries]], len(kept))
