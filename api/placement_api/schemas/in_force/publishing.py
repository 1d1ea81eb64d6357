"""Schemas of publications: plans that a named person has put in force."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from placement_api.paging import Paging
from placement_api.schemas.base import Given, Id, Name, Shown, example


class PublicationGiven(Given):
    """Which plan to put in force, and who decided it. Vilken plan som ska gälla, och vem som beslutat det."""

    model_config = example({"runId": "run_5c1e", "publishedBy": "Ada Lind"})

    run_id: Id
    published_by: Name | None = Field(
        None,
        description="Who decided it; the token's label if left out. "
        "Vem som beslutat; åtkomstnyckelns namn om det utelämnas.",
    )


class PublicationShown(Shown):
    """A plan put in force by a named person. En plan som en namngiven person har publicerat."""

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
    number: int = Field(description="The publication's number within the term. Publiceringens nummer inom terminen.")
    published_by: str
    published_at: dt.datetime
    placed: int = Field(description="The number of new placements. Antal nya placeringar.")
    moved: int = Field(description="The number of changed placements. Antal ändrade placeringar.")
    ended: int = Field(
        description="The number of placements no longer in force. Antal placeringar som inte längre gäller."
    )


class PublicationFilter(Paging):
    """Which part of the publications. Vilken del av publiceringarna."""
