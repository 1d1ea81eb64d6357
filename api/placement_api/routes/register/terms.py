"""Routes of terms: their weeks, the dates of the round, and the weights."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import terms
from placement_api.callers import Anyone, Coordinator
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import TermPath
from placement_api.schemas.register.terms import TermChange, TermFilter, TermGiven, TermShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["terms"])


@router.get("/terms", summary="List terms")
def list_terms(
    store: Transaction, by: Anyone, asked: Annotated[TermFilter, Query()], links: Linked
) -> Listed[TermShown]:
    """List the terms, the earliest first.

    Listar terminerna, den tidigaste först.
    """
    return links.page(asked, terms.list_terms(store, by, code=asked.code, span=asked.span), TermShown.of)


@router.post("/terms", status_code=201, summary="Open a term")
def open_term(store: Transaction, by: Coordinator, given: TermGiven, response: Response) -> TermShown:
    """Open a term for planning; a date that is left out gets its default.

    Öppnar en termin för planering; ett datum som utelämnas får sitt standardvärde.
    """
    shown = TermShown.of(terms.open_term(store, by, given.stored()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/terms/{shown.id}"
    return shown


@router.get("/terms/{termId}", summary="Show a term")
def show_term(store: Transaction, by: Anyone, term_id: TermPath, response: Response) -> TermShown:
    """Show one term.

    Visar en termin.
    """
    shown = TermShown.of(terms.show_term(store, by, term_id))
    tag(response, shown)
    return shown


@router.patch("/terms/{termId}", summary="Change a term")
def change_term(
    store: Transaction,
    by: Coordinator,
    term_id: TermPath,
    change: TermChange,
    expected: IfMatch,
    response: Response,
) -> TermShown:
    """Change the fields that are sent; null gives a date its default.

    Ändrar de fält som skickas; null ger ett datum dess standardvärde.
    """
    expected.hold(TermShown.of(terms.show_term(store, by, term_id)))
    shown = TermShown.of(terms.change_term(store, by, term_id, change.stored()))
    tag(response, shown)
    return shown


@router.delete("/terms/{termId}", status_code=204, summary="Remove a term")
def remove_term(store: Transaction, by: Coordinator, term_id: TermPath, expected: IfMatch) -> None:
    """Remove a term that nothing refers to.

    Tar bort en termin som inget hänvisar till.
    """
    expected.hold(TermShown.of(terms.show_term(store, by, term_id)))
    terms.remove_term(store, by, term_id)
