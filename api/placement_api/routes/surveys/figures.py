"""Routes of the figures of closed survey rounds, round by round and year by year, and of their free texts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from placement.sheets import survey_figures
from placement.sheets.writing import write_csv, write_xlsx
from placement.store.access import Page
from placement.surveys import figures
from placement_api.callers import Surveyed
from placement_api.media_types import CSV, XLSX
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import SurveyRoundPath
from placement_api.schemas.sheets import Form
from placement_api.schemas.surveys.figures import (
    FigureFilter,
    FigureSheetAsked,
    SurveyFigureShown,
    SurveyTextShown,
    TextFilter,
    YearFigureFilter,
    YearFigureShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["surveys"])

_NAME = "survey-figures"
_FILE = {"schema": {"type": "string"}}
_SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sheet. Kalkylbladet.", "content": {CSV: _FILE, XLSX: _FILE}}
}


@router.get("/survey-figures/sheet", summary="Export survey figures", response_class=Response, responses=_SHEET)
def export_figures(
    request: Request, store: Transaction, by: Surveyed, asked: Annotated[FigureSheetAsked, Query()]
) -> Response:
    """Export the figures that concern the caller as CSV or XLSX; those that are hidden say why.

    Tar ut de siffror som rör anroparen som CSV eller XLSX; de som är dolda säger varför.
    """
    sheet = survey_figures.sheet(
        store,
        by,
        language_of(request),
        round_id=asked.round_id,
        survey=asked.survey_id,
        year=asked.year,
        level=asked.level,
        subject=asked.subject_id,
        question=asked.asked,
    )
    as_csv = asked.format is Form.CSV
    return Response(
        write_csv(sheet) if as_csv else write_xlsx(sheet, _NAME),
        media_type=f"{CSV}; charset=utf-8" if as_csv else XLSX,
        headers={"Content-Disposition": f'attachment; filename="{_NAME}.{asked.format}"'},
    )


@router.get("/survey-figures", summary="List survey figures")
def list_figures(
    store: Transaction, by: Surveyed, asked: Annotated[FigureFilter, Query()], links: Linked
) -> Listed[SurveyFigureShown]:
    """List the figures of closed rounds that concern the caller: the county's, and those about its own.

    Listar de siffror ur stängda omgångar som rör anroparen: länets, och de som handlar om det egna.
    """
    found = figures.list_figures(
        store,
        by,
        round_id=asked.round_id,
        survey=asked.survey_id,
        year=asked.year,
        level=asked.level,
        subject=asked.subject_id,
        question=asked.asked,
        span=asked.span,
    )
    return links.page(asked, found, SurveyFigureShown.of)


@router.get("/survey-years", summary="Follow survey figures over the years")
def follow_figures(
    store: Transaction, by: Surveyed, asked: Annotated[YearFigureFilter, Query()], links: Linked
) -> Listed[YearFigureShown]:
    """List the figures that concern the caller year by year, question by question, through a survey's versions.

    Listar de siffror som rör anroparen år för år, fråga för fråga, genom en enkäts versioner.
    """
    found = figures.yearly_figures(
        store,
        by,
        year=asked.year,
        survey=asked.survey_id,
        level=asked.level,
        subject=asked.subject_id,
        question=asked.asked,
    )
    part = Page(found[asked.offset : asked.offset + asked.limit], len(found))
    return links.page(asked, part, YearFigureShown.of)


@router.get("/survey-rounds/{roundId}/texts", summary="List the free texts of a survey round")
def list_texts(
    store: Transaction,
    by: Surveyed,
    round_id: SurveyRoundPath,
    asked: Annotated[TextFilter, Query()],
    links: Linked,
) -> Listed[SurveyTextShown]:
    """List the free texts about somebody in random order; of fewer than five none is shown. By default the county's.

    Listar fritexterna om någon i slumpvis ordning; av färre än fem visas ingen. Länets visas om inget annat begärs.
    """
    found = figures.list_texts(
        store,
        by,
        round_id,
        level=asked.level,
        subject=asked.subject_id,
        question=asked.question,
        span=asked.span,
    )
    return links.page(asked, found, SurveyTextShown.of)
