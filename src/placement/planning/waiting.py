"""Waiting list: who has no placement yet, in which order they are offered one, and whom a freed place could suit."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, func, select

from placement.events.feed import Happening, Subject
from placement.planning.other_terms import terms_with
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
"""The order of the waiting list: by priority class, which a retake raises, then by the recorded lottery number.

Students without a lottery number come last.
"""


def waits(*term_ids: str) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for the waiting requests of some terms: open ones that no placement in force meets."""
    held = exists().where(col(Placement.request_id) == col(Request.id), col(Placement.status).in_(HOLDING))
    return col(Request.term_id).in_(term_ids), col(Request.status) == RequestStatus.OPEN, ~held


def of_freed_place(session: Session, placement: Placement, request: Request) -> Happening:
    """Write an event about a freed place for the unit and the coordinator, with how many waiting requests it may suit.

    These ask for a course of the same profession and for a kind of unit that this unit is, in a term that has some of
    the placement's weeks; a run decides whether the other rules allow it.
    """
    unit = session.get_one(Unit, placement.unit_id)
    concerned = [term.id for term in terms_with(session, placement.start, placement.weeks)]
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
        .where(col(Programme.profession) == profession, *waits(*concerned))
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
