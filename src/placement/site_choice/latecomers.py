"""Latecomers: a student who comes after the draw takes the best ranked vacancy, as a preview and then for good."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from placement import nouns
from placement.callers import Caller
from placement.errors import ConflictError, InvalidError, no_such
from placement.register.student_sites import Decided, SiteDecisionBook
from placement.register.writing import writing
from placement.site_choice.measuring import quotas_as, quotas_of, taken_in
from placement.site_choice.receipts import ReceiptRecord, receipt_of
from placement.site_choice.rounds import closed_for_changes, own_round
from placement.site_choice.wishes import faults_in_ranking
from placement.store.access import conflict, refuse_identity_number
from placement.store.protection import in_full
from placement.store.scopes import students_of
from placement.store.tokens import holder_of
from placement.tables import Cohort, Site, SiteReason, SiteRound, SiteRoundStatus, SiteTurn, Student, Term
from placement_solver.site_choice.quotas import scale
from placement_solver.site_choice.turns import enter_late


def preview_late_student(
    session: Session, by: Caller, round_id: str, student_id: str, ranking: Sequence[str]
) -> ReceiptRecord:
    """Return the receipt that a student who came after the draw would get now; nothing is stored.

    The round stays as it is until the call is done, so who then enters the student gives what was previewed.
    """
    row = own_round(session, by, round_id, lock=True)
    turn, _ = _next_turn(session, by, row, student_id, ranking)
    return receipt_of(session, by, turn)


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
    turn, student = _next_turn(session, by, row, student_id, ranking)
    term = session.get_one(Term, row.from_term_id)
    decider = decided_by or holder_of(session, by)
    with writing(session, by) as writer:
        writer.add(turn)
        decided = Decided(turn.site_id, term, SiteReason.LATE_ENTRY, decider, round_id=row.id)
        SiteDecisionBook(writer, [student]).decide(student, decided, tell=True)
    return turn


def _next_turn(
    session: Session, by: Caller, row: SiteRound, student_id: str, ranking: Sequence[str]
) -> tuple[SiteTurn, Student]:
    """Return the turn that a late student would take now, not stored yet, and the student."""
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
    return turn, student


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
