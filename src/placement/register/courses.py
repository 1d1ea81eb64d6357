"""Courses: what each requires of a placement, and the weeks of a term in which its placements may start."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.register.lists import Lists
from placement.register.programmes import programmes_of
from placement.register.writing import Writer, keep_fixed, writing
from placement.store import audit
from placement.store.access import (
    FIRST,
    INSTITUTIONS,
    Page,
    Span,
    allow,
    fault,
    found,
    matching,
    page_of,
    refer_among,
)
from placement.store.batches import by_owner, read_in_batches
from placement.tables import Course, CourseWindow, Programme, Term
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Windows:
    """A course, and the weeks of a term in which its placements may start, the earliest first."""

    course: Course
    term_id: str
    starts: tuple[IsoWeek, ...]


def courses_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's courses: those of their programmes."""
    return col(Course.programme_id).in_(select(Programme.id).where(programmes_of(by)))


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


def set_up_course(session: Session, by: Caller, given: Mapping[str, Any]) -> Course:
    """Set up a course with placement weeks in a programme."""
    allow(by, INSTITUTIONS)
    with writing(session, by) as writer:
        return CourseBook(writer).enter(given)


def change_course(session: Session, by: Caller, course_id: str, changes: Mapping[str, Any]) -> Course:
    """Change a course; it may not become too long for any of the weeks in which it may start."""
    course = show_course(session, by, course_id)
    with writing(session, by) as writer:
        CourseBook(writer, [course_id]).change(course, changes)
    return course


def close_course(session: Session, by: Caller, course_id: str) -> None:
    """Remove a course that has no requests, with the weeks in which its placements may start."""
    course = show_course(session, by, course_id)
    windows = session.exec(select(CourseWindow).where(col(CourseWindow.course_id) == course_id)).all()
    for rows in (windows, (course,)):  # in two steps, because the database removes the windows with the course
        with writing(session, by) as writer:
            for row in rows:
                writer.remove(row)


def show_windows(session: Session, by: Caller, course_id: str, term_id: str) -> Windows:
    """Show the weeks of a term in which a course's placements may start."""
    course = show_course(session, by, course_id)
    found(session.get(Term, term_id), term_id)
    starts = tuple(window.start for window in _windows(session, course_id, term_id))
    return Windows(course, term_id, starts)


def were_windows_set(session: Session, windows: Windows) -> bool:
    """Tell whether a course's windows in a term were ever set, also where they have been emptied since."""
    return bool(windows.starts) or audit.has_entries(session, CourseWindow, windows.course.id, windows.term_id)


def set_windows(session: Session, by: Caller, course_id: str, term_id: str, starts: Sequence[IsoWeek]) -> Windows:
    """Set the weeks of a term in which a course's placements may start; each must end within the term."""
    course = show_course(session, by, course_id)
    found(session.get(Term, term_id), term_id)
    with writing(session, by) as writer:
        CourseBook(writer, [course_id]).change(course, {"term_id": term_id, "starts": starts})
    return Windows(course, term_id, tuple(sorted(starts)))


def _windows(session: Session, course_id: str, term_id: str) -> Sequence[CourseWindow]:
    """Return a course's windows in a term, the earliest first."""
    in_term = col(CourseWindow.course_id) == course_id, col(CourseWindow.term_id) == term_id
    return session.exec(select(CourseWindow).where(*in_term).order_by(col(CourseWindow.start))).all()


class CourseBook:
    """The one place where courses are written: rules, windows and audit entries.

    A book is opened over the ids of the stored courses that are changed. What is given about a course may name one
    term (``term_id``) and the weeks of it in which placements may start (``starts``); other terms keep theirs.
    """

    def __init__(self, writer: Writer, courses: Iterable[str] = ()) -> None:
        self._writer = writer
        self._session = writer.session
        self._lists = Lists(writer.session)
        self._course_ids = set(courses)

    def enter(self, given: Mapping[str, Any]) -> Course:
        """Add a course to one of the caller's programmes, and return the row."""
        refer_among(self._programmes, given["programme_id"], "/programme_id", nouns.PROGRAMME)
        values, term_id, starts = _apart(self._lists.coded(given))
        row = Course(**values)
        self._keep(row, row.weeks, term_id, starts)
        self._writer.add(row)
        return row

    def change(self, row: Course, changes: Mapping[str, Any]) -> bool:
        """Change a course and, if they are given, its windows of one term; tell whether anything changed."""
        keep_fixed(row, changes, "programme_id")
        values, term_id, starts = _apart(self._lists.coded(changes))
        weeks = values.get("weeks", row.weeks)
        for window in self._windows.get(row.id, ()):
            term = self._terms[window.term_id]
            replaced = starts is not None and window.term_id == term_id
            if not replaced and not _fits(term, window.start, weeks):
                raise fault(
                    "/weeks",
                    f"a placement that starts in {window.start} would not end within {term.code}",
                    f"en placering som börjar {window.start} skulle inte hinna sluta under {term.code}",
                )
        changed = bool(self._writer.change(row, values))
        if self._keep(row, weeks, term_id, starts):
            standing = [window.start for window in self._windows.get(row.id, ()) if window.term_id == term_id]
            self._writer.note(row, "starts", standing, sorted(starts or ()))
            self._writer.touch(row, "weeks")
            changed = True
        return changed

    def _keep(self, row: Course, weeks: int, term_id: str, starts: Sequence[IsoWeek] | None) -> bool:
        """Store the windows of one term, each of which must leave room for the course; tell whether they changed."""
        if starts is None:
            return False
        refer_among(self._terms, term_id, "/term_id", nouns.TERM)
        term = self._terms[term_id]
        for place, start in enumerate(starts):
            if not _fits(term, start, weeks):
                raise fault(
                    f"/starts/{place}",
                    f"{weeks} weeks from {start} do not lie within {term.code}",
                    f"{weeks} veckor från {start} ryms inte i {term.code}",
                )
        standing = [window for window in self._windows.get(row.id, ()) if window.term_id == term_id]
        wanted = [CourseWindow(course_id=row.id, term_id=term_id, start=start) for start in sorted(starts)]
        return self._writer.settle(standing, wanted)

    @cached_property
    def _programmes(self) -> Collection[str]:
        return set(self._session.exec(select(Programme.id).where(programmes_of(self._writer.by))))

    @cached_property
    def _terms(self) -> Mapping[str, Term]:
        return {term.id: term for term in self._session.exec(select(Term))}

    @cached_property
    def _windows(self) -> Mapping[str, Sequence[CourseWindow]]:
        """The windows of each course in every term, the earliest first."""
        query = select(CourseWindow).order_by(col(CourseWindow.start))
        found_windows = read_in_batches(self._session, query, CourseWindow.course_id, self._course_ids)
        return by_owner(found_windows, lambda window: window.course_id)


def _apart(given: Mapping[str, Any]) -> tuple[dict[str, Any], str, Sequence[IsoWeek] | None]:
    """Return a course's own values, and the term and the weeks of it that are given beside them, if they are."""
    values = dict(given)
    return values, values.pop("term_id", ""), values.pop("starts", None)


def _fits(term: Term, start: IsoWeek, weeks: int) -> bool:
    """Tell whether a placement that starts in a week lies within the term."""
    return 0 <= term.first_week.until(start) <= term.weeks - weeks
