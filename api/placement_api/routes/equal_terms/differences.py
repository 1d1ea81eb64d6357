"""Routes of how agreements differ from the county's template: one by one, and the whole county."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.clock import today
from placement.equal_terms import differences, overview
from placement.sheets import equal_terms
from placement_api.callers import Party
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import AgreementPath, TemplatePath
from placement_api.routes.sheets import SHEET, as_file
from placement_api.schemas.equal_terms.differences import DifferencesShown, OnDay
from placement_api.schemas.equal_terms.overview import OverviewFilter, OverviewSheetAsked, StandpointShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["agreements"])


@router.get("/agreements/{agreementId}/differences", summary="Show an agreement's differences from the template")
def show_differences(
    request: Request, store: Transaction, by: Party, agreement_id: AgreementPath, asked: Annotated[OnDay, Query()]
) -> DifferencesShown:
    """Show how an agreement stands to each clause of the county's template on a day, with both values in words.

    Visar hur ett avtal förhåller sig till varje klausul i länets mall en viss dag, med båda värdena i ord.
    """
    found = differences.show_differences(store, by, agreement_id, asked.on or today())
    return DifferencesShown.of(found, language_of(request))


@router.get("/agreement-templates/{templateId}/comparisons", summary="Compare all agreements with the template")
def list_standpoints(
    request: Request,
    store: Transaction,
    by: Party,
    template_id: TemplatePath,
    asked: Annotated[OverviewFilter, Query()],
    links: Linked,
) -> Listed[StandpointShown]:
    """List every agreement in force on a day against the template, and who has no agreement; a party sees its own.

    Listar varje avtal som gäller en viss dag och hur det förhåller sig till mallen, och vilka som saknar avtal; en part
    sina egna.
    """
    day, language = asked.on or today(), language_of(request)
    found = overview.list_standpoints(store, by, template_id, day, equal=asked.equal, span=asked.span)
    return links.page(asked, found, lambda line: StandpointShown.of(line, language))


@router.get(
    "/agreement-templates/{templateId}/comparisons/sheet",
    summary="Export the comparison with the template",
    response_class=Response,
    responses=SHEET,
)
def export_overview(
    request: Request,
    store: Transaction,
    by: Party,
    template_id: TemplatePath,
    asked: Annotated[OverviewSheetAsked, Query()],
) -> Response:
    """Export the overview as CSV or XLSX: a row for each agreement and clause, and one for each that has no agreement.

    Tar ut översikten som CSV eller XLSX: en rad för varje avtal och klausul, och en för var och en som saknar avtal.
    """
    found = overview.show_overview(store, by, template_id, asked.on or today())
    return as_file(equal_terms.sheet(found, language_of(request)), "equal-terms", asked.format)
