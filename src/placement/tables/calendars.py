"""Calendars: the secret addresses at which calendar programs read placements, stored only as digests."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    SENSITIVE,
    Moment,
    Row,
    Versioned,
    new_id,
    one_of,
    reference,
    sized,
)
from placement.vocabulary import Named


class CalendarSubject(Named):
    """Whose placements a calendar shows."""

    STUDENT = "student", "student", "student"
    COHORT = "cohort", "kull", "cohort"
    UNIT = "unit", "enhet", "unit"
    SUPERVISOR = "supervisor", "handledare", "supervisor"
    PROVIDER = "provider", "huvudman", "provider"


class Calendar(Row, Versioned, table=True):
    """An address at which one subject's placements are read, for as long as the token that made it is valid."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("subject_id", LONGEST_ID),
        CheckConstraint("length(secret_sha256) = 64", name="secret_sha256_length"),
        UniqueConstraint("secret_sha256"),
    )

    id: str = Field(default_factory=lambda: new_id("cal"), primary_key=True, max_length=LONGEST_ID)
    token_id: str = Field(sa_column=reference("api_token.id"))
    secret_sha256: str = Field(max_length=64, sa_column_kwargs={"info": SENSITIVE})
    subject_type: CalendarSubject = Field(sa_type=one_of(CalendarSubject, "subject_type"))
    subject_id: str = Field(max_length=LONGEST_ID, index=True)
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
