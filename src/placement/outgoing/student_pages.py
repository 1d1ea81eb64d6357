"""Student pages: a secret address at which one student reads their own terms, and nothing of anyone else.

Students have no tokens of their own. As with calendars, an address is tied to the token that made it, and shows nothing
once it is removed, the token is revoked, or the student no longer belongs to the token's holder.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from placement import nouns
from placement.callers import Caller
from placement.errors import NotFoundError
from placement.fairness.accounts import Account, account_of
from placement.site_choice.receipts import ReceiptRecord, receipts_of
from placement.store import access, looks
from placement.store.access import FIRST, INSTITUTIONS, Page, Span
from placement.store.acting import act_for
from placement.store.scopes import students_of
from placement.store.tokens import bearer_of, digest, new_secret, tokens_of
from placement.tables import ApiToken, Organisation, Student, StudentPage
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page that is not about costs: a heading and what it says, sentence by sentence."""

    title: Words
    sentences: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose address was opened: the student, the lärosäte, and on whose behalf it is read."""

    by: Caller
    student: Student
    institution: Words


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """What a student reads: their lärosäte, what their terms have cost and what it gives, and what else is told."""

    institution: Words
    account: Account
    sections: tuple[Section, ...]


def open_page(session: Session, by: Caller, student_id: str) -> tuple[StudentPage, str]:
    """Make an address for one of the caller's students; return it with its secret, shown only now."""
    access.allow(by, INSTITUTIONS)
    own = select(Student.id).where(Student.id == student_id, students_of(by))
    access.refer(session.exec(own).first(), "/student_id", nouns.STUDENT)
    secret = new_secret()
    page = StudentPage(token_id=by.token or "", secret_sha256=digest(secret), student_id=student_id)
    access.add(session, by, page)
    return page, secret


def list_pages(session: Session, by: Caller, *, student_id: str | None = None, span: Span = FIRST) -> Page[StudentPage]:
    """List the addresses made by holders of the caller's role in the same organisation."""
    access.allow(by, INSTITUTIONS)
    query = _own(by).order_by(col(StudentPage.id))
    return access.page_of(session, access.matching(query, [(StudentPage.student_id, student_id)]), span)


def show_page(session: Session, by: Caller, page_id: str) -> StudentPage:
    """Show one, without its address."""
    access.allow(by, INSTITUTIONS)
    return access.found(session.exec(_own(by).where(StudentPage.id == page_id)).first(), page_id)


def close_page(session: Session, by: Caller, page_id: str) -> None:
    """Remove an address: from now on it shows nothing."""
    access.remove(session, by, show_page(session, by, page_id))


def read_own_terms(session: Session, secret: str) -> OwnTerms:
    """Return what is shown at an address, found by its secret."""
    opened = open_own(session, secret)
    told = tuple(_choice_of_site(receipt) for receipt in receipts_of(session, opened.by, opened.student.id))
    return OwnTerms(opened.institution, account_of(session, opened.by, opened.student.id), told)


def open_own(session: Session, secret: str) -> Opened:
    """Return whose address it is, found by its secret; from now on the session acts for whoever made it.

    The look is noted as the student's lärosäte's.
    """
    page = session.exec(select(StudentPage).where(StudentPage.secret_sha256 == digest(secret))).first()
    by = None if page is None else bearer_of(session, page.token_id)
    if page is None or by is None:
        raise _nothing_there()
    act_for(session, by)
    looks.note(session, [page.student_id], by)
    query = select(Student, Organisation).join(Organisation, col(Student.institution_id) == col(Organisation.id))
    found = session.exec(query.where(Student.id == page.student_id, students_of(by))).first()
    if found is None:
        raise _nothing_there()
    student, institution = found
    return Opened(by, student, Words(institution.name_sv, institution.name_en))


def _choice_of_site(receipt: ReceiptRecord) -> Section:
    """Tell how the student got their site in a round."""
    return Section(Words("Val av studieort", "Choice of the place of study"), (receipt.words,))


def _nothing_there() -> NotFoundError:
    """Return one error for everything that can be missing, which reveals nothing about what was asked for."""
    return NotFoundError("page")


def _own(by: Caller) -> SelectOfScalar[StudentPage]:
    return select(StudentPage).where(col(StudentPage.token_id).in_(select(ApiToken.id).where(tokens_of(by))))
