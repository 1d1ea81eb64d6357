"""Sums, minima and orders of consecutive segments of arrays, empty segments included."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
ShortInts = NDArray[np.int32]
ShortFloats = NDArray[np.float32]
Bools = NDArray[np.bool_]

N = TypeVar("N", np.int64, np.float64)


def segment_sums(values: NDArray[N], first: Ints) -> NDArray[N]:
    """Return the sum of each segment ``first[i] … first[i + 1] - 1``; 0 for an empty one."""
    total = np.zeros(len(values) + 1, dtype=values.dtype)
    np.cumsum(values, out=total[1:])
    return total[first[1:]] - total[first[:-1]]


def segment_minima(values: NDArray[N], first: Ints, empty: NDArray[N]) -> NDArray[N]:
    """Return the least value of each segment, or the value of ``empty`` at an empty one."""
    least = empty.copy()
    filled = np.flatnonzero(first[1:] > first[:-1])
    if len(filled):
        least[filled] = np.minimum.reduceat(values, first[:-1][filled])
    return least


def segment_orders(values: Ints, first: Ints) -> ShortInts:
    """Return the positions of all values, segment by segment, each segment's least value first.

    Sorting each segment by itself takes a fifth of the time of sorting them all by (segment, value).
    """
    order = np.empty(len(values), dtype=np.int32)
    for begin, end in pairwise(first.tolist()):
        order[begin:end] = values[begin:end].argsort(kind="stable")
    order += np.repeat(first[:-1].astype(np.int32), np.diff(first))
    return order


def ranges(first: Ints, counts: Ints) -> Ints:
    """Return ``first[0] … first[0] + counts[0] - 1``, then the same for the next, in one array."""
    ends = np.cumsum(counts)
    numbers: Ints = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first - (ends - counts), counts)
    return numbers


def runs(ordered: Ints) -> Iterator[slice]:
    """Yield the slices of equal values in a sorted array."""
    edges = np.flatnonzero(np.diff(ordered)) + 1
    for begin, end in pairwise([0, *edges.tolist(), len(ordered)]):
        if end > begin:
            yield slice(begin, end)
