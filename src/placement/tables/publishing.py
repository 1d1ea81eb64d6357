"""Publishing: which plans and placements are in force, since when and by whom, and the events about them."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, UniqueConstraint, text
from sqlmodel import Field

from placement.clock import day_of, now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    MOST_WEEKS,
    SENSITIVE,
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
    some_words,
    word_list,
)
from placement.vocabulary import Named
from placement_solver.weeks import IsoWeek


class PlacementStatus(Named):
    """The status of a placement since it was published."""

    PUBLISHED = "published", "publicerad", "published"
    ACCEPTED = "accepted", "bekräftad", "accepted"
    COMPLETED = "completed", "genomförd", "completed"
    FAILED = "failed", "underkänd", "failed"
    DECLINED = "declined", "tackat nej", "declined"
    CANCELLED = "cancelled", "inställd", "cancelled"
    DROPPED_OUT = "dropped-out", "avbruten", "dropped out"


STANDING = (PlacementStatus.PUBLISHED, PlacementStatus.ACCEPTED)
"""The statuses of a placement that is to come or going on: it can still be ended, and its student asked."""
FINISHED = (PlacementStatus.COMPLETED, PlacementStatus.FAILED)
"""The statuses of a placement that is over and was held."""
REPORTED = (*FINISHED, PlacementStatus.DROPPED_OUT)
"""The statuses of a placement of which it is known how many weeks were done."""
HOLDING = (PlacementStatus.PUBLISHED, PlacementStatus.ACCEPTED, PlacementStatus.COMPLETED, PlacementStatus.FAILED)
"""The statuses of a placement in force: its place, supervisor and weeks are taken. A request has at most one such."""

_HOLDING = text("status IN ('published', 'accepted', 'completed', 'failed')")


class EndReason(Named):
    """The stated reason why a placement is no longer in force; never a reason that concerns the student.

    Replanned: a new plan places the request elsewhere or not at all, though the placement could have stayed. No longer
    possible: the term no longer allowed it; the rules that it broke stand beside, for those who may see them.
    """

    NO_SUPERVISOR = "no-supervisor", "ingen handledare", "no supervisor"
    UNIT_CLOSED = "unit-closed", "enheten stängd", "unit closed"
    TOO_MANY_STUDENTS = "too-many-students", "för många studenter", "too many students"
    REQUEST_WITHDRAWN = "request-withdrawn", "begäran återkallad", "request withdrawn"
    REPLANNED = "replanned", "omplanerad", "replanned"
    NO_LONGER_POSSIBLE = "no-longer-possible", "inte längre möjlig", "no longer possible"
    OTHER = "other", "annat", "other"


class StudentAnswer(Named):
    """A student's own answer to a placement, where the term asks for one."""

    ACCEPTED = "accepted", "kommer", "comes"
    DECLINED = "declined", "kan inte", "cannot come"


class StudentReason(Named):
    """Why a student cannot come, from a short list; nothing about health or family is asked for or has a place here."""

    CLASH = "clash", "krockar med annat i studierna", "clashes with other studies"
    NOT_STUDYING = "not-studying", "läser inte kursen den terminen", "does not take the course that term"
    WORKS_THERE = "works-there", "arbetar på enheten", "works at the unit"
    JOURNEY = "journey", "resan går inte att klara", "the journey cannot be managed"
    OTHER = "other", "annat, som lärosätet får veta", "something else, which the lärosäte is told"


def last_answer_day(term_day: dt.date, published_at: dt.datetime, start: IsoWeek) -> dt.date:
    """Return the last day on which a placement's student may answer, given the term's last day for answers.

    It is the term's last day, and at the latest the day before the placement begins. A place that was published after
    the term's last day, to someone from the waiting list say, may be answered until the day before it begins.
    """
    before = start.monday() - dt.timedelta(days=1)
    return before if day_of(published_at) > term_day else min(term_day, before)


class Publication(Row, table=True):
    """A plan put in force for its term by a named person; the latest publication is the term's plan in force."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("published_by"),
        bounded("number", 1, MOST),
        bounded("placed", 0, MOST),
        bounded("moved", 0, MOST),
        bounded("ended", 0, MOST),
        UniqueConstraint("term_id", "number"),
        UniqueConstraint("run_id"),
    )

    id: str = Field(default_factory=lambda: new_id("pub"), primary_key=True, max_length=LONGEST_ID)
    term_id: str = Field(sa_column=reference("term.id", index=False))
    run_id: str = Field(sa_column=reference("run.id", index=False))
    number: int
    published_by: str = Field(max_length=LONGEST_NAME)
    published_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    placed: int
    moved: int
    ended: int


class Placement(Row, Versioned, table=True):
    """A request's placement since it was published: where, when, with which supervisor, and its status.

    It keeps its id through every later publication, and its row remains after it has ended. ``broken_rules`` are the
    rules that it broke when it ended because it was no longer possible. ``weeks_done`` is how many of its weeks were
    done, counted from its first; it is empty until somebody reports how the placement went. ``changed_at`` is when it
    got its place or its status: a corrected number of weeks leaves it as it was, and so does a student's answer.
    ``student_answer`` is about the place that the placement has: one that gets another place has none.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        a_week("start"),
        bounded("weeks", 1, MOST_WEEKS),
        CheckConstraint(
            "(status IN ('declined', 'cancelled', 'dropped-out')) = (reason IS NOT NULL)", name="reason_iff_ended"
        ),
        some_words("broken_rules"),
        CheckConstraint(
            "(reason IS NOT NULL AND reason = 'no-longer-possible') = (broken_rules IS NOT NULL)",
            name="rules_iff_impossible",
        ),
        CheckConstraint(
            "weeks_done IS NULL OR"
            " (weeks_done BETWEEN 0 AND weeks AND status IN ('completed', 'failed', 'dropped-out'))",
            name="weeks_done_of_reported",
        ),
        CheckConstraint("(student_answer IS NULL) = (student_answered_at IS NULL)", name="moment_iff_answered"),
        CheckConstraint(
            "CASE WHEN student_answer = 'declined' THEN student_reason IS NOT NULL ELSE student_reason IS NULL END",
            name="student_reason_iff_declined",
        ),
        Index("uq_placement_request_id", "request_id", unique=True, sqlite_where=_HOLDING, postgresql_where=_HOLDING),
        Index(None, "term_id", "status"),
        Index(None, "start", "id"),
    )

    id: str = Field(default_factory=lambda: new_id("pla"), primary_key=True, max_length=LONGEST_ID)
    term_id: str = Field(sa_column=reference("term.id", index=False))
    request_id: str = Field(sa_column=reference("request.id"))
    publication_id: str = Field(sa_column=reference("publication.id"))
    unit_id: str = Field(sa_column=reference("unit.id"))
    start: IsoWeek = Field(sa_type=Week)
    weeks: int
    supervisor_id: str | None = Field(default=None, sa_column=reference("supervisor.id", null=True))
    status: PlacementStatus = Field(default=PlacementStatus.PUBLISHED, sa_type=one_of(PlacementStatus, "status"))
    reason: EndReason | None = Field(default=None, sa_type=one_of(EndReason, "reason"))
    broken_rules: list[str] | None = Field(default=None, sa_type=word_list(), sa_column_kwargs={"info": SENSITIVE})
    weeks_done: int | None = None
    student_answer: StudentAnswer | None = Field(default=None, sa_type=one_of(StudentAnswer, "student_answer"))
    student_reason: StudentReason | None = Field(
        default=None, sa_type=one_of(StudentReason, "student_reason"), sa_column_kwargs={"info": SENSITIVE}
    )
    student_answered_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    changed_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class Event(Row, table=True):
    """Something that happened, kept for ever: partners' systems follow these events in the order of their cursor.

    ``institution_id``, ``provider_id`` and ``unit_id`` say whom it concerns; if all are empty, everyone.
    """

    __table_args__ = (
        sized("kind", 64),
        sized("subject_type", 64),
        sized("subject_id", LONGEST_ID),
        Index(None, "subject_type", "subject_id"),
    )

    sequence: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    )
    at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    kind: str = Field(max_length=64)
    term_id: str | None = Field(default=None, max_length=LONGEST_ID)
    institution_id: str | None = Field(default=None, max_length=LONGEST_ID, index=True)
    provider_id: str | None = Field(default=None, max_length=LONGEST_ID, index=True)
    unit_id: str | None = Field(default=None, max_length=LONGEST_ID, index=True)
    subject_type: str = Field(max_length=64)
    subject_id: str = Field(max_length=LONGEST_ID)
    details: dict[str, Any] = Field(sa_column=Column(json_type(), nullable=False))
