"""Other terms: the terms that share weeks with a term, and what their placements in force have taken in those weeks.

A placement of the term itself that is over, and whose request the problem no longer has, has taken its place as well.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from sqlmodel import Session, and_, col, or_, select

from placement.tables import FINISHED, HOLDING, Course, Placement, Programme, Request, Student, Term
from placement_solver.taken import THIS_TERM
from placement_solver.weeks import IsoWeek

Entry = dict[str, Any]


def sharing_weeks(session: Session, term: Term) -> Sequence[Term]:
    """Return the other terms that have a week in common with a term, by id."""
    return [each for each in terms_with(session, term.first_week, term.weeks) if each.id != term.id]


def terms_with(session: Session, first: IsoWeek, weeks: int) -> Sequence[Term]:
    """Return the terms that have any of ``weeks`` weeks from a first one, by id."""
    terms = session.exec(select(Term).order_by(col(Term.id))).all()
    return [term for term in terms if -term.weeks < first.until(term.first_week) < weeks]


def weeks_within(term: Term, start: IsoWeek, weeks: int) -> range:
    """Return those of some weeks that a term has, counted from the term's first."""
    first = term.first_week.until(start)
    return range(max(0, first), min(term.weeks, first + weeks))


def lock_with_neighbours(session: Session, term_id: str) -> Term | None:
    """Lock a term and every term that shares weeks with it until the transaction ends, and return the term.

    Two publications of terms that share weeks wait for each other, and each sees what the other has put in force. They
    lock in the order of the ids, so that neither can hold what the other waits for.
    """
    term = session.get(Term, term_id)
    if term is None:
        return None
    ids = [term_id, *(other.id for other in sharing_weeks(session, term))]
    locked = select(Term).where(col(Term.id).in_(ids)).order_by(col(Term.id)).with_for_update()
    session.exec(locked.execution_options(populate_existing=True)).all()
    return term


def write_taken(session: Session, term: Term, supervisors: Container[str], requests: Container[str]) -> list[Entry]:
    """Return what is taken of a term's weeks, as the problem document has it.

    The placements in force of other terms have taken it, and those of the term's own that are over but whose request
    is not among ``requests``, which the problem has: it was withdrawn, or may no longer be met there. Only
    ``supervisors`` are named, since the document must have them.
    """
    terms = {each.id: each for each in sharing_weeks(session, term)}
    others = col(Placement.term_id).in_(terms)
    own = and_(Placement.term_id == term.id, col(Placement.status).in_(FINISHED))
    rows = session.exec(
        select(Placement, col(Student.id), col(Student.institution_id), col(Programme.profession))
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .join(Course, col(Course.id) == Request.course_id)
        .join(Programme, col(Programme.id) == Course.programme_id)
        .where(or_(others, own), col(Placement.status).in_(HOLDING))
        .order_by(col(Placement.id))
    )
    taken = []
    for placement, student, institution, profession in rows:
        weeks = weeks_within(term, placement.start, placement.weeks)
        if weeks and not (placement.term_id == term.id and placement.request_id in requests):
            taken.append(
                {
                    "id": placement.id,
                    "term": THIS_TERM if placement.term_id == term.id else terms[placement.term_id].code,
                    "student": student,
                    "institution": institution,
                    "profession": profession,
                    "unit": placement.unit_id,
                    "supervisor": placement.supervisor_id if placement.supervisor_id in supervisors else None,
                    "first_week": weeks[0],
                    "last_week": weeks[-1],
                }
            )
    return taken
