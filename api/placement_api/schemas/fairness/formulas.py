"""Schemas of the formulas by which earlier terms give points."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Day, Given, Number, example
from placement_api.sorting import sorting
from placement_solver.problem import MOST_POINTS

_FORMULA: dict[str, JsonValue] = {
    "validFrom": "2027-03-01",
    "longWeek": 20,
    "weekAway": 30,
    "unmetWish": 100,
    "lateNotice": 50,
    "veryLateNotice": 120,
    "mostPerTerm": 600,
    "keptPermille": 500,
}

Points = Annotated[int, Field(ge=0, le=MOST_POINTS), Number]


class FormulaGiven(Given):
    """A formula that applies from a day on, to the terms whose last day for requests is then or later. En formel."""

    model_config = example(_FORMULA)

    valid_from: Day = Field(description="Today or later. I dag eller senare.")
    long_week: Points = Field(description="For each week with a long journey. För varje vecka med lång resa.")
    week_away: Points = Field(
        description="For each week more than 80 km away, also if the journey is long. "
        "För varje vecka mer än 80 km bort, även om resan är lång."
    )
    unmet_wish: Points = Field(
        description="For each placement with possible wishes, none of them met. "
        "För varje placering med möjliga önskemål där inget uppfylldes."
    )
    late_notice: Points = Field(
        description="For each placement told later than four weeks before. "
        "För varje placering med besked senare än fyra veckor före."
    )
    very_late_notice: Points = Field(
        description="Instead of that, if later than two weeks before. I stället för det, om senare än två veckor före."
    )
    most_per_term: Points = Field(description="The most that one term gives. Det mesta som en termin ger.")
    kept_permille: Points = Field(
        description="What is kept of a term's points for each later term of the student, in thousandths. "
        "Vad som är kvar av en termins poäng för varje senare termin för studenten, i tusendelar."
    )


class FormulaShown(Changeable):
    """A formula for points of burden. En formel för bördepoäng."""

    model_config = example({"id": "bur_31c9", "version": 1, **_FORMULA, "createdAt": "2027-01-15T09:00:00Z"})

    valid_from: dt.date
    long_week: int
    week_away: int
    unmet_wish: int
    late_notice: int
    very_late_notice: int
    most_per_term: int
    kept_permille: int
    created_at: dt.datetime


class FormulaFilter(Paging):
    """Which formulas to list. Vilka formler som ska listas."""

    sort: str | None = sorting("validFrom", "createdAt", "id")
