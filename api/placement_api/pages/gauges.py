"""Gauges: how much of a plan's cost is proven to be needed, as a bar, and in words."""

from __future__ import annotations

from dataclasses import dataclass

from placement.tables import Run
from placement_solver.progress import gap_between

LEFT, RIGHT = 20.0, 500.0
SHOWN = 0.05
"""The part of the cost that the bar shows: its last five per cent. The whole would hide any gap."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a plan costs and what is proven; ``at`` is where the proven part ends on the bar."""

    objective: int
    bound: int
    gap: float
    at: float

    @property
    def left(self) -> int:
        """Return how much could at most be won."""
        return max(0, self.objective - self.bound)


def gauge_of(run: Run | None) -> Gauge | None:
    """Return the gauge of a run; None while it has neither plan nor proof."""
    if run is None or run.objective is None or run.bound is None:
        return None
    gap = gap_between(run.objective, run.bound)
    at = RIGHT - (RIGHT - LEFT) * min(gap / SHOWN, 1.0)
    return Gauge(run.objective, run.bound, gap, round(min(at, RIGHT - 3) if gap else RIGHT, 1))
