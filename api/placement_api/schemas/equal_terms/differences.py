"""Schemas of how an agreement differs from the county's template."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import Field, JsonValue

from placement.equal_terms.comparing import Standing
from placement.equal_terms.differences import Difference, Differences
from placement.tables import Figure, OrganisationKind
from placement_api.schemas.base import Day, Given, Shown, example
from placement_solver.words import Words

PRICE: dict[str, JsonValue] = {
    "key": "price",
    "figure": "price",
    "heading": "Price",
    "clause": "§ 7",
    "ownClause": "appendix 2",
    "standing": "differs",
    "inTemplate": "SEK 1,300 for a student-week",
    "inAgreement": "SEK 1,250 for a student-week",
    "betterFor": "institution",
    "worseFor": "provider",
    "text": "In the agreement: SEK 1,250 for a student-week. In the template: SEK 1,300 for a student-week. Better for "
    "the lärosäte than the template. Worse for the provider than the template.",
}


class OnDay(Given):
    """The day on which agreements and template are compared. Dagen då avtal och mall jämförs."""

    on: Day | None = Field(None, description="The day; today if left out. Dagen; i dag om den utelämnas.")


class ClauseDifferenceShown(Shown):
    """How an agreement stands to a clause of the template. Hur ett avtal förhåller sig till en klausul i mallen."""

    model_config = example(PRICE)

    key: str | None = Field(
        description="The template's clause; null: only in the agreement. Mallens klausul, om någon."
    )
    figure: Figure | None
    heading: str
    clause: str | None = Field(description="The clause's number in the template. Klausulens nummer i mallen.")
    own_clause: str | None = Field(description="The agreement's own clause about it. Avtalets egen klausul om det.")
    standing: Standing = Field(
        description="same; differs; missing: the agreement does not settle it; beyond: it settles more than the "
        "template; text: no value to compare; not-applicable: not about the agreement's professions. "
        "same: samma; differs: skiljer sig; missing: saknas i avtalet; beyond: avtalet reglerar mer än mallen; text: "
        "inget värde att jämföra; not-applicable: gäller inte avtalets yrken."
    )
    in_template: str | None
    in_agreement: str | None
    better_for: OrganisationKind | None = Field(
        description="The party for which the agreement is plainly better. Den part som avtalet klart är bättre för."
    )
    worse_for: OrganisationKind | None
    text: str = Field(description="In the caller's language. På anroparens språk.")

    @classmethod
    def of(cls, one: Difference, language: str) -> ClauseDifferenceShown:
        """Show a difference in a language."""
        row, compared = None if one.clause is None else one.clause.row, one.compared
        about = one.figure.words if one.figure is not None else Words("", "")
        heading = about if row is None else Words(row.heading_sv, row.heading_en)
        return cls(
            key=None if row is None else row.key,
            figure=one.figure,
            heading=_in(language, heading) or "",
            clause=None if row is None else row.clause,
            own_clause=one.own_clause,
            standing=one.standing,
            in_template=_in(language, compared.in_template),
            in_agreement=_in(language, compared.in_agreement),
            better_for=compared.better_for,
            worse_for=compared.worse_for,
            text=_in(language, one.words) or "",
        )


class CountsShown(Shown):
    """How many clauses an agreement stands to in each way. Antal klausuler av varje slag."""

    same: int
    differs: int
    missing: int
    beyond: int

    @classmethod
    def of(cls, differences: Differences) -> Self:
        """Count an agreement's clauses."""
        standings = Standing.SAME, Standing.DIFFERS, Standing.MISSING, Standing.BEYOND
        return cls(**{standing.value: differences.count(standing) for standing in standings})


class DifferencesShown(Shown):
    """An agreement held against the county's template on a day. Ett avtal jämfört med länets mall en viss dag."""

    model_config = example(
        {
            "agreementId": "agr_ki_nacka",
            "templateId": "tpl_municipal",
            "on": "2027-01-18",
            "counts": {"same": 6, "differs": 1, "missing": 0, "beyond": 0},
            "clauses": [PRICE],
        }
    )

    agreement_id: str
    template_id: str | None = Field(
        description="null: there is no template for this kind of provider. "
        "null: det finns ingen mall för det slaget av huvudman."
    )
    on: dt.date
    counts: CountsShown
    clauses: list[ClauseDifferenceShown]

    @classmethod
    def of(cls, found: Differences, language: str) -> DifferencesShown:
        """Show an agreement's differences."""
        return cls(
            agreement_id=found.signed.row.id,
            template_id=None if found.template is None else found.template.id,
            on=found.day,
            counts=CountsShown.of(found),
            clauses=[ClauseDifferenceShown.of(each, language) for each in found.lines],
        )


def _in(language: str, words: Words | None) -> str | None:
    """Return a text in a language."""
    if words is None:
        return None
    return words.sv if language == "sv" else words.en
