"""Calendars: placements in force, read by calendar programs at a secret address that gives access to nothing else.

Such programs cannot show a token. An address is tied to the token that made it and shows what that token may see at
the time of reading. It shows nothing once it is removed, the token is revoked, or the subject no longer belongs to the
token's holder.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from placement import nouns
from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.fields.seeing import shows
from placement.planning.runs import CONCERNED
from placement.register.cohorts import cohorts_of
from placement.register.lists import Lists
from placement.store import access, looks
from placement.store.access import FIRST, Page, Span
from placement.store.acting import act_for
from placement.store.protection import look_as
from placement.store.scopes import students_of, units_of, units_seen_by
from placement.store.tokens import bearer_of, digest, new_secret, tokens_of
from placement.tables import (
    ApiToken,
    Calendar,
    CalendarSubject,
    Cohort,
    Course,
    Municipality,
    Organisation,
    OrganisationKind,
    Placement,
    Programme,
    Request,
    Site,
    Student,
    Supervisor,
    Term,
    Unit,
)
from placement_solver.words import Words

MOST_EVENTS = 2_000
SUFFIX = ".ics"
_NOUNS = {
    CalendarSubject.STUDENT: nouns.STUDENT,
    CalendarSubject.COHORT: nouns.COHORT,
    CalendarSubject.UNIT: nouns.UNIT,
    CalendarSubject.SUPERVISOR: nouns.SUPERVISOR,
    CalendarSubject.PROVIDER: nouns.PROVIDER,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A placement as a calendar shows it: where, for which profession and course, and which lärosäte's student.

    ``asks`` is whether its term asks students if they come.
    """

    placement: Placement
    unit: str
    place: str
    profession: Words
    course: str
    student: str
    institution: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is read at an address: the subject and its placements."""

    subject_type: CalendarSubject
    title: str
    entries: tuple[Entry, ...]


def open_calendar(session: Session, by: Caller, subject_type: CalendarSubject, subject_id: str) -> tuple[Calendar, str]:
    """Make an address for one of the caller's subjects; return it with its secret file name, shown only now."""
    access.allow(by, CONCERNED)
    access.refer(_title_of(session, by, subject_type, subject_id), "/subject/id", _NOUNS[subject_type])
    secret = new_secret()
    calendar = Calendar(
        token_id=by.token or "", secret_sha256=digest(secret), subject_type=subject_type, subject_id=subject_id
    )
    access.add(session, by, calendar)
    return calendar, secret + SUFFIX


def list_calendars(
    session: Session,
    by: Caller,
    *,
    subject_type: CalendarSubject | None = None,
    subject_id: str | None = None,
    span: Span = FIRST,
) -> Page[Calendar]:
    """List the calendars made by holders of the caller's role in the same organisation or unit."""
    access.allow(by, CONCERNED)
    wanted = (Calendar.subject_type, subject_type), (Calendar.subject_id, subject_id)
    return access.page_of(session, access.matching(_own(by).order_by(col(Calendar.id)), wanted), span)


def show_calendar(session: Session, by: Caller, calendar_id: str) -> Calendar:
    """Show one calendar, without its address."""
    access.allow(by, CONCERNED)
    return access.found(session.exec(_own(by).where(Calendar.id == calendar_id)).first(), calendar_id)


def close_calendar(session: Session, by: Caller, calendar_id: str) -> None:
    """Remove an address: from now on it shows nothing."""
    access.remove(session, by, show_calendar(session, by, calendar_id))


def read_calendar(session: Session, name: str) -> Agenda:
    """Return what is shown at an address, found by its secret file name."""
    secret = name.removesuffix(SUFFIX)
    calendar = session.exec(select(Calendar).where(Calendar.secret_sha256 == digest(secret))).first()
    by = None if calendar is None else bearer_of(session, calendar.token_id)
    if calendar is None or by is None:
        raise _nothing_there()
    act_for(session, by)
    look_as(session, by)
    looks.note(session, (), by)
    return agenda_of(session, by, calendar.subject_type, calendar.subject_id)


def agenda_of(session: Session, by: Caller, subject_type: CalendarSubject, subject_id: str) -> Agenda:
    """Return the agenda of one of the caller's subjects."""
    title = _title_of(session, by, subject_type, subject_id)
    if title is None:
        raise _nothing_there()
    concerning = _concerning(by, subject_type, subject_id)
    rows = session.execute(_entries(concerning, pseudonyms=_reads_pseudonyms(by)))
    name_of = Lists(session).professions.name_of
    entries = (
        Entry(placement, unit, place, name_of(profession), course, student, institution, asks)
        for placement, unit, place, profession, course, student, institution, asks in rows
    )
    return Agenda(subject_type, title, tuple(entries))


def _nothing_there() -> NotFoundError:
    """Return one error for everything that can be missing, which reveals nothing about what was asked for."""
    return NotFoundError("calendar")


def _own(by: Caller) -> SelectOfScalar[Calendar]:
    return select(Calendar).where(col(Calendar.token_id).in_(select(ApiToken.id).where(tokens_of(by))))


def _title_of(session: Session, by: Caller, subject_type: CalendarSubject, subject_id: str) -> str | None:
    """Return the name of one of the caller's subjects, a person's as far as it is shown; None if it is not theirs."""
    match subject_type:
        case CalendarSubject.STUDENT:
            called = Student.external_id if _reads_pseudonyms(by) else Student.id
            title = select(called).where(Student.id == subject_id, students_of(by))
        case CalendarSubject.COHORT:
            title = select(Cohort.name).where(Cohort.id == subject_id, cohorts_of(by))
        case CalendarSubject.UNIT:
            title = select(Unit.name).where(Unit.id == subject_id, units_seen_by(by))
        case CalendarSubject.SUPERVISOR:
            at_unit = select(Unit.id).where(units_of(by))
            here = col(Supervisor.unit_id).in_(at_unit)
            title = select(Supervisor.external_id).where(Supervisor.id == subject_id, here)
        case _:  # a provider
            own = literal(by.role is Role.COORDINATOR) | (col(Organisation.id) == by.organisation)
            provider = Organisation.kind == OrganisationKind.PROVIDER
            title = select(Organisation.name_sv).where(Organisation.id == subject_id, provider, own)
    return session.exec(title).first()


def _concerning(by: Caller, subject_type: CalendarSubject, subject_id: str) -> ColumnElement[bool]:
    """Return the condition for placements that concern a subject, among those of the caller's own students or units."""
    match subject_type:
        case CalendarSubject.STUDENT:
            concerned = col(Student.id) == subject_id
        case CalendarSubject.COHORT:
            concerned = col(Student.cohort_id) == subject_id
        case CalendarSubject.UNIT:
            concerned = col(Unit.id) == subject_id
        case CalendarSubject.SUPERVISOR:
            concerned = col(Placement.supervisor_id) == subject_id
        case _:  # a provider
            concerned = or_(col(Unit.provider_id) == subject_id, col(Unit.operator_id) == subject_id)
    return and_(concerned, students_of(by) if by.role is Role.INSTITUTION else units_of(by))


def _reads_pseudonyms(by: Caller) -> bool:
    """Return whether a caller reads the pseudonyms of the students in its calendars; who does not reads our ids."""
    return shows(by, "student.external_id", own=by.role is Role.INSTITUTION)


def _entries(
    concerned: ColumnElement[bool], *, pseudonyms: bool
) -> Select[Placement, str, str, str, str, str, str, bool]:
    """Return the published placements of a subject as calendar entries, the latest first."""
    place = func.coalesce(Site.name, Municipality.name)
    latest = col(Placement.start).desc(), col(Placement.id)
    return (
        rows_of(
            Placement,
            col(Unit.name),
            place,
            col(Programme.profession),
            col(Course.name),
            col(Student.external_id if pseudonyms else Student.id),
            col(Organisation.name_sv),
            col(Term.students_answer_by).is_not(None),
        )
        .join(Term, col(Term.id) == Placement.term_id)
        .join(Unit, col(Unit.id) == Placement.unit_id)
        .join(Municipality, col(Municipality.code) == Unit.municipality_code)
        .outerjoin(Site, col(Site.id) == Unit.site_id)
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Course, col(Course.id) == Request.course_id)
        .join(Programme, col(Programme.id) == Course.programme_id)
        .join(Student, col(Student.id) == Request.student_id)
        .join(Organisation, col(Organisation.id) == Student.institution_id)
        .where(concerned)
        .order_by(*latest)
        .limit(MOST_EVENTS)
    )
