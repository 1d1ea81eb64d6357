"""Branching: every plan places at least one more than a broken number of requests, or at most the number below it.

Where neither side is refuted both are kept, and divided further where other counts are broken. No plan costs less than
the cheapest of these *leaves*. A leaf that costs as much as the best plan is left out.

Source: Land and Doig (1960).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Floats
    from placement_solver.search.relaxation import Division, Limit, Relaxation
    from placement_solver.search.settings import BranchingSettings


@dataclass(order=True)
class _Leaf:
    bound: int
    number: int
    limits: tuple[Limit, ...] = field(compare=False)
    placed: Floats | None = field(compare=False)
    whole: bool = field(default=False, compare=False)
    """Whether no count divides it further."""


class Branching:
    """A tree over the counts of a relaxation; ``bound`` is what its leaves prove."""

    def __init__(self, relaxation: Relaxation, settings: BranchingSettings, upper: int) -> None:
        """Begin with the relaxation as it is, divided by its best count if it has one, for plans below ``upper``."""
        self._relaxation, self._settings = relaxation, settings
        self._numbers = count()
        self._leaves: list[_Leaf] = []
        self._poor: set[tuple[int, int, int]] = set()
        root = _Leaf(relaxation.best.bound, next(self._numbers), (), None)
        if not self._divide(root, relaxation.division, upper):
            self._leaves.append(root)

    @property
    def bound(self) -> int:
        """What every plan costs at least, as far as it costs less than the best."""
        return self._leaves[0].bound

    def is_whole(self) -> bool:
        """Tell whether the cheapest leaf cannot be divided: dividing others raises no bound."""
        return self._leaves[0].whole

    def divide(self, upper: int, stopped: Callable[[], bool]) -> None:
        """Divide the cheapest leaf, for plans that cost less than ``upper``, or find that it is whole."""
        leaf = heappop(self._leaves)
        placed = leaf.placed
        if placed is None:
            placed = self._relaxation.reach(leaf.limits, upper).placed
        tries = 0
        if placed is not None:
            for broken in self._relaxation.counting.broken(placed):
                if broken.name in self._poor:
                    continue
                if tries == self._settings.tries or stopped():
                    break
                division = tuple(
                    (limit, self._relaxation.reach((*leaf.limits, limit), upper))
                    for limit in self._relaxation.sides(broken)
                )
                if self._divide(leaf, division, upper):
                    return
                self._poor.add(broken.name)
                tries += 1
        leaf.whole = not stopped()
        heappush(self._leaves, leaf)

    def _divide(self, leaf: _Leaf, division: Division, upper: int) -> bool:
        """Put the sides of a division in the place of a leaf if that raises its bound enough; return whether it did."""
        cheapest = min((reached.bound for _, reached in division), default=0)
        if cheapest - leaf.bound < self._settings.worth * (upper - leaf.bound):
            return False
        for limit, reached in division:
            bound = max(leaf.bound, reached.bound)
            heappush(self._leaves, _Leaf(bound, next(self._numbers), (*leaf.limits, limit), reached.placed))
        return True
