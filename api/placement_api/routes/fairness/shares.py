"""Routes of shares: what each lärosäte gets and what each host gives in a term, against their size."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.fairness import shares
from placement_api.callers import Coordinator, Party
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import RunPath, TermPath
from placement_api.schemas.fairness.shares import SharesAsked, SharesShown, UnitShareShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["fairness"])


@router.get("/shares", summary="List the shares of each term")
def list_shares(
    request: Request, store: Transaction, by: Party, asked: Annotated[SharesAsked, Query()], links: Linked
) -> Listed[SharesShown]:
    """List the shares of what is in force in each term, the earliest first, to see how they change.

    Listar andelarna av det som gäller i varje termin, den tidigaste först, så att man ser hur de ändras.
    """
    language = language_of(request)
    found = shares.list_shares(store, by, span=asked.span)
    return links.page(asked, found, lambda each: SharesShown.of(each, language))


@router.get("/terms/{termId}/shares", summary="Show a term's shares")
def show_shares(request: Request, store: Transaction, by: Party, term_id: TermPath) -> SharesShown:
    """Show what each lärosäte gets and what each provider gives of what is in force in a term, against their size.

    Visar vad varje lärosäte får och vad varje huvudman ger av det som gäller i en termin, i förhållande till storlek.
    """
    return SharesShown.of(shares.show_shares(store, by, term_id), language_of(request))


@router.get("/terms/{termId}/unit-shares", summary="List the units' shares of a term")
def list_unit_shares(
    store: Transaction, by: Party, term_id: TermPath, asked: Annotated[SharesAsked, Query()], links: Linked
) -> Listed[UnitShareShown]:
    """List the units that the caller may see, with what each offers and the student-weeks there in a term.

    Listar de enheter som anroparen får se, med vad var och en erbjuder och studentveckorna där en termin.
    """
    return links.page(asked, shares.list_unit_shares(store, by, term_id, span=asked.span), UnitShareShown.of)


@router.get("/runs/{runId}/shares", summary="Show a draft's shares")
def show_draft_shares(request: Request, store: Transaction, by: Coordinator, run_id: RunPath) -> SharesShown:
    """Show what a term's shares would be if the plan of a run were published.

    Visar vad en termins andelar skulle bli om en körnings plan publicerades.
    """
    return SharesShown.of(shares.show_draft_shares(store, by, run_id), language_of(request))
