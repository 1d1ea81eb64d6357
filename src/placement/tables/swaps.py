"""Swaps: two students of one course ask to exchange places; who has agreed, what it gives each, and how it ended."""

import datetime as dt

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field

from placement.clock import now
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
)
from placement.tables.students import MOST_WISHES
from placement.vocabulary import Named
from placement_solver.weeks import IsoWeek


class SwapStatus(Named):
    """How far a swap has come; only one that is asked for can still be agreed to, and the others are final."""

    ASKED = "asked", "begärt", "asked for"
    APPROVED = "approved", "godkänt", "approved"
    DECLINED = "declined", "avslaget", "declined"
    WITHDRAWN = "withdrawn", "återtaget", "withdrawn"
    LAPSED = "lapsed", "förfallet", "lapsed"


class SwapReason(Named):
    """Why a swap was declined or has lapsed; never a reason that concerns a student."""

    PREPARED = "prepared", "förberedelserna har börjat", "preparations have begun"
    SUPERVISION = "supervision", "handledningen går inte att ordna", "supervision cannot be arranged"
    WORSE = "worse", "bytet gör det sämre för någon", "the swap makes it worse for someone"
    OTHER = "other", "annat", "other"
    BEGUN = "begun", "en placering har börjat", "a placement has begun"
    ENDED = "ended", "en placering har upphört", "a placement has ended"
    MOVED = "moved", "en placering har flyttats", "a placement has moved"


REFUSALS = (SwapReason.PREPARED, SwapReason.SUPERVISION, SwapReason.WORSE, SwapReason.OTHER)
"""The reasons that a unit or a coordinator may give."""


class SwapAnswer(Named):
    """A unit's answer to a swap."""

    ACCEPTED = "accepted", "godtaget", "accepted"
    DECLINED = "declined", "tackat nej", "declined"


class Swap(Row, Versioned, table=True):
    """Two placements of one course and term whose students ask to exchange unit, start week and supervisor.

    ``terms`` is what the swap changes in each term of the objective, where less is better, as it was when the swap was
    asked for or, once it is approved, approved. ``decided_by`` is who approved, declined or withdrew it; a swap that
    lapses is decided by nobody.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("asked_by"),
        sized("decided_by"),
        CheckConstraint(
            "CASE status"
            " WHEN 'declined' THEN reason IS NOT NULL AND reason IN ('prepared', 'supervision', 'worse', 'other')"
            " WHEN 'lapsed' THEN reason IS NOT NULL AND reason IN ('begun', 'ended', 'moved')"
            " ELSE reason IS NULL END",
            name="reason_of_status",
        ),
        CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name="decided_iff_over"),
        CheckConstraint("(status IN ('asked', 'lapsed')) = (decided_by IS NULL)", name="decided_by_someone"),
        Index(None, "term_id", "status"),
        Index(None, "asked_at", "id"),
    )

    id: str = Field(default_factory=lambda: new_id("swp"), primary_key=True, max_length=LONGEST_ID)
    term_id: str = Field(sa_column=reference("term.id", index=False))
    status: SwapStatus = Field(default=SwapStatus.ASKED, sa_type=one_of(SwapStatus, "status"))
    reason: SwapReason | None = Field(default=None, sa_type=one_of(SwapReason, "reason"))
    terms: dict[str, int] = Field(sa_column=Column(json_type(), nullable=False, info=SENSITIVE))
    asked_by: str = Field(max_length=LONGEST_NAME)
    asked_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    decided_by: str | None = Field(default=None, max_length=LONGEST_NAME)
    decided_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    changed_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class SwapSide(Row, table=True):
    """One placement of a swap: where it was when the swap was asked for, its student's yes, and its unit's answer.

    ``minutes`` are the student's journey one way in the own place and in the other's; ``rank`` is the number of the
    unit on the list of preferences, counted from 1, or none where it is not on it.
    """

    __table_args__ = (
        a_week("start"),
        bounded("weeks", 1, MOST_WEEKS),
        Index(None, "placement_id"),
        bounded("minutes_before", 0, MOST),
        bounded("minutes_after", 0, MOST),
        bounded("rank_before", 1, MOST_WISHES),
        bounded("rank_after", 1, MOST_WISHES),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="moment_iff_answered"),
    )

    swap_id: str = Field(sa_column=reference("swap.id", key=True, cascade=True))
    placement_id: str = Field(sa_column=reference("placement.id", key=True))
    unit_id: str = Field(sa_column=reference("unit.id"))
    start: IsoWeek = Field(sa_type=Week)
    weeks: int
    supervisor_id: str | None = Field(default=None, sa_column=reference("supervisor.id", null=True))
    consented_on: dt.date | None = None
    answer: SwapAnswer | None = Field(default=None, sa_type=one_of(SwapAnswer, "answer"))
    answered_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    minutes_before: int = Field(sa_column_kwargs={"info": SENSITIVE})
    minutes_after: int = Field(sa_column_kwargs={"info": SENSITIVE})
    rank_before: int | None = Field(default=None, sa_column_kwargs={"info": SENSITIVE})
    rank_after: int | None = Field(default=None, sa_column_kwargs={"info": SENSITIVE})
