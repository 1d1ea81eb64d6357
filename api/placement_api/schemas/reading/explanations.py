"""Schemas of explanations: why a request has no placement."""

from __future__ import annotations

from typing import Any

from pydantic import Field, JsonValue

from placement.reading.explanations import Explained
from placement_api.paging import Paging
from placement_api.schemas.base import Id, example
from placement_api.schemas.register.names import NAME, WHO, NameShown, WhoShown, whose
from placement_api.sorting import sorting

_SENTENCES: list[JsonValue] = [
    "Units left after “Kind of unit”: 12",
    "Offers that are full: Geriatriken – nurse (2027-W05–W07).",
]


class ExplanationsAsked(Paging):
    """Which explanations to list. Vilka förklaringar som ska listas."""

    request_id: Id | None = Field(None, description="Of one request. För en viss begäran.")
    institution_id: Id | None = Field(
        None, description="Of one lärosäte's students. För ett visst lärosätes studenter."
    )
    sort: str | None = sorting("studentId", "courseId", "id")


class ExplanationShown(WhoShown):
    """Why a request is unplaced in the plan. Varför en begäran är utan plats i planen."""

    model_config = example(
        {
            "id": "req_1f3a",
            **WHO,
            "reasons": {
                "remaining": [{"rule": "unit-kind", "units": 12}],
                "capacities": [{"id": "off_17", "weeks": [4, 5, 6]}],
                "dearer_units": 0,
            },
            "names": [NAME],
            "sentences": _SENTENCES,
        }
    )

    id: str = Field(description="The same as requestId. Samma som requestId.")
    reasons: dict[str, Any] = Field(description="The reasons, as in the plan document. Skälen, som i plandokumentet.")
    names: list[NameShown] = Field(
        description="What the reasons mention by id, as the caller knows it; what the caller may not see is left out. "
        "Det som skälen nämner med id, som anroparen känner det; det som anroparen inte får se utelämnas."
    )
    sentences: list[str] = Field(
        description="The reasons in words, in the language of Accept-Language. "
        "Skälen i ord, på språket i Accept-Language."
    )

    @classmethod
    def of(cls, explained: Explained, language: str) -> ExplanationShown:
        """Show an explanation in a language, ``sv`` or ``en``."""
        return cls(
            id=explained.who.request_id,
            **whose(explained.who, language),
            reasons=explained.reasons,
            names=[NameShown.of(name, language) for name in explained.names],
            sentences=[getattr(words, language) for words in explained.sentences],
        )
