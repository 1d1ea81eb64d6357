"""Retention: how long each kind of record is kept, and what must be kept for now whatever the rules say."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    Moment,
    Row,
    Versioned,
    bounded,
    new_id,
    reference,
    sized,
)

LONGEST_REASON = 1_000


class RetentionRule(Row, table=True):
    """How long a kind of record is kept from a day on; until the first such row the service's own default holds."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("kind", 64),
        bounded("days", 0, 36_500),
        sized("reason", LONGEST_REASON),
        sized("decided_by"),
        UniqueConstraint("kind", "valid_from"),
    )

    id: str = Field(default_factory=lambda: new_id("rtn"), primary_key=True, max_length=LONGEST_ID)
    kind: str = Field(max_length=64)
    days: int
    valid_from: dt.date
    reason: str = Field(max_length=LONGEST_REASON)
    decided_by: str = Field(max_length=LONGEST_NAME)
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class KeptJourney(Row, table=True):
    """How long a placement's journey was, one way in minutes, for the figures: the student's home has been erased."""

    __table_args__ = (bounded("minutes", 0, MOST),)

    placement_id: str = Field(sa_column=reference("placement.id", key=True, cascade=True))
    minutes: int
    long: bool


class LegalHold(Row, Versioned, table=True):
    """What must be kept for now: everything about one student, or one kind of record, or all, until it is lifted."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("kind", 64),
        sized("reason", LONGEST_REASON),
        sized("decided_by"),
        CheckConstraint("kind IS NULL OR student_id IS NULL", name="kind_or_student"),
        CheckConstraint("lifted_on IS NULL OR lifted_on >= placed_on", name="lifted_after_placed"),
    )

    id: str = Field(default_factory=lambda: new_id("hld"), primary_key=True, max_length=LONGEST_ID)
    kind: str | None = Field(default=None, max_length=64)
    student_id: str | None = Field(default=None, sa_column=reference("student.id", null=True))
    reason: str = Field(max_length=LONGEST_REASON)
    decided_by: str = Field(max_length=LONGEST_NAME)
    placed_on: dt.date
    lifted_on: dt.date | None = None
