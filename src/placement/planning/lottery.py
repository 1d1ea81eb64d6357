"""Lottery: the recorded draw that breaks ties between students, made by the service and checkable by anyone.

A student's ticket is the hexadecimal SHA-256 of ``<seed>:<student id>``; the lowest gets the first number.
Those who ask for placements in the term and have no number take part, and the numbers go on after the
highest in the term: nobody draws twice, and who comes late stands behind those who came in time.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import ConflictError
from placement.events import feed
from placement.store import audit
from placement.store.access import COORDINATORS, FIRST, INSTITUTIONS, Page, Span, allow, found, page_of
from placement.tables import Action, AuditEntry, Request, RequestStatus, Student, Term

_DRAW = "lottery_draw"


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw as it was recorded: the seed, how many took part, and the numbers they got."""

    id: str
    term_id: str
    drawn_at: datetime
    seed: str
    students: int
    first_number: int
    last_number: int


def in_order_of_the_draw(seed: str, students: Iterable[str]) -> list[str]:
    """Put students, by their ids, in the order that a seed draws them in."""
    return sorted(students, key=lambda student_id: hashlib.sha256(f"{seed}:{student_id}".encode()).hexdigest())


def draw_lottery(session: Session, by: Caller, term_id: str, seed: str | None = None) -> Draw:
    """Draw numbers for the term's students without one, by the seed given or by one nobody could foresee."""
    allow(by, COORDINATORS)
    found(session.get(Term, term_id), term_id)
    asking = col(Request.term_id) == term_id, col(Request.status) == RequestStatus.OPEN
    without = select(Student).where(_with_requests(*asking), col(Student.lottery_number).is_(None))
    waiting = {student.id: student for student in session.exec(without)}
    if not waiting:
        raise ConflictError(
            sv="Ingen student i terminen väntar på ett lottnummer.",
            en="No student in the term waits for a lottery number.",
        )
    seed = seed or secrets.token_hex(16)
    in_term = _with_requests(col(Request.term_id) == term_id)
    highest = session.exec(select(func.max(Student.lottery_number)).where(in_term)).one() or 0
    before = {student.id: audit.snapshot(student) for student in waiting.values()}
    for number, student_id in enumerate(in_order_of_the_draw(seed, waiting), start=highest + 1):
        waiting[student_id].lottery_number = number
    session.flush()
    for student_id, student in waiting.items():
        audit.record(session, by, Action.CHANGED, student, before[student_id])
    entry = AuditEntry(
        actor_token=by.token,
        actor_role=by.role,
        actor_organisation=by.organisation,
        action=Action.CREATED,
        object_type=_DRAW,
        object_id=term_id,
        after={
            "seed": seed,
            "students": len(waiting),
            "first_number": highest + 1,
            "last_number": highest + len(waiting),
        },
        trace=by.trace,
    )
    session.add(entry)
    session.flush()
    draw = _draw(entry)
    subject = feed.Subject("lottery.drawn", "lottery-draw", draw.id, term_id)
    feed.tell(session, [(subject, {"termId": term_id, "drawId": draw.id, "students": draw.students})])
    return draw


def list_draws(session: Session, by: Caller, term_id: str, *, span: Span = FIRST) -> Page[Draw]:
    """List a term's draws in the order they were made, for everyone who wants to check them."""
    allow(by, INSTITUTIONS)
    found(session.get(Term, term_id), term_id)
    of_term = col(AuditEntry.object_type) == _DRAW, col(AuditEntry.object_id) == term_id
    page = page_of(session, select(AuditEntry).where(*of_term).order_by(col(AuditEntry.sequence)), span)
    return Page([_draw(entry) for entry in page.rows], page.total)


def _with_requests(*such: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return which students have such requests."""
    return col(Student.id).in_(select(Request.student_id).where(*such))


def _draw(entry: AuditEntry) -> Draw:
    """Read a draw from where it is recorded."""
    return Draw(id=f"drw_{entry.sequence}", term_id=entry.object_id, drawn_at=entry.at, **(entry.after or {}))
