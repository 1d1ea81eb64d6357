"""Routes of outcomes: a drawn round is decided, late students take vacancies, and each student has a receipt."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from placement.sheets import site_receipts
from placement.sheets.writing import write_csv, write_xlsx
from placement.site_choice import latecomers, outcomes, receipts
from placement_api.callers import Institution
from placement_api.media_types import CSV, XLSX
from placement_api.paging import Linked, Listed
from placement_api.preconditions import tag
from placement_api.problems import language_of
from placement_api.routes.paths import SiteRoundPath, StudentPath
from placement_api.schemas.sheets import Form
from placement_api.schemas.site_choice.outcomes import (
    DepartureGiven,
    LateStudentGiven,
    ReceiptFilter,
    ReceiptSheet,
    SiteReceiptShown,
)
from placement_api.schemas.site_choice.rounds import SiteRoundDecided, SiteRoundShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["site-rounds"])

_TEXT = "text/plain"
_FILE = {"schema": {"type": "string"}}
_SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sheet. Kalkylbladet.", "content": {CSV: _FILE, XLSX: _FILE}}
}
_WORDS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The receipt in words. Beskedet i ord.",
        "content": {
            _TEXT: {
                "schema": {"type": "string"},
                "example": "Ditt nummer var 41 av 108. När det blev din tur fanns ingen plats kvar i Kalmar. "
                "Du fick Linköping, ditt andra val.",
            }
        },
    }
}


@router.post("/site-rounds/{siteRoundId}/decision", summary="Decide the outcome of a site round")
def decide_round(
    store: Transaction, by: Institution, round_id: SiteRoundPath, given: SiteRoundDecided, response: Response
) -> SiteRoundShown:
    """Let the drawn outcome hold: a named person decides, and every student gets the site from the round's term on.

    Låter det lottade utfallet gälla: en namngiven person beslutar, och varje student får orten från valets termin.
    """
    shown = SiteRoundShown.of(outcomes.decide_round(store, by, round_id, given.decided_by))
    tag(response, shown)
    return shown


@router.post("/site-rounds/{siteRoundId}/late-students", status_code=201, summary="Let a late student take a vacancy")
def enter_late_student(
    store: Transaction, by: Institution, round_id: SiteRoundPath, given: LateStudentGiven
) -> SiteReceiptShown:
    """Give a student who came after the draw the best ranked vacancy, and answer with the receipt.

    Ger en student som kom efter lottningen den högst rangordnade lediga platsen, och svarar med beskedet.
    """
    turn = latecomers.enter_late_student(store, by, round_id, given.student_id, given.ranking, given.decided_by)
    return SiteReceiptShown.of(receipts.show_receipt(store, by, round_id, turn.student_id))


@router.post("/site-rounds/{siteRoundId}/departures", status_code=201, summary="Note that a student has left")
def note_departure(
    store: Transaction, by: Institution, round_id: SiteRoundPath, given: DepartureGiven
) -> SiteReceiptShown:
    """Note that a student of the round has left the programme; the place is vacant from now on.

    Noterar att en student i valet har lämnat programmet; platsen är ledig från och med nu.
    """
    turn = outcomes.note_departure(store, by, round_id, given.student_id)
    return SiteReceiptShown.of(receipts.show_receipt(store, by, round_id, turn.student_id))


@router.get("/site-rounds/{siteRoundId}/receipts", summary="List receipts of a site round")
def list_receipts(
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    asked: Annotated[ReceiptFilter, Query()],
    links: Linked,
) -> Listed[SiteReceiptShown]:
    """List what each student met when the turn came, in the order of the turns, in words in both languages.

    Listar vad varje student mötte när turen kom, i turernas ordning, i ord på båda språken.
    """
    found = receipts.list_receipts(store, by, round_id, span=asked.span)
    return links.page(asked, found, SiteReceiptShown.of)


@router.get(
    "/site-rounds/{siteRoundId}/receipts/sheet",
    summary="Export receipts of a site round",
    response_class=Response,
    responses=_SHEET,
)
def sheet_of_receipts(
    request: Request,
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    asked: Annotated[ReceiptSheet, Query()],
) -> Response:
    """Export the receipts as CSV or XLSX, with the words in the caller's language.

    Tar ut beskeden som CSV eller XLSX, med orden på anroparens språk.
    """
    sheet = site_receipts.sheet(store, by, round_id, language_of(request))
    csv = asked.format is Form.CSV
    headers = {"Content-Disposition": f'attachment; filename="site-receipts.{asked.format}"'}
    content = write_csv(sheet) if csv else write_xlsx(sheet, "site-receipts")
    return Response(content, media_type=f"{CSV}; charset=utf-8" if csv else XLSX, headers=headers)


@router.get("/site-rounds/{siteRoundId}/receipts/{studentId}", summary="Show a student's receipt")
def show_receipt(
    store: Transaction, by: Institution, round_id: SiteRoundPath, student_id: StudentPath
) -> SiteReceiptShown:
    """Show one student's receipt.

    Visar en students besked.
    """
    return SiteReceiptShown.of(receipts.show_receipt(store, by, round_id, student_id))


@router.get(
    "/site-rounds/{siteRoundId}/receipts/{studentId}/text",
    summary="Show a student's receipt in words",
    response_class=PlainTextResponse,
    responses=_WORDS,
)
def show_receipt_in_words(
    request: Request, store: Transaction, by: Institution, round_id: SiteRoundPath, student_id: StudentPath
) -> PlainTextResponse:
    """Show one student's receipt as a text, in the language of Accept-Language.

    Visar en students besked som en text, på det språk som Accept-Language anger.
    """
    words, language = receipts.show_receipt(store, by, round_id, student_id).words, language_of(request)
    return PlainTextResponse(words.sv if language == "sv" else words.en, headers={"Content-Language": language})
