"""Requests: the placements to be found for students in a term, and the units they would rather have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.events import feed, input_events
from placement.register.retakes import check_retake, failures_of
from placement.register.students import known_as
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
from placement.store.scopes import students_of
from placement.tables import Cohort, Course, Pin, Preference, Request, RequestStatus, Student, Term, Unit


@dataclass(frozen=True, slots=True)
class RankedRequest:
    """A request, the lärosäte it comes from, and the units wished for, the best first."""

    request: Request
    institution_id: str
    preferences: tuple[str, ...]


def requests_of(by: Caller) -> ColumnElement[bool]:
    """Return which requests are a caller's own: those of their students."""
    return col(Request.student_id).in_(select(Student.id).where(students_of(by)))


class RequestsWanted(TypedDict, total=False):
    """Which requests are wanted: of one term, status, course, cohort, lärosäte or student, by either of its ids."""

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
    """Ask for a student's placement in a course of their programme, in a term; a retake once its time has come."""
    allow(by, INSTITUTIONS)
    refer(session.get(Term, request.term_id), "/term_id", "term")
    query = select(Student).where(col(Student.id) == request.student_id, students_of(by))
    student = refer(session.exec(query).first(), "/student_id", "student")
    in_programme = (
        select(Course)
        .join(Cohort, col(Cohort.programme_id) == col(Course.programme_id))
        .where(col(Course.id) == request.course_id, col(Cohort.id) == student.cohort_id)
    )
    refer(session.exec(in_programme).first(), "/course_id", "course in the student's programme")
    check_retake(session, request, failures_of(session, [student.id]))
    add(session, by, request)
    _rank(session, by, request, preferences)
    feed.tell(session, [input_events.of_request(input_events.CREATED, request, student.institution_id)])
    return _ranked(session, [request])[0]


def change_request(
    session: Session,
    by: Caller,
    request_id: str,
    *,
    status: RequestStatus | None = None,
    preferences: Sequence[str] | None = None,
) -> RankedRequest:
    """Withdraw a request or open it again, or rank other units; a withdrawn one loses its pin."""
    request = _own_request(session, by, request_id)
    changed = [] if status is None else let_stand(session, by, request, status)
    if preferences is not None and _rank(session, by, request, preferences):
        touch(session, request, "status")
        changed.append("preferences")
    ranked = _ranked(session, [request])[0]
    if changed:
        feed.tell(session, [input_events.of_request(input_events.CHANGED, request, ranked.institution_id, changed)])
    return ranked


def let_stand(session: Session, by: Caller, request: Request, status: RequestStatus) -> list[str]:
    """Let a request stand, or no longer, in which case it loses its pin; name what became another."""
    if status is RequestStatus.OPEN and status is not request.status:
        check_retake(session, request, failures_of(session, [request.student_id]))
    changed = change(session, by, request, {"status": status})
    if status is RequestStatus.WITHDRAWN:
        _unpin(session, by, request)
    return changed


def remove_request(session: Session, by: Caller, request_id: str) -> None:
    """Remove a request that no plan has dealt with, as if it had never been made."""
    request = _own_request(session, by, request_id)
    told = input_events.of_request(input_events.REMOVED, request, _ranked(session, [request])[0].institution_id)
    _unpin(session, by, request)
    _rank(session, by, request, ())
    remove(session, by, request)
    feed.tell(session, [told])


def _own_request(session: Session, by: Caller, request_id: str) -> Request:
    """Return a request of the caller's; another one is not found."""
    allow(by, INSTITUTIONS)
    query = select(Request).where(col(Request.id) == request_id, requests_of(by))
    return found(session.exec(query).first(), request_id)


def _ranked(session: Session, requests: Sequence[Request]) -> list[RankedRequest]:
    """Read the lärosäte and the wishes of each request."""
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
    for wish in session.exec(query):
        wishes[wish.request_id].append(wish.unit_id)
    return [RankedRequest(request, institutions[request.student_id], tuple(wishes[request.id])) for request in requests]


def _rank(session: Session, by: Caller, request: Request, units: Sequence[str]) -> bool:
    """Let these be the units that are wished for, the best first, and tell if they were others before."""
    known = set(session.exec(select(Unit.id).where(col(Unit.id).in_(units))))
    for place, unit_id in enumerate(units):
        if unit_id not in known:
            raise fault(f"/preferences/{place}", "there is no such unit")
    standing = session.exec(select(Preference).where(col(Preference.request_id) == request.id)).all()
    kept = {(wish.rank, wish.unit_id) for wish in standing} & set(enumerate(units))
    for wish in standing:
        if (wish.rank, wish.unit_id) not in kept:
            remove(session, by, wish)
    for rank, unit_id in enumerate(units):
        if (rank, unit_id) not in kept:
            add(session, by, Preference(request_id=request.id, rank=rank, unit_id=unit_id))
    return len(standing) != len(kept) or len(units) != len(kept)


def _unpin(session: Session, by: Caller, request: Request) -> None:
    """Let go of what was decided by hand for a request."""
    for pin in session.exec(select(Pin).where(col(Pin.request_id) == request.id)).all():
        remove(session, by, pin)
