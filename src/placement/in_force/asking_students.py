"""Asking students: which terms ask whether they come and until when, and what may be asked for of it.

A term asks if it has a last day for it (`placement.tables.Term.students_answer_by`); the last day of one placement is
`placement.tables.last_answer_day`.
"""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session, col, select

from placement.tables import Term
from placement.vocabulary import Named


class AnswerWanted(Named):
    """Which placements are wanted, by what their students have answered; only who is asked has not answered."""

    ACCEPTED = "accepted", "kommer", "comes"
    DECLINED = "declined", "kan inte", "cannot come"
    UNANSWERED = "unanswered", "inte svarat", "not answered"


def days_by_term(session: Session) -> dict[str, dt.date]:
    """Return the last day for answers of each term that asks."""
    days = select(Term.id, col(Term.students_answer_by)).where(col(Term.students_answer_by).is_not(None))
    return {term: day for term, day in session.exec(days) if day}
