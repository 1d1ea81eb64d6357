"""How values are spread: percentiles by nearest rank, and Jain's index of evenness."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIAN = 50
NINETIETH = 90


def percentile(values: Sequence[int], percent: int) -> int:
    """Return the smallest of the values that at least ``percent`` percent of them do not exceed (nearest rank).

    It is always one of the values; the median of two values is the smaller. There must be at least one value.
    """
    rank = -(-percent * len(values) // 100)
    return sorted(values)[max(1, rank) - 1]


def jain(values: Sequence[float]) -> float:
    """Return how even some values are: 1 where all are equal, 1 / n where one of n has everything.

    Jain's index, (Σx)² / (n Σx²); 1 where there is nothing to share.
    """
    squares = sum(value * value for value in values)
    return min(1.0, sum(values) ** 2 / (len(values) * squares)) if squares else 1.0
