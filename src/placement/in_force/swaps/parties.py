"""Parties: the placements that are exchanged, each with its request, student and course, read and locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import today
from placement.store.acting import reaching_beyond_own
from placement.store.scopes import students_of
from placement.tables import Course, Placement, Request, Student, Swap, SwapSide, SwapStatus
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Party:
    """A placement that is to be exchanged, with its request, its student and its course."""

    placement: Placement
    request: Request
    student: Student
    course: Course

    @property
    def place(self) -> tuple[object, ...]:
        """Return what is exchanged: where, when and with whom."""
        return self.placement.unit_id, self.placement.start, self.placement.supervisor_id


def parties_of(session: Session, by: Caller, placement_ids: Sequence[str]) -> dict[str, Party]:
    """Return those of some placements whose students are the caller's, by id."""
    rows = session.exec(
        select(Placement, Request, Student, Course)
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .join(Course, col(Course.id) == Request.course_id)
        .where(col(Placement.id).in_(placement_ids), students_of(by))
    ).all()
    return {row[0].id: Party(*row) for row in rows}


@reaching_beyond_own
def lock_parties(session: Session, placement_ids: Sequence[str]) -> dict[str, Party]:
    """Lock some placements until the transaction ends, in the order of their ids, and return them as they are now."""
    query = select(Placement).where(col(Placement.id).in_(placement_ids)).order_by(col(Placement.id)).with_for_update()
    placements = session.exec(query.execution_options(populate_existing=True)).all()
    return {each.id: _party(session, each) for each in placements}


def has_begun(placement: Placement) -> bool:
    """Return whether a placement has begun: it has from the Monday of its first week on."""
    return placement.start.monday() <= today()


@reaching_beyond_own
def in_open_swaps(session: Session, placement_ids: Sequence[str]) -> set[str]:
    """Return those of some placements that are in a swap that is asked for and has not lapsed."""
    query = select(SwapSide.placement_id).join(Swap, col(Swap.id) == SwapSide.swap_id)
    asked = (col(Swap.status) == SwapStatus.ASKED) & ~overtaken()
    return set(session.exec(query.where(asked, col(SwapSide.placement_id).in_(placement_ids))))


def overtaken() -> ColumnElement[bool]:
    """Return the condition for a swap that is asked for, but one of whose placements has begun: it has lapsed."""
    side = aliased(SwapSide)
    begun = exists().where(col(side.swap_id) == Swap.id, col(side.start) <= IsoWeek.of(today()))
    return (col(Swap.status) == SwapStatus.ASKED) & begun


def _party(session: Session, placement: Placement) -> Party:
    request = session.get_one(Request, placement.request_id)
    student = session.get_one(Student, request.student_id)
    return Party(placement, request, student, session.get_one(Course, request.course_id))
