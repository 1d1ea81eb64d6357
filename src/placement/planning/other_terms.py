"""Other terms: the terms that share weeks with a term, and what their placements in force have taken in those weeks."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement.tables import HOLDING, Course, Placement, Programme, Request, Student, Term

Entry = dict[str, Any]


def sharing_weeks(session: Session, term: Term) -> Sequence[Term]:
    """Return the other terms that have a week in common with a term, by id."""
    others = session.exec(select(Term).where(Term.id != term.id).order_by(col(Term.id))).all()
    return [other for other in others if -other.weeks < term.first_week.until(other.first_week) < term.weeks]


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


def write_taken(session: Session, term: Term, supervisors: Container[str]) -> list[Entry]:
    """Return what the placements in force of other terms take in a term's weeks, as the problem document has it.

    Only ``supervisors`` are named, since the document must have them.
    """
    others = {other.id: other for other in sharing_weeks(session, term)}
    if not others:
        return []
    rows = session.exec(
        select(Placement, col(Student.id), col(Student.institution_id), col(Programme.profession))
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .join(Course, col(Course.id) == Request.course_id)
        .join(Programme, col(Programme.id) == Course.programme_id)
        .where(col(Placement.term_id).in_(others), col(Placement.status).in_(HOLDING))
        .order_by(col(Placement.id))
    )
    taken = []
    for placement, student, institution, profession in rows:
        first = term.first_week.until(placement.start)
        last = first + placement.weeks - 1
        if last >= 0 and first < term.weeks:
            taken.append(
                {
                    "id": placement.id,
                    "term": others[placement.term_id].code,
                    "student": student,
                    "institution": institution,
                    "profession": profession,
                    "unit": placement.unit_id,
                    "supervisor": placement.supervisor_id if placement.supervisor_id in supervisors else None,
                    "first_week": max(0, first),
                    "last_week": min(term.weeks - 1, last),
                }
            )
    return taken
