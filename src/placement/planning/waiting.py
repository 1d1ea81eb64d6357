"""Waiting: who has no placement yet, the order in which they are offered one, and what a free place is to them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, func, select

from placement.events.feed import Happening, Subject
from placement.register.retakes import class_in_turn
from placement.tables import (
    HOLDING,
    Course,
    Placement,
    Programme,
    Request,
    RequestStatus,
    Student,
    Unit,
)

TURN = (
    class_in_turn().desc(),
    col(Student.lottery_number).is_(None),
    col(Student.lottery_number),
    col(Request.id),
)
"""In this order: by the class of förtur, which a retake lifts, then by the recorded lottery number.

Those who have drawn none come last.
"""


def waits(term_id: str) -> tuple[ColumnElement[bool], ...]:
    """Return which requests of a term wait: those still asked for that no placement answers."""
    held = exists().where(col(Placement.request_id) == col(Request.id), col(Placement.status).in_(HOLDING))
    return col(Request.term_id) == term_id, col(Request.status) == RequestStatus.OPEN, ~held


def of_freed_place(session: Session, placement: Placement, request: Request) -> Happening:
    """Tell, to the unit and the coordinator, of a place that has come free, and how many who wait might be given it.

    Those ask for the same profession's courses and for a kind of unit that this one is; what else the rules ask is
    for a run to find out.
    """
    unit = session.get_one(Unit, placement.unit_id)
    profession = (
        select(Programme.profession)
        .join(Course, col(Course.programme_id) == col(Programme.id))
        .where(col(Course.id) == request.course_id)
        .scalar_subquery()
    )
    asked = (
        select(Course, func.count())
        .join(Request, col(Request.course_id) == col(Course.id))
        .join(Programme, col(Programme.id) == col(Course.programme_id))
        .where(col(Programme.profession) == profession, *waits(placement.term_id))
        .group_by(col(Course.id))
    )
    waiting = sum(number for course, number in session.exec(asked) if not set(course.kinds).isdisjoint(unit.kinds))
    subject = Subject("place.freed", "unit", unit.id, placement.term_id, unit_id=unit.id)
    return subject, {
        "placementId": placement.id,
        "unitId": unit.id,
        "start": str(placement.start),
        "weeks": placement.weeks,
        "waiting": waiting,
    }
