"""Many short lists of numbers in one array, so that numpy can look up many of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placement_solver.arrays import Ints


@dataclass(frozen=True)
class Lists:
    """One list for each key, counted from 0: the list of key k is ``number[first[k]:first[k + 1]]``."""

    first: Ints
    number: Ints

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]], keys: int) -> Lists:
        """Gather (key, number) pairs; each list keeps the order in which its numbers came."""
        table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        table = table[np.argsort(table[:, 0], kind="stable")]
        return cls(np.searchsorted(table[:, 0], np.arange(keys + 1)), table[:, 1])

    def at(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the lists of some keys as two columns: the position of the key in ``keys``, and the number."""
        counts = self.first[keys + 1] - self.first[keys]
        return np.repeat(np.arange(len(keys)), counts), self.number[ranges(self.first[keys], counts)]
