"""Routes of sheets: export and import of the lists that people keep in Excel."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from placement.in_force.placements import Wanted
from placement.sheets import cohorts, offers, placements, requests, students, supervisors
from placement.sheets.writing import Sheet, write_csv, write_xlsx
from placement_api.callers import Care, Institution, Planner
from placement_api.importing import CSV, XLSX, Sent, bring_in
from placement_api.schemas.sheets import (
    CohortRow,
    CohortSheet,
    Form,
    ImportAsked,
    ImportShown,
    OfferRow,
    OfferSheet,
    PlacementRow,
    PlacementSheet,
    RequestRow,
    RequestSheet,
    StudentRow,
    StudentSheet,
    SupervisorRow,
    SupervisorSheet,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["sheets"])

_FILE = {"schema": {"type": "string"}}
_SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sheet. Kalkylbladet.", "content": {CSV: _FILE, XLSX: _FILE}}
}


def _body(rows: str, csv: str) -> dict[str, Any]:
    """Describe the three forms of an import's body for the contract."""
    content = {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{rows}"}},
        CSV: {**_FILE, "example": csv},
        XLSX: _FILE,
    }
    return {"requestBody": {"required": True, "content": content}}


def _file(sheet: Sheet, name: str, form: Form) -> Response:
    """Answer with a sheet as a file."""
    content, media = (
        (write_csv(sheet), f"{CSV}; charset=utf-8") if form is Form.CSV else (write_xlsx(sheet, name), XLSX)
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=media, headers=headers)


@router.get("/cohorts/sheet", summary="Export cohorts", response_class=Response, responses=_SHEET)
def sheet_of_cohorts(store: Transaction, by: Institution, asked: Annotated[CohortSheet, Query()]) -> Response:
    """Export the cohorts that the caller may see as CSV or XLSX; the sheet can be imported again.

    Tar ut kullarna som CSV eller XLSX; bladet går att läsa in igen.
    """
    return _file(cohorts.sheet(store, by, term=asked.term_id, programme=asked.programme_id), "cohorts", asked.format)


@router.post(
    "/cohorts/imports",
    summary="Import cohorts",
    openapi_extra=_body("CohortRows", "programmeId,termId,name,size\r\n1SJ24,VT2027,Termin 4,210\r\n"),
)
def import_cohorts(
    store: Transaction, by: Institution, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Create new cohorts and change the others, all or none; a cohort is matched by programme, term and name.

    Skapar nya kullar och ändrar övriga, alla eller inga; en kull känns igen på program, termin och namn.
    """
    return bring_in(store, by, cohorts, CohortRow, sent, dry_run=asked.dry_run)


@router.get("/students/sheet", summary="Export students", response_class=Response, responses=_SHEET)
def sheet_of_students(store: Transaction, by: Institution, asked: Annotated[StudentSheet, Query()]) -> Response:
    """Export the students that the caller may see as CSV or XLSX; the sheet can be imported again.

    Tar ut studenterna som CSV eller XLSX; bladet går att läsa in igen.
    """
    sheet = students.sheet(store, by, cohort=asked.cohort_id, institution=asked.institution_id)
    return _file(sheet, "students", asked.format)


@router.post(
    "/students/imports",
    summary="Import students",
    openapi_extra=_body(
        "StudentRows", "cohortId,externalId,lat,lon,maxTravel\r\n1SJ24/VT2027/Termin 4,ki-7f3a91,59.27,18.03,90\r\n"
    ),
)
def import_students(
    store: Transaction, by: Institution, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Register new students and change the others, all or none; a student is matched by externalId.

    Registrerar nya studenter och ändrar övriga, alla eller inga; en student känns igen på externalId.
    """
    return bring_in(store, by, students, StudentRow, sent, dry_run=asked.dry_run)


@router.get("/requests/sheet", summary="Export requests", response_class=Response, responses=_SHEET)
def sheet_of_requests(store: Transaction, by: Institution, asked: Annotated[RequestSheet, Query()]) -> Response:
    """Export the requests that the caller may see as CSV or XLSX; the sheet can be imported again.

    Tar ut begärandena som CSV eller XLSX; bladet går att läsa in igen.
    """
    sheet = requests.sheet(store, by, term=asked.term_id, status=asked.status, institution=asked.institution_id)
    return _file(sheet, "requests", asked.format)


@router.post(
    "/requests/imports",
    summary="Import requests",
    openapi_extra=_body("RequestRows", "studentId,courseId,termId,status\r\nki-7f3a91,1SJ021,VT2027,open\r\n"),
)
def import_requests(
    store: Transaction, by: Institution, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Ask for placements, withdraw requests and rank units, all or none; matched by student, course and term.

    Begär placeringar, återkallar begäranden och rangordnar enheter, alla eller inga; en begäran känns igen på student,
    kurs och termin.
    """
    return bring_in(store, by, requests, RequestRow, sent, dry_run=asked.dry_run)


@router.get("/capacity-offers/sheet", summary="Export offers", response_class=Response, responses=_SHEET)
def sheet_of_offers(store: Transaction, by: Planner, asked: Annotated[OfferSheet, Query()]) -> Response:
    """Export the offers that the caller may see as CSV or XLSX, with a column per week; it can be imported again.

    Tar ut erbjudandena som CSV eller XLSX, med en kolumn per vecka; bladet går att läsa in igen.
    """
    sheet = offers.sheet(store, by, term=asked.term_id, unit=asked.unit_id, status=asked.status)
    return _file(sheet, "capacity-offers", asked.format)


@router.post(
    "/capacity-offers/imports",
    summary="Import offers",
    openapi_extra=_body(
        "OfferRows",
        "unitId,termId,professions,status,declineReason,2027-W03,2027-W04\r\n"
        "SE2321000016-1A2B,VT2027,nurse,answered,,2,2\r\nunt_geriatrics,VT2027,nurse,declined,no-supervisor,,\r\n",
    ),
)
def import_offers(store: Transaction, by: Care, asked: Annotated[ImportAsked, Query()], sent: Sent) -> ImportShown:
    """Enter what the caller's units offer, all or none; an offer is matched by unit, term and professions.

    Lägger in vad de egna enheterna erbjuder, alla eller inga; ett erbjudande känns igen på enhet, termin och yrken.
    """
    return bring_in(store, by, offers, OfferRow, sent, dry_run=asked.dry_run)


@router.get("/supervisors/sheet", summary="Export supervisors", response_class=Response, responses=_SHEET)
def sheet_of_supervisors(store: Transaction, by: Care, asked: Annotated[SupervisorSheet, Query()]) -> Response:
    """Export the supervisors with their trainings as CSV or XLSX; the sheet can be imported again.

    Tar ut handledarna med deras utbildningar som CSV eller XLSX; bladet går att läsa in igen.
    """
    sheet = supervisors.sheet(store, by, unit=asked.unit_id, profession=asked.profession)
    return _file(sheet, "supervisors", asked.format)


@router.post(
    "/supervisors/imports",
    summary="Import supervisors",
    openapi_extra=_body(
        "SupervisorRows",
        "unitId,externalId,profession,maxStudents,training1Course,training1Credits,training1CompletedOn\r\n"
        "SE2321000016-1A2B,h-0417,nurse,2,Handledarutbildning,7.5,2024-05-31\r\n",
    ),
)
def import_supervisors(store: Transaction, by: Care, asked: Annotated[ImportAsked, Query()], sent: Sent) -> ImportShown:
    """Enter new supervisors and change the others, with trainings; a supervisor is matched by unit and externalId.

    Lägger in nya handledare och ändrar övriga, med utbildningar; en handledare känns igen på enhet och externalId.
    """
    return bring_in(store, by, supervisors, SupervisorRow, sent, dry_run=asked.dry_run)


@router.get("/placements/sheet", summary="Export placements", response_class=Response, responses=_SHEET)
def sheet_of_placements(store: Transaction, by: Planner, asked: Annotated[PlacementSheet, Query()]) -> Response:
    """Export the placements as CSV or XLSX: who, where, when and with which supervisor. Fill in answers and import it.

    Tar ut placeringarna som CSV eller XLSX: vem, var, när och med vilken handledare. Fyll i svaren och läs in bladet.
    """
    wanted = Wanted(term_id=asked.term_id, unit_id=asked.unit_id, status=asked.status)
    return _file(placements.sheet(store, by, wanted), "placements", asked.format)


@router.post(
    "/placements/imports",
    summary="Import placement statuses",
    openapi_extra=_body(
        "PlacementRows", "id,status,reason\r\npla_0b77,accepted,\r\npla_0b78,declined,no-supervisor\r\n"
    ),
)
def import_placements(
    store: Transaction, by: Planner, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Change the status of many placements, all or none: units answer, lärosäten report how placements ended.

    Ändrar status på många placeringar, alla eller inga: enheter svarar, lärosäten anger hur placeringarna slutade.
    """
    return bring_in(store, by, placements, PlacementRow, sent, dry_run=asked.dry_run)
