"""Schemas of extracts: everything that is stored about one person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from placement.extracts.making import Extract, document_of
from placement_api.schemas.base import Shown, example


class PartShown(Shown):
    """The rows of one table about the person. Raderna i en tabell om personen."""

    name: str = Field(description="The table, or the kind of trace. Tabellen, eller slaget av spår.")
    title: dict[str, str] = Field(description="In Swedish and English. På svenska och engelska.")
    rows: list[dict[str, Any]]


class KeptShown(Shown):
    """How long a kind of record is kept. Hur länge ett slag av uppgifter sparas."""

    kind: str
    days: int
    after: dict[str, str]
    basis: dict[str, str]


class ExtractShown(Shown):
    """Everything that is stored about one person (GDPR article 15). Allt som är sparat om en person."""

    model_config = example(
        {
            "format": "placement-extract/1",
            "person": "stu_1f0c",
            "ownId": "ki-0412",
            "madeAt": "2027-06-30T08:00:00Z",
            "parts": [
                {
                    "name": "request",
                    "title": {"sv": "Begäranden om placering", "en": "Requests for placements"},
                    "rows": [{"id": "req_1f3a", "student_id": "stu_1f0c", "status": "open"}],
                }
            ],
            "looks": [{"at": "2027-06-30T08:00:00+00:00", "role": "institution", "organisation": "org_ki"}],
            "receivers": [{"webhook": "whk_1", "role": "provider", "organisation": "org_city", "unit": None}],
            "periods": [
                {
                    "kind": "wishes",
                    "days": 365,
                    "after": {"sv": "terminens sista dag", "en": "the last day of the term"},
                    "basis": {"sv": "Behövs inte längre.", "en": "No longer needed."},
                }
            ],
        }
    )

    format: str
    person: str
    own_id: str
    made_at: dt.datetime
    parts: list[PartShown]
    looks: list[dict[str, Any]] = Field(description="Who has looked. Vilka som har tittat.")
    receivers: list[dict[str, Any]] = Field(
        description="Whose systems events are sent to. Vilkas system händelser skickas till."
    )
    periods: list[KeptShown]

    @classmethod
    def of(cls, made: Extract) -> ExtractShown:
        """Show an extract."""
        told = document_of(made)
        return cls(
            format=told["format"],
            person=made.person,
            own_id=made.own_id,
            made_at=made.made_at,
            parts=[PartShown(**part) for part in told["parts"]],
            looks=told["looks"],
            receivers=told["receivers"],
            periods=[KeptShown(**kept) for kept in told["periods"]],
        )
