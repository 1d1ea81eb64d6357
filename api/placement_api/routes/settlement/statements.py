"""Routes of statements: drawn up by a coordinator, read and answered by the two sides, taken out as files and pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from placement.settlement import answers, drawing, printing, statements
from placement.settlement.fingerprints import FORMAT
from placement.settlement.naming import Called
from placement.settlement.statements import Wanted
from placement.sheets.statements import sheet_of_lines, sheet_of_statements
from placement.sheets.writing import Sheet, write_csv, write_xlsx
from placement_api.callers import Coordinator, Party
from placement_api.media_types import CSV, XLSX
from placement_api.paging import Linked, Listed
from placement_api.printing import HTML, PDF, page, pdf
from placement_api.problems import language_of
from placement_api.routes.paths import StatementPath
from placement_api.schemas.pages import PageAsked
from placement_api.schemas.settlement.answers import AnswerGiven, AnswerShown
from placement_api.schemas.settlement.lines import LineFilter, StatementLineShown
from placement_api.schemas.settlement.statements import (
    SettlementGiven,
    SettlementShown,
    StatementFilter,
    StatementGiven,
    StatementSheetAsked,
    StatementShown,
    StatementsSheetAsked,
)
from placement_api.schemas.sheets import Form, Headings
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["settlement"])

_TEXT = {"schema": {"type": "string"}}
SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sheet. Kalkylbladet.", "content": {CSV: _TEXT, XLSX: _TEXT}}
}
_WHOLE = {"schema": {"type": "object"}, "example": {"format": FORMAT, "id": "stm_7a", "amountOre": 588_000}}
_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document. Dokumentet.", "content": {"application/json": _WHOLE}}
}


def file_of(sheet: Sheet, name: str, form: Form) -> Response:
    """Answer with a sheet as a file."""
    content = write_csv(sheet) if form is Form.CSV else write_xlsx(sheet, name)
    media = f"{CSV}; charset=utf-8" if form is Form.CSV else XLSX
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=media, headers=headers)


def words_of(headings: Headings) -> str | None:
    """Return the language of a sheet's headings and words; None for those of the fields."""
    return None if headings is Headings.CODES else headings.value


@router.post("/settlements", status_code=201, summary="Settle a half-year")
def settle(store: Transaction, by: Coordinator, given: SettlementGiven) -> SettlementShown:
    """Draw up the statements of a half-year for every agreement, or corrections where placements say something else.

    Upprättar avräkningarna för ett halvår för alla avtal, eller rättelser där placeringarna säger något annat.
    """
    return SettlementShown.of(drawing.draw_up_all(store, by, given.half_year, given.drawn_up_by))


@router.get("/statements/sheet", summary="Export statements", response_class=Response, responses=SHEET)
def sheet_of_all(store: Transaction, by: Party, asked: Annotated[StatementsSheetAsked, Query()]) -> Response:
    """Export the statements that the caller may see, a row each, as CSV or XLSX.

    Tar ut de avräkningar som anroparen får se, en rad var, som CSV eller XLSX.
    """
    wanted = Wanted(half_year=asked.half_year, institution_id=asked.institution_id, provider_id=asked.provider_id)
    sheet = sheet_of_statements(store, by, wanted, words_of(asked.headings))
    return file_of(sheet, "statements", asked.format)


@router.get("/statements", summary="List statements")
def list_statements(
    request: Request, store: Transaction, by: Party, asked: Annotated[StatementFilter, Query()], links: Linked
) -> Listed[StatementShown]:
    """List the statements of the caller's agreements, and those with lines of units that the caller runs.

    Listar avräkningarna för anroparens avtal, och dem med rader för enheter som anroparen driver.
    """
    found, language = statements.list_statements(store, by, asked.wanted, asked.span), language_of(request)
    called = Called(store, found.rows)
    return links.page(asked, found, lambda seen: StatementShown.of(seen, called, language))


@router.post("/statements", status_code=201, summary="Draw up a statement")
def draw_up(
    request: Request, store: Transaction, by: Coordinator, given: StatementGiven, response: Response
) -> StatementShown:
    """Draw up an agreement's statement for a half-year, or the correction of it; 409 if there is nothing to correct.

    Upprättar ett avtals avräkning för ett halvår, eller rättelsen av den; 409 om det inte finns något att rätta.
    """
    made = drawing.draw_up(store, by, given.agreement_id, given.half_year, given.drawn_up_by)
    response.headers["Location"] = f"/v1/statements/{made.id}"
    seen = statements.show_statement(store, by, made.id)
    return StatementShown.of(seen, Called(store, [seen]), language_of(request))


@router.get("/statements/{statementId}", summary="Show a statement")
def show_statement(request: Request, store: Transaction, by: Party, statement_id: StatementPath) -> StatementShown:
    """Show a statement with its sums by programme and operator, and the two sides' answers.

    Visar en avräkning med summor per program och driftsform, och de båda parternas svar.
    """
    seen = statements.show_statement(store, by, statement_id)
    return StatementShown.of(seen, Called(store, [seen]), language_of(request))


@router.get("/statements/{statementId}/lines", summary="List a statement's lines")
def list_lines(
    request: Request,
    store: Transaction,
    by: Party,
    statement_id: StatementPath,
    asked: Annotated[LineFilter, Query()],
    links: Linked,
) -> Listed[StatementLineShown]:
    """List the lines of a statement, placement by placement.

    Listar raderna i en avräkning, placering för placering.
    """
    found, language = statements.list_lines(store, by, statement_id, asked.span), language_of(request)
    called = Called(store, (), found.rows)
    return links.page(asked, found, lambda line: StatementLineShown.of(line, called, language))


@router.get(
    "/statements/{statementId}/document",
    summary="Show a statement's document",
    response_class=Response,
    responses=_DOCUMENT,
)
def show_document(store: Transaction, by: Party, statement_id: StatementPath) -> Response:
    """Show the document whose SHA-256 is the statement's fingerprint, byte by byte, so that anyone can compute it.

    Visar det dokument vars SHA-256 är avräkningens fingeravtryck, tecken för tecken, så att alla kan räkna ut det.
    """
    return Response(statements.show_document(store, by, statement_id), media_type="application/json")


@router.get(
    "/statements/{statementId}/sheet",
    summary="Export a statement's lines",
    response_class=Response,
    responses=SHEET,
)
def sheet_of_one(
    store: Transaction, by: Party, statement_id: StatementPath, asked: Annotated[StatementSheetAsked, Query()]
) -> Response:
    """Export the lines of a statement as CSV or XLSX.

    Tar ut raderna i en avräkning som CSV eller XLSX.
    """
    return file_of(sheet_of_lines(store, by, statement_id, words_of(asked.headings)), "statement", asked.format)


@router.get(
    "/statements/{statementId}/page",
    summary="Show a statement as a page",
    response_class=Response,
    responses={200: {"description": "The page. Sidan.", "content": {HTML: _TEXT}}},
)
def show_page(
    request: Request,
    store: Transaction,
    by: Party,
    statement_id: StatementPath,
    asked: Annotated[PageAsked, Query()],
) -> Response:
    """Show a statement as a page to read or print.

    Visar en avräkning som en sida att läsa eller skriva ut.
    """
    language = asked.language or language_of(request)
    return page(printing.print_statement(store, by, statement_id, language), language)


@router.get(
    "/statements/{statementId}/pdf",
    summary="Show a statement as PDF",
    response_class=Response,
    responses={200: {"description": "The PDF. PDF-filen.", "content": {PDF: _TEXT}}},
)
def show_pdf(
    request: Request,
    store: Transaction,
    by: Party,
    statement_id: StatementPath,
    asked: Annotated[PageAsked, Query()],
) -> Response:
    """Show a statement as an accessible PDF.

    Visar en avräkning som en tillgänglig PDF.
    """
    language = asked.language or language_of(request)
    return pdf(printing.print_statement(store, by, statement_id, language), f"avrakning-{statement_id}-{language}")


@router.post("/statements/{statementId}/answers", status_code=201, summary="Answer a statement")
def answer(store: Transaction, by: Party, statement_id: StatementPath, given: AnswerGiven) -> AnswerShown:
    """Acknowledge a statement on one's own side, or object with words; the fingerprint says what has been seen.

    Godkänner en avräkning för den egna parten, eller invänder med ord; fingeravtrycket säger vad som har setts.
    """
    made = answers.answer(
        store,
        by,
        statement_id,
        given.verdict,
        given.sha256,
        words=given.words,
        answered_by=given.answered_by,
    )
    return AnswerShown.of(made)
