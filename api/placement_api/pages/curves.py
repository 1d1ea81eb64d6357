"""Curves: a run's objective and bound over its time, as what a template draws: paths, axes and labels.

Two panels, since objective and bound are one line on a common scale: the whole run, and from where they
are close.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from placement.tables import Run
from placement_solver.progress import gap_between

LEFT, RIGHT, TOP, BOTTOM = 76.0, 458.0, 26.0, 266.0
LABEL = RIGHT - 140
"""Where the labels at the ends of the lines begin."""
CLOSE = 0.01
"""The enlarged panel begins where the gap is at most this."""
STEPS = 6
"""At most about so many values are written at an axis."""
_ROUND = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400)
FEWEST = 3
"""The fewest points that make a curve."""


@dataclass(frozen=True, slots=True)
class Point:
    """How far a run had come at one moment."""

    seconds: float
    objective: int
    bound: int
    unplaced: int

    @property
    def gap(self) -> float:
        """Return the share of the objective that was not proven necessary."""
        return gap_between(self.objective, self.bound)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of an axis: where it lies, and the value that is written at it."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing: the lines, the area between them, the axes, and where the last point's values are written."""

    first: Point
    last: Point
    objective: str
    bound: str
    between: str
    costs: tuple[Tick, ...]
    times: tuple[Tick, ...]
    x: float
    y: float
    objective_label: float
    bound_label: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A run's way: its points, the latest last, and the panels that can be drawn of them."""

    points: tuple[Point, ...]
    whole: Panel | None
    close: Panel | None


def curve_of(run: Run) -> Curve:
    """Return a run's way."""
    points = tuple(Point(each[0], int(each[1]), int(each[2]), int(each[3])) for each in run.points)
    near = next((at for at, point in enumerate(points) if point.gap <= CLOSE), len(points))
    return Curve(points, _panel(points), _panel(points[near:]) if near else None)


def _panel(points: Sequence[Point]) -> Panel | None:
    """Draw some points; None where they are too few, or all at one moment."""
    if len(points) < FEWEST:
        return None
    low, high = min(each.bound for each in points), max(each.objective for each in points)
    begin, end = points[0].seconds, points[-1].seconds
    costs, times = _costs(low, high), _moments(begin, end)
    low, high = costs[0], costs[-1]

    def x(seconds: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (seconds - begin) / (end - begin), 1)

    def y(cost: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (cost - low) / (high - low), 1)

    upper = [(x(each.seconds), y(each.objective)) for each in points]
    lower = [(x(each.seconds), y(each.bound)) for each in points]
    return Panel(
        first=points[0],
        last=points[-1],
        objective=_path(upper),
        bound=_path(lower),
        between=f"{_path([*upper, *reversed(lower)])}Z",
        costs=tuple(Tick(y(cost), cost) for cost in costs),
        times=tuple(Tick(x(second), second) for second in times),
        x=upper[-1][0],
        y=upper[-1][1],
        objective_label=max(TOP + 4, min(_beside_label(upper)) - 7),
        bound_label=min(BOTTOM - 4, max(_beside_label(lower)) + 17),
    )


def _beside_label(spots: Sequence[tuple[float, float]]) -> list[float]:
    """Return how high a line lies where its label is written: at its end, and for as long as the label is."""
    before = [y for x, y in spots if x < LABEL]
    return [*before[-1:], *(y for x, y in spots if x >= LABEL)]


def _path(spots: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in spots)


def _costs(low: int, high: int) -> list[int]:
    """Return some round costs, from one that is at most the lowest to one that is at least the highest."""
    rough = max(high - low, 1) / STEPS
    scale = 10 ** max(0, floor(log10(rough)))
    step = next(size * scale for size in (1, 2, 5, 10) if size * scale >= rough)
    return [number * step for number in range(low // step, ceil(max(high, low + 1) / step) + 1)]


def _moments(begin: float, end: float) -> list[int]:
    """Return some round moments between two."""
    step = next((size for size in _ROUND if (end - begin) / size <= STEPS), _ROUND[-1])
    return list(range(ceil(begin / step) * step, floor(end) + 1, step))
