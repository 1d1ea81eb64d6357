"""What a solve reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["prices", "search", "proof", "check", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve has come: phase, best objective, proven bound, gap, unplaced requests, seconds.

    ``options`` is how many options can still be part of a better plan, once that is known. ``memory_mb`` is the most
    memory that the solving process has had, in MiB, where somebody has looked.
    """

    phase: Phase
    objective: int
    bound: int
    gap: float
    unplaced: int
    seconds: float
    options: int | None = None
    memory_mb: int | None = None


Listener = Callable[[Progress], None]


def gap_between(objective: int, bound: int) -> float:
    """Return the share of the objective that is not proven necessary; 0 where the bound reaches it."""
    return (objective - bound) / objective if objective > bound else 0.0
