"""Outcomes: a named person decides a drawn round; later, those who leave the programme give places back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import now, today
from placement.register.student_sites import Decided, SiteDecisionBook
from placement.register.writing import writing
from placement.site_choice.measuring import RoundRecord
from placement.site_choice.rounds import (
    closed_for_changes,
    happening,
    institution_of,
    own_round,
    show_round,
)
from placement.store.access import conflict, missing, refuse_identity_number
from placement.store.batches import read_in_batches
from placement.store.protection import counting_everyone, without_protected
from placement.store.tokens import holder_of
from placement.tables import Site, SiteReason, SiteRound, SiteRoundStatus, SiteTurn, Student, Term


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
        told = {"students": without_protected(session, students), "decidedBy": decider}
        writer.tell(happening("decided", row, institution_of(session, row), told))


_IN_TURN: tuple[Any, ...] = (col(SiteTurn.place), col(SiteTurn.number))


@dataclass(frozen=True, slots=True)
class Departure:
    """What a departure means: the student's turn in the round, and the site at which a place becomes vacant."""

    turn: SiteTurn
    site: Site


def preview_departure(session: Session, by: Caller, round_id: str, student_id: str) -> Departure:
    """Return what it would mean if a student of a drawn round left the programme today; nothing is changed."""
    return _departure(session, own_round(session, by, round_id), student_id)


def note_departure(session: Session, by: Caller, round_id: str, student_id: str) -> SiteTurn:
    """Note that a student of a drawn round has left the programme today; the place at the site is vacant."""
    row = own_round(session, by, round_id, lock=True)
    departure = _departure(session, row, student_id)
    with writing(session, by) as writer:
        writer.change(departure.turn, {"left_on": today()})
        told = {"studentId": student_id, "siteId": departure.site.id}
        writer.tell(happening("place-freed", row, institution_of(session, row), told))
    return departure.turn


def _departure(session: Session, row: SiteRound, student_id: str) -> Departure:
    """Return a departure, unless the round or the student's turn in it allows none."""
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
    present = session.get_one(Student, student_id).site_id if decided else None
    return Departure(turn, session.get_one(Site, present or turn.site_id))
