"""A plan: the placements, the unplaced requests with reasons, and the proven bound.

The document behind these classes is ``placement-plan/1``, published as `plan.schema.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from placement_solver.problem import RequestId, SupervisorId, UnitId
from placement_solver.words import Words

FORMAT = "placement-plan/1"

Status = Literal["optimal", "feasible", "interrupted"]
EndedBecause = Literal["proven", "nothing-better", "time-limit", "stopped"]
"""Why the search ended: no plan is better; it found nothing better; its time was up; it was asked to stop."""
ENDINGS: dict[EndedBecause | None, Words] = {
    "proven": Words("bevisat att ingen plan är bättre", "proven that no plan is better"),
    "nothing-better": Words("inget bättre hittades", "nothing better was found"),
    "time-limit": Words("tiden var slut", "the time was up"),
    "stopped": Words("stoppad", "stopped"),
    None: Words("skälet är inte angivet", "the reason is not given"),
}
"""Each reason in words; None stands for a plan that does not say."""


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """One request at one unit from week ``start``; ``supervisor`` is None where none is named."""

    request: RequestId
    unit: UnitId
    start: int
    supervisor: SupervisorId | None


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many units are left for a request after a rule and all rules before it."""

    rule: str
    units: int


@dataclass(frozen=True, slots=True)
class Full:
    """A scarce resource without room: its id, and the weeks in which it is full (empty if not counted by the week).

    ``terms`` are the codes of other terms that have taken part of it, or all of it unless it is ``shared``: then this
    term's own placements have part of it too.
    """

    id: str
    weeks: tuple[int, ...]
    terms: tuple[str, ...] = ()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a request has no placement: the units that each rule left, and what is full at those that remained.

    ``own_placements`` are the student's other placements that are in the way. ``dearer_units`` counts the units that
    have room but where placing the request would raise the objective. ``other_terms`` are the codes of other terms in
    which the student has placements that are in the way, with their weeks.
    """

    remaining: tuple[Remaining, ...]
    capacities: tuple[Full, ...]
    unit_ceilings: tuple[Full, ...]
    agreements: tuple[Full, ...]
    supervisors: tuple[Full, ...]
    own_placements: tuple[RequestId, ...]
    dearer_units: int
    other_terms: tuple[Full, ...] = ()

    @property
    def full(self) -> tuple[Full, ...]:
        """Everything that is full, whatever limits it."""
        return (*self.capacities, *self.unit_ceilings, *self.agreements, *self.supervisors)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A request without a placement, and why."""

    request: RequestId
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class Solver:
    """The solver that made the plan and its limits, so that the plan can be made again."""

    name: str
    version: str
    seed: int
    workers: int
    time_limit_seconds: float
    wall_seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan with its proof: no plan of the problem has an objective below ``bound``.

    ``ended_because`` is None in plans that are older than the field.
    """

    problem_sha256: str
    solver: Solver
    status: Status
    objective: int
    bound: int
    terms: dict[str, int]
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    ended_because: EndedBecause | None = None

    @property
    def gap(self) -> float:
        """The share of the objective not proven necessary: (objective - bound) / objective; 0 where they are equal."""
        return (self.objective - self.bound) / self.objective if self.objective > self.bound else 0.0
