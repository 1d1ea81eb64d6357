"""Who is at a unit in the same weeks: the counts that gatherings are about, and what they cost.

Such a cost belongs to no option by itself. So prices leave it out, but for what an option costs in whatever company.
As it is never negative, their bound holds all the same. Drafts and models count it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges, segment_sums
from placement_solver.columns import NOBODY, Options
from placement_solver.wishes import GATHERINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Bools, Ints
    from placement_solver.columns import Columns
    from placement_solver.plan import Placement
    from placement_solver.search.options import Scarcity


@dataclass(frozen=True)
class Gatherings:
    """The counts of all gatherings, over slots.

    Slot s adds ``amount[k]`` to the line ``line[k]`` for k in ``first[s] … first[s + 1] - 1``. A line counts from 0. It
    costs its ``weight`` if its count is odd, if it is an ``odd`` line, and otherwise for each 1 above 0. ``alone`` is
    what each slot costs besides, whoever else is there.
    """

    first: Ints
    slot: Ints
    line: Ints
    amount: Ints
    weight: Ints
    odd: Bools
    alone: Ints

    def __bool__(self) -> bool:
        """Tell whether there is anything to count."""
        return len(self.weight) > 0

    def cost(self, counts: Ints, lines: Ints | slice = slice(None)) -> Ints:
        """Return what some lines cost at their counts."""
        dear: Ints = np.where(self.odd[lines], counts & 1, np.maximum(0, counts))
        return self.weight[lines] * dear

    def entries(self, slots: Ints) -> tuple[Ints, Ints]:
        """Return the entries of some slots, as (position among ``slots``, entry)."""
        counts = self.first[slots + 1] - self.first[slots]
        return np.repeat(np.arange(len(slots)), counts), ranges(self.first[slots], counts)

    def counted(self, slots: Ints) -> Ints:
        """Return the count of each line with some slots taken; a slot counts as often as it is listed."""
        counts = np.zeros(len(self.weight), dtype=np.int64)
        _, entries = self.entries(slots)
        np.add.at(counts, self.line[entries], self.amount[entries])
        return counts

    def change(self, counts: Ints, slots: Ints) -> Ints:
        """Return how the cost of given counts would change with each of some slots."""
        position, entries = self.entries(slots)
        line = self.line[entries]
        now = counts[line]
        rise = self.cost(now + self.amount[entries], line) - self.cost(now, line)
        return segment_sums(rise, np.searchsorted(position, np.arange(len(slots) + 1)))

    def shares(self, counts: Ints, slots: Ints) -> Ints:
        """Return what each of some taken slots has part in of the cost of the counts that it adds to.

        A count above 0 is shared; an odd count is each one's whole cost, because each could leave it even.
        """
        position, entries = self.entries(slots)
        line, amount = self.line[entries], self.amount[entries]
        dear = (amount > 0) & (self.cost(counts[line], line) > 0)
        return segment_sums(
            np.where(dear, self.weight[line] * amount, 0), np.searchsorted(position, np.arange(len(slots) + 1))
        )

    def dear(self, counts: Ints, slots: Ints) -> Ints:
        """Return the lines that some taken slots add to and that cost anything."""
        _, entries = self.entries(slots)
        lines = np.unique(self.line[entries[self.amount[entries] > 0]])
        dear: Ints = lines[self.cost(counts[lines], lines) > 0]
        return dear

    def easing(self, lines: Ints) -> Ints:
        """Return the slots that can make some lines cost less."""
        eases = (self.amount < 0) | self.odd[self.line]
        return np.unique(self.slot[eases & np.isin(self.line, lines)])

    def most(self) -> int:
        """Return the most that one placement can cost, whoever else is there or leaves."""
        gains = np.where(self.amount > 0, self.amount * self.weight[self.line], 0)
        return int(segment_sums(gains, self.first).max(initial=0))

    def coarser(self, steps: int) -> Gatherings:
        """Return the same counts at costs that are so many times lower, rounded down."""
        return replace(self, weight=self.weight // steps)

    def free(self) -> Gatherings:
        """Return the same counts at no cost."""
        return replace(self, weight=np.zeros_like(self.weight))


def gather(columns: Columns, slots: Options, scarcity: Scarcity | None = None) -> Gatherings:
    """Return the counts of all gatherings that the problem asks for, over some slots.

    With ``scarcity`` only plans within its supply are counted right. Where that lets no two students meet, what a
    student costs alone is then known beforehand, and prices can take it in.
    """
    asked = [wish.counts(columns, slots) for wish in GATHERINGS if wish.is_asked(columns.problem)]
    nothing = np.empty(0, dtype=np.int64)
    offsets = np.cumsum([0, *(counts.lines for counts in asked)])
    slot = np.concatenate([nothing, *(counts.option for counts in asked)])
    line = np.concatenate([nothing, *(counts.line + offset for counts, offset in zip(asked, offsets, strict=False))])
    amount = np.concatenate([nothing, *(counts.amount for counts in asked)])
    weight = np.repeat(np.array([counts.weight for counts in asked], dtype=np.int64), np.diff(offsets))
    odd = np.repeat(np.array([counts.odd for counts in asked], dtype=np.bool_), np.diff(offsets))

    settled = ~odd & ~np.isin(np.arange(len(weight)), line[amount < 0])
    if scarcity is not None:
        settled |= _lonely(slot, line, len(weight), scarcity)
        amount = np.where(settled[line], np.maximum(0, amount), amount)
    sure = settled[line]
    alone = np.zeros(len(slots), dtype=np.int64)
    np.add.at(alone, slot[sure], (amount * weight[line])[sure])
    slot, line, amount = slot[~sure], (np.cumsum(~settled) - 1)[line[~sure]], amount[~sure]
    order = np.argsort(slot, kind="stable")
    return Gatherings(
        first=np.searchsorted(slot[order], np.arange(len(slots) + 1)),
        slot=slot[order],
        line=line[order],
        amount=amount[order],
        weight=weight[~settled],
        odd=odd[~settled],
        alone=alone,
    )


def _lonely(slot: Ints, line: Ints, lines: int, scarcity: Scarcity) -> Bools:
    """Tell for each line whether no two of its slots can be taken: all use more than half of the same cell."""
    scarce = scarcity.supply[scarcity.cell] < 2 * scarcity.amount
    first = np.concatenate([[0], np.cumsum(scarce)])[scarcity.first]
    cells = scarcity.cell[scarce]
    each = first[slot + 1] - first[slot]
    pairs = np.repeat(line, each) * len(scarcity.supply) + cells[ranges(first[slot], each)]
    pair, users = np.unique(pairs, return_counts=True)
    of_line = pair // max(1, len(scarcity.supply))
    lonely = np.zeros(lines, dtype=np.bool_)
    lonely[of_line[users == np.bincount(line, minlength=lines)[of_line]]] = True
    return lonely


def save_at_most(columns: Columns, options: Options) -> Ints:
    """Return for each option a limit to how much it can lower the cost of all gatherings that others make."""
    saved = np.zeros(len(options), dtype=np.int64)
    for wish in GATHERINGS:
        if wish.is_asked(columns.problem):
            saved += wish.saves_at_most(columns, options)
    return saved


def change_company(columns: Columns, placements: Sequence[Placement], ways: Options) -> Ints:
    """Return how the cost of all gatherings would change with each of some ways to place one more request."""
    standing = len(placements)
    both = Options(
        np.append([columns.request_index[each.request] for each in placements], ways.request).astype(np.int64),
        np.append([columns.unit_index[each.unit] for each in placements], ways.unit).astype(np.int64),
        np.append([each.start for each in placements], ways.start).astype(np.int64),
        np.append(np.full(standing, NOBODY), ways.supervisor).astype(np.int64),
    )
    gatherings = gather(columns, both)
    counts = gatherings.counted(np.arange(standing))
    return gatherings.alone[standing:] + gatherings.change(counts, np.arange(standing, len(both)))
