"""Figures: what is counted in the database for those who watch the service; none of it is about a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session, col, func, select

from placement.clock import now
from placement.database import read_session
from placement.outgoing.deliveries import longest_due
from placement.tables import AuditEntry, Delivery, Plan, Run, RunStatus, Webhook
from placement_solver.progress import gap_between


@dataclass(frozen=True, slots=True)
class Figures:
    """What is in the database now. Ages and times are in seconds; a gap is a share; None is what there is not yet.

    ``queue_age`` is how long the run that has waited longest has waited. ``seconds_in_phases`` adds up all runs. The
    last plan's ``gap`` is the share of its objective that is not proven necessary. ``failing`` webhooks have had their
    last attempt refused and are tried again, ``paused`` are so by their owner, ``stopped`` are tried no more;
    ``overdue`` is for how long an event has been due without being sent.
    """

    runs: Mapping[str, int]
    queue_age: float
    seconds_in_phases: Mapping[str, float]
    gap: float | None
    webhooks: Mapping[str, int]
    overdue: float
    audit_sequence: int
    bytes: int


def count(engine: Engine) -> Figures:
    """Count what is in a database.

    Raises:
        UnavailableError: it does not answer.

    """
    with read_session(engine) as session:
        runs = dict(session.exec(select(Run.status, func.count()).group_by(Run.status)).all())
        first: dt.datetime | None = session.exec(
            select(func.min(Run.requested_at)).where(Run.status == RunStatus.QUEUED)
        ).one()
        plan = session.exec(select(Plan).order_by(col(Plan.created_at).desc(), col(Plan.id)).limit(1)).first()
        due = longest_due(session)
        return Figures(
            runs={status.value: runs.get(status, 0) for status in RunStatus},
            queue_age=0.0 if first is None else _seconds_since(first),
            seconds_in_phases=_phases(session),
            gap=None if plan is None else gap_between(plan.objective, plan.bound),
            webhooks=_webhooks(session),
            overdue=0.0 if due is None else _seconds_since(due.due_at),
            audit_sequence=session.exec(select(func.max(AuditEntry.sequence))).one() or 0,
            bytes=_size(engine, session),
        )


def _seconds_since(moment: dt.datetime) -> float:
    return (now() - moment).total_seconds()


def _phases(session: Session) -> dict[str, float]:
    """Add up how long all runs have been in each phase of the search."""
    total: dict[str, float] = {}
    for each in session.exec(select(Run.phase_seconds)):
        for phase, seconds in each.items():
            total[phase] = total.get(phase, 0.0) + seconds
    return total


def _webhooks(session: Session) -> dict[str, int]:
    """Count webhooks by how their deliveries go."""
    pairs = session.exec(
        select(Webhook.active, Webhook.reason, Delivery.attempts).join(
            Delivery, col(Delivery.webhook_id) == col(Webhook.id)
        )
    ).all()
    return {
        "sending": sum(active and not attempts for active, _reason, attempts in pairs),
        "failing": sum(active and attempts > 0 for active, _reason, attempts in pairs),
        "paused": sum(not active and reason is None for active, reason, _attempts in pairs),
        "stopped": sum(reason is not None for _active, reason, _attempts in pairs),
    }


def _size(engine: Engine, session: Session) -> int:
    """Return how many bytes the database takes."""
    if engine.dialect.name == "postgresql":
        return int(session.connection().scalar(text("SELECT pg_database_size(current_database())")) or 0)
    file = Path(engine.url.database or "")
    return file.stat().st_size if file.is_file() else 0
