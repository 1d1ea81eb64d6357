"""Schemas of figures: what is followed, what it means, and how it is in a year or a term."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from placement.follow_up.figures import Figure, GroupFigures, Wanted
from placement.follow_up.indicators import DENSE_FROM, Grouping, Indicator
from placement_api.paging import Paging
from placement_api.schemas.base import FIRST_YEAR, LAST_YEAR, MOST, Given, Id, Shown, example
from placement_api.schemas.sheets import Form

CalendarYear = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
WHICH_YEAR = (
    "The year. A term belongs to the year in which its weeks begin; one that begins in week 51 or later belongs to the "
    "next. Året. En termin hör till det år då veckorna börjar; en som börjar i vecka 51 eller senare hör till nästa."
)
_FIGURE: dict[str, JsonValue] = {
    "indicator": "told-four-weeks",
    "name": "Told at least four weeks before",
    "numerator": 360,
    "denominator": 375,
    "share": 0.96,
    "withheld": False,
}


class IndicatorShown(Shown):
    """What is followed: what it means, where it comes from, and what it is counted in. Vad som följs upp."""

    model_config = example(
        {
            "key": "told-four-weeks",
            "name": "Told at least four weeks before",
            "meaning": "Placements whose present unit and start week were published at least four weeks before the "
            "first day. A move counts from the move.",
            "source": "Besked om placering fyra veckor före start, Mittuniversitetet 2026",
            "countedIn": "placements",
            "groupings": ["county", "institution", "programme", "provider", "unit"],
            "moreIsBetter": True,
            "personal": False,
        }
    )

    key: str
    name: str
    meaning: str
    source: str
    counted_in: str = Field(description="What the whole consists of. Vad helheten består av.")
    groupings: list[Grouping] = Field(description="What it is told of. Vad den visas för.")
    more_is_better: bool = Field(description="Whether a larger share is better. Om en större andel är bättre.")
    personal: bool = Field(
        description="Whether it is about where students live, and is withheld from others of small groups. "
        "Om den gäller var studenter bor, och inte visas för andra om små grupper."
    )

    @classmethod
    def of(cls, indicator: Indicator, language: str) -> IndicatorShown:
        """Show an indicator in a language, ``sv`` or ``en``."""
        source = indicator.source
        return cls(
            key=indicator.key,
            name=getattr(indicator.name, language),
            meaning=getattr(indicator.meaning, language),
            source=f"{source.title}, {source.publisher} {source.year}",
            counted_in=getattr(indicator.counted, language),
            groupings=[each for each in Grouping if each in indicator.groupings],
            more_is_better=indicator.rising,
            personal=indicator.personal,
        )


class FigureShown(Shown):
    """One figure: a part of a whole. En siffra: en del av en helhet."""

    model_config = example(_FIGURE)

    indicator: str
    name: str
    numerator: int | None
    denominator: int | None
    share: float | None = Field(
        description="The part of the whole with four decimals; null where the whole is 0 or the figure is withheld. "
        "Delen av helheten med fyra decimaler; null om helheten är 0 eller siffran inte visas."
    )
    withheld: bool = Field(
        description="Whether the figure would tell of too few students. Om siffran skulle berätta om för få studenter."
    )

    @classmethod
    def of(cls, figure: Figure, language: str) -> FigureShown:
        """Show a figure in a language."""
        count = figure.count
        return cls(
            indicator=figure.indicator.key,
            name=getattr(figure.indicator.name, language),
            numerator=None if count is None else count.numerator,
            denominator=None if count is None else count.denominator,
            share=None if count is None else count.share,
            withheld=count is None,
        )


class GroupFiguresShown(Shown):
    """The figures of one group. En grupps siffror."""

    model_config = example(
        {
            "id": "org_nacka",
            "grouping": "provider",
            "name": "Nacka Municipality",
            "year": 2027,
            "termId": None,
            "placements": 375,
            "studentWeeks": 1762,
            "figures": [_FIGURE],
        }
    )

    id: str
    grouping: Grouping
    name: str
    year: int
    term_id: str | None = Field(description="The term; null for the whole year. Terminen; null för hela året.")
    placements: int
    student_weeks: int
    figures: list[FigureShown]

    @classmethod
    def of(cls, row: GroupFigures, language: str) -> GroupFiguresShown:
        """Show a group's figures in a language."""
        return cls(
            id=row.id,
            grouping=row.grouping,
            name=getattr(row.name, language),
            year=row.year,
            term_id=None if row.term is None else row.term.id,
            placements=row.placements,
            student_weeks=row.student_weeks,
            figures=[FigureShown.of(each, language) for each in row.figures],
        )


class IndicatorFilter(Paging):
    """Which part of the indicators to list. Vilken del av siffrorna som ska listas."""


class FiguresAsked(Given):
    """Which figures are asked for. Vilka siffror som efterfrågas."""

    grouping: Grouping = Field(
        Grouping.COUNTY,
        description="What the figures are about: the county, or each institution, programme, provider or unit. "
        "Vad siffrorna gäller: länet, eller varje lärosäte, program, huvudman eller enhet.",
    )
    year: CalendarYear | None = Field(None, description=WHICH_YEAR)
    term_id: Id | None = Field(None, description="One term instead of a year. En termin i stället för ett år.")
    group_id: Id | None = Field(None, description="One group, by its id. En viss grupp, efter dess id.")
    dense_from: int = Field(
        DENSE_FROM,
        ge=1,
        le=MOST,
        description="From how many students in a week a unit is student-dense. "
        "Från hur många studenter en vecka som en enhet är studenttät.",
    )

    @property
    def wanted(self) -> Wanted:
        """Return which figures are wanted."""
        return Wanted(self.grouping, self.year, self.term_id, self.group_id, self.dense_from)


class FiguresFilter(FiguresAsked, Paging):
    """Which figures to list. Vilka siffror som ska listas."""


class FiguresSheet(FiguresAsked):
    """Which figures to take out, and in which form. Vilka siffror som ska tas ut, och i vilken form."""

    format: Form = Field(Form.CSV, description="The form of the sheet. Kalkylbladets form.")
