"""Schemas of prices: what one more of anything scarce would be worth."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.reading.prices import Price, PriceFilter
from placement_api.paging import Paging
from placement_api.schemas.base import Id, Shown, Week, Word, example
from placement_api.sorting import sorting

_WORDS: dict[str, JsonValue] = {
    "sv": "En plats till vid Geriatriken (sjuksköterska), 2027-W05: värd högst 407 för länet, i målvärdets mått.",
    "en": "One more place at Geriatriken (nurse), 2027-W05: worth at most 407 to the county, in the measure of"
    " the objective.",
}


class PricesAsked(Paging):
    """Which prices. Vilka priser."""

    unit_id: Id | None = Field(None, description="Of one unit. En enhets.")
    provider_id: Id | None = Field(None, description="Of one party of agreements. En avtalsparts.")
    kind: Word | None = Field(None, description="Of one kind of care. Ett slags vård.")
    profession: Word | None = Field(None, description="For one profession. För ett yrke.")
    week: Week | None = Field(None, description="With a price in one week. Med ett pris en viss vecka.")
    sort: str | None = sorting("worth", "rule", "subjectId", "unitId", "providerId")

    def filter(self) -> PriceFilter:
        """Return the filter in the words of the access layer."""
        return PriceFilter(self.unit_id, self.provider_id, self.kind, self.profession, self.week)


class WordsShown(Shown):
    """A sentence in both languages. En mening på båda språken."""

    model_config = example(_WORDS)

    sv: str
    en: str


class WeekPrice(Shown):
    """The price of one more in one week. Priset på en till en vecka."""

    model_config = example({"week": "2027-W05", "price": 406.25})

    week: Week
    price: float


class PriceShown(Shown):
    """What one more of something scarce would be worth. Vad en till av något knappt vore värd."""

    model_config = example(
        {
            "id": "capacity.off_17",
            "rule": "capacity",
            "subjectId": "off_17",
            "unitId": "unt_geriatrics",
            "unit": "Geriatriken",
            "providerId": "org_city",
            "kinds": ["elderly-care"],
            "professions": ["nurse"],
            "credits": None,
            "weeks": [{"week": "2027-W05", "price": 406.25}],
            "worth": 406.25,
            "words": _WORDS,
        }
    )

    id: str = Field(description="What it is the price of, within the run. Det som priset gäller, i körningen.")
    rule: str = Field(
        description="capacity, unit-ceiling, supervisor-load or agreement-ceiling. Den regel som tar slut."
    )
    subject_id: str = Field(description="Of the offer, unit or agreement. Erbjudandets, enhetens eller avtalets.")
    unit_id: str | None
    unit: str | None = Field(description="The unit's name. Enhetens namn.")
    provider_id: str = Field(description="Whose agreements cover it. Den vars avtal gäller.")
    kinds: list[str]
    professions: list[str] = Field(description="Empty for all. Tomt för alla.")
    credits: float | None = Field(description="Supervisors with at least so many hp. Handledare med minst så många hp.")
    weeks: list[WeekPrice] = Field(description="Empty for an agreement. Tomt för ett avtal.")
    worth: float = Field(description="Of one more in all those weeks, at most. Av en till i alla veckorna, högst.")
    words: WordsShown

    @classmethod
    def of(cls, price: Price) -> PriceShown:
        """Show a price; supervisors are told apart by what is asked of them."""
        parts = (price.rule, price.subject_id, *price.professions)
        hp = () if price.credits is None else (f"{price.credits:g}",)
        return cls(
            id=".".join((*parts, *hp)),
            rule=price.rule,
            subject_id=price.subject_id,
            unit_id=price.unit_id,
            unit=price.unit,
            provider_id=price.provider_id,
            kinds=list(price.kinds),
            professions=list(price.professions),
            credits=price.credits,
            weeks=[WeekPrice(week=week, price=each) for week, each in price.weeks],
            worth=price.worth,
            words=WordsShown(sv=price.words.sv, en=price.words.en),
        )
