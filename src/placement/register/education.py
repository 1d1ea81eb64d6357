"""Education: a lärosäte's programmes, their courses, and the weeks in which placements may start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.store.access import (
    FIRST,
    INSTITUTIONS,
    Page,
    Span,
    add,
    allow,
    change,
    fault,
    found,
    matching,
    page_of,
    refer,
    remove,
    touch,
)
from placement.tables import Course, CourseWindow, Organisation, OrganisationKind, Programme, Term
from placement_solver.weeks import IsoWeek


def programmes_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's programmes: all, or those of their lärosäte."""
    return true() if by.role is Role.COORDINATOR else col(Programme.institution_id) == by.organisation


def courses_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's courses: those of their programmes."""
    return col(Course.programme_id).in_(select(Programme.id).where(programmes_of(by)))


def list_programmes(
    session: Session,
    by: Caller,
    *,
    institution: str | None = None,
    profession: str | None = None,
    code: str | None = None,
    span: Span = FIRST,
) -> Page[Programme]:
    """List the caller's programmes by code, optionally of one lärosäte, profession or code."""
    allow(by, INSTITUTIONS)
    query = select(Programme).where(programmes_of(by)).order_by(col(Programme.code), col(Programme.id))
    wanted = (Programme.institution_id, institution), (Programme.profession, profession), (Programme.code, code)
    return page_of(session, matching(query, wanted), span)


def show_programme(session: Session, by: Caller, programme_id: str) -> Programme:
    """Show one programme."""
    allow(by, INSTITUTIONS)
    query = select(Programme).where(col(Programme.id) == programme_id, programmes_of(by))
    return found(session.exec(query).first(), programme_id)


def set_up_programme(session: Session, by: Caller, programme: Programme) -> Programme:
    """Set up a programme; a lärosäte may only set up its own."""
    allow(by, INSTITUTIONS)
    institution = session.get(Organisation, programme.institution_id)
    own = by.role is Role.COORDINATOR or by.organisation == programme.institution_id
    if institution is None or institution.kind is not OrganisationKind.INSTITUTION or not own:
        raise fault("/institution_id", "there is no such institution")
    add(session, by, programme)
    return programme


def change_programme(session: Session, by: Caller, programme_id: str, changes: Mapping[str, Any]) -> Programme:
    """Change a programme's code or name; its profession, and whether it is decentralised, cannot be changed."""
    programme = show_programme(session, by, programme_id)
    change(session, by, programme, changes)
    return programme


def close_programme(session: Session, by: Caller, programme_id: str) -> None:
    """Remove a programme that nothing refers to."""
    remove(session, by, show_programme(session, by, programme_id))


def list_courses(
    session: Session,
    by: Caller,
    *,
    programme: str | None = None,
    code: str | None = None,
    term: str | None = None,
    span: Span = FIRST,
) -> Page[Course]:
    """List the caller's courses in sequence, optionally of one programme or code, or with placements in one term."""
    allow(by, INSTITUTIONS)
    order = col(Course.programme_id), col(Course.sequence), col(Course.id)
    query = select(Course).where(courses_of(by)).order_by(*order)
    query = matching(query, ((Course.programme_id, programme), (Course.code, code)))
    if term is not None:
        in_term = select(CourseWindow.course_id).where(col(CourseWindow.term_id) == term)
        query = query.where(col(Course.id).in_(in_term))
    return page_of(session, query, span)


def show_course(session: Session, by: Caller, course_id: str) -> Course:
    """Show one course."""
    allow(by, INSTITUTIONS)
    query = select(Course).where(col(Course.id) == course_id, courses_of(by))
    return found(session.exec(query).first(), course_id)


def set_up_course(session: Session, by: Caller, course: Course) -> Course:
    """Set up a course with placement weeks in a programme."""
    allow(by, INSTITUTIONS)
    query = select(Programme).where(col(Programme.id) == course.programme_id, programmes_of(by))
    refer(session.exec(query).first(), "/programme_id", "programme")
    add(session, by, course)
    return course


def change_course(session: Session, by: Caller, course_id: str, changes: Mapping[str, Any]) -> Course:
    """Change a course; it may not become too long for any of the weeks in which it may start."""
    course = show_course(session, by, course_id)
    weeks = changes.get("weeks", course.weeks)
    for start, term in session.exec(
        select(col(CourseWindow.start), Term)
        .join(Term, col(Term.id) == col(CourseWindow.term_id))
        .where(col(CourseWindow.course_id) == course_id)
        .order_by(col(CourseWindow.start))
    ):
        if term.first_week.until(start) + weeks > term.weeks:
            raise fault("/weeks", f"a placement that starts in {start} would not end within {term.code}")
    change(session, by, course, changes)
    return course


def close_course(session: Session, by: Caller, course_id: str) -> None:
    """Remove a course that has no requests, with the weeks in which its placements may start."""
    course = show_course(session, by, course_id)
    for window in session.exec(select(CourseWindow).where(col(CourseWindow.course_id) == course_id)).all():
        remove(session, by, window)
    remove(session, by, course)


@dataclass(frozen=True, slots=True)
class Windows:
    """A course, and the weeks of a term in which its placements may start, the earliest first."""

    course: Course
    term_id: str
    starts: tuple[IsoWeek, ...]


def show_windows(session: Session, by: Caller, course_id: str, term_id: str) -> Windows:
    """Show the weeks of a term in which a course's placements may start."""
    course = show_course(session, by, course_id)
    found(session.get(Term, term_id), term_id)
    starts = tuple(window.start for window in _windows(session, course_id, term_id))
    return Windows(course, term_id, starts)


def set_windows(session: Session, by: Caller, course_id: str, term_id: str, starts: Sequence[IsoWeek]) -> Windows:
    """Set the weeks of a term in which a course's placements may start; each must end within the term."""
    course = show_course(session, by, course_id)
    term = found(session.get(Term, term_id), term_id)
    for place, start in enumerate(starts):
        if not 0 <= term.first_week.until(start) <= term.weeks - course.weeks:
            raise fault(f"/starts/{place}", f"{course.weeks} weeks from {start} do not lie within {term.code}")
    standing = {window.start: window for window in _windows(session, course_id, term_id)}
    for start in standing.keys() - set(starts):
        remove(session, by, standing[start])
    for start in sorted(set(starts) - standing.keys()):
        add(session, by, CourseWindow(course_id=course_id, term_id=term_id, start=start))
    touch(session, course, "weeks")
    return Windows(course, term_id, tuple(sorted(starts)))


def _windows(session: Session, course_id: str, term_id: str) -> Sequence[CourseWindow]:
    """Return a course's windows in a term, the earliest first."""
    in_term = col(CourseWindow.course_id) == course_id, col(CourseWindow.term_id) == term_id
    return session.exec(select(CourseWindow).where(*in_term).order_by(col(CourseWindow.start))).all()
