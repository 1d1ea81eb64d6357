"""Schemas of placements: those in force, their status, and the requests that are unplaced or waiting."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from placement.in_force import placements
from placement.in_force.asking_students import AnswerWanted
from placement.in_force.placements import PlacedStudent, UnplacedStudent
from placement.planning.broken import name_rule
from placement.register.names import Who
from placement.tables import EndReason, Placement, PlacementStatus, StudentAnswer, StudentReason, Unit
from placement.tables.columns import MOST_WEEKS
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, ExternalId, Given, Id, Number, Shown, Week, example
from placement_api.schemas.register.names import HAS_SUPERVISOR, SUPERVISOR, WHO, WhoShown, whose
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
    "brokenRules": [],
    "runId": "run_5c1e",
    "termId": "trm_vt2027",
    "requestId": "req_1f3a",
    "studentId": "stu_88d0",
    "courseId": "crs_2sj",
    "unitId": "unt_geriatrics",
    "start": "2027-W05",
    "weeks": 5,
    "supervisorId": "sup_91c2",
    "hasSupervisor": True,
    "weeksDone": None,
    "studentAnswer": "declined",
    "studentReason": "clash",
    "studentAnsweredAt": "2026-11-16T12:30:00Z",
    "studentAnswerBy": "2026-12-10",
    "contact": _CONTACT,
    "changedAt": "2026-11-15T09:00:00Z",
}


class ContactShown(Shown):
    """The unit's contact for students. Enhetens kontakt för studenter."""

    model_config = example(_CONTACT)

    function: str | None
    email: str | None
    phone: str | None

    @classmethod
    def of(cls, unit: Unit) -> ContactShown | None:
        """Show a unit's contact, or None if it has not given one."""
        contact = cls(function=unit.contact_function, email=unit.contact_email, phone=unit.contact_phone)
        return contact if any(contact.model_dump().values()) else None


class RuleShown(Shown):
    """A rule by its key, with its name in both languages. En regel med nyckel och namn på båda språken."""

    model_config = example({"rule": "capacity", "sv": "Utbildningsplatser", "en": "Places offered"})

    rule: str
    sv: str
    en: str

    @classmethod
    def of(cls, rule: str) -> RuleShown:
        """Show a rule."""
        name = name_rule(rule)
        return cls(rule=rule, sv=name.sv, en=name.en)


class PlacementShown(Changeable):
    """A student's placement and its status. En students placering och dess status."""

    model_config = example(_PLACEMENT)

    status: PlacementStatus | Literal["draft"] = Field(
        description="draft: planned but not published. draft: planerad men inte publicerad."
    )
    reason: EndReason | None = Field(description="Why the placement ended. Varför placeringen avslutades.")
    broken_rules: list[RuleShown] = Field(
        description="If it ended as no-longer-possible: the rules that it broke; a unit sees none about the student. "
        "Om den avslutades som no-longer-possible: de regler som den bröt mot; enheten ser inga som gäller studenten."
    )
    run_id: str = Field(description="The run whose plan has the placement. Den körning vars plan har placeringen.")
    term_id: str
    request_id: str
    student_id: str
    course_id: str
    unit_id: str
    start: Week
    weeks: int
    supervisor_id: str | None = Field(description=SUPERVISOR)
    has_supervisor: bool = Field(description=HAS_SUPERVISOR)
    weeks_done: int | None = Field(
        description="How many of its weeks were done, counted from the first; null until it is reported. "
        "Hur många av veckorna som genomfördes, räknat från den första; null tills det är rapporterat."
    )
    student_answer: StudentAnswer | None = Field(
        description="Whether the student has answered that they come; null: no answer, or another place since. A no "
        "changes nothing by itself: the lärosäte cancels the placement. Om studenten har svarat att den kommer; null: "
        "inget svar, eller en annan plats sedan dess. Ett nej ändrar inget i sig: lärosätet ställer in placeringen."
    )
    student_reason: StudentReason | None = Field(
        description="Why the student cannot come; only the student's lärosäte reads it. "
        "Varför studenten inte kan komma; det läser bara studentens lärosäte."
    )
    student_answered_at: dt.datetime | None
    student_answer_by: dt.date | None = Field(
        description="The last day for the student's answer; null: the student is not asked, or the placement is over. "
        "Sista dagen för studentens svar; null: studenten tillfrågas inte, eller placeringen är över."
    )
    contact: ContactShown | None = Field(
        description="The unit's contact; null in a draft or if the unit has none. "
        "Enhetens kontakt; null i ett utkast eller om enheten saknar kontakt."
    )
    changed_at: dt.datetime | None

    @classmethod
    def of(cls, placed: PlacedStudent) -> PlacementShown:
        """Show a placement, or a draft's planned placement, with its request."""
        placement = placed.placement
        published = placement if isinstance(placement, Placement) else None
        return cls(
            id=placement.id,
            version=1 if published is None else published.version,
            status="draft" if published is None else published.status,
            reason=None if published is None else published.reason,
            broken_rules=[RuleShown.of(rule) for rule in placed.broken_rules],
            run_id=placed.run_id,
            term_id=placed.request.term_id,
            request_id=placed.request.id,
            student_id=placed.request.student_id,
            course_id=placed.request.course_id,
            unit_id=placement.unit_id,
            start=placement.start,
            weeks=placed.weeks,
            supervisor_id=placed.supervisor_id,
            has_supervisor=placed.has_supervisor,
            weeks_done=None if published is None else published.weeks_done,
            student_answer=None if published is None else published.student_answer,
            student_reason=placed.student_reason,
            student_answered_at=None if published is None else published.student_answered_at,
            student_answer_by=placed.answer_by,
            contact=None if placed.unit is None else ContactShown.of(placed.unit),
            changed_at=None if published is None else published.changed_at,
        )


class PlacementSettled(Given):
    """A placement's new status. En placerings nya status."""

    model_config = example({"status": "declined", "reason": "no-supervisor"})

    status: PlacementStatus = Field(
        description="A unit may set accepted or declined; a lärosäte cancelled, dropped-out, completed or failed. "
        "En enhet kan ange accepted eller declined; ett lärosäte cancelled, dropped-out, completed eller failed. "
        "completed and failed: from the Monday of the first week on. "
        "completed och failed: från måndagen i den första veckan."
    )
    reason: EndReason | None = Field(None, description="Why the unit declines. Varför enheten tackar nej.")
    weeks_done: Annotated[int, Field(ge=0, le=MOST_WEEKS), Number] | None = Field(
        None,
        description="With completed, failed or dropped-out: how many weeks were done, counted from the first. "
        "Left out: all of them, or for dropped-out those that are over today. The same status with another number is a "
        "correction. "
        "Med completed, failed eller dropped-out: hur många veckor som genomfördes, räknat från den första. "
        "Utelämnat: alla, eller för dropped-out de som är över i dag. Samma status med ett annat antal är en rättelse.",
    )


class UnplacedShown(WhoShown):
    """An unplaced request, and why. En begäran utan plats, och varför."""

    model_config = example(
        {
            "id": "pln_77.req_1f3a",
            "runId": "run_5c1e",
            **WHO,
            "reasons": _REASONS,
        }
    )

    id: str
    run_id: str
    reasons: dict[str, Any] = Field(
        description="The reasons, as in the plan document, for a lärosäte without the supervisors' ids; the run's "
        "explanations have them in words, with names. "
        "Skälen, som i plandokumentet, för ett lärosäte utan handledarnas id; körningens förklaringar har dem i ord, "
        "med namn."
    )

    @classmethod
    def of(cls, left: UnplacedStudent, who: Who, language: str) -> UnplacedShown:
        """Show an unplaced request in a language, ``sv`` or ``en``; its id combines the plan and the request."""
        return cls(
            id=f"{left.unplaced.plan_id}.{left.request.id}",
            **whose(who, language),
            run_id=left.run_id,
            reasons=left.reasons,
        )


class UnplacedFilter(Paging):
    """Which unplaced requests to list. Vilka begäranden utan plats som ska listas."""

    run_id: Id | None = Field(None, description="Of one run. Från en viss körning.")
    sort: str | None = sorting("requestId")


class PlacementFilter(UnplacedFilter):
    """Which placements to list. Vilka placeringar som ska listas."""

    term_id: Id | None = Field(None, description="In one term. Under en viss termin.")
    unit_id: Id | None = Field(None, description="At one unit. På en viss enhet.")
    request_id: Id | None = Field(None, description="Of one request. För en viss begäran.")
    student_id: Id | None = Field(None, description="Of one student. För en viss student.")
    student_external_id: ExternalId | None = Field(
        None,
        description="Of one student, by the lärosäte's own id; only that lärosäte finds any. "
        "För en viss student, efter lärosätets eget id; bara det lärosätet får träff.",
    )
    status: PlacementStatus | None = Field(
        None,
        description="With one status, such as cancelled. Nothing is left out if it is left out: placements that have "
        "ended (declined, cancelled, dropped-out) are listed too. "
        "Med en viss status, till exempel cancelled. Utelämnas den så utelämnas inget: även avslutade placeringar "
        "(declined, cancelled, dropped-out) listas.",
    )
    student_answer: AnswerWanted | None = Field(
        None,
        description="With a student who comes (accepted), cannot come (declined), or is asked and has not answered "
        "(unanswered). "
        "Med en student som kommer (accepted), inte kan komma (declined), eller tillfrågas och inte har svarat "
        "(unanswered).",
    )
    sort: str | None = sorting("start", "unitId", "requestId", "id")

    @property
    def wanted(self) -> placements.Wanted:
        """Return the filters that `placement.in_force.placements` takes."""
        return placements.Wanted(**self.model_dump(include=set(placements.Wanted.__annotations__)))


class WaitingFilter(Paging):
    """Which part of the waiting list. Vilken del av väntelistan."""


class WaitingShown(WhoShown):
    """A request on the waiting list. En begäran på väntelistan."""

    model_config = example({"id": "req_1f3a", **WHO})

    id: str = Field(description="The same as requestId. Samma som requestId.")

    @classmethod
    def of(cls, who: Who, language: str) -> WaitingShown:
        """Show a request on the waiting list in a language, ``sv`` or ``en``."""
        return cls(id=who.request_id, **whose(who, language))
