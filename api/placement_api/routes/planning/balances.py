"""Routes of balances: what is requested, offered and given under each agreement in a term."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.planning import balances
from placement_api.callers import Party
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import TermPath
from placement_api.schemas.planning.balances import BalanceFilter, BalanceShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["agreements"])


@router.get("/terms/{termId}/agreement-balances", summary="List agreement balances")
def list_balances(
    request: Request,
    store: Transaction,
    by: Party,
    term_id: TermPath,
    asked: Annotated[BalanceFilter, Query()],
    links: Linked,
) -> Listed[BalanceShown]:
    """List what is requested, offered and given under each of the caller's agreements in a term, in student-weeks.

    Listar vad som är begärt, erbjudet och tilldelat under vart och ett av de egna avtalen en termin, i studentveckor.
    """
    wanted = {"institution": asked.institution_id, "provider": asked.provider_id}
    found, language = balances.list_balances(store, by, term_id, **wanted, span=asked.span), language_of(request)
    return links.page(asked, found, lambda balance: BalanceShown.of(balance, language))
