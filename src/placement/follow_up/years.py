"""Years: the terms that a year's figures are counted over, a spring term and an autumn term as a rule."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from placement.register.rounds import year_of
from placement.tables import Term


def terms_of_year(session: Session, year: int) -> Sequence[Term]:
    """Return the terms of a year in the order of their first weeks, each in the year that its first week decides."""
    return [term for term in all_terms(session) if year_of(term.first_week) == year]


def years_with_terms(session: Session) -> Sequence[int]:
    """Return the years that have any term, the latest first."""
    return sorted({year_of(term.first_week) for term in all_terms(session)}, reverse=True)


def all_terms(session: Session) -> Sequence[Term]:
    """Return every term in the order of their first weeks."""
    return session.exec(select(Term).order_by(col(Term.first_week), col(Term.id))).all()
