"""Schemas of prices: the most that one more of something scarce would be worth."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.reading.prices import Price, PriceFilter
from placement_api.paging import Paging
from placement_api.schemas.base import Id, Profession, Shown, UnitKind, Week, example
from placement_api.sorting import sorting

_WORDS: dict[str, JsonValue] = {
    "sv": "En plats till vid Geriatriken (sjuksköterska), 2027-W05: värd högst 407 för länet, i målvärdets mått.",
    "en": "One more place at Geriatriken (nurse), 2027-W05: worth at most 407 to the county, in the measure of"
    " the objective.",
}


class PricesAsked(Paging):
    """Which prices to list. Vilka priser som ska listas."""

    unit_id: Id | None = Field(None, description="At one unit. På en viss enhet.")
    provider_id: Id | None = Field(None, description="Of one provider. Hos en viss huvudman.")
    kind: UnitKind | None = Field(None, description="Of one kind of care. Inom ett visst slags vård.")
    profession: Profession | None = Field(None, description="For one profession. För ett visst yrke.")
    week: Week | None = Field(None, description="With a price in one week. Med pris en viss vecka.")
    sort: str | None = sorting("worth", "rule", "subjectId", "unitId", "providerId")

    def filter(self) -> PriceFilter:
        """Return the filter that `placement.reading.prices` takes."""
        return PriceFilter(self.unit_id, self.provider_id, self.kind, self.profession, self.week)


class WordsShown(Shown):
    """A sentence in both languages. En mening på båda språken."""

    model_config = example(_WORDS)

    sv: str
    en: str


class WeekPrice(Shown):
    """The price of one more in one week. Priset på ytterligare en under en viss vecka."""

    model_config = example({"week": "2027-W05", "price": 406.25})

    week: Week
    price: float


class PriceShown(Shown):
    """What one more of something scarce would be worth. Vad ytterligare en av något knappt skulle vara värd."""

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

    id: str = Field(description="What the price is of; unique within the run. Vad priset gäller; unikt inom körningen.")
    rule: str = Field(
        description="The rule that limits: capacity, unit-ceiling, supervisor-load or agreement-ceiling. "
        "Den regel som begränsar."
    )
    subject_id: str = Field(
        description="The id of the offer, unit or agreement. Id för erbjudandet, enheten eller avtalet."
    )
    unit_id: str | None
    unit: str | None = Field(description="The unit's name. Enhetens namn.")
    provider_id: str = Field(description="The provider whose agreements apply. Den huvudman vars avtal gäller.")
    kinds: list[str]
    professions: list[str] = Field(description="Empty: all professions. Tomt: alla yrken.")
    credits: float | None = Field(
        description="The fewest credits (hp) that the supervisors have. Handledarnas minsta antal högskolepoäng."
    )
    weeks: list[WeekPrice] = Field(
        description="The weeks with a price; empty for an agreement. De veckor som har pris; tomt för ett avtal."
    )
    worth: float = Field(
        description="The most that one more in all these weeks is worth. "
        "Det högsta värdet av en till alla dessa veckor."
    )
    words: WordsShown

    @classmethod
    def of(cls, price: Price) -> PriceShown:
        """Show a price; prices of supervisors at a unit are distinguished by profession and credits."""
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
            weeks=[WeekPrice(week=week, price=value) for week, value in price.weeks],
            worth=price.worth,
            words=WordsShown(sv=price.words.sv, en=price.words.en),
        )
