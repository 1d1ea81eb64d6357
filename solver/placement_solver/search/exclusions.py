"""Exclusions: when a student's placements would be in each other's way, as the bound sees it.

Without them the bound lets a student be in two places at once: where many students have several placements, it lies
far below every plan. They depend on a placement's request and start only, so a county's millions of options share
some thousands of *stays*. What also depends on the unit is another room: `meetings`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, count, islice, product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges, runs
from placement_solver.lists import Lists
from placement_solver.rules import ITINERARIES

if TYPE_CHECKING:
    from placement_solver.arrays import Ints
    from placement_solver.search.options import Market


MOST = 500
"""So many sets of stays of a student are looked at; each exclusion holds without the others."""
STEPS = 20_000
"""So many steps are taken to find them."""


@dataclass(frozen=True)
class Exclusions:
    """Of the options in exclusion e a plan has ``most[e]`` at most: one, or two where a student cannot have all three.

    ``stay`` is the stay of each of the market's options, a request and a start; -1 where the student has no other
    request. Stay s is in the exclusions ``number[k]`` for k in ``first[s] … first[s + 1] - 1``, and ``request[s]`` is
    its request.
    """

    stay: Ints
    request: Ints
    first: Ints
    number: Ints
    most: Ints

    @property
    def count(self) -> int:
        """How many exclusions there are."""
        return len(self.most)

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

    def members(self, market: Market, exclusions: Ints) -> tuple[Ints, Ints]:
        """Return (position among some exclusions, option) pairs. They are few, or it takes long."""
        position, stay = self._by_exclusion.at(exclusions)
        rows = market.rows_of(np.unique(self.request[stay]))
        rows = rows[np.argsort(self.stay[rows], kind="stable")]
        begin = np.searchsorted(self.stay[rows], stay)
        counts = np.searchsorted(self.stay[rows], stay, side="right") - begin
        return np.repeat(position, counts), rows[ranges(begin, counts)]

    @cached_property
    def _by_exclusion(self) -> Lists:
        """Return the stays of each exclusion."""
        order = np.argsort(self.number, kind="stable")
        return Lists(np.searchsorted(self.number[order], np.arange(self.count + 1)), self.stays[order])


def find_exclusions(market: Market) -> Exclusions:
    """Find the largest sets of stays of one student that exclude each other, and who cannot have all placements.

    Two stays exclude each other where they are of the same request, or a rule on the student's weeks or order has them
    meet. Week by week it would be less: half of each of two short stays and half of a long one over both meet in no
    week more than once. For a student with two requests the largest sets say exactly what can be mixed, because such a
    graph is perfect (Lovász, 1972). Of three requests of which no plan places all, two at most are placed.
    """
    stay = np.full(len(market.request), -1, dtype=np.int64)
    rows = market.rows_of(np.array(sorted(market.siblings), dtype=np.int64))
    key = market.request[rows].astype(np.int64) * market.columns.weeks + market.slots.start[market.slot[rows]]
    _, heads, stay[rows] = np.unique(key, return_index=True, return_inverse=True)
    request = market.request[rows[heads]].astype(np.int64)
    entries, number, most = _sets(
        market, request, *market.itineraries(rows[heads], among=[rule for rule in ITINERARIES if not rule.by_unit])
    )
    order = np.argsort(entries, kind="stable")
    first = np.searchsorted(entries[order], np.arange(len(heads) + 1))
    return Exclusions(stay, request, first, number[order], most)


def _sets(market: Market, request: Ints, position: Ints, cell: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (stay, exclusion) pairs and each exclusion's ``most``, for stays that share some cells.

    Students whose stays exclude each other in the same pattern have the same exclusions: there are few patterns.
    """
    student = market.columns.request_student[request]
    by_student = np.argsort(student, kind="stable")
    edges = np.flatnonzero(np.diff(student[by_student])) + 1
    others: dict[int, set[int]] = defaultdict(set)
    order = np.argsort(cell, kind="stable")
    for part in runs(cell[order]):
        those = position[order[part]].tolist()
        for one in those:
            others[one].update(those)
    known: dict[tuple[int, ...], list[tuple[list[int], int]]] = {}
    entries, number = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    most: list[int] = []
    for stays in np.split(by_student, edges):
        place = {one: at for at, one in enumerate(stays.tolist())}
        ranks: dict[int, int] = {}
        of = [ranks.setdefault(each, len(ranks)) for each in request[stays].tolist()]
        near = [
            sum(1 << place[other] for other in others.get(one, ()) if other != one)
            | sum(1 << other for other, its in enumerate(of) if its == of[at] and other != at)
            for one, at in place.items()
        ]
        pattern = (*near, *of)
        if pattern not in known:
            known[pattern] = _exclusions_of(near, of)
        for those, its_most in known[pattern]:
            entries.append(stays[those])
            number.append(np.full(len(those), len(most)))
            most.append(its_most)
    return np.concatenate(entries), np.concatenate(number), np.array(most, dtype=np.int64)


def _exclusions_of(near: list[int], of: list[int]) -> list[tuple[list[int], int]]:
    """Return the exclusions, with the most of each, of a student's stays: ``of`` is the request of each stay."""
    found = [(clique, 1) for clique in _largest(near) if len({of[at] for at in clique}) > 1]
    stays: dict[int, list[int]] = defaultdict(list)
    for at, request in enumerate(of):
        stays[request].append(at)
    for three in islice(combinations(stays.values(), 3), MOST):
        apart = (not (near[a] >> b & 1 or near[a] >> c & 1 or near[b] >> c & 1) for a, b, c in product(*three))
        if prod(map(len, three)) <= MOST and not any(apart):
            found += [(list(chain(*three)), 2)]
    return found


def _largest(near: list[int]) -> list[list[int]]:
    """Return the largest cliques of a graph, at most `MOST`; node v is next to the nodes in the bits of ``near[v]``.

    A graph of more than `MOST` nodes is left alone: one student's stays are some hundred at most.

    Source: Bron and Kerbosch (1973), with the pivot of Tomita, Tanaka and Takahashi (2006).
    """
    found: list[list[int]] = []
    steps = count()

    def grow(clique: list[int], able: int, done: int) -> None:
        if len(found) == MOST or next(steps) >= STEPS:
            return
        if not able and not done:
            found.append(clique)
            return
        pivot = max(_bits(able | done), key=lambda node: (able & near[node]).bit_count())
        for node in _bits(able & ~near[pivot]):
            grow([*clique, node], able & near[node], done & near[node])
            able &= ~(1 << node)
            done |= 1 << node

    if len(near) <= MOST:
        grow([], (1 << len(near)) - 1, 0)
    return found


def _bits(mask: int) -> list[int]:
    """Return the positions of a number's bits that are 1."""
    return [at for at in range(mask.bit_length()) if mask >> at & 1]
