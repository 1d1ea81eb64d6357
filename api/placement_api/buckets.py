"""Buckets: how many calls each of many callers has left, filled again evenly as time passes (token buckets).

A bucket holds a minute's calls. A new caller has a full one. They are kept in memory, those used last, so that no
number of callers fills it: a bucket that is forgotten is full when it is needed again.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

MINUTE = 60.0
MOST_KEPT = 10_000
_A_CALL = 1 - 1e-9
"""What a bucket has in it when it has a call, whatever has been lost in rounding while it filled."""


class Level(NamedTuple):
    """How a bucket stands: whether there was a call left, how many are left, and the seconds until there is one more.

    ``full`` is in how many seconds it is full again.
    """

    let_in: bool
    left: int
    wait: int
    full: int


class Buckets:
    """A bucket for each caller; ``per_minute`` 0 lets everything in."""

    def __init__(self, per_minute: int, *, most: int = MOST_KEPT, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many buckets are kept."""
        return len(self._kept)

    def take(self, key: str) -> Level:
        """Take a call from a caller's bucket, if it has one."""
        if not self.per_minute:
            return Level(let_in=True, left=0, wait=0, full=0)
        left, moment = self._left(key)
        let_in = left >= _A_CALL
        return self._put(key, max(0.0, left - 1) if let_in else left, moment, let_in=let_in)

    def give_back(self, key: str) -> None:
        """Put a call that was taken back into a caller's bucket."""
        if self.per_minute:
            left, moment = self._left(key)
            self._put(key, min(left + 1, float(self.per_minute)), moment, let_in=True)

    def _left(self, key: str) -> tuple[float, float]:
        """Return what a bucket holds at this moment, and the moment."""
        moment = self._clock()
        left, at = self._kept.get(key, (float(self.per_minute), moment))
        return min(float(self.per_minute), left + (moment - at) * self.per_minute / MINUTE), moment

    def _put(self, key: str, left: float, moment: float, *, let_in: bool) -> Level:
        """Keep what a bucket holds; the one that was used the longest ago is forgotten if there are too many."""
        self._kept[key] = (left, moment)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return Level(let_in, int(left), self._seconds(1 - left), self._seconds(self.per_minute - left))

    def _seconds(self, lacking: float) -> int:
        """Return in how many seconds a bucket has as much more."""
        return max(0, math.ceil(lacking * MINUTE / self.per_minute))
