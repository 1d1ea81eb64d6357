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
    "weights": _WEIGHTS,
    "travel": _TRAVEL,
}

TermCode = Annotated[ExternalId, Field(max_length=32)]
Rate = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False), Number]
Minutes = Annotated[int, Field(ge=0, le=10_000), Number]


def _usual(column: str) -> Any:  # noqa: ANN401 (a default is whatever the column holds)
    """Return what the store takes where nothing is said."""
    return Term.model_fields[column].default


class Weights(Given):
    """What each wish weighs against the others. Vad varje önskemål väger mot de andra."""

    model_config = ConfigDict(json_schema_extra={"example": _WEIGHTS})

    unplaced: Count = _usual("weight_unplaced")
    travel: Count = _usual("weight_travel")
    long_travel: Count = _usual("weight_long_travel")
    preference: Count = _usual("weight_preference")
    agreement_floor: Count = _usual("weight_agreement_floor")
    change: Count = _usual("weight_change")


class Travel(Given):
    """How minutes are estimated, and which are too many. Hur restid uppskattas, och vad som är för lång."""

    model_config = ConfigDict(json_schema_extra={"example": _TRAVEL})

    base_minutes: Annotated[int, Field(ge=0, le=1_440), Number] = _usual("travel_base_minutes")
    minutes_per_km: Rate = _usual("travel_minutes_per_km")
    max_minutes: Minutes | None = Field(
        _usual("travel_max_minutes"), description="Null for no limit. Null om ingen gräns finns."
    )
    long_after: Minutes = _usual("travel_long_after")


class TermGiven(Given):
    """A term; a date that is not named is the round's usual one. En termin."""

    model_config = ConfigDict(json_schema_extra={"example": _TERM})

    code: TermCode
    first_week: Week
    weeks: Annotated[int, Field(ge=1, le=60), Number]
    requests_by: Day | None = Field(None, description="Requests are in. Önskemålen är inne.")
    answers_by: Day | None = Field(None, description="Units have answered. Enheterna har svarat.")
    outside_answers_by: Day | None = Field(
        None, description="Lärosäten from outside the county are answered. Lärosäten utanför länet har svar."
    )
    publish_by: Day | None = Field(None, description="The plan is published. Planen är publicerad.")
    weights: Weights = Field(default_factory=Weights)
    travel: Travel = Field(default_factory=Travel)

    def stored(self) -> dict[str, Any]:
        """Return what the caller named, by the store's names."""
        named = {name: getattr(self, name) for name in self.model_fields_set - {"weights", "travel"}}
        parts = self.model_dump(include={"weights", "travel"}, exclude_unset=True)
        weights = {f"weight_{name}": weight for name, weight in parts.get("weights", {}).items()}
        travel = {f"travel_{name}": figure for name, figure in parts.get("travel", {}).items()}
        return {**named, **weights, **travel}


class TermChange(TermGiven, Change):
    """What becomes another of a term; a date that is null becomes the usual one. Det som ändras."""

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
    weights: Weights
    travel: Travel

    @classmethod
    def of(cls, term: Term) -> TermShown:
        """Show a term, its weights and travel figures each together."""
        columns = {name: getattr(term, name) for name in Term.model_fields}
        weights = Weights(**{name: columns[f"weight_{name}"] for name in Weights.model_fields})
        travel = Travel(**{name: columns[f"travel_{name}"] for name in Travel.model_fields})
        return cls(weights=weights, travel=travel, **columns)


class TermFilter(Paging):
    """Which terms. Vilka terminer."""

    code: TermCode | None = Field(None, description="With this code. Med denna kod.")
    sort: str | None = sorting("firstWeek", "code", "weeks", "requestsBy", "answersBy", "publishBy", "id")
