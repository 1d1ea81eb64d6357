"""Schemas of placements: where students are placed, what becomes of it, who is left without, and who waits."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field, JsonValue

from placement.in_force import placements
from placement.in_force.placements import PlacedStudent, UnplacedStudent
from placement.tables import EndReason, Placement, PlacementStatus, Request, Unit
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, ExternalId, Given, Id, Shown, Week, example
from placement_api.sorting import sorting

_REASONS: dict[str, JsonValue] = {
    "remaining": [{"rule": "unit-kind", "units": 12}, {"rule": "agreement", "units": 3}],
    "capacities": [{"id": "off_17", "weeks": [2, 3, 4]}],
    "unit_ceilings": [],
    "agreements": [],
    "supervisors": [],
    "own_placements": [],
    "dearer_units": 0,
}


_CONTACT: dict[str, JsonValue] = {
    "function": "Studentsamordnare, avdelning 12",
    "email": "studenter.avd12@example.se",
    "phone": "08-123 456 00",
}
_PLACEMENT: dict[str, JsonValue] = {
    "id": "pla_0b77",
    "version": 1,
    "status": "published",
    "reason": None,
    "runId": "run_5c1e",
    "requestId": "req_1f3a",
    "studentId": "stu_88d0",
    "courseId": "crs_2sj",
    "unitId": "unt_geriatrics",
    "start": "2027-W05",
    "weeks": 5,
    "supervisorId": "sup_91c2",
    "contact": _CONTACT,
    "changedAt": "2026-11-15T09:00:00Z",
}


class ContactShown(Shown):
    """Whom students turn to at the unit. Dit studenter vänder sig på enheten."""

    model_config = example(_CONTACT)

    function: str | None
    email: str | None
    phone: str | None

    @classmethod
    def of(cls, unit: Unit) -> ContactShown | None:
        """Show a unit's contact, if it has named one."""
        told = cls(function=unit.contact_function, email=unit.contact_email, phone=unit.contact_phone)
        return told if any(told.model_dump().values()) else None


class PlacementShown(Changeable):
    """Where and when a student is placed, and what has become of it. Var och när en student är placerad."""

    model_config = example(_PLACEMENT)

    status: PlacementStatus | Literal["draft"] = Field(
        description="Draft: a plan would place the student so. Draft: så skulle en plan placera studenten."
    )
    reason: EndReason | None = Field(description="Why it has ended. Varför den har upphört.")
    run_id: str = Field(description="The run whose plan it comes from. Körningen vars plan den kommer ur.")
    request_id: str
    student_id: str
    course_id: str
    unit_id: str
    start: Week
    weeks: int
    supervisor_id: str | None
    contact: ContactShown | None = Field(
        description="The unit's, once published; null where it has named none. Enhetens, när det är publicerat."
    )
    changed_at: dt.datetime | None

    @classmethod
    def of(cls, placed: PlacedStudent) -> PlacementShown:
        """Show a placement, or a line of a draft, with what it answers."""
        placement = placed.placement
        published = placement if isinstance(placement, Placement) else None
        return cls(
            id=placement.id,
            version=1 if published is None else published.version,
            status="draft" if published is None else published.status,
            reason=None if published is None else published.reason,
            run_id=placed.run_id,
            request_id=placed.request.id,
            student_id=placed.request.student_id,
            course_id=placed.request.course_id,
            unit_id=placement.unit_id,
            start=placement.start,
            weeks=placed.weeks,
            supervisor_id=placement.supervisor_id,
            contact=None if placed.unit is None else ContactShown.of(placed.unit),
            changed_at=None if published is None else published.changed_at,
        )


class PlacementSettled(Given):
    """What becomes of a placement. Vad det blir av en placering."""

    model_config = example({"status": "declined", "reason": "no-supervisor"})

    status: PlacementStatus = Field(
        description="A unit: accepted, declined; a lärosäte: cancelled, dropped-out, completed, failed. "
        "En enhet: accepted, declined; ett lärosäte: cancelled, dropped-out, completed, failed."
    )
    reason: EndReason | None = Field(None, description="Why a unit declines. Varför en enhet avböjer.")


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
    sort: str | None = sorting("requestId")


class PlacementFilter(UnplacedFilter):
    """Which placements. Vilka placeringar."""

    term_id: Id | None = Field(None, description="Of one term. En termins.")
    unit_id: Id | None = Field(None, description="At one unit. På en enhet.")
    request_id: Id | None = Field(None, description="Of one request. En begärans.")
    student_id: Id | None = Field(None, description="Of one student. En students.")
    student_external_id: ExternalId | None = Field(
        None, description="Of the student whom the lärosäte calls so. Studenten som lärosätet kallar så."
    )
    status: PlacementStatus | None = Field(None, description="Of one status. Med en status.")
    sort: str | None = sorting("start", "unitId", "requestId", "id")

    @property
    def wanted(self) -> placements.Wanted:
        """Return the filters in the words of the access layer."""
        return placements.Wanted(**self.model_dump(include=set(placements.Wanted.__annotations__)))


class WaitingFilter(Paging):
    """Which part of those who wait. Vilken del av dem som väntar."""


class WaitingShown(Shown):
    """A request that waits for a placement, in its turn. En begäran som väntar på en placering."""

    model_config = example({"id": "req_1f3a", "studentId": "stu_88d0", "courseId": "crs_2sj"})

    id: str
    student_id: str
    course_id: str

    @classmethod
    def of(cls, request: Request) -> WaitingShown:
        """Show a request that waits."""
        return cls.model_validate(request)
