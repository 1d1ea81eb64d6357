"""Fairness over time: what each placement has cost its student, and the published formula that turns it into points."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    MOST_WEEKS,
    Moment,
    Row,
    Versioned,
    Week,
    a_week,
    bounded,
    json_type,
    new_id,
    one_of,
    reference,
    sized,
)
from placement.tables.students import MOST_WISHES
from placement.vocabulary import Named
from placement_solver.problem import MOST_POINTS
from placement_solver.weeks import IsoWeek

LONGEST_JOURNEY = 100_000
FARTHEST_KM = 20_100
"""Kilometres. No two points on Earth are farther apart."""


class LedgerCause(Named):
    """What a line of the ledger was written for."""

    PUBLISHED = "published", "publicerad", "published"
    MOVED = "moved", "ändrad", "moved"
    ENDED = "ended", "avslutad", "ended"
    CORRECTED = "corrected", "rättad", "corrected"


class CorrectionReason(Named):
    """Why a line of the ledger was wrong; never anything about the student."""

    WRONG_POINT = "wrong-point", "fel startpunkt eller plats", "wrong starting point or place"
    WRONG_TRAVEL_TIME = "wrong-travel-time", "fel restid", "wrong travel time"
    TOLD_ANOTHER_DAY = "told-another-day", "besked en annan dag", "told on another day"
    WISHES_ELSEWHERE = "wishes-elsewhere", "önskemålen var andra", "other wishes"


class LedgerEntry(Row, table=True):
    """What a placement has cost its student, as it was when the student was told; rows are added and never changed.

    The row of a placement with the highest ``number`` counts. ``minutes`` are one way, as planned; ``km`` are rounded
    up. ``possible_wishes`` are those wished units that the rules allowed, and ``wish_rank`` is how many of them come
    before the unit that it became: all of them if it is none of them. An ``ended`` row has the values that the
    placement had, and counts for nothing. It keeps the unit's name, for the unit may be gone. It goes with its student.
    ``unmet_wishes`` says what was in the way at the units that were wished for more, where a plan gave the place.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("unit_id", LONGEST_ID),
        sized("unit_name"),
        a_week("start"),
        bounded("weeks", 1, MOST_WEEKS),
        bounded("minutes", 0, LONGEST_JOURNEY),
        bounded("long_after", 0, LONGEST_JOURNEY),
        bounded("km", 0, FARTHEST_KM),
        bounded("possible_wishes", 0, MOST_WISHES),
        CheckConstraint("wish_rank BETWEEN 0 AND possible_wishes", name="rank_within_wishes"),
        bounded("number", 1, MOST),
        UniqueConstraint("placement_id", "number"),
        CheckConstraint("(cause = 'corrected') = (correction IS NOT NULL)", name="reason_iff_corrected"),
        Index(None, "term_id", "placement_id"),
    )

    id: str = Field(default_factory=lambda: new_id("led"), primary_key=True, max_length=LONGEST_ID)
    student_id: str = Field(sa_column=reference("student.id", cascade=True))
    term_id: str = Field(sa_column=reference("term.id", cascade=True, index=False))
    placement_id: str = Field(sa_column=reference("placement.id", cascade=True, index=False))
    number: int
    unit_id: str = Field(max_length=LONGEST_ID)
    unit_name: str = Field(max_length=LONGEST_NAME)
    cause: LedgerCause = Field(sa_type=one_of(LedgerCause, "cause"))
    correction: CorrectionReason | None = Field(default=None, sa_type=one_of(CorrectionReason, "correction"))
    recorded_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    told_on: dt.date
    start: IsoWeek = Field(sa_type=Week)
    weeks: int
    minutes: int
    long_after: int
    km: int
    possible_wishes: int
    wish_rank: int
    unmet_wishes: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(json_type()))


class BurdenFormula(Row, Versioned, table=True):
    """How many points of burden each thing gives, from a day on; it is entered before that day and never changed.

    The points of one term are at most ``most_per_term``. Of a student's earlier terms the latest counts in full, and
    each one before it by ``kept_permille`` of the next.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        bounded("long_week", 0, MOST_POINTS),
        bounded("week_away", 0, MOST_POINTS),
        bounded("unmet_wish", 0, MOST_POINTS),
        bounded("late_notice", 0, MOST_POINTS),
        bounded("very_late_notice", 0, MOST_POINTS),
        bounded("most_per_term", 0, MOST_POINTS),
        bounded("kept_permille", 0, 1_000),
        UniqueConstraint("valid_from"),
    )

    id: str = Field(default_factory=lambda: new_id("bur"), primary_key=True, max_length=LONGEST_ID)
    valid_from: dt.date
    long_week: int
    week_away: int
    unmet_wish: int
    late_notice: int
    very_late_notice: int
    most_per_term: int
    kept_permille: int
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
