"""Counting: how many requests a plan places, of those that are alike, is a whole number.

The relaxation places 317.5 of a profession's requests. A plan places 317 or fewer, or 318 or more. Where 318 are proven
to cost no less than the best plan, no better plan has them: 317 is a limit then, and the bound rises by what half a
student is worth. Cuts made by adding up rows hardly find that, because so many rows have part in it.

Source: Ryan and Foster (1981) for branching on what is whole beyond single variables; Land and Doig (1960).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.profession_groups import groups_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.arrays import Floats, Ints
    from placement_solver.search.options import Market

AT_LEAST, UNLIMITED, AT_MOST = 1, 0, -1
"""What a limit on a count is."""
_BROKEN = 0.01
"""A count that is closer than this to a whole number is not broken."""


_Name = tuple[int, int, int]
"""Which kind of count it is, the number of the group among its kind, and the whole number below."""


@dataclass(frozen=True)
class Broken:
    """Some requests of which the relaxation places a broken number: more than ``least``, and less than one more."""

    requests: Ints
    name: _Name

    @property
    def least(self) -> int:
        """The whole number below."""
        return self.name[2]


class Counting:
    """The counts of a market: of each group of requests, of all, and of a group's with the same weeks and cost.

    What was reached for a count of which neither side was refuted is kept: once a plan costs no more, it is refuted.
    """

    def __init__(self, market: Market) -> None:
        """Label the requests that are counted together."""
        groups = groups_of(market)
        alike = np.column_stack([groups, market.columns.request_weeks, market.unplaced])
        self._labels = (groups, np.zeros_like(groups), np.unique(alike, axis=0, return_inverse=True)[1].ravel())
        self._reached: dict[_Name, int] = {}
        self._asked: set[_Name] = set()

    def begin(self) -> None:
        """From now on ask anew what has been asked before."""
        self._asked.clear()

    def next(self, placed: Floats, worth: float) -> Broken | None:
        """Return the next broken count to ask, or None; one for which less than ``worth`` was reached is left out."""
        for broken in self.broken(placed):
            if broken.name not in self._asked and self._reached.get(broken.name, worth) >= worth:
                self._asked.add(broken.name)
                return broken
        return None

    def broken(self, placed: Floats) -> Iterator[Broken]:
        """Yield the broken counts, given how much of each request is placed.

        Large ones come first: groups, then all, then those alike; within these the most broken.
        """
        for kind, label in enumerate(self._labels):
            count = np.bincount(label, weights=placed)
            away = np.abs(count - np.rint(count))
            for number in np.argsort(-away, kind="stable").tolist():
                if away[number] > _BROKEN:
                    yield Broken(np.flatnonzero(label == number), (kind, number, int(count[number])))

    def keep(self, broken: Broken, reached: int) -> None:
        """Keep that plans on the dearer side of a count cost at least ``reached``."""
        self._reached[broken.name] = reached

    def settles(self, upper: int, before: int) -> bool:
        """Tell whether a plan that costs ``upper`` refutes a count that one that cost ``before`` did not."""
        return any(upper <= reached < before for reached in self._reached.values())
