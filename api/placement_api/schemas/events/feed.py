"""Schemas of the feed: what has happened, and from where on to read it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import Field, JsonValue

from placement.events.feed import LONGEST_READING
from placement.tables import Event
from placement_api.schemas.base import Given, Id, Shown, example

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

    cursor: int = Field(description="Give it as `after` to read on. Ges som `after` för att läsa vidare.")
    at: dt.datetime
    kind: str
    term_id: str | None
    subject_type: str
    subject_id: str
    details: dict[str, Any]

    @classmethod
    def of(cls, event: Event) -> Self:
        """Show an event by its place in the feed."""
        return cls.model_validate({**event.model_dump(), "cursor": event.sequence})


class EventFilter(Given):
    """From where on, and which. Varifrån, och vilka."""

    after: Annotated[int, Field(ge=0, le=FURTHEST_CURSOR)] = Field(
        0, description="The cursor read up to; 0 for the beginning. Markören man läst till; 0 för början."
    )
    limit: Annotated[int, Field(ge=1, le=LONGEST_READING)] = Field(100, description="How many at most. Högst så många.")
    kind: Annotated[str, Field(max_length=64, pattern=r"^[a-z-]+\.[a-z-]+$")] | None = Field(
        None, description="Of one kind. Av ett slag."
    )
    term_id: Id | None = Field(None, description="Of one term. En termins.")
    subject_id: Id | None = Field(
        None, description="About one thing, such as a placement: its history. Om en sak: dess historia."
    )


class Feed(Shown):
    """A part of what has happened, the oldest first. En del av det som har hänt, det äldsta först."""

    model_config = example({"items": [_EVENT], "next": 4711})

    items: list[EventShown]
    next: int = Field(description="The cursor to go on from. Markören att fortsätta från.")
