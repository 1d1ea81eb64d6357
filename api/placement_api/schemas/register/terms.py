"""Schemas of terms: their weeks, the dates of the round, and the weights of a plan."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from placement.tables import Term
from placement_api.paging import Paging
from placement_api.schemas.base import (
    Change,
    Changeable,
    Count,
    Day,
    ExternalId,
    Given,
    Number,
    Week,
)
from placement_api.sorting import sorting

_WEIGHTS: JsonDict = {
    "unplaced": 10000,
    "travel": 1,
    "longTravel": 3,
    "preference": 5,
    "agreementFloor": 20,
    "change": 60,
    "interprofessional": 0,
    "pairs": 0,
    "carriedBurden": 0,
}
_TRAVEL: JsonDict = {"baseMinutes": 12, "minutesPerKm": 2.2, "maxMinutes": 120, "longAfter": 60}
_TERM: JsonDict = {
    "code": "VT2027",
    "firstWeek": "2026-W53",
    "weeks": 20,
    "requestsBy": "2026-09-15",
    "answersBy": "2026-11-01",
    "outsideAnswersBy": "2026-11-15",
    "publishBy": "2026-11-30",
    "studentsAnswerBy": None,
    "weights": _WEIGHTS,
    "travel": _TRAVEL,
}

TermCode = Annotated[ExternalId, Field(max_length=32)]
Rate = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False), Number]
Minutes = Annotated[int, Field(ge=0, le=10_000), Number]


def _default(column: str) -> Any:  # noqa: ANN401 (a default is whatever the column holds)
    """Return the default that the term's table has for a column."""
    return Term.model_fields[column].default


class Weights(Given):
    """How much each part of the objective weighs. Hur mycket varje del av målvärdet väger."""

    model_config = ConfigDict(json_schema_extra={"example": _WEIGHTS})

    unplaced: Count = _default("weight_unplaced")
    travel: Count = _default("weight_travel")
    long_travel: Count = _default("weight_long_travel")
    preference: Count = _default("weight_preference")
    agreement_floor: Count = _default("weight_agreement_floor")
    change: Count = _default("weight_change")
    interprofessional: Count = Field(
        _default("weight_interprofessional"),
        description="For each week that a student is at a unit without students of another profession; 0: off. "
        "För varje vecka som en student är på en enhet utan studenter från något annat yrke; 0: av.",
    )
    pairs: Count = Field(
        _default("weight_pairs"),
        description="For each week in which a unit has an odd number of the students of a course that teaches in pairs;"
        " 0: off. För varje vecka som en enhet har ett udda antal studenter från en kurs som undervisar i par; 0: av.",
    )
    carried_burden: Count = Field(
        _default("weight_carried_burden"),
        description="For each minute and step down the list of a student with 1,000 points of burden; 0: off. "
        "För varje minut och steg ner på listan för en student med 1 000 bördepoäng; 0: av.",
    )


class Travel(Given):
    """How travel time is estimated, and its limits. Hur restid beräknas, och gränserna för den."""

    model_config = ConfigDict(json_schema_extra={"example": _TRAVEL})

    base_minutes: Annotated[int, Field(ge=0, le=1_440), Number] = _default("travel_base_minutes")
    minutes_per_km: Rate = _default("travel_minutes_per_km")
    max_minutes: Minutes | None = Field(
        _default("travel_max_minutes"), description="null: no limit. null: ingen gräns."
    )
    long_after: Minutes = _default("travel_long_after")


class TermGiven(Given):
    """A term; a date that is left out gets its default. En termin; ett datum som utelämnas får sitt standardvärde."""

    model_config = ConfigDict(json_schema_extra={"example": _TERM})

    code: TermCode
    first_week: Week
    weeks: Annotated[int, Field(ge=1, le=60), Number]
    requests_by: Day | None = Field(None, description="The last day for requests. Sista dag för begäran om placering.")
    answers_by: Day | None = Field(
        None, description="The last day for the units' answers. Sista dag för enheternas svar."
    )
    outside_answers_by: Day | None = Field(
        None,
        description="The last day for answers to lärosäten from outside the county. "
        "Sista dag för svar till lärosäten utanför länet.",
    )
    publish_by: Day | None = Field(
        None, description="The last day for publishing the plan. Sista dag för publicering av planen."
    )
    students_answer_by: Day | None = Field(
        None,
        description="The last day on which students say whether they come, publishBy or later; null: they are not "
        "asked. Sista dag då studenter svarar om de kommer, publishBy eller senare; null: de tillfrågas inte.",
    )
    weights: Weights = Field(default_factory=Weights)
    travel: Travel = Field(default_factory=Travel)

    def stored(self) -> dict[str, Any]:
        """Return the fields that the caller sent, by their names in the database."""
        named = {name: getattr(self, name) for name in self.model_fields_set - {"weights", "travel"}}
        parts = self.model_dump(include={"weights", "travel"}, exclude_unset=True)
        weights = {f"weight_{name}": weight for name, weight in parts.get("weights", {}).items()}
        travel = {f"travel_{name}": figure for name, figure in parts.get("travel", {}).items()}
        return {**named, **weights, **travel}


class TermChange(TermGiven, Change):
    """The fields of a term to change; null gives a date its default. De uppgifter om terminen som ska ändras."""

    model_config = ConfigDict(json_schema_extra={"example": {"publishBy": None, "weights": {"travel": 2}}})


class TermShown(Changeable):
    """A term. En termin."""

    model_config = ConfigDict(json_schema_extra={"example": {"id": "trm_vt2027", "version": 1, **_TERM}})

    code: str
    first_week: Week
    weeks: int
    requests_by: dt.date
    answers_by: dt.date
    outside_answers_by: dt.date
    publish_by: dt.date
    students_answer_by: dt.date | None = Field(
        description="The last day on which students say whether they come; null: they are not asked. "
        "Sista dag då studenter svarar om de kommer; null: de tillfrågas inte."
    )
    weights: Weights
    travel: Travel

    @classmethod
    def of(cls, term: Term) -> TermShown:
        """Show a term, with its weights and its travel figures grouped."""
        columns = {name: getattr(term, name) for name in Term.model_fields}
        weights = Weights(**{name: columns[f"weight_{name}"] for name in Weights.model_fields})
        travel = Travel(**{name: columns[f"travel_{name}"] for name in Travel.model_fields})
        return cls(weights=weights, travel=travel, **columns)


class TermFilter(Paging):
    """Which terms to list. Vilka terminer som ska listas."""

    code: TermCode | None = Field(None, description="With one code. Med en viss kod.")
    sort: str | None = sorting("firstWeek", "code", "weeks", "requestsBy", "answersBy", "publishBy", "id")
