"""Routes of figures: what is followed, and how it is in a year or a term."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.follow_up import figures
from placement.store.access import EVERY
from placement_api.callers import Anyone
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.schemas.follow_up.figures import (
    FiguresFilter,
    FiguresSheet,
    GroupFiguresShown,
    IndicatorFilter,
    IndicatorShown,
)
from placement_api.tabling import SHEET, as_sheet
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/follow-up", tags=["follow-up"])


@router.get("/indicators", summary="List indicators")
def list_indicators(
    request: Request, by: Anyone, asked: Annotated[IndicatorFilter, Query()], links: Linked
) -> Listed[IndicatorShown]:
    """List what is followed: what each figure means, where it comes from, and what it is counted in.

    Listar vad som följs upp: vad varje siffra betyder, var den kommer ifrån, och vad den räknas i.
    """
    language = language_of(request)
    return links.page(asked, figures.list_indicators(by, asked.span), lambda row: IndicatorShown.of(row, language))


@router.get("/figures", summary="List figures")
def list_figures(
    request: Request, store: Transaction, by: Anyone, asked: Annotated[FiguresFilter, Query()], links: Linked
) -> Listed[GroupFiguresShown]:
    """List the figures of a year or a term, of the county or of those groups that the caller may see.

    Listar siffrorna för ett år eller en termin, för länet eller för de grupper som anroparen får se.
    """
    found, language = figures.list_figures(store, by, asked.wanted, asked.span), language_of(request)
    return links.page(asked, found, lambda row: GroupFiguresShown.of(row, language))


@router.get("/figures/sheet", summary="Export figures", response_class=Response, responses=SHEET)
def sheet_of_figures(
    request: Request, store: Transaction, by: Anyone, asked: Annotated[FiguresSheet, Query()]
) -> Response:
    """Export figures as CSV or XLSX, one line for each figure of each group.

    Tar ut siffror som CSV eller XLSX, en rad för varje siffra i varje grupp.
    """
    found = figures.list_figures(store, by, asked.wanted, EVERY).rows
    return as_sheet(figures.table_of(found), "figures", asked.format, language_of(request))
