"""Schemas of publishing: a plan that a named person puts in force."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from placement_api.paging import Paging
from placement_api.schemas.base import Given, Id, Name, Shown, example


class PublicationGiven(Given):
    """Which plan is put in force, and by whom. Vilken plan som ska gälla, och vem som bestämt det."""

    model_config = example({"runId": "run_5c1e", "publishedBy": "Ada Lind"})

    run_id: Id
    published_by: Name | None = Field(
        None, description="Who decides; the token's label unless given. Den som beslutar; annars pollettens namn."
    )


class PublicationShown(Shown):
    """A plan put in force by a named person. En plan som en namngiven person har låtit gälla."""

    model_config = example(
        {
            "id": "pub_11",
            "termId": "trm_vt2027",
            "runId": "run_5c1e",
            "number": 1,
            "publishedBy": "Ada Lind",
            "publishedAt": "2026-11-15T09:00:00Z",
            "placed": 7600,
            "moved": 0,
            "ended": 0,
        }
    )

    id: str
    term_id: str
    run_id: str
    number: int = Field(description="The how-manieth of the term. Den hur många i terminen.")
    published_by: str
    published_at: dt.datetime
    placed: int = Field(description="So many placements are new. Så många placeringar är nya.")
    moved: int = Field(description="So many have become others. Så många har ändrats.")
    ended: int = Field(description="So many are no longer in force. Så många gäller inte längre.")


class PublicationFilter(Paging):
    """Which part of the publications. Vilken del av publiceringarna."""
