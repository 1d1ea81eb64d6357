"""Marks: the lärosäte says which of its students have a protected identity; whoever may not see that finds nothing.

Only a token with the right does any of this (``Caller.sees_protected``), and only with its own lärosäte's students.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.errors import NotAllowedError
from placement.in_force.swaps.lapsing import lapse
from placement.store import access, looks, protection
from placement.store.access import FIRST, Page, Span
from placement.store.batches import read_in_batches
from placement.store.idempotency import forget_answers
from placement.store.scopes import students_of
from placement.tables import Calendar, CalendarSubject, ProtectedStudent, Student, SwapReason


@dataclass(frozen=True, slots=True)
class Marked:
    """A protected student by the lärosäte's own pseudonym, and whom a unit turns to."""

    row: ProtectedStudent
    external_id: str


def list_protected(session: Session, by: Caller, *, span: Span = FIRST) -> Page[Marked]:
    """List the lärosäte's protected students."""
    let_see(by)
    query = (
        select(ProtectedStudent)
        .join(Student, col(Student.id) == col(ProtectedStudent.student_id))
        .where(students_of(by))
        .order_by(col(ProtectedStudent.student_id))
    )
    page = access.page_of(session, query, span)
    return Page(_marked(session, page.rows), page.total)


def show_protected(session: Session, by: Caller, student_id: str) -> Marked:
    """Show whom a unit turns to in one protected student's place."""
    let_see(by)
    query = select(ProtectedStudent).join(Student, col(Student.id) == col(ProtectedStudent.student_id))
    row = session.exec(query.where(students_of(by), col(Student.id) == student_id)).first()
    return _marked(session, [access.found(row, student_id)])[0]


def protect(session: Session, by: Caller, student_id: str, contact: Mapping[str, Any]) -> Marked:
    """Mark a student of one's own: from now on nobody without the right finds anything of theirs.

    Their calendars stop working, their open swaps lapse, and answers that are kept for repeated calls and name them are
    removed.
    """
    let_see(by)
    own = select(Student.id).where(col(Student.id) == student_id, students_of(by))
    access.refer(session.exec(own).first(), "/student_id", nouns.STUDENT)
    if session.get(ProtectedStudent, student_id) is not None:
        raise access.conflict(
            "/student_id",
            "The student already has a protected identity here.",
            "Studenten har redan skyddade personuppgifter här.",
        )
    _check_contact(contact)
    row = ProtectedStudent(student_id=student_id, **contact)
    access.add(session, by, row)
    _take_back(session, by, student_id)
    protection.forget(session)
    looks.note(session, [student_id])
    return show_protected(session, by, student_id)


def change_contact(session: Session, by: Caller, student_id: str, changes: Mapping[str, Any]) -> Marked:
    """Change whom a unit turns to."""
    row = show_protected(session, by, student_id).row
    kept = {name: getattr(row, name) for name in ("contact_function", "contact_email", "contact_phone")}
    _check_contact({**kept, **changes})
    access.change(session, by, row, changes)
    return show_protected(session, by, student_id)


def lift(session: Session, by: Caller, student_id: str) -> None:
    """Lift the protection: the student is again as anyone else, also in what has happened meanwhile."""
    access.remove(session, by, show_protected(session, by, student_id).row)
    protection.forget(session)


def let_see(by: Caller) -> None:
    """Refuse a caller without the right to see protected students."""
    access.allow(by, frozenset({Role.INSTITUTION}))
    if not by.sees_protected:
        raise NotAllowedError(
            sv="Åtkomstnyckeln ger inte rätt att se studenter med skyddade personuppgifter.",
            en="The token gives no right to see students with a protected identity.",
        )


def _marked(session: Session, rows: list[ProtectedStudent] | Any) -> list[Marked]:  # noqa: ANN401 (rows of a page)
    """Return marks with the students' pseudonyms, and note that they are looked at."""
    ids = [row.student_id for row in rows]
    names = dict(read_in_batches(session, select(Student.id, Student.external_id), Student.id, ids))
    looks.note(session, ids)
    return [Marked(row, names[row.student_id]) for row in rows]


def _check_contact(contact: Mapping[str, Any]) -> None:
    """Refuse a contact that cannot be reached, or that holds an identity number."""
    for name, text in contact.items():
        access.refuse_identity_number(f"/{name}", text)
    if contact.get("contact_email") is None and contact.get("contact_phone") is None:
        raise access.fault(
            "/contact_phone",
            "give a phone number or an address that the unit can turn to",
            "ange ett telefonnummer eller en e-postadress som enheten kan vända sig till",
        )


def _take_back(session: Session, by: Caller, student_id: str) -> None:
    """Take back what others already have of a student."""
    names = next(each for each in protection.protected_of(session) if each.student_id == student_id).ids
    lapse(session, by, names, SwapReason.ENDED)
    subject = col(Calendar.subject_type) == CalendarSubject.STUDENT, col(Calendar.subject_id) == student_id
    for calendar in session.exec(select(Calendar).where(*subject)).all():
        access.remove(session, by, calendar)
    forget_answers(session, names)
