"""Schemas of decisions on a student's site."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement.tables import LONGEST_NOTE, SiteReason
from placement_api.paging import Paging
from placement_api.schemas.base import Given, Id, Name, Shown, example

_DECISION: dict[str, JsonValue] = {
    "siteId": "sit_ostersund",
    "fromTermId": "trm_ht2027",
    "reason": "social",
    "note": None,
    "decidedBy": "Ada Lind",
}
_SHOWN: dict[str, JsonValue] = {
    "id": "sde_4f02",
    "studentId": "stu_1f0c",
    "number": 2,
    "fromSiteId": "sit_umea",
    **_DECISION,
    "roundId": None,
    "decidedOn": "2027-05-12",
}


class SiteDecisionGiven(Given):
    """A change of a student's site. Ett byte av en students studieort."""

    model_config = example(_DECISION)

    site_id: Id
    from_term_id: Id = Field(description="The term from which it holds. Terminen som det gäller från.")
    reason: SiteReason = Field(
        description="Why; `round` and `late-entry` are given by a site round alone. "
        "Varför; `round` och `late-entry` ger bara ett studieortsval."
    )
    note: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)] | None = Field(
        None,
        description="Own words, never an identity number or more of the student than is needed. "
        "Egna ord, aldrig ett personnummer eller mer om studenten än som behövs.",
    )
    decided_by: Name | None = Field(
        None,
        description="Who decided it; the token's label if left out. "
        "Vem som beslutat; åtkomstnyckelns namn om det utelämnas.",
    )


class SiteDecisionShown(Shown):
    """A decision on a student's site. Ett beslut om en students studieort."""

    model_config = example(_SHOWN)

    id: str
    student_id: str
    number: int = Field(description="The student's decisions are counted from 1. Studentens beslut räknas från 1.")
    from_site_id: str | None
    site_id: str
    from_term_id: str
    reason: SiteReason
    note: str | None
    round_id: str | None
    decided_on: dt.date
    decided_by: str


class SiteDecisionMade(SiteDecisionShown):
    """A new decision, with what it does to the round. Ett nytt beslut, med vad det gör med studieortsvalet."""

    model_config = example({**_SHOWN, "warning": "Students at Östersund: 11, but the quota is 10."})

    warning: str | None = Field(
        description="Which sites of the student's round are now over their quota or under their floor; null if none. "
        "Vilka orter i studentens studieortsval som nu är över sin kvot eller under sitt golv; null om ingen."
    )


class SiteDecisionFilter(Paging):
    """Which part of the decisions. Vilken del av besluten."""
