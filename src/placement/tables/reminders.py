"""Reminders: when parties are reminded of what, whom was reminded, and the mails that say so."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    Moment,
    Row,
    bounded,
    new_id,
    one_of,
    reference,
    sized,
)
from placement.tables.places import LONGEST_EMAIL
from placement.tables.webhooks import LONGEST_OUTCOME, MOST_ATTEMPTS
from placement.vocabulary import Named

MOST_DAYS_BEFORE = 730


class ReminderKind(Named):
    """What a reminder is about: a date that somebody has to do something before."""

    REQUESTS_DUE = "requests-due", "begäranden saknas", "requests missing"
    ANSWER_DUE = "answer-due", "svar saknas", "answer missing"
    STUDENT_ANSWERS_DUE = "student-answers-due", "studenters svar saknas", "students' answers missing"
    AGREEMENT_ENDS = "agreement-ends", "avtal upphör", "agreement ends"
    TRAINING_EXPIRES = "training-expires", "utbildning går ut", "training expires"


class ReminderRule(Row, table=True):
    """Whether a reminder of a kind is sent a number of days before its date, from a day on.

    Of the rows of one kind and number of days, the one that began last counts.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        bounded("days_before", 0, MOST_DAYS_BEFORE),
        UniqueConstraint("kind", "days_before", "valid_from"),
    )

    id: str = Field(default_factory=lambda: new_id("rrl"), primary_key=True, max_length=LONGEST_ID)
    kind: ReminderKind = Field(sa_type=one_of(ReminderKind, "kind"))
    days_before: int
    active: bool = True
    valid_from: dt.date


class ReceiverKind(Named):
    """Who is reminded: a lärosäte, a provider, or a unit, whose provider reads it too."""

    INSTITUTION = "institution", "lärosäte", "institution"
    PROVIDER = "provider", "huvudman", "provider"
    UNIT = "unit", "enhet", "unit"


class Reminder(Row, table=True):
    """A reminder that has been sent: to whom, of what, of which date, and as which step.

    The database holds that each is sent once to a receiver for a subject, a date and a step, whatever the number of
    processes. Ids are kept as text, since a reminder outlives what it was about.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("subject_type", 64),
        sized("subject_id", LONGEST_ID),
        sized("receiver_id", LONGEST_ID),
        bounded("days_before", 0, MOST_DAYS_BEFORE),
        UniqueConstraint("kind", "subject_id", "receiver_id", "due_on", "days_before"),
    )

    id: str = Field(default_factory=lambda: new_id("rem"), primary_key=True, max_length=LONGEST_ID)
    kind: ReminderKind = Field(sa_type=one_of(ReminderKind, "kind"))
    subject_type: str = Field(max_length=64)
    subject_id: str = Field(max_length=LONGEST_ID)
    receiver_kind: ReceiverKind = Field(sa_type=one_of(ReceiverKind, "receiver_kind"))
    receiver_id: str = Field(max_length=LONGEST_ID, index=True)
    term_id: str | None = Field(default=None, max_length=LONGEST_ID)
    due_on: dt.date
    days_before: int
    sent_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class ReminderMail(Row, table=True):
    """The mail of a reminder: to which address, how the sending goes, and when it was handed over.

    ``worker`` is the process that sends now, until its lease expires at ``leased_until``; ``due_at`` is None once it is
    handed over or given up.
    """

    __table_args__ = (
        sized("address", LONGEST_EMAIL),
        bounded("attempts", 0, MOST_ATTEMPTS),
        sized("outcome", LONGEST_OUTCOME),
        CheckConstraint("handed_over_at IS NULL OR due_at IS NULL", name="handed_over_once"),
    )

    reminder_id: str = Field(sa_column=reference("reminder.id", key=True, cascade=True))
    address: str = Field(max_length=LONGEST_EMAIL)
    attempts: int = 0
    due_at: dt.datetime | None = Field(
        default_factory=now,
        sa_type=Moment,
        index=True,
        sa_column_kwargs={"default": None},  # or None becomes now
    )
    worker: str | None = Field(default=None, max_length=LONGEST_NAME)
    leased_until: dt.datetime | None = Field(default=None, sa_type=Moment)
    handed_over_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    outcome: str | None = Field(default=None, max_length=LONGEST_OUTCOME)
