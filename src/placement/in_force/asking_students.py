"""Asking students: until when the student of a placement may say whether they come, and what may be asked for of it.

A term asks if it has a last day for it (`placement.tables.Term.students_answer_by`).
"""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session, col, select

from placement.clock import day_of
from placement.tables import Placement, Publication, Term
from placement.vocabulary import Named


class AnswerWanted(Named):
    """Which placements are wanted, by what their students have answered; only who is asked has not answered."""

    ACCEPTED = "accepted", "kommer", "comes"
    DECLINED = "declined", "kan inte", "cannot come"
    UNANSWERED = "unanswered", "inte svarat", "not answered"


def days_by_term(session: Session) -> dict[str, dt.date]:
    """Return the last day for answers of each term that asks."""
    asks = col(Term.students_answer_by).is_not(None)
    return {
        term.id: term.students_answer_by for term in session.exec(select(Term).where(asks)) if term.students_answer_by
    }


def last_day(day: dt.date | None, publication: Publication, placement: Placement) -> dt.date | None:
    """Return the last day on which a placement's student may answer, given the term's; None if the term does not ask.

    It is the term's last day, and at the latest the day before the placement begins. A place that was published after
    the term's last day, to someone from the waiting list say, may be answered until the day before it begins.
    """
    if day is None:
        return None
    before = placement.start.monday() - dt.timedelta(days=1)
    return before if day_of(publication.published_at) > day else min(day, before)
