"""Schemas of the county's templates of agreements and their clauses."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

from placement.refusals import form
from placement.register.templates import Dated
from placement.tables import Figure, ProviderKind
from placement.tables.templates import LONGEST_CLAUSE
from placement_api.paging import Paging
from placement_api.schemas.base import (
    MOST,
    Change,
    Changeable,
    Day,
    Given,
    Name,
    Number,
    Professions,
    Shown,
    Word,
    example,
)
from placement_api.schemas.register.agreements import CancellationStepGiven, once
from placement_api.sorting import sorting

_TEXT = form(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$", "en text utan styrtecken", "a text without control characters")
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_CLAUSE, pattern=_TEXT)]
_TEMPLATE: dict[str, JsonValue] = {
    "providerKind": "municipality",
    "nameSv": "Mall för avtal mellan kommuner och lärosäten",
    "nameEn": "Template for agreements between municipalities and lärosäten",
}
_CLAUSE: dict[str, JsonValue] = {
    "key": "price",
    "clause": "§ 7",
    "headingSv": "Ersättning",
    "headingEn": "Price",
    "textSv": "Lärosätet betalar 1 300 kr för varje genomförd studentvecka.",
    "textEn": "The lärosäte pays SEK 1,300 for each student-week that is done.",
    "figure": "price",
    "number": 130000,
    "professions": None,
    "cancellationSteps": [],
    "validFrom": "2027-01-01",
    "validTo": None,
}


class TemplateNames(Given):
    """What a template is called. Vad en mall heter."""

    name_sv: Name
    name_en: Name


class TemplateGiven(TemplateNames):
    """The template for agreements with a kind of provider. Mallen för avtal med ett slag av huvudman."""

    model_config = example(_TEMPLATE)

    provider_kind: ProviderKind


class TemplateChange(TemplateNames, Change):
    """What a template is to be called. Vad en mall ska heta."""

    model_config = example({"nameSv": "Mall för kommunala samverkansavtal"})


class TemplateShown(Changeable):
    """A template; its clauses are a list of their own. En mall; dess klausuler är en egen lista."""

    model_config = example({"id": "tpl_municipal", "version": 1, **_TEMPLATE, "synthetic": False})

    provider_kind: ProviderKind
    name_sv: str
    name_en: str
    synthetic: bool


class TemplateFilter(Paging):
    """Which templates to list. Vilka mallar som ska listas."""

    provider_kind: ProviderKind | None = Field(
        None, description="For one kind of provider. För ett visst slag av huvudman."
    )
    sort: str | None = sorting("providerKind", "nameSv", "id")


class TemplateClauseGiven(Given):
    """A clause from a day on; with the key of an earlier one it takes its place. En klausul från och med en dag."""

    model_config = example(_CLAUSE)

    key: Word = Field(
        description="What the clause is about; the same from one wording to the next. "
        "Vad klausulen gäller; samma från en lydelse till nästa."
    )
    clause: Name | None = Field(None, description="Its number in the template. Dess nummer i mallen.")
    heading_sv: Name
    heading_en: Name
    text_sv: Text
    text_en: Text
    figure: Figure | None = Field(
        None,
        description="What it settles that can be compared, if anything. Vad den reglerar som kan jämföras, om något.",
    )
    number: Annotated[int, Field(ge=0, le=100 * MOST), Number] | None = Field(
        None,
        description="Its value: months (notice, validity), student-weeks a term (floor, ceiling) or öre for a "
        "student-week (price). null: until further notice (validity), or settled by each agreement (floor, ceiling, "
        "price). "
        "Dess värde: månader (uppsägning, giltighet), studentveckor per termin (golv, tak) eller öre per studentvecka "
        "(ersättning). null: tills vidare (giltighet), eller det som varje avtal anger självt (golv, tak, ersättning).",
    )
    professions: Professions | None = Field(
        None,
        description="For the figures professions and price: the professions, by code or name; null: all. "
        "För yrken och ersättning: yrkena, med kod eller namn; null: alla.",
    )
    cancellation_steps: Annotated[
        list[CancellationStepGiven], Field(max_length=10), AfterValidator(once("days_before"))
    ] = Field(
        default=[],
        description="For the figure cancellation: what late cancellations cost; empty: nothing. "
        "För avbokning: vad sena avbokningar kostar; tom: inget.",
    )
    valid_from: Day
    valid_to: Day | None = None


class TemplateClauseChange(Given):
    """The last day of a clause; its wording is never changed. En klausuls sista dag; lydelsen ändras aldrig."""

    model_config = example({"validTo": "2027-12-31"})

    valid_to: Day | None


class TemplateStepShown(Shown):
    """What a placement cancelled late costs. Vad en sent avbokad placering kostar."""

    days_before: int
    percent: int


class TemplateClauseShown(Changeable):
    """A clause, and the last day on which it is in force. En klausul, och den sista dag då den gäller."""

    model_config = example(
        {"id": "tcl_price", "version": 1, "templateId": "tpl_municipal", **_CLAUSE, "inForceUntil": None}
    )

    template_id: str
    key: str
    clause: str | None
    heading_sv: str
    heading_en: str
    text_sv: str
    text_en: str
    figure: Figure | None
    number: int | None
    professions: list[str] | None
    cancellation_steps: list[TemplateStepShown]
    valid_from: dt.date
    valid_to: dt.date | None
    in_force_until: dt.date | None = Field(
        description="validTo, or the day before the next wording if that is earlier. "
        "validTo, eller dagen före nästa lydelse om den är tidigare."
    )

    @classmethod
    def of(cls, dated: Dated) -> TemplateClauseShown:
        """Show a clause with its days."""
        steps = [TemplateStepShown(days_before=days, percent=percent) for days, percent in dated.steps]
        return cls(**dated.row.model_dump(), cancellation_steps=steps, in_force_until=dated.until)


class TemplateClauseFilter(Paging):
    """Which clauses to list. Vilka klausuler som ska listas."""

    on: Day | None = Field(
        None,
        description="In force on a day; all there ever were if left out. I kraft en viss dag; alla om den utelämnas.",
    )
