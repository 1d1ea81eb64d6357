"""Schemas of calendars: secret addresses at which calendar programs read placements."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, JsonValue

from placement.tables import Calendar, CalendarSubject
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Shown, example
from placement_api.sorting import sorting

_SUBJECT: dict[str, JsonValue] = {"type": "unit", "id": "unt_geriatrics"}
_CALENDAR: dict[str, JsonValue] = {
    "id": "cal_7f0c",
    "version": 1,
    "subject": _SUBJECT,
    "createdAt": "2026-11-15T09:00:00Z",
}


class SubjectGiven(Given):
    """Whose placements the calendar shows. Vems placeringar kalendern visar."""

    model_config = example(_SUBJECT)

    type: CalendarSubject
    id: Id


class CalendarGiven(Given):
    """A calendar to make. En kalender som ska skapas."""

    model_config = example({"subject": _SUBJECT})

    subject: SubjectGiven


class SubjectShown(Shown):
    """Whose placements the calendar shows. Vems placeringar kalendern visar."""

    model_config = example(_SUBJECT)

    type: CalendarSubject
    id: str


class CalendarShown(Changeable):
    """A calendar, without its secret address. En kalender, utan dess hemliga adress."""

    model_config = example(_CALENDAR)

    subject: SubjectShown
    created_at: dt.datetime

    @classmethod
    def of(cls, calendar: Calendar) -> CalendarShown:
        """Show a calendar."""
        return cls(
            id=calendar.id,
            version=calendar.version,
            subject=SubjectShown(type=calendar.subject_type, id=calendar.subject_id),
            created_at=calendar.created_at,
        )


class CalendarMade(CalendarShown):
    """A new calendar, with its secret address. En ny kalender, med dess hemliga adress."""

    model_config = example(
        {
            **_CALENDAR,
            "url": "https://placement.example.org/v1/calendar-feeds/"
            "mfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdf.ics",
        }
    )

    url: str | None = Field(
        description="Shown only once, and empty if the call is a repetition; anyone who has it can read the calendar. "
        "Visas bara en gång, och är tom om anropet är en upprepning; den som har den kan läsa kalendern."
    )


class CalendarFilter(Paging):
    """Which calendars to list. Vilka kalendrar som ska listas."""

    subject_type: CalendarSubject | None = Field(None, description="For one type of subject. För en viss typ.")
    subject_id: Id | None = Field(
        None, description="For one subject. För en viss student, kull, enhet, handledare eller huvudman."
    )
    sort: str | None = sorting("createdAt", "subjectType", "subjectId", "id")


class FeedAsked(Given):
    """The language of the calendar. Kalenderns språk."""

    language: Literal["sv", "en"] = Field("sv", description="The language of the events. Händelsernas språk.")
