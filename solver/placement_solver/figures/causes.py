"""The causes of unplaced requests, counted over a plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placement_solver.plan import Reasons, Unplaced

FULL = ("capacities", "unit_ceilings", "agreements", "supervisors", "own_placements", "other_terms")
"""The fields of a plan's reasons that list what is full, in reading order."""
DEARER = "dearer_units"


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause, which is the rule that left no unit or what is full, and how many unplaced requests have it."""

    key: str
    requests: int


def count_causes(unplaced: Iterable[Unplaced]) -> tuple[Cause, ...]:
    """Count the causes of all unplaced requests, the most common first; a request may have several."""
    causes = Counter(cause for left in unplaced for cause in causes_of(left.reasons))
    return tuple(Cause(key, requests) for key, requests in causes.most_common())


def causes_of(reasons: Reasons) -> tuple[str, ...]:
    """Return the rule that left no unit or, where units remain, everything that is full there."""
    for remaining in reasons.remaining:
        if remaining.units == 0:
            return (remaining.rule,)
    full = tuple(part for part in FULL if getattr(reasons, part))
    return (*full, DEARER) if reasons.dearer_units else full
