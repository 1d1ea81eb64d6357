"""Reasons: why a plan left a request unplaced, as its row says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, func

from placement.tables import UnplacedRequest
from placement_solver.figures.causes import causes_of
from placement_solver.plan import Full, Reasons, Remaining
from placement_solver.problem import RequestId

FULL = ("capacities", "unit_ceilings", "agreements", "supervisors")
"""The reasons that say what is full."""

CAUSES = func.coalesce(col(UnplacedRequest.causes), col(UnplacedRequest.reasons))
"""What to read of an unplaced request for `causes_in`: the reasons only where no causes are stored."""


def causes_in(stored: Sequence[str] | Mapping[str, Any]) -> tuple[str, ...]:
    """Return the causes of an unplaced request from what ``CAUSES`` reads."""
    return causes_of(read_reasons(stored)) if isinstance(stored, Mapping) else tuple(stored)


def read_reasons(stored: Mapping[str, Any]) -> Reasons:
    """Read the reasons stored in a plan's row."""

    def full(name: str) -> tuple[Full, ...]:
        return tuple(
            Full(each["id"], tuple(each["weeks"]), tuple(each.get("terms", ())), shared=each.get("shared", False))
            for each in stored.get(name, ())
        )

    return Reasons(
        **{name: full(name) for name in FULL},
        remaining=tuple(Remaining(**each) for each in stored.get("remaining", ())),
        own_placements=tuple(RequestId(each) for each in stored.get("own_placements", ())),
        dearer_units=stored.get("dearer_units", 0),
        other_terms=full("other_terms"),
    )
