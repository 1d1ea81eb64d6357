"""Progress: how far a term's requests have come, by cohort and course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, func, select

from placement.callers import Caller
from placement.register.cohorts import cohorts_of
from placement.register.requests import requests_of
from placement.store.access import INSTITUTIONS, allow
from placement.store.batches import read_in_batches
from placement.store.scopes import students_of
from placement.tables import (
    HOLDING,
    Cohort,
    Course,
    Organisation,
    Placement,
    Programme,
    Request,
    RequestStatus,
    Student,
    Unit,
)
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Progress:
    """The requests of a cohort in a course: how many stand, how many of those are placed, and how many are withdrawn.

    A request that stands and is not placed waits.
    """

    institution: Words
    programme: Programme
    cohort: Cohort
    course: Course
    standing: int
    placed: int
    withdrawn: int

    @property
    def waiting(self) -> int:
        """Return how many stand without a placement."""
        return self.standing - self.placed


def count_progress(session: Session, by: Caller, term_id: str) -> list[Progress]:
    """Count the caller's requests in a term by cohort and course, in the order of lärosäte, programme and cohort."""
    allow(by, INSTITUTIONS)
    stands = col(Request.status) == RequestStatus.OPEN
    counts = {
        "standing": func.sum(_one_if(stands)),
        "placed": func.sum(_one_if(and_(stands, col(Placement.id).is_not(None)))),
        "withdrawn": func.sum(_one_if(~stands)),
    }
    counted = (  # by ids alone, before any names are joined
        rows_of(col(Student.cohort_id), col(Request.course_id), *(count.label(name) for name, count in counts.items()))
        .select_from(Request)
        .join(Student, col(Student.id) == col(Request.student_id))
        .outerjoin(Placement, and_(col(Placement.request_id) == col(Request.id), col(Placement.status).in_(HOLDING)))
        .where(col(Request.term_id) == term_id, students_of(by))
        .group_by(col(Student.cohort_id), col(Request.course_id))
        .subquery()
    )
    query = (
        rows_of(Organisation, Programme, Cohort, Course, *(counted.c[name] for name in counts))
        .select_from(counted)
        .join(Cohort, col(Cohort.id) == counted.c.cohort_id)
        .join(Programme, col(Programme.id) == col(Cohort.programme_id))
        .join(Organisation, col(Organisation.id) == col(Programme.institution_id))
        .join(Course, col(Course.id) == counted.c.course_id)
        .order_by(col(Organisation.name_sv), col(Programme.name), col(Cohort.name), col(Course.code), col(Cohort.id))
    )
    return [
        Progress(Words(institution.name_sv, institution.name_en), programme, cohort, course, *numbers)
        for institution, programme, cohort, course, *numbers in session.execute(query)
    ]


def courses_asked_for(session: Session, by: Caller, term_id: str) -> list[Course]:
    """Return the courses that the caller's requests in a term are for, by code."""
    allow(by, INSTITUTIONS)
    asked = select(col(Request.course_id)).where(col(Request.term_id) == term_id, requests_of(by))
    query = select(Course).where(col(Course.id).in_(asked)).order_by(col(Course.code), col(Course.id))
    return list(session.exec(query))


def cohorts_without_requests(session: Session, by: Caller, term_id: str) -> list[Cohort]:
    """Return the caller's cohorts in a term none of whose students has asked for a placement."""
    allow(by, INSTITUTIONS)
    asked = exists().where(
        col(Student.cohort_id) == col(Cohort.id),
        col(Request.student_id) == col(Student.id),
        col(Request.term_id) == term_id,
    )
    query = select(Cohort).where(cohorts_of(by), Cohort.term_id == term_id, ~asked)
    return list(session.exec(query.order_by(col(Cohort.name), col(Cohort.id))))


def placements_by_request(
    session: Session, by: Caller, request_ids: Iterable[str]
) -> dict[str, tuple[Placement, Unit]]:
    """Return the placement in force of each of some requests of the caller's that has one, with its unit."""
    allow(by, INSTITUTIONS)
    query = (
        select(Placement, Unit)
        .join(Unit, col(Unit.id) == col(Placement.unit_id))
        .join(Request, col(Request.id) == col(Placement.request_id))
        .where(requests_of(by), col(Placement.status).in_(HOLDING))
    )
    found = read_in_batches(session, query, Placement.request_id, request_ids)
    return {placement.request_id: (placement, unit) for placement, unit in found}


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
