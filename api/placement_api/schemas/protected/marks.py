"""Schemas of the marks of protected identity, and of placements decided by hand for those who have one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement.protected.marks import Marked
from placement.refusals import form
from placement.tables.places import LONGEST_EMAIL
from placement_api.schemas.base import Change, Changeable, Given, Id, Name, Week, example
from placement_api.schemas.register.places import EMAIL

_PHONE = form(
    r"^\+?[0-9][0-9 ()/-]{3,38}$", "ett telefonnummer, som 08-123 45 67", "a phone number such as 08-123 45 67"
)
_CONTACT: dict[str, JsonValue] = {
    "contactFunction": "VFU-kansliet",
    "contactEmail": "vfu@ki.example.se",
    "contactPhone": "08-524 800 00",
}


class ContactGiven(Given):
    """The function at the lärosäte that a unit turns to, never a person. Den funktion som en enhet vänder sig till."""

    contact_function: Name
    contact_email: Annotated[str, Field(max_length=LONGEST_EMAIL, pattern=EMAIL)] | None = None
    contact_phone: Annotated[str, Field(max_length=40, pattern=_PHONE)] | None = None


class ProtectedGiven(ContactGiven):
    """A student to mark, and whom a unit turns to. En student att märka, och vem en enhet vänder sig till."""

    model_config = example({"studentId": "stu_5e31", **_CONTACT})

    student_id: Id


class ContactChange(Change, ContactGiven):
    """What to change. Det som ska ändras."""

    model_config = example({"contactPhone": "08-524 800 01"})


class ProtectedShown(Changeable):
    """A student with a protected identity; the id is the student's. En student med skyddade personuppgifter."""

    model_config = example(
        {"id": "stu_5e31", "version": 1, "externalId": "ki-0412", **_CONTACT, "markedAt": "2026-11-28T09:00:00Z"}
    )

    external_id: str
    contact_function: str
    contact_email: str | None
    contact_phone: str | None
    marked_at: dt.datetime

    @classmethod
    def of(cls, marked: Marked) -> ProtectedShown:
        """Show a mark by its student's id."""
        row = marked.row
        return cls(
            id=row.student_id,
            version=row.version,
            external_id=marked.external_id,
            contact_function=row.contact_function,
            contact_email=row.contact_email,
            contact_phone=row.contact_phone,
            marked_at=row.marked_at,
        )


class ProtectedPinGiven(Given):
    """A placement to decide by hand. En placering att bestämma för hand."""

    model_config = example({"requestId": "req_1f3a", "unitId": "unt_geriatrics", "start": "2027-W05"})

    request_id: Id
    unit_id: Id
    start: Week = Field(description="The placement's first week. Placeringens första vecka.")
