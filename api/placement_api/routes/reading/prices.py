"""Routes of prices: the most that one more of something scarce would be worth."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.reading import prices
from placement_api.callers import Care
from placement_api.paging import Linked, Listed
from placement_api.routes.paths import RunPath
from placement_api.schemas.reading.prices import PricesAsked, PriceShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/runs/{runId}/prices", summary="List prices")
def list_prices(
    store: Transaction, by: Care, run_id: RunPath, asked: Annotated[PricesAsked, Query()], links: Linked
) -> Listed[PriceShown]:
    """List what is scarce, dearest first, and the most one more is worth to the county, also if other terms took all.

    Listar vad som är knappt i planen, det dyraste först, och vad ytterligare en högst skulle vara värd för länet, även
    där andra terminer har tagit allt.
    """
    found = prices.list_prices(store, by, run_id, asked.filter(), asked.span)
    return links.page(asked, found, PriceShown.of)
