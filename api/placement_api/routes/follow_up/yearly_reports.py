"""Routes of yearly reports: as data, as a page and as PDF."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.follow_up.yearly import report as yearly
from placement.follow_up.yearly.pages import page_of
from placement_api import printing
from placement_api.callers import Anyone
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import YearlyReportPath
from placement_api.schemas.follow_up.yearly_reports import (
    ReportFilter,
    ReportHeadingShown,
    YearlyReportShown,
)
from placement_api.schemas.pages import PageAsked
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/yearly-reports", tags=["follow-up"])
_PAGE = {"schema": {"type": "string"}}


@router.get("", summary="List yearly reports")
def list_yearly_reports(
    request: Request, store: Transaction, by: Anyone, asked: Annotated[ReportFilter, Query()], links: Linked
) -> Listed[ReportHeadingShown]:
    """List the yearly reports that the caller may read: the county's, and those of municipalities.

    Listar de årliga rapporter som anroparen får läsa: länets, och kommunernas.
    """
    found, language = yearly.list_yearly_reports(store, by, year=asked.year, span=asked.span), language_of(request)
    return links.page(asked, found, lambda heading: ReportHeadingShown.of(heading, language))


@router.get("/{yearlyReportId}", summary="Show a yearly report")
def show_yearly_report(
    request: Request, store: Transaction, by: Anyone, report_id: YearlyReportPath
) -> YearlyReportShown:
    """Show a yearly report as data, drawn up as things are now.

    Visar en årlig rapport som data, framtagen som läget är nu.
    """
    return YearlyReportShown.of_report(yearly.draw_up(store, by, report_id), language_of(request))


@router.get(
    "/{yearlyReportId}/page",
    summary="Show a yearly report as a page",
    response_class=Response,
    responses={200: {"description": "The page. Sidan.", "content": {printing.HTML: _PAGE}}},
)
def show_page(
    request: Request,
    store: Transaction,
    by: Anyone,
    report_id: YearlyReportPath,
    asked: Annotated[PageAsked, Query()],
) -> Response:
    """Show a yearly report as a page to read or print, with charts.

    Visar en årlig rapport som en sida att läsa eller skriva ut, med diagram.
    """
    language = asked.language or language_of(request)
    return printing.page(page_of(yearly.draw_up(store, by, report_id), language), language)


@router.get(
    "/{yearlyReportId}/pdf",
    summary="Show a yearly report as PDF",
    response_class=Response,
    responses={200: {"description": "The PDF. PDF-filen.", "content": {printing.PDF: _PAGE}}},
)
def show_pdf(
    request: Request,
    store: Transaction,
    by: Anyone,
    report_id: YearlyReportPath,
    asked: Annotated[PageAsked, Query()],
) -> Response:
    """Show a yearly report as an accessible PDF, with charts.

    Visar en årlig rapport som en tillgänglig PDF, med diagram.
    """
    language = asked.language or language_of(request)
    made = yearly.draw_up(store, by, report_id)
    return printing.pdf(page_of(made, language), f"uppfoljning-{made.heading.id}-{language}")
