"""Schemas of planning: runs, the placements of their plans, who is left without, what is decided by hand."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field, JsonValue

from placement.placements import PlacedStudent, UnplacedStudent
from placement.tables import Run, RunStatus
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Number, Shown, Week, example
from placement_solver.progress import gap_between

LONGEST_RUN = 86_400
LARGEST_SEED = 2_147_483_647

_PIN: dict[str, JsonValue] = {
    "requestId": "req_1f3a",
    "unitId": "unt_geriatrics",
    "start": "2027-W05",
    "supervisorId": None,
}
_REASONS: dict[str, JsonValue] = {
    "remaining": [{"rule": "unit-kind", "units": 12}, {"rule": "agreement", "units": 3}],
    "capacities": [{"id": "off_17", "weeks": [2, 3, 4]}],
    "unit_ceilings": [],
    "agreements": [],
    "supervisors": [],
    "own_placements": [],
    "dearer_units": 0,
}


class RunGiven(Given):
    """How to plan; what is left out is the service's to choose. Hur det ska planeras."""

    model_config = example({"timeLimitSeconds": 180, "seed": 0})

    time_limit_seconds: Annotated[int, Field(ge=1, le=LONGEST_RUN), Number] | None = Field(
        None, description="How long to search. Så länge får sökningen ta."
    )
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED), Number] = Field(
        0, description="The same seed gives the same search. Samma frö ger samma sökning."
    )


class RunShown(Shown):
    """An order to plan a term, and how far it has come. En körning och hur långt den har kommit."""

    model_config = example(
        {
            "id": "run_5c1e",
            "termId": "trm_vt2027",
            "status": "running",
            "phase": "search",
            "objective": 1204310,
            "bound": 1198204,
            "gap": 0.00507,
            "unplaced": 214,
            "elapsedSeconds": 61.2,
            "timeLimitSeconds": 180,
            "seed": 0,
            "workers": 2,
            "cancelRequested": False,
            "requestedAt": "2026-11-02T08:00:00Z",
            "startedAt": "2026-11-02T08:00:01Z",
            "finishedAt": None,
            "error": None,
        }
    )

    id: str
    term_id: str
    status: RunStatus
    phase: str | None = Field(description="What the solver is at. Det lösaren håller på med.")
    objective: int | None = Field(description="The best plan so far. Den bästa planen hittills.")
    bound: int | None = Field(description="No plan can be better. Ingen plan kan vara bättre.")
    gap: float | None = Field(description="(objective - bound) / objective.")
    unplaced: int | None
    elapsed_seconds: float | None
    time_limit_seconds: int
    seed: int
    workers: int | None
    cancel_requested: bool
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    error: str | None = Field(description="Why it failed. Varför den misslyckades.")

    @classmethod
    def of(cls, run: Run) -> RunShown:
        """Show a run, with its gap as soon as there is a plan."""
        gap = None if run.objective is None or run.bound is None else gap_between(run.objective, run.bound)
        return cls(gap=gap, **run.model_dump(include=set(cls.model_fields) - {"gap"}))


class RunFilter(Paging):
    """Which runs. Vilka körningar."""

    term_id: Id | None = Field(None, description="Of one term. En termins.")
    status: RunStatus | None = Field(None, description="Of one status. Med en status.")


class PlacementShown(Shown):
    """Where and when a student is placed. Var och när en student är placerad."""

    model_config = example(
        {
            "id": "pla_0b77",
            "runId": "run_5c1e",
            "requestId": "req_1f3a",
            "studentId": "stu_88d0",
            "courseId": "crs_2sj",
            "unitId": "unt_geriatrics",
            "start": "2027-W05",
            "weeks": 5,
            "supervisorId": "sup_91c2",
        }
    )

    id: str
    run_id: str
    request_id: str
    student_id: str
    course_id: str
    unit_id: str
    start: Week
    weeks: int
    supervisor_id: str | None

    @classmethod
    def of(cls, placed: PlacedStudent) -> PlacementShown:
        """Show a placement with what it answers."""
        return cls(
            id=placed.placement.id,
            run_id=placed.run_id,
            request_id=placed.request.id,
            student_id=placed.request.student_id,
            course_id=placed.request.course_id,
            unit_id=placed.placement.unit_id,
            start=placed.placement.start,
            weeks=placed.weeks,
            supervisor_id=placed.placement.supervisor_id,
        )


class UnplacedShown(Shown):
    """A request without a placement, and why. En begäran utan placering, och varför."""

    model_config = example(
        {
            "id": "pln_77.req_1f3a",
            "runId": "run_5c1e",
            "requestId": "req_1f3a",
            "studentId": "stu_88d0",
            "courseId": "crs_2sj",
            "reasons": _REASONS,
        }
    )

    id: str
    run_id: str
    request_id: str
    student_id: str
    course_id: str
    reasons: dict[str, Any] = Field(description="As in the plan document. Som i plandokumentet.")

    @classmethod
    def of(cls, left: UnplacedStudent) -> UnplacedShown:
        """Show who is left without, named by plan and request."""
        return cls(
            id=f"{left.unplaced.plan_id}.{left.request.id}",
            run_id=left.run_id,
            request_id=left.request.id,
            student_id=left.request.student_id,
            course_id=left.request.course_id,
            reasons=left.unplaced.reasons,
        )


class UnplacedFilter(Paging):
    """Which requests. Vilka begäranden."""

    run_id: Id | None = Field(None, description="Of one run. En körnings.")


class PlacementFilter(UnplacedFilter):
    """Which placements. Vilka placeringar."""

    unit_id: Id | None = Field(None, description="At one unit. På en enhet.")


class PinGiven(Given):
    """A placement to be decided by hand. En placering som bestäms för hand."""

    model_config = example(_PIN)

    request_id: Id
    unit_id: Id
    start: Week = Field(description="Its first week. Dess första vecka.")
    supervisor_id: Id | None = None


class PinShown(Changeable):
    """A placement decided by hand, which every plan keeps. En placering som alla planer behåller."""

    model_config = example({"id": "pin_3d", "version": 1, "termId": "trm_vt2027", **_PIN})

    term_id: str
    request_id: str
    unit_id: str
    start: Week
    supervisor_id: str | None


class PinFilter(Paging):
    """Which pins. Vilka bestämda placeringar."""

    term_id: Id | None = Field(None, description="Of one term. En termins.")
