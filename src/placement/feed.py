"""Feed: what has happened, for ever and in one order, so that partners' own systems can follow from any point on.

An event is written in the transaction of what it tells of, and its cursor grows in the order of the commits: who has
read up to a cursor has missed nothing before it. ``CATALOGUE`` has every kind of event there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, true
from sqlmodel import Session, col, select

from placement.access import AUDITORS, CARE, INSTITUTIONS, allow
from placement.callers import Caller, Role
from placement.places import units_of
from placement.tables import Event, Unit, now
from placement_solver.words import Words

FOLLOWERS = AUDITORS | INSTITUTIONS | CARE
LONGEST_READING = 1_000
_TURN = 2_027_0118
"""The number of the PostgreSQL lock by which writers of events take turns until they commit."""

CATALOGUE: Mapping[str, Words] = {
    "plan.published": Words(
        "En plan gäller för terminen från och med nu.", "A plan is in force for the term from now on."
    ),
    "placement.published": Words("En student har fått en placering.", "A student has been given a placement."),
    "placement.moved": Words(
        "En placering har fått annan enhet, tid eller handledare.",
        "A placement has another unit, time or supervisor.",
    ),
    "placement.left": Words(
        "En placering har flyttat från enheten; platsen är fri.",
        "A placement has left the unit; its place is free.",
    ),
    "placement.accepted": Words("Enheten har bekräftat placeringen.", "The unit has accepted the placement."),
    "placement.declined": Words(
        "Enheten tar inte emot placeringen; begäran väntar på en ny.",
        "The unit does not take the placement; the request waits for another.",
    ),
    "placement.cancelled": Words("Placeringen gäller inte längre.", "The placement is no longer in force."),
    "placement.dropped-out": Words("Studenten har avbrutit placeringen.", "The student has left the placement."),
    "placement.completed": Words("Placeringen är fullgjord.", "The placement has been completed."),
    "placement.failed": Words("Placeringen är underkänd.", "The placement has been failed."),
}
"""Every kind of event, and what it means."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, and whom besides the coordinator it concerns: everyone, where nobody is named."""

    kind: str
    type: str
    id: str
    term_id: str | None = None
    institution_id: str | None = None
    unit_id: str | None = None


def tell(session: Session, happenings: Sequence[tuple[Subject, Mapping[str, Any]]]) -> None:
    """Write events in the transaction of what they tell of."""
    if not happenings:
        return
    if session.get_bind().dialect.name == "postgresql":  # on SQLite a writer is alone anyway
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))
    at = now()
    session.connection().execute(
        insert(Event),
        [
            {
                "at": at,
                "kind": subject.kind,
                "term_id": subject.term_id,
                "institution_id": subject.institution_id,
                "unit_id": subject.unit_id,
                "subject_type": subject.type,
                "subject_id": subject.id,
                "details": dict(details),
            }
            for subject, details in happenings
        ],
    )


def read_feed(
    session: Session,
    by: Caller,
    *,
    after: int = 0,
    kind: str | None = None,
    term_id: str | None = None,
    subject_id: str | None = None,
    limit: int = 100,
) -> Sequence[Event]:
    """Read what has happened after a cursor and concerns the caller, the oldest first."""
    allow(by, FOLLOWERS)
    query = select(Event).where(col(Event.sequence) > after, _heard_by(by))
    for column, value in ((Event.kind, kind), (Event.term_id, term_id), (Event.subject_id, subject_id)):
        if value is not None:
            query = query.where(col(column) == value)
    return session.exec(query.order_by(col(Event.sequence)).limit(limit)).all()


def _heard_by(by: Caller) -> ColumnElement[bool]:
    """Return which events concern a caller: all, or their own students', or their own units', and everyone's."""
    if by.role in AUDITORS:
        return true()
    everyone = col(Event.institution_id).is_(None) & col(Event.unit_id).is_(None)
    if by.role is Role.INSTITUTION:
        return or_(everyone, col(Event.institution_id) == by.organisation)
    return or_(everyone, col(Event.unit_id).in_(select(Unit.id).where(units_of(by))))
