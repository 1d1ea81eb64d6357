"""Requests: the placements to be found for students in a term, and the units that the students prefer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict, Unpack

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.events import input_events
from placement.register.retakes import Failures, check_retake, failures_of
from placement.register.students import known_as
from placement.register.writing import Writer, writing
from placement.store.access import FIRST, INSTITUTIONS, Page, Span, allow, found, matching, page_of, refer, refer_among
from placement.store.acting import beyond_own
from placement.store.batches import by_owner, in_batches, read_in_batches
from placement.store.scopes import students_of
from placement.tables import Cohort, Course, Pin, Preference, Request, RequestStatus, Student, Term, Unit


@dataclass(frozen=True, slots=True)
class _Enrolled:
    """A student's lärosäte and programme."""

    institution_id: str
    programme_id: str


@dataclass(frozen=True, slots=True)
class RankedRequest:
    """A request, the lärosäte that it comes from, and the wished units, the best first."""

    request: Request
    institution_id: str
    preferences: tuple[str, ...]


def requests_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's requests: all, or those of their students.

    All are not asked for by their students: the database would look for each.
    """
    if by.role is Role.COORDINATOR:
        return true()
    return col(Request.student_id).in_(select(Student.id).where(students_of(by)))


class RequestsWanted(TypedDict, total=False):
    """Which requests are wanted: of one term, status, course, cohort, lärosäte or student, who has two ids."""

    term: str | None
    status: RequestStatus | None
    course: str | None
    cohort: str | None
    institution: str | None
    student: str | None
    student_external_id: str | None


def list_requests(
    session: Session, by: Caller, *, span: Span = FIRST, **wanted: Unpack[RequestsWanted]
) -> Page[RankedRequest]:
    """List the caller's requests by id."""
    allow(by, INSTITUTIONS)
    query = select(Request).where(requests_of(by)).order_by(col(Request.id))
    columns = (
        (Request.term_id, wanted.get("term")),
        (Request.status, wanted.get("status")),
        (Request.course_id, wanted.get("course")),
        (Request.student_id, wanted.get("student")),
    )
    query = matching(query, columns)
    students = matching(
        select(Student.id),
        ((Student.cohort_id, wanted.get("cohort")), (Student.institution_id, wanted.get("institution"))),
    )
    if (external_id := wanted.get("student_external_id")) is not None:
        students = students.where(known_as(by, external_id))
    if students.whereclause is not None:
        query = query.where(col(Request.student_id).in_(students))
    page = page_of(session, query, span)
    return Page(_ranked(session, page.rows), page.total)


def show_request(session: Session, by: Caller, request_id: str) -> RankedRequest:
    """Show one request."""
    return _ranked(session, [_own_request(session, by, request_id)])[0]


def ask_for_placement(session: Session, by: Caller, request: Request, preferences: Sequence[str] = ()) -> RankedRequest:
    """Ask for a student's placement in a course of their programme, in a term, or for a retake."""
    allow(by, INSTITUTIONS)
    with writing(session, by) as writer:
        RequestBook(writer, [request.student_id], preferences).ask(request, preferences)
    return _ranked(session, [request])[0]


def change_request(
    session: Session,
    by: Caller,
    request_id: str,
    *,
    status: RequestStatus | None = None,
    preferences: Sequence[str] | None = None,
) -> RankedRequest:
    """Withdraw a request, reopen it or rank other units; a withdrawn request loses its pin."""
    request = _own_request(session, by, request_id)
    with writing(session, by) as writer:
        book = RequestBook(writer, [request.student_id], preferences or ())
        book.change(request, status, preferences)
    return _ranked(session, [request])[0]


def set_request_status(session: Session, by: Caller, request: Request, status: RequestStatus) -> list[str]:
    """Reopen or withdraw a request, and return the names of the fields that changed; the caller tells of it."""
    with writing(session, by) as writer:
        return RequestBook(writer, [request.student_id]).set_status(request, status)


def remove_request(session: Session, by: Caller, request_id: str) -> None:
    """Remove a request that no plan has dealt with, as if it had never been made."""
    request = _own_request(session, by, request_id)
    with writing(session, by) as writer:
        RequestBook(writer, [request.student_id]).remove(request)


class RequestBook:
    """The one place where requests are written: rules, preferences, pins, audit entries and events.

    A book is opened over the ids of the students whose requests are written and of the units that these may name. It
    reads what it needs about all of them at once, when it is first needed.
    """

    def __init__(self, writer: Writer, students: Iterable[str], units: Iterable[str] = ()) -> None:
        self._writer = writer
        self._session = writer.session
        self._student_ids = set(students)
        self._unit_ids = set(units)

    def ask(self, request: Request, preferences: Sequence[str] = ()) -> None:
        """Add a request: for the caller's student, in a course of the student's programme, in a term."""
        refer_among(self._terms, request.term_id, "/term_id", nouns.TERM)
        student = refer(self._students.get(request.student_id), "/student_id", nouns.STUDENT)
        in_programme = self._courses.get(student.programme_id, ())
        refer_among(in_programme, request.course_id, "/course_id", nouns.COURSE, nouns.IN_THE_PROGRAMME)
        check_retake(self._session, request, self._failures)
        self._writer.add(request)
        self._rank(request, preferences)
        self._tell(input_events.CREATED, request)

    def change(self, request: Request, status: RequestStatus | None, preferences: Sequence[str] | None) -> bool:
        """Change a request's status and preferences, each if given; tell whether anything changed."""
        changed = [] if status is None else self.set_status(request, status)
        if preferences is not None and self._rank(request, preferences):
            self._writer.touch(request, "status")
            changed.append("preferences")
        if changed:
            self._tell(input_events.CHANGED, request, changed)
        return bool(changed)

    def set_status(self, request: Request, status: RequestStatus) -> list[str]:
        """Reopen or withdraw a request, which then loses its pin; return the names of the fields that changed."""
        if status is RequestStatus.OPEN and status is not request.status:
            check_retake(self._session, request, self._failures)
        changed = self._writer.change(request, {"status": status})
        if changed and status is RequestStatus.WITHDRAWN:
            self._unpin(request)
        return changed

    def remove(self, request: Request) -> None:
        """Remove a request with its pin and its preferences."""
        self._unpin(request)
        self._rank(request, ())
        self._writer.remove(request)
        self._tell(input_events.REMOVED, request)

    def _rank(self, request: Request, units: Sequence[str]) -> bool:
        """Replace the wished units with these, the best first; tell whether anything changed."""
        for place, unit_id in enumerate(units):
            refer_among(self._units, unit_id, f"/preferences/{place}", nouns.UNIT)
        wanted = [Preference(request_id=request.id, rank=rank, unit_id=unit) for rank, unit in enumerate(units)]
        standing = self._wishes.get(request.id, ())
        ranked = [wish.unit_id for wish in sorted(standing, key=lambda wish: wish.rank)]
        self._writer.note(request, "preferences", ranked, list(units))
        return self._writer.settle(standing, wanted, lambda wish: (wish.rank, wish.unit_id))

    def _unpin(self, request: Request) -> None:
        """Remove the decision made by hand for a request."""
        for pin in self._pins.get(request.id, ()):
            self._writer.remove(pin)

    def _tell(self, what: str, request: Request, changed: Iterable[str] = ()) -> None:
        """Tell the student's lärosäte of a request."""
        institution = self._students[request.student_id].institution_id
        self._writer.tell(input_events.of_request(what, request, institution, changed))

    @cached_property
    def _students(self) -> Mapping[str, _Enrolled]:
        query = (
            select(col(Student.id), col(Student.institution_id), col(Cohort.programme_id))
            .join(Cohort, col(Cohort.id) == col(Student.cohort_id))
            .where(students_of(self._writer.by))
        )
        found = read_in_batches(self._session, query, Student.id, self._student_ids)
        return {student: _Enrolled(institution, programme) for student, institution, programme in found}

    @cached_property
    def _courses(self) -> Mapping[str, Collection[str]]:
        """The ids of the courses of each programme."""
        programmes = {student.programme_id for student in self._students.values()}
        found = read_in_batches(self._session, select(Course), Course.programme_id, programmes)
        courses = by_owner(found, lambda course: course.programme_id)
        return {programme: {course.id for course in rows} for programme, rows in courses.items()}

    @cached_property
    def _terms(self) -> Collection[str]:
        return set(self._session.exec(select(Term.id)))

    @cached_property
    def _units(self) -> Collection[str]:
        return set(read_in_batches(self._session, select(Unit.id), Unit.id, self._unit_ids))

    @cached_property
    def _failures(self) -> Failures:
        return {
            failed: requests
            for part in in_batches(self._student_ids)
            for failed, requests in failures_of(self._session, part).items()
        }

    @cached_property
    def _wishes(self) -> Mapping[str, Sequence[Preference]]:
        query = select(Preference).join(Request, col(Request.id) == col(Preference.request_id))
        found = read_in_batches(self._session, query, Request.student_id, self._student_ids)
        return by_owner(found, lambda wish: wish.request_id)

    @cached_property
    def _pins(self) -> Mapping[str, Sequence[Pin]]:
        query = select(Pin).join(Request, col(Request.id) == col(Pin.request_id))
        found = read_in_batches(self._session, query, Request.student_id, self._student_ids)
        return by_owner(found, lambda pin: pin.request_id)


def _own_request(session: Session, by: Caller, request_id: str) -> Request:
    """Return a request of the caller's; any other request is not found."""
    allow(by, INSTITUTIONS)
    query = select(Request).where(col(Request.id) == request_id, requests_of(by))
    return found(session.exec(query).first(), request_id)


def _ranked(session: Session, requests: Sequence[Request]) -> list[RankedRequest]:
    """Return requests with their lärosäten and preferences."""
    ids = [request.id for request in requests]
    institutions = dict(
        session.exec(
            select(col(Student.id), col(Student.institution_id)).where(
                col(Student.id).in_({request.student_id for request in requests})
            )
        ).all()
    )
    wishes: dict[str, list[str]] = {request_id: [] for request_id in ids}
    query = select(Preference).where(col(Preference.request_id).in_(ids)).order_by(col(Preference.rank))
    with beyond_own(session):  # whose the requests are has been asked already
        for wish in session.exec(query):
            wishes[wish.request_id].append(wish.unit_id)
    return [RankedRequest(request, institutions[request.student_id], tuple(wishes[request.id])) for request in requests]
