"""Remedies: what would give a run's unplaced requests a place, kept as they are worked out in the background."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Column
from sqlmodel import Field

from placement.tables.columns import (
    LONGEST_NAME,
    MOST,
    Moment,
    Row,
    bounded,
    json_type,
    one_of,
    reference,
    sized,
)
from placement.vocabulary import Named


class RemedyState(Named):
    """How far the remedies of a request have come; those given up are of a plan that a newer one has replaced."""

    WAITING = "waiting", "väntar", "waiting"
    DONE = "done", "klar", "done"
    FAILED = "failed", "misslyckad", "failed"
    GIVEN_UP = "given-up", "avbruten", "given up"


class RemedyWork(Row, table=True):
    """That a plan's remedies are worked out: which process does so and its sign of life, until it has ended."""

    __table_args__ = (
        sized("worker"),
        CheckConstraint("(worker IS NULL) = (heartbeat_at IS NULL)", name="alive_iff_held"),
        CheckConstraint("worker IS NULL OR NOT ended", name="held_until_ended"),
    )

    plan_id: str = Field(sa_column=reference("plan.id", key=True, cascade=True))
    worker: str | None = Field(default=None, max_length=LONGEST_NAME)
    heartbeat_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended: bool = False


class KeptRemedies(Row, table=True):
    """What would give a request that a plan left unplaced a place, and why it has none, in the plan's own ids.

    ``turn`` is its place in the order of work, and ``seconds`` how long it took.
    """

    __table_args__ = (
        bounded("turn", 0, MOST),
        bounded("seconds", 0, MOST),
        CheckConstraint("(state = 'done') = (answer IS NOT NULL)", name="answer_iff_done"),
        CheckConstraint("(state IN ('done', 'failed')) = (worked_out_at IS NOT NULL)", name="moment_iff_worked_out"),
    )

    plan_id: str = Field(sa_column=reference("plan.id", key=True, cascade=True))
    request_id: str = Field(sa_column=reference("request.id", key=True, cascade=True))
    state: RemedyState = Field(default=RemedyState.WAITING, sa_type=one_of(RemedyState, "state"))
    turn: int
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    worked_out_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    seconds: float | None = None
