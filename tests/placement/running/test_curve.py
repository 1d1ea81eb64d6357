"""A run keeps its way: at most 200 points, spread over its time, with both ends."""

from __future__ import annotations

from itertools import pairwise

from placement.running.curve import MOST_POINTS, extend


def test_a_point_is_added_for_each_step_forward() -> None:
    points = extend(extend([], 1.0, 100, 50, 4), 2.0, 90, 60, 3)
    assert points == [[1.0, 100, 50, 4], [2.0, 90, 60, 3]]


def test_the_same_report_again_adds_nothing() -> None:
    points = extend([], 1.0, 100, 50, 4)
    assert extend(points, 1.0, 100, 50, 4) == points


def test_where_nothing_happens_the_last_point_moves_on() -> None:
    points: list[list[float]] = []
    for second in range(1, 6):
        points = extend(points, second, 100, 50, 4)
    assert points == [[1, 100, 50, 4], [5, 100, 50, 4]]


def test_a_long_run_keeps_its_ends_and_points_spread_over_its_time() -> None:
    points: list[list[float]] = []
    for step in range(1_000):
        points = extend(points, step / 2, 100_000 - step, step, 4)
    assert len(points) == MOST_POINTS
    assert (points[0][0], points[-1][0]) == (0, 499.5)
    assert max(after[0] - before[0] for before, after in pairwise(points)) <= 499.5 / 100
