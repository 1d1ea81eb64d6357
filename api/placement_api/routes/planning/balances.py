"""Routes of balances: what each agreement asks in a term, and what it has been given."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.planning import balances
from placement_api.callers import Party
from placement_api.paging import Linked, Listed
from placement_api.routes.paths import TermPath
from placement_api.schemas.planning.balances import BalanceFilter, BalanceShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["agreements"])


@router.get("/terms/{termId}/agreement-balances", summary="See what agreements ask and are given")
def list_balances(
    store: Transaction, by: Party, term_id: TermPath, asked: Annotated[BalanceFilter, Query()], links: Linked
) -> Listed[BalanceShown]:
    """List what is asked, offered and given under each of one's agreements in a term, side by side, in student-weeks.

    Det som begärs, erbjuds och ges under vart och ett av de egna avtalen en termin, sida vid sida, i studentveckor.
    """
    wanted = {"institution": asked.institution_id, "provider": asked.provider_id}
    return links.page(asked, balances.list_balances(store, by, term_id, **wanted, span=asked.span), BalanceShown.of)
