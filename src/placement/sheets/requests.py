"""Sheets of requests: one row per request, matched by student, course and term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import SYSTEM, Caller, Role
from placement.errors import InvalidError, no_such
from placement.register.courses import courses_of
from placement.register.requests import RequestBook, list_requests, requests_of
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import as_text, words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, named_in, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.writing import Sheet
from placement.store.access import INSTITUTIONS, allow
from placement.store.batches import read_in_batches
from placement.store.scopes import students_of
from placement.tables import Cohort, Course, Request, RequestStatus, Student

HEADS = ("id", "studentId", "courseId", "termId", "status", "preferences", "retakeOf", "actionPlanDoneOn")
NEEDED = ("student_id", "course_id", "term_id")
PROTECTED = frozenset({"studentId"})


def sheet(
    session: Session,
    by: Caller,
    *,
    term: str | None = None,
    status: RequestStatus | None = None,
    institution: str | None = None,
) -> Sheet:
    """Write the caller's requests, optionally of one term, status or lärosäte."""
    requests = list(
        every(lambda span: list_requests(session, by, term=term, status=status, institution=institution, span=span))
    )
    students = _students(session, by, (ranked.request.student_id for ranked in requests))
    courses, terms, units = _Courses(session, by), names.terms(session), names.units(session)
    lines = [
        (
            ranked.request.id,
            students.names.name_of(ranked.request.student_id),
            courses.name_of(ranked.request.course_id, students.programme_of[ranked.request.student_id]),
            terms.name_of(ranked.request.term_id),
            ranked.request.status.value,
            words_as_text(units.words_of(ranked.preferences)),
            ranked.request.retake_of,
            as_text(ranked.request.action_plan_done_on) or None,
        )
        for ranked in requests
    ]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Ask for the placements that are new; withdraw, reopen and rank the requests that are stored."""
    allow(by, INSTITUTIONS)
    return take_all(session, by, rows, faults, _Lines)


class _Courses:
    """The caller's courses, each named by its code within its programme."""

    def __init__(self, session: Session, by: Caller) -> None:
        found = session.exec(select(col(Course.id), col(Course.programme_id), col(Course.code)).where(courses_of(by)))
        self._of = {course: (programme, code) for course, programme, code in found}
        coded: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for course, (programme, code) in self._of.items():
            coded[programme].append((course, code))
        self._in = {programme: names.Names(nouns.COURSE, pairs) for programme, pairs in coded.items()}

    def id_of(self, name: str, programme: str | None) -> str | None:
        """Return the id of the course with a name in a programme, or in any if it is not known; None without one."""
        within = self._in.values() if programme is None else [self._in[programme]] if programme in self._in else []
        coded = next((found for each in within if (found := each.id_of(name))), None)
        return coded or (name if name in self._of else None)

    def name_of(self, course: str, programme: str) -> str:
        """Return a course's name in the line of a student of a programme."""
        own, code = self._of[course]
        return code if own == programme else course


class _Students:
    """The caller's students by name, and the programme of each."""

    def __init__(self, found: Sequence[tuple[str, str, str, str]], *, by_pseudonym: bool) -> None:
        self.names = names.Names(nouns.STUDENT, ((row[0], row[1] if by_pseudonym else None) for row in found))
        self.programme_of = {row[0]: row[2] for row in found}
        self.institution_of = {row[0]: row[3] for row in found}


def _students(session: Session, by: Caller, wanted: Iterable[str]) -> _Students:
    """Return the students named by id or, for their lärosäte and in a shell on the machine itself, by pseudonym."""
    own = by.role is Role.INSTITUTION or by == SYSTEM
    query = select(col(Student.id), col(Student.external_id), col(Cohort.programme_id), col(Student.institution_id))
    query = query.join(Cohort, col(Cohort.id) == col(Student.cohort_id)).where(students_of(by))

    called = names.students_called(session, by, set(wanted)) if own else wanted
    found = read_in_batches(session, query, Student.id, called)
    return _Students(found, by_pseudonym=own)


class _Lines:
    """The lines of one import, over everything that they refer to."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        session, by = writer.session, writer.by
        own = select(Request).where(requests_of(by))
        named = read_in_batches(session, own, Request.id, named_in(rows, "id"))
        self._students_by_request = {request.id: request.student_id for request in named}
        wanted = {*named_in(rows, "student_id"), *self._students_by_request.values()}
        self._students = _students(session, by, wanted)
        self._courses = _Courses(session, by)
        units = names.units(session)
        self._references = {"student_id": self._students.names, "term_id": names.terms(session), "preferences": units}
        requests = read_in_batches(session, own, Request.student_id, self._students.programme_of)
        self._known = Known(nouns.REQUEST, requests, lambda row: _key_of(row.model_dump()))
        self._book = RequestBook(writer, self._students.programme_of, names.referred(rows, "preferences", units))
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any], *needed: str) -> dict[str, Any]:
        """Return a line's values with ids in place of names; all that is wrong with these, or lacking, is one error."""
        faults, given = names.lacking(values, *needed), dict(values)
        try:
            given = names.refer_all(values, self._references, self.outcome.assumed)
        except InvalidError as error:
            faults += error.faults
        if (course := values.get("course_id")) is not None:
            programme = self._programme_of(values)
            given["course_id"] = self._courses.id_of(course, programme)
            if given["course_id"] is None:
                faults.append(no_such("/course_id", nouns.COURSE, nouns.IN_THE_PROGRAMME if programme else None))
        if faults:
            raise InvalidError(*faults)
        return given

    def _programme_of(self, values: Mapping[str, Any]) -> str | None:
        """Return the programme of a line's student; None if the student is not known."""
        named, row_id = values.get("student_id"), values.get("id")
        student = None if named is None else self._students.names.id_of(named)
        if named is None and row_id in self._students_by_request:
            student = self._students_by_request[row_id]
        return None if student is None else self._students.programme_of[student]

    def take(self, values: dict[str, Any]) -> None:
        """Create or change one request."""
        given = self.refer(values, *(NEEDED if values.get("id") is None else ()))
        row_id, wishes = given.pop("id", None), given.pop("preferences", None)
        standing = None if row_id is None else self._known.with_id(row_id)
        if standing is None:
            standing = self._known.find(given, _key_of(given), self.outcome.assumed)
            self._known.claim(standing, _key_of(given))
        else:
            self._known.claim(standing, _key_of(standing.model_dump()))
        if standing is None:
            self._book.ask(Request(**given), wishes or ())
            self.outcome.created += 1
            return
        names.hold(standing, given, "student_id", "course_id", "term_id", "retake_of", "action_plan_done_on")
        self.outcome.count(changed=self._book.change(standing, given.get("status"), wishes))


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a request, of which nothing is a text of its own: its student, course and term."""
    return Key("student_id", "", (values["student_id"], values["course_id"], values["term_id"]))
