"""Jobs: whoever writes that something waits tells the queue so in the same transaction (procrastinate, on PostgreSQL).

A job says no more than that a piece of a lane's work waits. Which piece comes next, the database's rows say, with the
same rule on SQLite. A job belongs to the worker that fetched it for as long as that worker gives signs of life; one
that is taken from a worker is ended, never given to another, so that a late worker cannot end the other's.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped
from sqlmodel import Session

BEAT_SECONDS = 2.0
"""Every this many seconds a worker gives a sign of life."""
SILENT_SECONDS = 10.0
"""A worker that gave no sign of life for so long, by the database's clock, has lost its jobs."""
MOST_AT_ONCE = 100
"""So many jobs are added to a lane at a time where some are missing; the rest follow at the next look."""

QUEUE = ("procrastinate_jobs", "procrastinate_workers", "procrastinate_events", "procrastinate_periodic_defers")
"""The tables of the queue on PostgreSQL."""

_ADD = text(
    "SELECT procrastinate_defer_jobs_v1(array_agg(ROW(:lane, :lane, 0, NULL, NULL, '{}', NULL)"
    "::procrastinate_job_to_defer_v1)) FROM generate_series(1, :pieces)"
)
_job = table("procrastinate_jobs", column("id"), column("queue_name"), column("status"), column("worker_id"))
_worker = table("procrastinate_workers", column("id"), column("last_heartbeat"))
_WAITS, _IS_HELD = (_job.c.status == literal_column(status) for status in ("'todo'", "'doing'"))


def _living(silent: BindParameter[float] | float) -> Select[tuple[int]]:
    """Select the workers that have given a sign of life within so many seconds, by the database's clock."""
    since = func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, silent)
    return select(_worker.c.id).where(_worker.c.last_heartbeat > since)


_OF_THE_LIVING = _job.c.worker_id.in_(_living(bindparam("silent")))
_HELD = select(_job.c.id).where(_IS_HELD, _OF_THE_LIVING)
_LOST = select(_job.c.id).where(_IS_HELD, or_(_job.c.worker_id.is_(None), ~_OF_THE_LIVING))
_ADDED = (
    select(func.count())
    .select_from(_job)
    .where(_job.c.queue_name == bindparam("lane"), or_(_WAITS, and_(_IS_HELD, _OF_THE_LIVING)))
)
_END = text("SELECT procrastinate_finish_job_v1(:job, 'failed', true)")
_LOOK_ALONE = text("SELECT pg_try_advisory_xact_lock(5202711)")
_LET_GO = text("SELECT set_config('idle_in_transaction_session_timeout', :milliseconds, true)")


class Lane(StrEnum):
    """The kinds of work that have turns of their own, so that none keeps another waiting."""

    RUNS = "runs"
    REMEDIES = "remedies"
    WEBHOOKS = "webhooks"
    MAILS = "mails"
    REMINDERS = "reminders"


def has_queue(session: Session) -> bool:
    """Tell whether a session's database has a queue; on SQLite one process looks at the rows by itself."""
    return session.get_bind().dialect.name == "postgresql"


def add_jobs(session: Session, lane: str, pieces: int = 1) -> None:
    """Tell a lane, once the session's transaction is committed, that so many pieces of its work wait."""
    if has_queue(session):
        session.connection().execute(_ADD, {"lane": lane, "pieces": pieces})


def added(session: Session, lane: str) -> int:
    """Count a lane's jobs that wait, or that a living worker has."""
    return int(session.connection().scalar(_ADDED, {"lane": lane, "silent": SILENT_SECONDS}) or 0)


def held(session: Session) -> set[int]:
    """Return the jobs that living workers have."""
    return set(session.connection().scalars(_HELD, {"silent": SILENT_SECONDS}))


def held_by(session: Session, workers: Iterable[int]) -> set[int]:
    """Return the jobs that some workers have, by the numbers that the queue gave them."""
    return set(session.connection().scalars(select(_job.c.id).where(_IS_HELD, _job.c.worker_id.in_([*workers]))))


def lives(number: Mapped[int]) -> ColumnElement[bool]:
    """Say that the worker with this number of the queue has given a sign of life lately."""
    return number.in_(_living(SILENT_SECONDS))


def gone(number: Mapped[int]) -> ColumnElement[bool]:
    """Say that the queue knows no worker with this number."""
    return number.not_in(select(_worker.c.id))


def end_lost(session: Session) -> None:
    """End the jobs of workers that are gone."""
    for job in session.connection().scalars(_LOST, {"silent": SILENT_SECONDS}).all():
        end_job(session, job)


def end_job(session: Session, job: int) -> None:
    """End a job, for whoever had it; what it was for gets a new one if it still waits."""
    session.connection().execute(_END, {"job": job})


def let_go_if_frozen(session: Session) -> None:
    """Let the database end a session's transaction where its process says nothing for as long as a worker may not.

    A process that is frozen in the midst of it would otherwise keep its locks from everybody else.
    """
    if has_queue(session):
        session.connection().execute(_LET_GO, {"milliseconds": f"{SILENT_SECONDS * 1_000:.0f}"})


def may_look(session: Session) -> bool:
    """Tell whether no other process looks after the lanes at this moment; none does until the transaction ends."""
    let_go_if_frozen(session)
    return bool(session.connection().scalar(_LOOK_ALONE))
