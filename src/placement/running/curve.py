"""Curve: how far a run had come, moment by moment, so that whoever opens it late sees its whole way.

A point is seconds, objective, bound and unplaced requests. A run keeps at most ``MOST_POINTS``, spread over its time.
"""

from __future__ import annotations

from collections.abc import Sequence

MOST_POINTS = 200


def extend(
    points: Sequence[Sequence[float]], seconds: float, objective: int, bound: int, unplaced: int
) -> list[list[float]]:
    """Return the points with one more; where nothing has changed since the last two, the last one moves on."""
    last = [round(seconds, 2), objective, bound, unplaced]
    kept = [list(point) for point in points]
    if kept and last[0] <= kept[-1][0]:  # the same report again, or one that came late
        return kept
    if len(kept) > 1 and kept[-1][1:] == kept[-2][1:] == last[1:]:
        return [*kept[:-1], last]
    return _thinned([*kept, last])


def _thinned(points: list[list[float]]) -> list[list[float]]:
    """Leave out the point whose neighbours lie closest in time, where there are too many; the ends always stay."""
    if len(points) <= MOST_POINTS:
        return points
    least = min(range(1, len(points) - 1), key=lambda at: points[at + 1][0] - points[at - 1][0])
    return [*points[:least], *points[least + 1 :]]
