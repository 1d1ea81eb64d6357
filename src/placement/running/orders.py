"""Orders: what a solving child process is asked to do, and what it came to, with how both are written."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from placement_solver.plan import EndedBecause, Placement, Plan, Status
from placement_solver.problem import RequestId, SupervisorId, UnitId
from placement_solver.progress import SoFar


class SolveMode(StrEnum):
    """What is to be done with a problem.

    ``PLAN`` plans the term anew, ``REPAIR`` mends the problem's ``current`` with few changes, and ``SERVE`` places the
    requests that are not pinned one by one, in the order of the problem. ``SPLIT`` writes the problem's independent
    parts as problems, and ``JOIN`` makes the plan of the whole from what they came to.
    """

    PLAN = "plan"
    REPAIR = "repair"
    SERVE = "serve"
    SPLIT = "split"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class SolveOrder:
    """How to solve a problem.

    ``time_limit`` is in seconds and counts from ``began``, a moment of `time.monotonic`: the moment the order is made,
    unless an earlier one is given. ``memory_mb`` limits what the child writes to, in MiB. Without
    ``with_report`` the child makes no report, which takes a second for a county. ``stopped`` is for a join: whether the
    search of the parts was ended by somebody, and not by the clock.
    """

    time_limit: float
    seed: int
    workers: int
    memory_mb: int | None
    with_report: bool = True
    mode: SolveMode = SolveMode.PLAN
    began: float = field(default_factory=time.monotonic)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solve came to, in figures: nobody has to read a document for them that may have 100 MiB of reasons."""

    status: Status
    objective: int
    bound: int
    placed: int
    unplaced: int
    ended_because: EndedBecause | None

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return what a plan says of it."""
        placed, unplaced = len(plan.placements), len(plan.unplaced)
        return cls(plan.status, plan.objective, plan.bound, placed, unplaced, plan.ended_because)


def write_order(order: SolveOrder) -> bytes:
    """Write an order for the child process."""
    return json.dumps(asdict(order)).encode()


def read_order(text: bytes) -> SolveOrder:
    """Read an order that `write_order` wrote."""
    fields = json.loads(text)
    return SolveOrder(**{**fields, "mode": SolveMode(fields["mode"])})


def write_so_far(so_far: SoFar) -> dict[str, Any]:
    """Write what a search has come to as JSON that is kept, and that another search is ordered to go on from."""
    lines = [[each.request, each.unit, each.start, each.supervisor] for each in so_far.placements]
    return {"objective": so_far.objective, "bound": so_far.bound, "placements": lines}


def read_so_far(written: Mapping[str, Any]) -> SoFar:
    """Read what `write_so_far` wrote."""
    placements = tuple(
        Placement(RequestId(request), UnitId(unit), start, None if who is None else SupervisorId(who))
        for request, unit, start, who in written["placements"]
    )
    return SoFar(written["objective"], written["bound"], placements)
