"""What a solve reports while it runs: how far it has come, and now and then the plan that it has by then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from placement_solver.plan import Placement

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


@dataclass(frozen=True, slots=True)
class SoFar:
    """The best plan that a search has found so far, what it costs, and a bound on what any plan costs.

    Another search can go on from it. The bound then has to hold for its problem, or to be 0. Placements that its
    problem no longer allows are left out.
    """

    objective: int
    bound: int
    placements: tuple[Placement, ...]


Listener = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Relay:
    """What a search takes over from an earlier one, if there was one, and how it hands on what it has, now and then."""

    begin: SoFar | None = None
    keep: Callable[[SoFar], None] | None = None


ALONE = Relay()
"""Nothing is taken over, and nothing handed on."""


def gap_between(objective: int, bound: int) -> float:
    """Return the share of the objective that is not proven necessary; 0 where the bound reaches it."""
    return (objective - bound) / objective if objective > bound else 0.0
