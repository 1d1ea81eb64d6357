"""Reasons: why a plan left a request unplaced, as its row says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placement_solver.plan import Full, Reasons, Remaining
from placement_solver.problem import RequestId

FULL = ("capacities", "unit_ceilings", "agreements", "supervisors")
"""The reasons that say what is full."""


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
