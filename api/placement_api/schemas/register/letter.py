"""Schemas of the letter of intent and its parties."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement.tables import LetterParty, leaves_on
from placement.tables.agreements import LETTER_NOTICE_MONTHS, MOST_NOTICE_MONTHS
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Day, Given, Id, Number, example
from placement_api.sorting import sorting

_PARTY: dict[str, JsonValue] = {"organisationId": "org_nacka", "joinedOn": "2016-05-01", "noticeMonths": 6}


class LetterPartyGiven(Given):
    """A municipality or a lärosäte that joins the letter of intent. En kommun eller ett lärosäte som ansluter sig."""

    model_config = example(_PARTY)

    organisation_id: Id
    joined_on: Day
    notice_months: Annotated[int, Field(ge=0, le=MOST_NOTICE_MONTHS), Number] = Field(
        LETTER_NOTICE_MONTHS,
        description="How many months before it leaves a party tells the others. "
        "Hur många månader i förväg en part meddelar att den lämnar.",
    )


class LeavingGiven(Given):
    """The day on which a party told the others that it leaves. Dagen då en part meddelade att den lämnar."""

    model_config = example({"givenOn": "2026-12-01"})

    given_on: Day


class LetterPartyShown(Changeable):
    """A party to the letter of intent, and its last day if it leaves. En part, och dess sista dag om den lämnar."""

    model_config = example(
        {"id": "ltr_nacka", "version": 1, **_PARTY, "noticeGivenOn": None, "leavesOn": None, "synthetic": False}
    )

    organisation_id: str
    joined_on: dt.date
    notice_months: int
    notice_given_on: dt.date | None
    leaves_on: dt.date | None
    synthetic: bool

    @classmethod
    def of(cls, party: LetterParty) -> LetterPartyShown:
        """Show a party with its last day."""
        return cls(**party.model_dump(), leaves_on=leaves_on(party))


class LetterPartyFilter(Paging):
    """Which parties to list. Vilka parter som ska listas."""

    organisation_id: Id | None = Field(None, description="One organisation. En viss organisation.")
    sort: str | None = sorting("organisationId", "joinedOn", "noticeGivenOn", "id")
