"""Publications: the report on a published plan, to read on a screen, to print, or as a tagged PDF."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from placement.follow_up.yearly.pages import tables_of
from placement.printed.charts import draw
from placement.reading.term_reports.pages import page_of
from placement.reading.term_reports.report import draw_up
from placement.register import terms
from placement_api import printing
from placement_api.pages.frame import show, spoken_by
from placement_api.pages.readers import Coordinator
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["publishing", "planning", "fairness", "agreements"])

Number = Annotated[int, Path(ge=1, le=1_000_000)]


@router.get("/terms/{code}/publications/{number}.pdf")
def show_publication_as_pdf(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, number: Number
) -> Response:
    """Show the report on one of a term's publications as an accessible PDF."""
    term, language = terms.term_called(store, by, code), spoken_by(request)
    report = draw_up(store, by, term, number)
    return printing.pdf(page_of(report, language), f"placeringar-{term.code}-{number}-{language}")


@router.get("/terms/{code}/publications/{number}")
def show_publication(request: Request, store: Transaction, by: Coordinator, code: TermCode, number: Number) -> Response:
    """Show the report on one of a term's publications, by its number in the term."""
    term, language = terms.term_called(store, by, code), spoken_by(request)
    report = draw_up(store, by, term, number)
    return show(
        request,
        store,
        by,
        "publication.html",
        term=term,
        report=report,
        sections=[(section, list(tables_of(section.tables, language))) for section in report.sections],
        draw=draw,
    )
