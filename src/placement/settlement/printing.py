"""Printing: a statement as a page to read, sign or keep, in Swedish or English."""

from __future__ import annotations

from sqlmodel import Session

from placement.callers import Caller
from placement.printed.pages import Language, render
from placement.settlement.half_years import HalfYear
from placement.settlement.naming import Called
from placement.settlement.statements import list_lines, show_statement
from placement.store.access import Span

MOST_LINES = 200
"""The most lines that a page lists; with more, it refers to the sheet."""


def print_statement(session: Session, by: Caller, statement_id: str, language: Language) -> str:
    """Return a statement as a page, as the caller may see it, with its lines unless they are very many."""
    seen = show_statement(session, by, statement_id)
    page = list_lines(session, by, statement_id, Span(limit=MOST_LINES))
    lines = page.rows if page.total <= MOST_LINES else ()
    return render(
        "statement.html",
        language,
        seen=seen,
        half_year=HalfYear.parse(seen.statement.half_year).words,
        called=Called(session, [seen], lines),
        lines=lines,
        line_count=page.total,
    )
