"""Students: known by their lärosäte's own pseudonym, with what a plan must know of each and nothing else.

Who a student is and where they live (``PROTECTED``) is shown to their lärosäte alone. The coordinator may
register a student on a lärosäte's behalf, but reads and changes only the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.errors import ConflictError, NotAllowedError
from placement.register.cohorts import cohorts_of
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
from placement.tables import (
    BlockedUnit,
    Cohort,
    Course,
    Programme,
    Request,
    RequestStatus,
    Site,
    Student,
    Unit,
    holds_identity_number,
)

PROTECTED = frozenset({"external_id", "lat", "lon", "zone"})


@dataclass(frozen=True, slots=True)
class StudentRecord:
    """A student as a caller may see them; what is protected from the caller is None."""

    id: str
    version: int
    cohort_id: str
    institution_id: str
    external_id: str | None
    lat: float | None
    lon: float | None
    zone: str | None
    site_id: str | None
    max_travel: int | None
    distinct_units: bool
    priority_class: int
    lottery_number: int | None
    blocked_units: tuple[str, ...]
    synthetic: bool


def list_students(
    session: Session,
    by: Caller,
    *,
    cohort: str | None = None,
    term: str | None = None,
    institution: str | None = None,
    external_id: str | None = None,
    span: Span = FIRST,
) -> Page[StudentRecord]:
    """List the caller's students; those of one cohort, term, lärosäte or external id where one is named."""
    allow(by, INSTITUTIONS)
    query = select(Student).where(students_of(by)).order_by(col(Student.id))
    query = matching(query, ((Student.cohort_id, cohort), (Student.institution_id, institution)))
    if term is not None:
        query = query.where(col(Student.cohort_id).in_(select(Cohort.id).where(col(Cohort.term_id) == term)))
    if external_id is not None:
        query = query.where(known_as(by, external_id))
    page = page_of(session, query, span)
    return Page(_records(session, by, page.rows), page.total)


def known_as(by: Caller, external_id: str) -> ColumnElement[bool]:
    """Return who has an external id: to the coordinator, whom it is not shown, nobody."""
    return false() if by.role is Role.COORDINATOR else col(Student.external_id) == external_id


def show_student(session: Session, by: Caller, student_id: str) -> StudentRecord:
    """Show one student."""
    return _records(session, by, [_own_student(session, by, student_id)])[0]


def register_student(
    session: Session, by: Caller, student: Student, blocked_units: Sequence[str] = ()
) -> StudentRecord:
    """Register a student of a cohort under a pseudonym; the lottery number is drawn later, by the service."""
    allow(by, INSTITUTIONS)
    _cohort, programme = _own_cohort(session, by, student.cohort_id)
    student.institution_id = programme.institution_id
    check_student(session, student, programme)
    add(session, by, student)
    _block(session, by, student, blocked_units)
    return _records(session, by, [student])[0]


def change_student(
    session: Session,
    by: Caller,
    student_id: str,
    changes: Mapping[str, Any],
    blocked_units: Sequence[str] | None = None,
) -> StudentRecord:
    """Change what is known of a student; one who comes to another term's cohort loses the lottery number."""
    student = _own_student(session, by, student_id)
    if by.role is Role.COORDINATOR and not PROTECTED.isdisjoint(changes):
        raise NotAllowedError(
            sv="Bara lärosätet ändrar vem studenten är och var resan börjar.",
            en="Only the lärosäte changes who a student is and where travel starts.",
        )
    before = found(session.get(Cohort, student.cohort_id), student.cohort_id)
    after, programme = _own_cohort(session, by, changes.get("cohort_id", before.id))
    changes = checked_changes(session, student, changes, (before, after), programme)
    change(session, by, student, changes)
    if blocked_units is not None and _block(session, by, student, blocked_units):
        touch(session, student, "max_travel")
    return _records(session, by, [student])[0]


def remove_student(session: Session, by: Caller, student_id: str) -> None:
    """Remove a student who asks for nothing, and the units they could not be placed at."""
    student = _own_student(session, by, student_id)
    _block(session, by, student, ())
    remove(session, by, student)


def _own_student(session: Session, by: Caller, student_id: str) -> Student:
    """Return a student of the caller's; another one is not found."""
    allow(by, INSTITUTIONS)
    query = select(Student).where(col(Student.id) == student_id, students_of(by))
    return found(session.exec(query).first(), student_id)


def _own_cohort(session: Session, by: Caller, cohort_id: str) -> tuple[Cohort, Programme]:
    """Return a cohort of the caller's that a student comes to, and its programme."""
    query = (
        select(Cohort, Programme)
        .join(Programme, col(Programme.id) == col(Cohort.programme_id))
        .where(col(Cohort.id) == cohort_id, cohorts_of(by))
    )
    return refer(session.exec(query).first(), "/cohort_id", "cohort")


def _records(session: Session, by: Caller, students: Sequence[Student]) -> list[StudentRecord]:
    """Show students with their blocked units, without what is protected from the caller."""
    blocked: dict[str, list[str]] = {student.id: [] for student in students}
    query = select(BlockedUnit).where(col(BlockedUnit.student_id).in_(blocked))
    for row in session.exec(query.order_by(col(BlockedUnit.unit_id))):
        blocked[row.student_id].append(row.unit_id)
    hidden = dict.fromkeys(PROTECTED) if by.role is Role.COORDINATOR else {}
    return [
        StudentRecord(**{**student.model_dump(), **hidden}, blocked_units=tuple(blocked[student.id]))
        for student in students
    ]


def check_student(session: Session, student: Student, programme: Programme) -> None:
    """Refuse a new student who could be recognised, or who belongs to no site where one is needed."""
    _check_pseudonym(student.external_id)
    _check_site(session, programme, student.site_id)


def checked_changes(
    session: Session,
    student: Student,
    changes: Mapping[str, Any],
    cohorts: tuple[Cohort, Cohort],
    programme: Programme,
) -> dict[str, Any]:
    """Check what is to become another of a student, the cohorts before and after; a new term asks for a new lottery."""
    before, after = cohorts
    _check_pseudonym(changes.get("external_id", student.external_id))
    _check_move(session, student, before, programme)
    _check_site(session, programme, changes.get("site_id", student.site_id))
    drawn = {} if after.term_id == before.term_id else {"lottery_number": None}
    return {**changes, **drawn}


def _check_pseudonym(external_id: str) -> None:
    """Refuse a personal identity number, without repeating it."""
    if holds_identity_number(external_id):
        raise fault("/external_id", "a personal identity number is never stored: give a pseudonym")


def _check_site(session: Session, programme: Programme, site_id: str | None) -> None:
    """Let only students of a decentralised programme, and all of them, belong to a site of their lärosäte."""
    if not programme.decentralised:
        if site_id is not None:
            raise fault("/site_id", "only a student of a decentralised programme belongs to a site")
        return
    if site_id is None:
        raise fault("/site_id", "a student of a decentralised programme belongs to a site")
    site = session.get(Site, site_id)
    if site is None or site.institution_id != programme.institution_id:
        raise fault("/site_id", "there is no such site")


def _check_move(session: Session, student: Student, before: Cohort, programme: Programme) -> None:
    """Refuse a move to another lärosäte, or away from a programme with open requests in its courses."""
    if programme.institution_id != student.institution_id:
        raise fault("/cohort_id", "there is no such cohort at the student's lärosäte")
    if programme.id == before.programme_id:
        return
    asked = (
        select(Request.id)
        .join(Course, col(Course.id) == col(Request.course_id))
        .where(
            col(Request.student_id) == student.id,
            col(Request.status) == RequestStatus.OPEN,
            col(Course.programme_id) != programme.id,
        )
    )
    if session.exec(asked).first() is not None:
        raise ConflictError(
            sv="Studenten har öppna önskemål om placering i programmets kurser. Återkalla dem först.",
            en="The student has open requests in the programme's courses. Withdraw them first.",
        )


def _block(session: Session, by: Caller, student: Student, units: Sequence[str]) -> bool:
    """Let these be the units that a student may not be placed at, and tell if they were others before."""
    known = set(session.exec(select(Unit.id).where(col(Unit.id).in_(units))))
    for place, unit_id in enumerate(units):
        if unit_id not in known:
            raise fault(f"/blocked_units/{place}", "there is no such unit")
    standing = {
        row.unit_id: row for row in session.exec(select(BlockedUnit).where(col(BlockedUnit.student_id) == student.id))
    }
    for unit_id in sorted(standing.keys() - set(units)):
        remove(session, by, standing[unit_id])
    for unit_id in sorted(set(units) - standing.keys()):
        add(session, by, BlockedUnit(student_id=student.id, unit_id=unit_id))
    return standing.keys() != set(units)
