"""Excerpts: the part of a term by which some placements in force are judged, as a problem.

An excerpt has all open requests of the students who are placed, and of the units that they are placed at all that is
offered and everyone who supervises. What the check says of placements there it says in the whole term too, if they are
all that those students and those units have, and all that is counted under an agreement whose ceiling matters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from placement.planning.decisions import by_hand, lines_of
from placement.planning.entries import OpenRequest
from placement.planning.gather import write_term
from placement.store.acting import reaching_beyond_own
from placement.store.batches import read_in_batches
from placement.store.protection import counting_everyone
from placement.tables import Course, Pin, Placement, Programme, Request, RequestStatus, Student, Term
from placement_solver.documents import problem_of
from placement_solver.faults import InvalidProblem
from placement_solver.problem import Decision, Problem
from placement_solver.words import Words


@counting_everyone
@reaching_beyond_own
def excerpt(
    session: Session, term: Term, placed: Sequence[Placement], students: Collection[str], also: Collection[str] = ()
) -> Problem:
    """Return the part of a term that some placements in force of some students are judged by, as its ``current``.

    The units named in ``also`` are in it too, though nobody is placed there. The pins of those students are
    the problem's, even if they break a rule. Raises `InvalidProblem` if anything else is wrong with the term.
    """
    requests = _open_requests(session, term, students)
    document = write_term(session, term, requests, (), placed, {*also, *(each.unit_id for each in placed)})
    asked = {request.id for request, *_ in requests}
    pins = tuple(Decision(**line) for line in lines_of(by_hand(session, term), term, asked))
    return replace(problem_of(document), pins=pins)


@reaching_beyond_own
def find_broken(session: Session, term: Term, pin: Pin, student: str) -> list[Words]:
    """Return which rules a pin breaks by itself in a term as it is now, as a run would say; ``student`` is whose it is.

    What other terms have taken does not count, since it may be given back. Nothing is found in a term that is no
    problem for other reasons: its next run says what they are.
    """
    requests = _open_requests(session, term, {student})
    try:
        problem_of(write_term(session, term, requests, [pin], (), {pin.unit_id}, taken=()))
    except InvalidProblem as error:
        return [fault.words for fault in error.faults if fault.pointer.startswith("/pins/")]
    return []


def _open_requests(session: Session, term: Term, students: Collection[str]) -> list[OpenRequest]:
    """Return the open requests of some students, each with its student, course and programme."""
    query = (
        select(Request, Student, Course, Programme)
        .join(Student, col(Student.id) == Request.student_id)
        .join(Course, col(Course.id) == Request.course_id)
        .join(Programme, col(Programme.id) == Course.programme_id)
        .where(Request.term_id == term.id, Request.status == RequestStatus.OPEN)
    )
    return sorted(read_in_batches(session, query, Request.student_id, students), key=lambda row: row[0].id)
