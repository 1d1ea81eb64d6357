"""Lottery: the recorded draw that breaks ties between students, made by the service and verifiable by anyone.

A student's ticket is the hexadecimal SHA-256 of ``<seed>:<student id>``; the lowest ticket gets the first number.
Every student who asks for a placement in the term and has no number takes part. Numbering continues after the
term's highest number, so nobody draws twice, and a late student comes after those who were in time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import ConflictError
from placement.events import feed
from placement.store import audit
from placement.store.access import COORDINATORS, FIRST, INSTITUTIONS, Page, Span, allow, found, page_of
from placement.store.protection import counting_everyone
from placement.tables import Action, AuditEntry, Request, RequestStatus, Student, Term
from placement.tables.columns import new_id
from placement_solver.lottery import in_order_of_the_draw

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


@counting_everyone
def draw_lottery(session: Session, by: Caller, term_id: str, seed: str | None = None) -> Draw:
    """Draw numbers for the term's students without one, from the seed given or from an unpredictable one."""
    allow(by, COORDINATORS)
    found(session.get(Term, term_id), term_id)
    asking = col(Request.term_id) == term_id, col(Request.status) == RequestStatus.OPEN
    without = select(Student).where(_with_requests(*asking), col(Student.lottery_number).is_(None))
    waiting = {student.id: student for student in session.exec(without)}
    if not waiting:
        raise ConflictError(
            sv="Ingen student i terminen väntar på ett lottnummer.",
            en="No student in the term is waiting for a lottery number.",
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
            "id": new_id("drw"),
            "seed": seed,
            "students": len(waiting),
            "first_number": highest + 1,
            "last_number": highest + len(waiting),
        },
        trace=by.trace,
    )
    session.add(entry)
    draw = _draw(entry)
    subject = feed.Subject("lottery.drawn", "lottery-draw", draw.id, term_id)
    feed.tell(session, [(subject, {"termId": term_id, "drawId": draw.id, "students": draw.students})])
    return draw


def list_draws(session: Session, by: Caller, term_id: str, *, span: Span = FIRST) -> Page[Draw]:
    """List a term's draws in the order they were made; every caller may check them."""
    allow(by, INSTITUTIONS)
    found(session.get(Term, term_id), term_id)
    of_term = AuditEntry.object_type == _DRAW, AuditEntry.object_id == term_id, col(AuditEntry.salt).is_not(None)
    page = page_of(session, select(AuditEntry).where(*of_term).order_by(col(AuditEntry.sequence)), span)
    return Page([_draw(entry) for entry in page.rows], page.total)


def _with_requests(*such: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return which students have such requests."""
    return col(Student.id).in_(select(Request.student_id).where(*such))


def _draw(entry: AuditEntry) -> Draw:
    """Return a draw from its audit entry."""
    return Draw(term_id=entry.object_id, drawn_at=entry.at, **(entry.after or {}))
