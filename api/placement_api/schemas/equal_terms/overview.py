"""Schemas of the county's overview: every agreement against the template, and who has none."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.equal_terms.comparing import Standing
from placement.equal_terms.differences import Difference
from placement.equal_terms.overview import Standpoint, is_equal
from placement.tables import Figure, LetterParty, leaves_on
from placement_api.paging import Paging
from placement_api.schemas.base import Shown, example
from placement_api.schemas.equal_terms.differences import CountsShown, OnDay
from placement_api.schemas.sheets import Form

_LETTER: dict[str, JsonValue] = {"joinedOn": "2016-05-01", "noticeGivenOn": None, "leavesOn": None}


class LetterShown(Shown):
    """An organisation's time as a party to the letter of intent. Tiden som part i avsiktsförklaringen."""

    joined_on: dt.date
    notice_given_on: dt.date | None
    leaves_on: dt.date | None

    @classmethod
    def of(cls, party: LetterParty | None) -> LetterShown | None:
        """Show a party's time, if it is a party."""
        if party is None:
            return None
        return cls(joined_on=party.joined_on, notice_given_on=party.notice_given_on, leaves_on=leaves_on(party))


class ClauseStandingShown(Shown):
    """How an agreement stands to one clause. Hur ett avtal förhåller sig till en klausul."""

    key: str | None
    figure: Figure | None
    standing: Standing

    @classmethod
    def of(cls, one: Difference) -> ClauseStandingShown:
        """Show how an agreement stands to a clause."""
        return cls(key=None if one.clause is None else one.clause.row.key, figure=one.figure, standing=one.standing)


class StandpointShown(Shown):
    """An agreement against the template, or a provider without any. Ett avtal mot mallen, eller en huvudman utan."""

    model_config = example(
        {
            "providerId": "org_nacka",
            "providerName": "Nacka Municipality",
            "municipalityCode": "0182",
            "institutionId": "org_ki",
            "institutionName": "Karolinska Institutet",
            "agreementId": "agr_ki_nacka",
            "equal": False,
            "counts": {"same": 6, "differs": 1, "missing": 0, "beyond": 0},
            "clauses": [{"key": "price", "figure": "price", "standing": "differs"}],
            "letter": _LETTER,
            "institutionLetter": _LETTER,
        }
    )

    provider_id: str | None = Field(
        description="null: a municipality that is not entered as a provider. null: en kommun som inte är huvudman."
    )
    provider_name: str
    municipality_code: str | None
    institution_id: str | None
    institution_name: str | None
    agreement_id: str | None = Field(description="null: no agreement. null: inget avtal.")
    equal: bool = Field(
        description="Whether the agreement is as the template in all that can be compared. "
        "Om avtalet är som mallen i allt som kan jämföras."
    )
    counts: CountsShown | None
    clauses: list[ClauseStandingShown]
    letter: LetterShown | None = Field(description="The provider's time as a party. Huvudmannens tid som part.")
    institution_letter: LetterShown | None = Field(description="The lärosäte's. Lärosätets.")

    @classmethod
    def of(cls, line: Standpoint, language: str) -> StandpointShown:
        """Show a line of the overview."""
        swedish, institution, found = language == "sv", line.institution, line.differences
        name = None if institution is None else (institution.name_sv if swedish else institution.name_en)
        return cls(
            provider_id=line.provider_id,
            provider_name=line.provider.sv if swedish else line.provider.en,
            municipality_code=line.municipality_code,
            institution_id=None if institution is None else institution.id,
            institution_name=name,
            agreement_id=None if found is None else found.signed.row.id,
            equal=is_equal(line),
            counts=None if found is None else CountsShown.of(found),
            clauses=[] if found is None else [ClauseStandingShown.of(each) for each in found.lines],
            letter=LetterShown.of(line.letter),
            institution_letter=LetterShown.of(line.institution_letter),
        )


class OverviewFilter(Paging, OnDay):
    """Which lines of the overview to list. Vilka rader i översikten som ska listas."""

    equal: bool | None = Field(
        None,
        description="Only those that are as the template, or only those that are not. "
        "Bara de som är som mallen, eller bara de andra.",
    )


class OverviewSheetAsked(OnDay):
    """The overview as a file. Översikten som en fil."""

    format: Form = Field(Form.XLSX, description="CSV or XLSX. CSV eller XLSX.")
