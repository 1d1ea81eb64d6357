"""Schemas of sheets: the rows of an import, and what came of it.

A row names what is to become of it, as the single operation would; what it refers to may go by our id or by its
owner's own code. What is not named stays as it is.
"""

from __future__ import annotations

import enum
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue

from placement.sheets.rows import Layout, Types
from placement.sheets.unpacking import MOST_ROWS
from placement.tables import OfferStatus, PlacementStatus, RequestStatus
from placement_api.schemas.base import Change, Different, Given, Id, Name, Shown, Word, example
from placement_api.schemas.in_force.placements import PlacementSettled
from placement_api.schemas.register.capacity import OfferChange
from placement_api.schemas.register.cohorts import CohortGiven, StudentGiven
from placement_api.schemas.register.requests import RequestGiven
from placement_api.schemas.register.supervision import SupervisorChange, TrainingGiven

_ROW_ID = "Our id; without it the row is found by its own key. Vårt id; utan det hittas raden på sin egen nyckel."
_UNIT_NAME = "If given, must be the unit's name. Ska vara enhetens namn, om det anges."

Reference = Annotated[Name, Field(description="Our id, or the owner's own code. Vårt id, eller ägarens egen kod.")]
Standing = Annotated[
    Name, Field(description="If given, must be as it was shown. Ska vara som den visades, om den anges.")
]
References = Annotated[list[Name], Field(max_length=2_000), Different]

_COHORT: dict[str, JsonValue] = {"programmeId": "1SJ24", "termId": "VT2027", "name": "Termin 4", "size": 210}
_STUDENT: dict[str, JsonValue] = {
    "cohortId": "1SJ24/VT2027/Termin 4",
    "externalId": "ki-7f3a91",
    "lat": 59.27,
    "lon": 18.03,
    "maxTravel": 90,
    "blockedUnits": ["SE2321000016-1A2B"],
}
_REQUEST: dict[str, JsonValue] = {
    "studentId": "ki-7f3a91",
    "courseId": "1SJ021",
    "termId": "VT2027",
    "status": "open",
    "preferences": ["SE2321000016-1A2B"],
}
_OFFER: dict[str, JsonValue] = {
    "unitId": "SE2321000016-1A2B",
    "termId": "VT2027",
    "professions": ["nurse"],
    "institutions": None,
    "status": "answered",
    "declineReason": None,
    "weeks": [{"week": "2027-W03", "places": 2}],
}
_SUPERVISOR: dict[str, JsonValue] = {
    "unitId": "SE2321000016-1A2B",
    "externalId": "h-0417",
    "profession": "nurse",
    "role": "aka",
    "sharePercent": 30,
    "maxStudents": 2,
    "weeks": None,
    "trainings": [{"course": "Handledarutbildning", "credits": 7.5, "completedOn": "2024-05-31", "expiresOn": None}],
}
_PLACEMENT: dict[str, JsonValue] = {"id": "pla_0b77", "status": "declined", "reason": "no-supervisor"}


class CohortRow(CohortGiven, Change):
    """A cohort, known by programme, term and name. En kull, känd på program, termin och namn."""

    model_config = example(_COHORT)

    id: Id = Field(description=_ROW_ID)
    programme_id: Reference
    term_id: Reference


class StudentRow(StudentGiven, Change):
    """A student, known by externalId. En student, känd på externalId."""

    model_config = example(_STUDENT)

    id: Id = Field(description=_ROW_ID)
    cohort_id: Reference = Field(description="Our id, or programme/term/name. Vårt id, eller program/termin/namn.")
    site_id: Reference | None
    blocked_units: References


class RequestRow(RequestGiven, Change):
    """A request, known by student, course and term. Ett önskemål, känt på student, kurs och termin."""

    model_config = example(_REQUEST)

    id: Id = Field(description=_ROW_ID)
    student_id: Reference = Field(description="Our id, or the student's externalId. Vårt id, eller externalId.")
    course_id: Reference
    term_id: Reference
    status: RequestStatus
    preferences: Annotated[References, Field(max_length=100)]


class OfferRow(OfferChange):
    """An offer, known by unit, term and professions. Ett erbjudande, känt på enhet, termin och yrken."""

    model_config = example(_OFFER)

    id: Id = Field(description=_ROW_ID)
    unit_id: Reference
    unit_name: Name = Field(description=_UNIT_NAME)
    term_id: Reference
    institutions: Annotated[References, Field(min_length=1)] | None


class SupervisorRow(SupervisorChange):
    """A supervisor, known by unit and externalId. En handledare, känd på enhet och externalId."""

    model_config = example(_SUPERVISOR)

    id: Id = Field(description=_ROW_ID)
    unit_id: Reference
    unit_name: Name = Field(description=_UNIT_NAME)
    trainings: Annotated[list[TrainingGiven], Field(max_length=20)]


class PlacementRow(PlacementSettled, Change):
    """A placement, known by its id: its next status. En placering, känd på sitt id: dess nästa status."""

    model_config = example(_PLACEMENT)

    id: Id
    term_id: Standing
    institution_id: Standing
    student_id: Standing
    course_id: Standing
    unit_id: Standing
    unit_name: Standing
    contact_function: Standing
    contact_email: Standing
    contact_phone: Standing
    first_week: Standing
    last_week: Standing
    supervisor_id: Standing


class Rows(Given):
    """Rows to be brought in. Rader att läsa in."""

    rows: Annotated[list[Any], Field(max_length=MOST_ROWS)]


class CohortRows(Rows):
    """Cohorts to be brought in. Kullar att läsa in."""

    model_config = example({"rows": [_COHORT]})

    rows: Annotated[list[CohortRow], Field(max_length=MOST_ROWS)]


class StudentRows(Rows):
    """Students to be brought in. Studenter att läsa in."""

    model_config = example({"rows": [_STUDENT]})

    rows: Annotated[list[StudentRow], Field(max_length=MOST_ROWS)]


class RequestRows(Rows):
    """Requests to be brought in. Önskemål att läsa in."""

    model_config = example({"rows": [_REQUEST]})

    rows: Annotated[list[RequestRow], Field(max_length=MOST_ROWS)]


class OfferRows(Rows):
    """Offers to be brought in. Erbjudanden att läsa in."""

    model_config = example({"rows": [_OFFER]})

    rows: Annotated[list[OfferRow], Field(max_length=MOST_ROWS)]


class SupervisorRows(Rows):
    """Supervisors to be brought in. Handledare att läsa in."""

    model_config = example({"rows": [_SUPERVISOR]})

    rows: Annotated[list[SupervisorRow], Field(max_length=MOST_ROWS)]


class PlacementRows(Rows):
    """Placements that take their next step. Placeringar som tar sitt nästa steg."""

    model_config = example({"rows": [_PLACEMENT]})

    rows: Annotated[list[PlacementRow], Field(max_length=MOST_ROWS)]


BODIES: tuple[type[Rows], ...] = (CohortRows, StudentRows, RequestRows, OfferRows, SupervisorRows, PlacementRows)
"""The bodies that the contract describes beyond the routes, which take them in three forms."""


class Form(enum.StrEnum):
    """The form of a sheet."""

    CSV = "csv"
    XLSX = "xlsx"


class SheetAsked(Given):
    """Which sheet. Vilket blad."""

    format: Form = Field(Form.XLSX, description="For systems or for Excel. För system eller för Excel.")


class CohortSheet(SheetAsked):
    """Which cohorts. Vilka kullar."""

    term_id: Id | None = Field(None, description="In one term. En termins.")
    programme_id: Id | None = Field(None, description="Of one programme. Ett programs.")


class StudentSheet(SheetAsked):
    """Which students. Vilka studenter."""

    cohort_id: Id | None = Field(None, description="Of one cohort. En kulls.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Ett lärosätes.")


class RequestSheet(SheetAsked):
    """Which requests. Vilka önskemål."""

    term_id: Id | None = Field(None, description="For one term. För en termin.")
    status: RequestStatus | None = Field(None, description="With one status. Med en status.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Ett lärosätes.")


class OfferSheet(SheetAsked):
    """Which offers. Vilka erbjudanden."""

    term_id: Id | None = Field(None, description="Of one term. En termins.")
    unit_id: Id | None = Field(None, description="Of one unit. En enhets.")
    status: OfferStatus | None = Field(None, description="With one status. Med en status.")


class SupervisorSheet(SheetAsked):
    """Which supervisors. Vilka handledare."""

    unit_id: Id | None = Field(None, description="At one unit. Vid en enhet.")
    profession: Word | None = Field(None, description="Of one profession. Inom ett yrke.")


class PlacementSheet(SheetAsked):
    """Which placements. Vilka placeringar."""

    term_id: Id | None = Field(None, description="Of one term. En termins.")
    unit_id: Id | None = Field(None, description="At one unit. På en enhet.")
    status: PlacementStatus | None = Field(None, description="Of one status. Med en status.")


class ImportAsked(Given):
    """How an import is meant. Hur en inläsning är menad."""

    dry_run: bool = Field(
        default=False, description="Only tell what would come of it. Tala bara om vad som skulle ske."
    )


class ImportShown(Shown):
    """What came of an import. Vad en inläsning ledde till."""

    model_config = example({"dryRun": False, "rows": 210, "created": 12, "changed": 3, "unchanged": 195})

    dry_run: bool
    rows: int
    created: int
    changed: int
    unchanged: int


def layout_of(row: type[BaseModel]) -> Layout:
    """Return the columns of a kind of row; weeks with places and trainings have several each."""
    shape = row.model_json_schema(by_alias=True)
    columns: dict[str, Types] = {}
    weeks, trainings = False, {}
    for name, field in shape["properties"].items():
        inner = field.get("items", {}).get("$ref")
        if inner is None:
            columns[name] = _types_of(field)
        elif name == "weeks":
            weeks = True
        else:
            parts = shape["$defs"][inner.rsplit("/", 1)[1]]["properties"]
            trainings = {part: _types_of(types) for part, types in parts.items()}
    return Layout(columns, weeks, trainings)


def _types_of(field: dict[str, Any]) -> Types:
    """Return what a value may be; an enumeration is text."""
    return frozenset(shape["type"] for shape in (field, *field.get("anyOf", [])) if "type" in shape)
