"""Schemas of the feed: the events, and from where to read on."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import Field, JsonValue

from placement.events.feed import LONGEST_READING, Told
from placement.refusals import form
from placement_api.schemas.base import Given, Id, Shown, example

KIND = form(
    r"^[a-z-]+\.[a-z-]+$",
    "ett slag av händelse, som placement.published",
    "a kind of event such as placement.published",
)
FURTHEST_CURSOR = 9_223_372_036_854_775_807

_EVENT: dict[str, JsonValue] = {
    "cursor": 4711,
    "at": "2026-11-15T09:00:00Z",
    "kind": "placement.published",
    "termId": "trm_vt2027",
    "subjectType": "placement",
    "subjectId": "pla_0b77",
    "details": {"placementId": "pla_0b77", "unitId": "unt_geriatrics", "start": "2027-W05"},
}


class EventShown(Shown):
    """Something that has happened. Något som har hänt."""

    model_config = example(_EVENT)

    cursor: int = Field(description="Send it as `after` to read on. Skicka den som `after` för att läsa vidare.")
    at: dt.datetime
    kind: str
    term_id: str | None
    subject_type: str
    subject_id: str
    details: dict[str, Any]

    @classmethod
    def of(cls, event: Told) -> Self:
        """Show an event with its place in the feed as cursor."""
        return cls.model_validate(event)


class EventFilter(Given):
    """From where to read, and which events. Varifrån läsningen börjar, och vilka händelser."""

    after: Annotated[int, Field(ge=0, le=FURTHEST_CURSOR)] = Field(
        0,
        description="The cursor of the last event you have read; 0: the beginning. "
        "Markören för den senast lästa händelsen; 0: början.",
    )
    limit: Annotated[int, Field(ge=1, le=LONGEST_READING)] = Field(
        100, description="The largest number of events to return. Största antal händelser i svaret."
    )
    kind: Annotated[str, Field(max_length=64, pattern=KIND)] | None = Field(
        None, description="Of one kind. Av ett visst slag."
    )
    term_id: Id | None = Field(None, description="Of one term. För en viss termin.")
    subject_id: Id | None = Field(
        None,
        description="About one thing, such as a placement: its history. "
        "Om en viss sak, till exempel en placering: dess historik.",
    )


class Feed(Shown):
    """A part of the events, the oldest first. En del av händelserna, den äldsta först."""

    model_config = example({"items": [_EVENT], "next": 4711})

    items: list[EventShown]
    next: int = Field(description="The cursor to read on from. Markören att läsa vidare från.")
