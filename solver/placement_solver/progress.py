"""What a solve tells while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["prices", "search", "proof", "check", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve stands: its phase, the best plan's objective, the proven bound, the gap, who is left, seconds."""

    phase: Phase
    objective: int
    bound: int
    gap: float
    unplaced: int
    seconds: float


Listener = Callable[[Progress], None]


def gap_between(objective: int, bound: int) -> float:
    """Return the share of the objective that is not proven necessary; 0 where the bound meets it."""
    return (objective - bound) / objective if objective > bound else 0.0
