"""A run's curve and gauge are drawn within their frames, whatever the run's figures."""

from __future__ import annotations

import pytest

from placement.tables import Run
from placement_api.pages.curves import BOTTOM, LEFT, RIGHT, TOP, curve_of
from placement_api.pages.gauges import gauge_of


def run_with(*points: tuple[float, int, int, int]) -> Run:
    run = Run(term_id="trm_a", time_limit_seconds=180, requested_by="system", points=[list(each) for each in points])
    run.objective, run.bound = (points[-1][1], points[-1][2]) if points else (None, None)
    return run


FALLING = (
    (3.0, 477_635, 332_283, 285),
    (15.0, 401_427, 397_548, 236),
    (30.0, 399_310, 397_548, 235),
    (65.0, 398_214, 397_548, 234),
)


def test_a_run_without_points_has_no_curve() -> None:
    assert curve_of(run_with()) == curve_of(run_with())
    assert (curve_of(run_with()).whole, curve_of(run_with()).close) == (None, None)
    assert gauge_of(None) is None
    assert gauge_of(run_with()) is None


def test_two_panels_are_drawn_where_the_lines_come_close() -> None:
    curve = curve_of(run_with(*FALLING))
    assert curve.whole is not None
    assert curve.close is not None
    assert (curve.whole.first.seconds, curve.close.first.seconds, curve.close.last.seconds) == (3.0, 15.0, 65.0)
    assert [tick.value for tick in curve.whole.costs] == [300_000, 350_000, 400_000, 450_000, 500_000]
    assert [tick.value for tick in curve.whole.times] == [15, 30, 45, 60]


def test_a_run_that_is_close_from_the_start_has_one_panel() -> None:
    curve = curve_of(run_with((1.0, 100, 99, 1), (2.0, 100, 99, 1), (3.0, 99, 99, 1)))
    assert curve.whole is not None
    assert curve.close is None


@pytest.mark.parametrize(
    "points",
    [FALLING, ((0.1, 5, 5, 0), (0.2, 5, 5, 0), (0.3, 5, 5, 0)), ((1.0, 10**12, 0, 9), (2.0, 10, 3, 9), (9e4, 4, 3, 0))],
)
def test_everything_lies_within_the_frame(points: tuple[tuple[float, int, int, int], ...]) -> None:
    panel = curve_of(run_with(*points)).whole
    assert panel is not None
    assert LEFT <= panel.x <= RIGHT
    for height in (panel.y, panel.bound_label, *(tick.at for tick in panel.costs)):
        assert TOP <= height <= BOTTOM
    assert TOP <= panel.objective_label <= BOTTOM
    assert all(LEFT <= tick.at <= RIGHT for tick in panel.times)


def test_the_gauge_shows_what_could_be_won() -> None:
    gauge = gauge_of(run_with((1.0, 1_000, 990, 0)))
    assert gauge is not None
    assert (gauge.left, gauge.gap, gauge.at) == (10, 0.01, 404.0)
    proven, wide = gauge_of(run_with((1.0, 5, 5, 0))), gauge_of(run_with((1.0, 100, 10, 0)))
    assert proven is not None
    assert wide is not None
    assert (proven.at, wide.at) == (500.0, 20.0)
