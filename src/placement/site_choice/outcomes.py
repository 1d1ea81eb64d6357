"""Outcomes: a named person decides a drawn round; later, late students take vacancies and leavers give some back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from placement import nouns
from placement.callers import Caller
from placement.clock import now, today
from placement.errors import ConflictError, InvalidError, no_such
from placement.register.student_sites import Decided, SiteDecisionBook
from placement.register.writing import writing
from placement.site_choice.measuring import RoundRecord, quotas_as, quotas_of, taken_in
from placement.site_choice.rounds import (
    closed_for_changes,
    happening,
    institution_of,
    own_round,
    show_round,
)
from placement.site_choice.wishes import faults_in_ranking
from placement.store.access import conflict, missing, refuse_identity_number
from placement.store.batches import read_in_batches
from placement.store.protection import counting_everyone, in_full
from placement.store.scopes import students_of
from placement.store.tokens import holder_of
from placement.tables import Cohort, Site, SiteReason, SiteRound, SiteRoundStatus, SiteTurn, Student, Term
from placement_solver.site_choice.quotas import scale
from placement_solver.site_choice.turns import enter_late


def decide_round(session: Session, by: Caller, round_id: str, decided_by: str | None = None) -> RoundRecord:
    """Let what was drawn hold: every student who has not left belongs to the site from the round's term on.

    Unless a decider is named, it is the holder of the caller's token.
    """
    _decide(session, by, round_id, decided_by)
    return show_round(session, by, round_id)


@counting_everyone
def _decide(session: Session, by: Caller, round_id: str, decided_by: str | None) -> None:
    """Decide a round for all who have a turn in it."""
    row = own_round(session, by, round_id, lock=True)
    refuse_identity_number("/decided_by", decided_by)
    if row.status is not SiteRoundStatus.DRAWN:
        raise closed_for_changes(row)
    decider = decided_by or holder_of(session, by)
    turns = session.exec(
        select(SiteTurn).where(col(SiteTurn.round_id) == row.id, col(SiteTurn.left_on).is_(None)).order_by(*_IN_TURN)
    ).all()
    students = {
        student.id: student
        for student in read_in_batches(session, select(Student), Student.id, (turn.student_id for turn in turns))
    }
    term = session.get_one(Term, row.from_term_id)
    with writing(session, by) as writer:
        book = SiteDecisionBook(writer, students.values())
        for turn in turns:
            decided = Decided(turn.site_id, term, SiteReason.ROUND, decider, round_id=row.id)
            book.decide(students[turn.student_id], decided, tell=False)
        writer.change(row, {"status": SiteRoundStatus.DECIDED, "decided_by": decider, "decided_at": now()})
        told = {"students": len(turns), "decidedBy": decider}
        writer.tell(happening("decided", row, institution_of(session, row), told))


_IN_TURN: tuple[Any, ...] = (col(SiteTurn.place), col(SiteTurn.number))


def enter_late_student(
    session: Session,
    by: Caller,
    round_id: str,
    student_id: str,
    ranking: Sequence[str],
    decided_by: str | None = None,
) -> SiteTurn:
    """Give a student who came after the draw the best ranked vacancy, with the number after the highest.

    The quotas scale with one student more. The student belongs to a cohort of the programme and is in no other turn.
    """
    row = own_round(session, by, round_id, lock=True)
    refuse_identity_number("/decided_by", decided_by)
    if row.status is not SiteRoundStatus.DECIDED:
        raise closed_for_changes(row)
    student = _late(session, by, row, student_id)
    quotas = quotas_of(session, [row.id])[row.id]
    names = dict(session.exec(select(col(Site.id), col(Site.name))).all())
    if faults := faults_in_ranking(ranking, {quota.site_id: names[quota.site_id] for quota in quotas}):
        raise InvalidError(*faults)
    with in_full(session):
        held = taken_in(session, [row])[row.id]
        vacancy = enter_late(ranking, scale(quotas_as(quotas), held.total() + 1), held)
        number, place = session.exec(
            select(func.max(SiteTurn.number), func.max(SiteTurn.place)).where(col(SiteTurn.round_id) == row.id)
        ).one()
    if vacancy is None:
        raise ConflictError(
            sv="Ingen studieort har en ledig plats. Ge studenten en ort med ett eget beslut i stället.",
            en="No site has a vacancy. Give the student a site by a decision of its own instead.",
        )
    turn = SiteTurn(
        round_id=row.id,
        student_id=student.id,
        number=number + 1,
        place=place + 1,
        site_id=vacancy.site,
        rank=vacancy.rank,
        ranking=list(ranking),
        full_sites=list(vacancy.full_sites),
        closed_sites=list(vacancy.closed_sites),
        late=True,
    )
    term = session.get_one(Term, row.from_term_id)
    decider = decided_by or holder_of(session, by)
    with writing(session, by) as writer:
        writer.add(turn)
        decided = Decided(vacancy.site, term, SiteReason.LATE_ENTRY, decider, round_id=row.id)
        SiteDecisionBook(writer, [student]).decide(student, decided, tell=True)
    return turn


def note_departure(session: Session, by: Caller, round_id: str, student_id: str) -> SiteTurn:
    """Note that a student of a drawn round has left the programme today; the place at the site is vacant."""
    row = own_round(session, by, round_id, lock=True)
    turn = session.get(SiteTurn, (row.id, student_id))
    if turn is None:
        raise missing("/student_id", nouns.STUDENT, nouns.IN_THE_ROUND)
    if row.status is SiteRoundStatus.CANCELLED:
        raise closed_for_changes(row)
    if turn.left_on is not None:
        raise conflict(
            "/student_id",
            "The student has left already.",
            "Studenten har redan lämnat programmet.",
        )
    decided = row.status is SiteRoundStatus.DECIDED
    site = session.get_one(Student, student_id).site_id if decided else turn.site_id
    with writing(session, by) as writer:
        writer.change(turn, {"left_on": today()})
        told = {"studentId": student_id, "siteId": site}
        writer.tell(happening("place-freed", row, institution_of(session, row), told))
    return turn


def _late(session: Session, by: Caller, row: SiteRound, student_id: str) -> Student:
    """Return a student who may enter a round late: in a cohort of its programme, and in no turn of the round."""
    programme = select(Cohort.programme_id).where(col(Cohort.id) == row.cohort_id).scalar_subquery()
    cohorts = select(Cohort.id).where(col(Cohort.programme_id) == programme)
    query = select(Student).where(col(Student.id) == student_id, col(Student.cohort_id).in_(cohorts), students_of(by))
    student = session.exec(query).first()
    if student is None:
        raise InvalidError(no_such("/student_id", nouns.STUDENT, nouns.IN_THE_PROGRAMME))
    if session.get(SiteTurn, (row.id, student_id)) is not None:
        raise conflict(
            "/student_id",
            "The student has taken part in the round already. Another site takes a decision of its own.",
            "Studenten har redan varit med i valet. En annan studieort kräver ett eget beslut.",
        )
    return student
