"""Terms: the weeks that are planned together, the round's dates, and how a plan of them is weighed."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.tables.columns import (
    LONGEST_ID,
    MOST,
    MOST_WEEKS,
    Row,
    Versioned,
    Week,
    a_week,
    bounded,
    new_id,
    sized,
)
from placement_solver.weeks import IsoWeek

WEIGHTS = (
    "weight_unplaced",
    "weight_travel",
    "weight_long_travel",
    "weight_preference",
    "weight_agreement_floor",
    "weight_change",
    "weight_interprofessional",
    "weight_pairs",
    "weight_carried_burden",
)


class Term(Row, Versioned, table=True):
    """A term of whole ISO weeks from its first week on, including week 53 in years that have it.

    The round's dates are in order: requests are in, units have answered, lärosäten from outside the county
    have been answered, the plan is published. ``students_answer_by`` is the last day on which students say whether they
    come; without it they are not asked. Weights and travel figures are those of the problem document.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("code", 32),
        UniqueConstraint("code"),
        a_week("first_week"),
        bounded("weeks", 1, MOST_WEEKS),
        CheckConstraint(
            "requests_by <= answers_by AND answers_by <= outside_answers_by AND outside_answers_by <= publish_by",
            name="round_in_order",
        ),
        CheckConstraint("students_answer_by >= publish_by", name="students_answer_after_publishing"),
        *(bounded(weight, 0, MOST) for weight in WEIGHTS),
        bounded("travel_base_minutes", 0, 1_440),
        bounded("travel_minutes_per_km", 0, 1_000),
        bounded("travel_max_minutes", 0, 10_000),
        bounded("travel_long_after", 0, 10_000),
    )

    id: str = Field(default_factory=lambda: new_id("trm"), primary_key=True, max_length=LONGEST_ID)
    code: str = Field(max_length=32)
    first_week: IsoWeek = Field(sa_type=Week)
    weeks: int
    requests_by: dt.date
    answers_by: dt.date
    outside_answers_by: dt.date
    publish_by: dt.date
    students_answer_by: dt.date | None = None
    weight_unplaced: int = 10_000
    weight_travel: int = 1
    weight_long_travel: int = 3
    weight_preference: int = 5
    weight_agreement_floor: int = 20
    weight_change: int = 60
    weight_interprofessional: int = 0
    weight_pairs: int = 0
    weight_carried_burden: int = 0
    travel_base_minutes: int = 12
    travel_minutes_per_km: float = 2.2
    travel_max_minutes: int | None = Field(default=120, sa_column_kwargs={"default": None})  # or None becomes 120
    travel_long_after: int = 60
