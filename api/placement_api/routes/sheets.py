"""Routes of sheets: the lists that people keep in Excel, out and in again."""

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
    200: {"description": "The sheet. Bladet.", "content": {CSV: _FILE, XLSX: _FILE}}
}


def _body(rows: str, csv: str) -> dict[str, Any]:
    """Describe the three forms of an import's body."""
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


@router.get("/cohorts/sheet", summary="Cohorts as a sheet", response_class=Response, responses=_SHEET)
def sheet_of_cohorts(store: Transaction, by: Institution, asked: Annotated[CohortSheet, Query()]) -> Response:
    """Write the cohorts that the caller may see as CSV or XLSX; what comes out goes in again.

    Kullarna som CSV eller XLSX; det som kommer ut går att läsa in igen.
    """
    return _file(cohorts.sheet(store, by, term=asked.term_id, programme=asked.programme_id), "cohorts", asked.format)


@router.post(
    "/cohorts/imports",
    summary="Bring cohorts in",
    openapi_extra=_body("CohortRows", "programmeId,termId,name,size\r\n1SJ24,VT2027,Termin 4,210\r\n"),
)
def import_cohorts(
    store: Transaction, by: Institution, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Form the cohorts that are new and change the others, all or none; known by programme, term and name.

    Bildar kullar som är nya och ändrar övriga, alla eller ingen; de känns igen på program, termin och namn.
    """
    return bring_in(store, by, cohorts, CohortRow, sent, dry_run=asked.dry_run)


@router.get("/students/sheet", summary="Students as a sheet", response_class=Response, responses=_SHEET)
def sheet_of_students(store: Transaction, by: Institution, asked: Annotated[StudentSheet, Query()]) -> Response:
    """Write the students that the caller may see as CSV or XLSX; what comes out goes in again.

    Studenterna som CSV eller XLSX; det som kommer ut går att läsa in igen.
    """
    sheet = students.sheet(store, by, cohort=asked.cohort_id, institution=asked.institution_id)
    return _file(sheet, "students", asked.format)


@router.post(
    "/students/imports",
    summary="Bring students in",
    openapi_extra=_body(
        "StudentRows", "cohortId,externalId,lat,lon,maxTravel\r\n1SJ24/VT2027/Termin 4,ki-7f3a91,59.27,18.03,90\r\n"
    ),
)
def import_students(
    store: Transaction, by: Institution, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Register the students who are new and change the others, all or none; known by externalId.

    Registrerar studenter som är nya och ändrar övriga, alla eller ingen; de känns igen på externalId.
    """
    return bring_in(store, by, students, StudentRow, sent, dry_run=asked.dry_run)


@router.get("/requests/sheet", summary="Requests as a sheet", response_class=Response, responses=_SHEET)
def sheet_of_requests(store: Transaction, by: Institution, asked: Annotated[RequestSheet, Query()]) -> Response:
    """Write the requests that the caller may see as CSV or XLSX; what comes out goes in again.

    Önskemålen som CSV eller XLSX; det som kommer ut går att läsa in igen.
    """
    sheet = requests.sheet(store, by, term=asked.term_id, status=asked.status, institution=asked.institution_id)
    return _file(sheet, "requests", asked.format)


@router.post(
    "/requests/imports",
    summary="Bring requests in",
    openapi_extra=_body("RequestRows", "studentId,courseId,termId,status\r\nki-7f3a91,1SJ021,VT2027,open\r\n"),
)
def import_requests(
    store: Transaction, by: Institution, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Ask for placements, withdraw and rank, all or none; a request is known by student, course and term.

    Ber om placeringar, återkallar och rangordnar, alla eller ingen; ett önskemål känns igen på student, kurs och
    termin.
    """
    return bring_in(store, by, requests, RequestRow, sent, dry_run=asked.dry_run)


@router.get("/capacity-offers/sheet", summary="Offers as a sheet", response_class=Response, responses=_SHEET)
def sheet_of_offers(store: Transaction, by: Planner, asked: Annotated[OfferSheet, Query()]) -> Response:
    """Write the offers that the caller may see as CSV or XLSX, a column for each week; what comes out goes in again.

    Erbjudandena som CSV eller XLSX, en kolumn för varje vecka; det som kommer ut går att läsa in igen.
    """
    sheet = offers.sheet(store, by, term=asked.term_id, unit=asked.unit_id, status=asked.status)
    return _file(sheet, "capacity-offers", asked.format)


@router.post(
    "/capacity-offers/imports",
    summary="Bring offers in",
    openapi_extra=_body(
        "OfferRows",
        "unitId,termId,professions,status,declineReason,2027-W03,2027-W04\r\n"
        "SE2321000016-1A2B,VT2027,nurse,answered,,2,2\r\nunt_geriatrics,VT2027,nurse,declined,no-supervisor,,\r\n",
    ),
)
def import_offers(store: Transaction, by: Care, asked: Annotated[ImportAsked, Query()], sent: Sent) -> ImportShown:
    """Enter what all the caller's units offer, all or none; an offer is known by unit, term and professions.

    Lägger in vad den frågandes alla enheter erbjuder, allt eller inget; ett erbjudande känns igen på enhet, termin
    och yrken.
    """
    return bring_in(store, by, offers, OfferRow, sent, dry_run=asked.dry_run)


@router.get("/supervisors/sheet", summary="Supervisors as a sheet", response_class=Response, responses=_SHEET)
def sheet_of_supervisors(store: Transaction, by: Care, asked: Annotated[SupervisorSheet, Query()]) -> Response:
    """Write the supervisors with their trainings as CSV or XLSX; what comes out goes in again.

    Handledarna med sina utbildningar som CSV eller XLSX; det som kommer ut går att läsa in igen.
    """
    sheet = supervisors.sheet(store, by, unit=asked.unit_id, profession=asked.profession)
    return _file(sheet, "supervisors", asked.format)


@router.post(
    "/supervisors/imports",
    summary="Bring supervisors in",
    openapi_extra=_body(
        "SupervisorRows",
        "unitId,externalId,profession,maxStudents,training1Course,training1Credits,training1CompletedOn\r\n"
        "SE2321000016-1A2B,h-0417,nurse,2,Handledarutbildning,7.5,2024-05-31\r\n",
    ),
)
def import_supervisors(store: Transaction, by: Care, asked: Annotated[ImportAsked, Query()], sent: Sent) -> ImportShown:
    """Name the supervisors who are new and change the others, with trainings; known by unit and externalId.

    Lägger in handledare som är nya och ändrar övriga, med utbildningar; de känns igen på enhet och externalId.
    """
    return bring_in(store, by, supervisors, SupervisorRow, sent, dry_run=asked.dry_run)


@router.get("/placements/sheet", summary="Placements as a sheet", response_class=Response, responses=_SHEET)
def sheet_of_placements(store: Transaction, by: Planner, asked: Annotated[PlacementSheet, Query()]) -> Response:
    """Write who is placed where, when and with whom, as CSV or XLSX; filled in with answers it goes in again.

    Vem som är placerad var, när och hos vem, som CSV eller XLSX; ifyllt med svar går det att läsa in igen.
    """
    wanted = Wanted(term_id=asked.term_id, unit_id=asked.unit_id, status=asked.status)
    return _file(placements.sheet(store, by, wanted), "placements", asked.format)


@router.post(
    "/placements/imports",
    summary="Settle many placements",
    openapi_extra=_body(
        "PlacementRows", "id,status,reason\r\npla_0b77,accepted,\r\npla_0b78,declined,no-supervisor\r\n"
    ),
)
def import_placements(
    store: Transaction, by: Planner, asked: Annotated[ImportAsked, Query()], sent: Sent
) -> ImportShown:
    """Let many placements take their next step, all or none: a unit answers, a lärosäte tells how they ended.

    Låter många placeringar ta nästa steg, alla eller ingen: en enhet svarar, ett lärosäte säger hur de slutade.
    """
    return bring_in(store, by, placements, PlacementRow, sent, dry_run=asked.dry_run)
