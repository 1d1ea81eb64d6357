"""Student timelines: week by week, where each student is by a draft or by the plan in force, and who still waits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TypedDict

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.reading.timelines import Cell, Stay, lanes_of, stays_in
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Page, Span
from placement.tables import Cohort, Organisation, Programme, Request, RequestStatus, Student, Term


class StudentsWanted(TypedDict, total=False):
    """Which students are wanted: of a lärosäte, of a profession."""

    institution: str | None
    profession: str | None


@dataclass(frozen=True, slots=True)
class StudentTimeline:
    """A student's term: lanes of cells that each cover all weeks, and how many of their requests have no place.

    ``request_id`` is one of the requests, by which the reader goes on to the student's page.
    """

    student_id: str
    institution_id: str
    cohort: str
    profession: str
    request_id: str
    lanes: tuple[tuple[Cell, ...], ...]
    waiting: int


def list_student_timelines(
    session: Session, by: Caller, term: Term, wanted: StudentsWanted, run_id: str | None, span: Span = FIRST
) -> Page[StudentTimeline]:
    """List the timelines of the students who ask for a place in a term, by lärosäte, programme and cohort."""
    access.allow(by, COORDINATORS)
    open_here = (Request.term_id == term.id, col(Request.status) == RequestStatus.OPEN)
    query = (
        select(Student)
        .join(Cohort, col(Cohort.id) == col(Student.cohort_id))
        .join(Programme, col(Programme.id) == col(Cohort.programme_id))
        .join(Organisation, col(Organisation.id) == col(Student.institution_id))
        .where(col(Student.id).in_(select(Request.student_id).where(*open_here)))
        .order_by(col(Organisation.name_sv), col(Programme.name), col(Cohort.name), col(Student.id))
    )
    own = [(Student.institution_id, wanted.get("institution")), (Programme.profession, wanted.get("profession"))]
    found = access.page_of(session, access.matching(query, own), span)
    ids = [student.id for student in found.rows]
    asked = defaultdict[str, list[str]](list)
    for request in session.exec(select(Request).where(*open_here, col(Request.student_id).in_(ids))).all():
        asked[request.student_id].append(request.id)
    programmes = {
        cohort.id: (cohort, programme)
        for cohort, programme in session.exec(
            select(Cohort, Programme)
            .join(Programme, col(Programme.id) == col(Cohort.programme_id))
            .where(col(Cohort.id).in_({student.cohort_id for student in found.rows}))
        ).all()
    }
    stays, nothing = defaultdict[str, list[Stay]](list), [0] * term.weeks
    for stay in stays_in(session, term, run_id, of_students=ids):
        stays[stay.student_id].append(stay)
    return Page(
        [
            StudentTimeline(
                student.id,
                student.institution_id,
                programmes[student.cohort_id][0].name,
                programmes[student.cohort_id][1].profession,
                min(asked[student.id]),
                lanes_of(stays[student.id], nothing, term.weeks),
                max(0, len(asked[student.id]) - len(stays[student.id])),
            )
            for student in found.rows
        ],
        found.total,
    )
