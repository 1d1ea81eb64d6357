"""Routes of ALF: the professions whose education the state pays for, and the report of their weeks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.settlement import alf_professions
from placement.settlement.alf_report import report_alf
from placement.sheets.statements import sheet_of_alf
from placement_api.callers import Coordinator, Party
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import AlfProfessionPath
from placement_api.routes.settlement.statements import SHEET, file_of, words_of
from placement_api.schemas.settlement.alf import (
    AlfProfessionChange,
    AlfProfessionFilter,
    AlfProfessionGiven,
    AlfProfessionShown,
    AlfReportAsked,
    AlfReportShown,
    AlfSheetAsked,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["settlement"])


@router.get("/alf-professions", summary="List ALF professions")
def list_professions(
    store: Transaction, by: Party, asked: Annotated[AlfProfessionFilter, Query()], links: Linked
) -> Listed[AlfProfessionShown]:
    """List the professions whose education the state pays for (ALF), at which kind of provider and since when.

    Listar de yrken vars utbildning staten betalar för (ALF), hos vilket slag av huvudman och sedan när.
    """
    found = alf_professions.list_alf_professions(store, by, span=asked.span)
    return links.page(asked, found, AlfProfessionShown.model_validate)


@router.post("/alf-professions", status_code=201, summary="Add an ALF profession")
def add_profession(
    store: Transaction, by: Coordinator, given: AlfProfessionGiven, response: Response
) -> AlfProfessionShown:
    """Add a profession that the state pays for from a day on; statements drawn up already stay as they are.

    Lägger till ett yrke som staten betalar för från en dag; avräkningar som redan är upprättade ändras inte.
    """
    shown = AlfProfessionShown.model_validate(alf_professions.add_alf_profession(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/alf-professions/{shown.id}"
    return shown


@router.get("/alf-professions/{alfProfessionId}", summary="Show an ALF profession")
def show_profession(store: Transaction, by: Party, alf_id: AlfProfessionPath, response: Response) -> AlfProfessionShown:
    """Show one profession that the state pays for.

    Visar ett yrke som staten betalar för.
    """
    shown = AlfProfessionShown.model_validate(alf_professions.show_alf_profession(store, by, alf_id))
    tag(response, shown)
    return shown


@router.patch("/alf-professions/{alfProfessionId}", summary="Change an ALF profession")
def change_profession(
    store: Transaction,
    by: Coordinator,
    alf_id: AlfProfessionPath,
    change: AlfProfessionChange,
    expected: IfMatch,
    response: Response,
) -> AlfProfessionShown:
    """Change from when and until when the state pays.

    Ändrar från när och till när staten betalar.
    """
    expected.hold(AlfProfessionShown.model_validate(alf_professions.show_alf_profession(store, by, alf_id)))
    changed = alf_professions.change_alf_profession(store, by, alf_id, change.changes())
    shown = AlfProfessionShown.model_validate(changed)
    tag(response, shown)
    return shown


@router.delete("/alf-professions/{alfProfessionId}", status_code=204, summary="Remove an ALF profession")
def remove_profession(store: Transaction, by: Coordinator, alf_id: AlfProfessionPath, expected: IfMatch) -> None:
    """Remove one that was added by mistake; one that no longer holds gets a last day instead.

    Tar bort ett som lagts till av misstag; ett som inte längre gäller får i stället en sista dag.
    """
    expected.hold(AlfProfessionShown.model_validate(alf_professions.show_alf_profession(store, by, alf_id)))
    alf_professions.remove_alf_profession(store, by, alf_id)


@router.get("/alf-report", summary="Show the ALF report")
def show_report(store: Transaction, by: Party, asked: Annotated[AlfReportAsked, Query()]) -> AlfReportShown:
    """Show the student-weeks of a half-year that the state pays for, by unit and by programme term, planned and done.

    Visar de studentveckor ett halvår som staten betalar för, per enhet och per programtermin, planerade och genomförda.
    """
    return AlfReportShown.of(report_alf(store, by, asked.half_year))


@router.get("/alf-report/sheet", summary="Export the ALF report", response_class=Response, responses=SHEET)
def sheet_of_report(store: Transaction, by: Party, asked: Annotated[AlfSheetAsked, Query()]) -> Response:
    """Export the ALF report, a row for each unit and programme term, as CSV or XLSX.

    Tar ut ALF-rapporten, en rad per enhet och programtermin, som CSV eller XLSX.
    """
    return file_of(sheet_of_alf(store, by, asked.half_year, words_of(asked.headings)), "alf-report", asked.format)
