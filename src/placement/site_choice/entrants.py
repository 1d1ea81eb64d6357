"""Entrants: who takes part in a round, each with the wish that has been sent, or without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from placement.callers import Caller, Role
from placement.fields.seeing import shows
from placement.register.students import known_as
from placement.site_choice.rounds import own_round
from placement.site_choice.wishes import WishRecord, records
from placement.store.access import FIRST, Page, Span, found, page_of
from placement.store.batches import read_in_batches
from placement.tables import Cohort, SiteDecision, SiteRound, SiteTurn, SiteWish, Student
from placement.vocabulary import Named


class EntrantPart(Named):
    """Which of a round's cohort: by whether they have ranked, by the answer to their claim, or who missed the draw.

    Who has been given a site from the round's term on by a decision of its own has not missed anything.
    """

    RANKED = "ranked", "har rangordnat", "have ranked"
    UNRANKED = "unranked", "har inte rangordnat", "have not ranked"
    WAITING = "waiting", "väntar på svar om förtur", "wait for an answer about a priority"
    ANSWERED = "answered", "har fått svar om förtur", "have an answer about a priority"
    LATE = "late", "har kommit efter lottningen", "have come after the draw"


@dataclass(frozen=True, slots=True)
class EntrantRecord:
    """A student of a round's cohort, by pseudonym for the lärosäte, with the wish; None if none has been sent."""

    student_id: str
    external_id: str | None
    wish: WishRecord | None
    partner: str | None


def list_entrants(
    session: Session,
    by: Caller,
    round_id: str,
    *,
    external_id: str | None = None,
    part: EntrantPart | None = None,
    span: Span = FIRST,
) -> Page[EntrantRecord]:
    """List who takes part in a round, by pseudonym where it is shown; optionally one of them or a part of them."""
    row = own_round(session, by, round_id)
    order = (col(Student.external_id),) if _reads_pseudonyms(by) else ()
    query = select(Student).where(col(Student.cohort_id) == row.cohort_id).order_by(*order, col(Student.id))
    if external_id is not None:
        query = query.where(known_as(by, external_id))
    if part is not None:
        query = query.where(_condition(row, part))
    page = page_of(session, query, span)
    return Page(_entrants(session, by, row, page.rows), page.total)


def count_entrants(session: Session, by: Caller, round_id: str) -> Mapping[EntrantPart, int]:
    """Count who takes part in a round, part by part."""
    row = own_round(session, by, round_id)
    own = select(func.count()).select_from(Student).where(col(Student.cohort_id) == row.cohort_id)
    return {part: session.exec(own.where(_condition(row, part))).one() for part in EntrantPart}


def show_entrant(session: Session, by: Caller, round_id: str, student_id: str) -> EntrantRecord:
    """Show one student of those who take part in a round."""
    row = own_round(session, by, round_id)
    query = select(Student).where(col(Student.cohort_id) == row.cohort_id, Student.id == student_id)
    return _entrants(session, by, row, [found(session.exec(query).first(), student_id)])[0]


def entrant_called(session: Session, by: Caller, round_id: str, name: str) -> str | None:
    """Return the id of who takes part in a round under a pseudonym or our id; None if nobody does."""
    row = own_round(session, by, round_id)
    query = select(Student.id).where(col(Student.cohort_id) == row.cohort_id)
    return session.exec(query.where(or_(col(Student.id) == name, known_as(by, name)))).first()


def latecomer_called(session: Session, by: Caller, round_id: str, name: str) -> EntrantRecord | None:
    """Return who has no turn in a round and goes by a pseudonym or our id, in any cohort of its programme; or None."""
    row = own_round(session, by, round_id)
    programme = select(Cohort.programme_id).where(col(Cohort.id) == row.cohort_id).scalar_subquery()
    cohorts = select(Cohort.id).where(col(Cohort.programme_id) == programme)
    query = select(Student).where(col(Student.cohort_id).in_(cohorts), col(Student.id).not_in(_drawn(row)))
    found = session.exec(query.where(or_(col(Student.id) == name, known_as(by, name)))).first()
    return None if found is None else _entrants(session, by, row, [found])[0]


def _condition(row: SiteRound, part: EntrantPart) -> ColumnElement[bool]:
    """Return the condition for a part of the students of a round's cohort."""
    sent = select(SiteWish.student_id).where(col(SiteWish.round_id) == row.id)
    claimed = sent.where(col(SiteWish.priority_id).is_not(None))
    own = col(Student.id)
    match part:
        case EntrantPart.RANKED:
            return own.in_(sent)
        case EntrantPart.UNRANKED:
            return own.not_in(sent)
        case EntrantPart.WAITING:
            return own.in_(claimed.where(col(SiteWish.granted).is_(None)))
        case EntrantPart.ANSWERED:
            return own.in_(claimed.where(col(SiteWish.granted).is_not(None)))
        case _:
            moved = col(SiteDecision.from_term_id) == row.from_term_id
            return and_(own.not_in(_drawn(row)), own.not_in(select(SiteDecision.student_id).where(moved)))


def _drawn(row: SiteRound) -> SelectOfScalar[str]:
    """Return the query for who has a turn in a round; one who has left keeps it."""
    return select(SiteTurn.student_id).where(col(SiteTurn.round_id) == row.id)


def _entrants(session: Session, by: Caller, row: SiteRound, students: Sequence[Student]) -> list[EntrantRecord]:
    """Return some students with their wishes, and what the reader calls those with whom they want to be a pair."""
    query = select(SiteWish).where(col(SiteWish.round_id) == row.id)
    sent = read_in_batches(session, query, SiteWish.student_id, (each.id for each in students))
    wishes = {each.wish.student_id: each for each in records(session, row, sent)}
    named = {each.wish.partner_id for each in wishes.values() if each.wish.partner_id}
    called = dict(read_in_batches(session, select(col(Student.id), col(Student.external_id)), Student.id, named))
    reads = _reads_pseudonyms(by)

    def record(student: Student) -> EntrantRecord:
        wish = wishes.get(student.id)
        partner = None if wish is None else wish.wish.partner_id
        shown = called.get(partner) if partner and reads else None
        return EntrantRecord(student.id, student.external_id if reads else None, wish, shown or partner)

    return [record(student) for student in students]


def _reads_pseudonyms(by: Caller) -> bool:
    """Tell whether a caller reads the pseudonyms of the students of their own rounds."""
    return shows(by, "student.external_id", own=by.role is Role.INSTITUTION)
