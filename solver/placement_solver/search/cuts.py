"""Cuts: inequalities that every plan satisfies and the relaxation's solution does not, made by adding up rows.

The rows are those of requests (at most one option each), cells (at most their supply), and what a student's own
placements exclude (`exclusions`, `meetings`). Multiplied by multiples of 1/p and added up, they give an inequality. In
a plan its left side, with every coefficient rounded down, is a whole number and cannot exceed the right side rounded
down; a mixture of plans can. So a cut gives half a place here and a fifth of a student there their price. A meeting
that the solution breaks is a cut as it is. A cut has a coefficient for each of a county's million options, also those
that are not in the relaxation yet, so the bound that its price proves is computed over all of them.

Source: Gomory (1958) and Chvátal (1973) for rounding down; Caprara, Fischetti and Letchford (2000) for multipliers
modulo a prime; Koster, Zymolka and Kutschka (2009) for finding them by elimination, the fullest rows first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from placement_solver.arrays import Floats, Ints, ShortInts
    from placement_solver.search.options import Market
    from placement_solver.search.settings import CutSettings

    Residues = NDArray[np.signedinteger[Any]]

_SMALL = 7
"""Up to this prime, what elimination computes before it divides fits into a byte: (p - 1)² + p - 1, and p (p - 1)."""
_USED = 1e-6
"""A share closer than this to 0 or to 1 is rounding of floating-point numbers."""


@dataclass(frozen=True)
class Cut:
    """Rows to be added up: requests, cells, exclusions, meetings. Row k is multiplied by ``times[k] / prime``.

    That is below 1, except that ``prime`` is 1 where one row, of a meeting, is a cut as it is.
    """

    prime: int
    rows: tuple[int, ...]
    times: tuple[int, ...]


class Cuts:
    """Cuts of a market: option ``option[k]`` uses ``amount[k]`` of cut ``cut[k]``; and rows that count requests."""

    def __init__(self, market: Market, settings: CutSettings = USUAL.cuts) -> None:
        """Begin without cuts; sort options by slot and uses by cell."""
        self._market = market
        self._settings = settings
        scarcity = market.scarcity
        self._by_slot = np.argsort(market.slot, kind="stable").astype(np.int32)
        self._slot_first = np.searchsorted(market.slot[self._by_slot], np.arange(len(market.slots) + 1))
        by_cell = np.argsort(scarcity.cell, kind="stable")
        self._slots, self._amounts = scarcity.slot[by_cell], scarcity.amount[by_cell]
        self._cell_first = np.searchsorted(scarcity.cell[by_cell], np.arange(len(scarcity.supply) + 1))
        self._right = np.concatenate(
            [
                np.ones(len(market.unplaced), dtype=np.int64),
                scarcity.supply,
                market.exclusions.most,
                np.ones(market.meetings.count, dtype=np.int64),
            ]
        )
        self._first_exclusion = len(market.unplaced) + len(scarcity.supply)
        self._first_meeting = self._first_exclusion + market.exclusions.count
        self._known: set[Cut] = set()
        self.option = np.empty(0, dtype=np.int64)
        self.cut = np.empty(0, dtype=np.int64)
        self.amount = np.empty(0, dtype=np.int64)
        self._counted = np.empty(0, dtype=np.int64)
        self._counts = np.empty(0, dtype=np.int64)
        self.supply = np.empty(0, dtype=np.int64)

    def add(self, cuts: list[Cut]) -> None:
        """Add cuts, numbered after those that are there."""
        self._known.update(cuts)
        begin = len(self.supply)
        made = [self._coefficients(cut) for cut in cuts]
        numbers = np.repeat(np.arange(begin, begin + len(cuts)), [len(option) for option, _ in made])
        self.option = np.concatenate([self.option, *(option for option, _ in made)])
        self.amount = np.concatenate([self.amount, *(amount for _, amount in made)])
        self.cut = np.concatenate([self.cut, numbers])
        self.supply = np.concatenate([self.supply, [self._right_side(cut) for cut in cuts]])

    def count(self, requests: Ints) -> int:
        """Add a row that counts how many of some requests are placed; return its number. Its limit is set later."""
        number = len(self.supply)
        self._counted = np.concatenate([self._counted, requests])
        self._counts = np.concatenate([self._counts, np.full(len(requests), number)])
        self.supply = np.concatenate([self.supply, [0]])
        return number

    def toll(self, price: Ints) -> Ints:
        """Return what each option uses of all cuts, at a price for each cut."""
        counted = np.zeros(len(self._market.unplaced), dtype=np.int64)
        np.add.at(counted, self._counted, price[self._counts])
        toll = counted[self._market.request]
        np.add.at(toll, self.option, price[self.cut] * self.amount)
        return toll

    def uses(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """Return (cut, position among ``rows``, amount) for every coefficient of some options in the cuts."""
        position = np.full(len(self._market.request), -1)
        position[rows] = np.arange(len(rows))
        of_use = position[self.option]
        inside = of_use >= 0
        order = np.argsort(self._counted, kind="stable")
        request = self._market.request[rows]
        first, last = (np.searchsorted(self._counted[order], request, side=side) for side in ("left", "right"))
        counting = self._counts[order][ranges(first, last - first)]
        return (
            np.concatenate([self.cut[inside], counting]),
            np.concatenate([of_use[inside], np.repeat(np.arange(len(rows)), last - first)]),
            np.concatenate([self.amount[inside], np.ones(len(counting), dtype=np.int64)]),
        )

    def users(self) -> tuple[Ints, Ints]:
        """Return (cut, request) for every request that has part in a cut, some of them several times."""
        return (
            np.concatenate([self.cut, self._counts]),
            np.concatenate([self._market.request[self.option], self._counted]),
        )

    def find(self, rows: Ints, share: Floats, stopped: Callable[[], bool]) -> list[Cut]:
        """Return new cuts that the relaxation's solution, the shares of some options, violates; most violated first.

        If stopped, it returns those found by then.
        """
        market = self._market
        used = np.flatnonzero(share > _USED)
        rows, share = rows[used], share[used]
        scarcity, slots = market.scarcity, market.slot[rows]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        uses = ranges(scarcity.first[slots], counts)
        barred, bar = market.exclusions.uses(rows)
        meets, meeting = market.meetings.uses(rows)
        column = np.concatenate([np.arange(len(rows)), np.repeat(np.arange(len(rows)), counts), barred, meets])
        row = np.concatenate(
            [
                market.request[rows],
                len(market.unplaced) + scarcity.cell[uses],
                self._first_exclusion + bar,
                self._first_meeting + meeting,
            ]
        )
        amount = np.ones(len(row), dtype=np.int64)
        amount[len(rows) : len(rows) + len(uses)] = scarcity.amount[uses]
        slack: Floats = self._right - np.bincount(row, weights=amount * share[column], minlength=len(self._right))
        mixed = (share < 1 - _USED)[column]
        near = np.zeros(len(self._right), dtype=np.bool_)
        near[row[mixed]] = True
        near &= slack < self._settings.slack
        kept = near[row]
        found: dict[Cut, float] = {}
        for those, columns, matrix in _parts(row[kept], column[kept], amount[kept], self._settings.largest):
            tangle = _Tangle(those, matrix, slack[those], self._right[those], share[columns], self._settings.violated)
            for prime in self._settings.primes:
                found |= tangle.eliminate(prime, stopped)
        broken = self._first_meeting + np.flatnonzero(slack[self._first_meeting :] < -self._settings.violated)
        return [Cut(1, (row,), (1,)) for row in broken.tolist()] + self._choose(found)

    def _choose(self, found: dict[Cut, float]) -> list[Cut]:
        """Choose new cuts, the most violated and then the shortest first, few of which share a row."""
        crowd = np.zeros(len(self._right), dtype=np.int64)
        chosen = []
        for cut in sorted(found, key=lambda cut: (-round(found[cut], 6), len(cut.rows), cut.prime, cut.rows)):
            rows = np.array(cut.rows)
            if cut not in self._known and (crowd[rows] < self._settings.each_row).all():
                crowd[rows] += 1
                chosen.append(cut)
        return chosen

    def _coefficients(self, cut: Cut) -> tuple[Ints, Ints]:
        """Return all options with a coefficient in a cut, in the relaxation or not, and the coefficients."""
        market = self._market
        rows, times = np.array(cut.rows), np.array(cut.times)
        requests = rows < len(market.unplaced)
        cells = ~requests & (rows < self._first_exclusion)
        meetings = rows >= self._first_meeting
        exclusions = ~(requests | cells | meetings)
        of_slot = self._of_slots(rows[cells] - len(market.unplaced), times[cells])
        slots = np.flatnonzero(of_slot)
        counts = self._slot_first[slots + 1] - self._slot_first[slots]
        option = [self._by_slot[ranges(self._slot_first[slots], counts)].astype(np.int64)]
        much = [np.repeat(of_slot[slots], counts)]
        for those, members in (
            (exclusions, partial(market.exclusions.members, market, rows[exclusions] - self._first_exclusion)),
            (meetings, partial(market.meetings.members, rows[meetings] - self._first_meeting)),
        ):
            if those.any():
                position, options = members()
                option.append(options)
                much.append(times[those][position])
        options, place = np.unique(np.concatenate(option), return_inverse=True)  # a request's own share, below 1, is
        total = np.bincount(place, weights=np.concatenate(much)).astype(np.int64)  # rounded away where it is alone
        of_request = np.zeros(len(market.unplaced), dtype=np.int64)
        of_request[rows[requests]] = times[requests]
        whole = (total + of_request[market.request[options]]) // cut.prime
        return options[whole > 0], whole[whole > 0]

    def _of_slots(self, cells: Ints, times: Ints) -> Ints:
        """Return what each slot uses of some cells together, each counted so many times."""
        counts = self._cell_first[cells + 1] - self._cell_first[cells]
        uses = ranges(self._cell_first[cells], counts)
        weights = np.repeat(times, counts) * self._amounts[uses]
        return np.bincount(self._slots[uses], weights=weights, minlength=len(self._market.slots)).astype(np.int64)

    def _right_side(self, cut: Cut) -> int:
        return int(self._right[list(cut.rows)] @ np.array(cut.times)) // cut.prime


@dataclass(frozen=True)
class _Tangle:
    """Connected rows and columns of the relaxation's solution.

    ``matrix`` (row, column) has the amounts and ``rows`` the rows' numbers. Each row has a right side (``right``) and
    what the solution leaves of it (``slack``); each column has a ``share``. A cut counts if it is violated by more than
    ``threshold``.
    """

    rows: Ints
    matrix: ShortInts
    slack: Floats
    right: Ints
    share: Floats
    threshold: float

    def eliminate(self, prime: int, stopped: Callable[[], bool]) -> dict[Cut, float]:
        """Add rows up so that the columns with the largest shares vanish modulo a prime; return violated cuts."""
        found: dict[Cut, float] = {}
        small: type[np.signedinteger[Any]] = np.int8 if prime <= _SMALL else np.int64
        matrix = (self.matrix % prime).astype(small)
        times = np.eye(len(self.rows), dtype=small)
        right = self.right % prime
        alive = np.ones(len(self.rows), dtype=np.bool_)
        self._judge(prime, np.arange(len(self.rows)), matrix, times, right, found)
        slack = self.slack / prime
        for column in np.argsort(-self.share, kind="stable").tolist():
            if stopped():
                break
            those = np.flatnonzero((matrix[:, column] != 0) & alive)
            if not len(those):
                continue
            pivot = those[np.argmin(slack[those])]
            others = those[those != pivot]
            alive[pivot] = False
            if not len(others):
                continue
            inverse = pow(int(matrix[pivot, column]), -1, prime)
            factor = ((prime - matrix[others, column]) * inverse % prime).astype(small)
            matrix[others] = (matrix[others] + factor[:, None] * matrix[pivot]) % prime
            times[others] = (times[others] + factor[:, None] * times[pivot]) % prime
            right[others] = (right[others] + factor * right[pivot]) % prime
            slack[others] = times[others] @ self.slack / prime
            alive[others[slack[others] >= 1 - self.threshold]] = False
            self._judge(prime, others[alive[others]], matrix, times, right, found)
        return found

    def _judge(
        self, prime: int, rows: Ints, matrix: Residues, times: Residues, right: Ints, found: dict[Cut, float]
    ) -> None:
        """Keep the violated cuts among the sums of rows, taken once and 2 … ``prime`` - 1 times.

        The violation is what rounding down takes from the right side, minus what it takes from the left side, minus the
        slack.
        """
        for factor in range(1, prime):
            lost = (matrix[rows] * factor % prime) @ self.share + (times[rows] * factor % prime) @ self.slack
            violated = (right[rows] * factor % prime - lost) / prime
            good = violated > self.threshold
            for row, much in zip(rows[good].tolist(), violated[good].tolist(), strict=True):
                multiples = times[row] * factor % prime
                taken = np.flatnonzero(multiples)
                cut = Cut(prime, tuple(self.rows[taken].tolist()), tuple(multiples[taken].tolist()))
                found[cut] = max(much, found.get(cut, 0.0))


def _parts(row: Ints, column: Ints, amount: Ints, largest: int) -> Iterator[tuple[Ints, Ints, ShortInts]]:
    """Yield the connected parts of a sparse matrix, each with its rows, columns and amounts."""
    rows, row = np.unique(row, return_inverse=True)
    columns, column = np.unique(column, return_inverse=True)
    label = np.full(len(rows), -1)
    least = np.arange(len(rows))
    while (least != label).any():
        label, least = least, least.copy()
        of_column = np.full(len(columns), len(rows))
        np.minimum.at(of_column, column, label[row])
        np.minimum.at(least, row, of_column[column])
    part = label[row]
    order = np.argsort(part, kind="stable")
    for those in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
        own_rows, of_row = np.unique(row[those], return_inverse=True)
        own_columns, of_column = np.unique(column[those], return_inverse=True)
        if 1 < len(own_rows) <= largest:
            matrix = np.zeros((len(own_rows), len(own_columns)), dtype=np.int32)
            matrix[of_row, of_column] = amount[those]
            yield rows[own_rows], columns[own_columns], matrix
