"""Routes of the lottery: recorded draws of the numbers that break ties between students."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.planning import lottery
from placement_api.callers import Coordinator, Institution
from placement_api.paging import Linked, Listed, Paging
from placement_api.routes.paths import TermPath
from placement_api.schemas.planning.lottery import DrawGiven, DrawShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["terms"])


@router.get("/terms/{termId}/lottery-draws", summary="List lottery draws")
def list_draws(
    store: Transaction, by: Institution, term_id: TermPath, asked: Annotated[Paging, Query()], links: Linked
) -> Listed[DrawShown]:
    """List the lottery draws of a term with their seeds; anyone who has the students' ids can repeat them.

    Listar terminens lottningar med den text som avgjorde dem; den som har studenternas id kan göra om dem.
    """
    found = lottery.list_draws(store, by, term_id, span=asked.span)
    return links.page(asked, found, DrawShown.model_validate)


@router.post("/terms/{termId}/lottery-draws", status_code=201, summary="Draw lottery numbers")
def draw_lottery(store: Transaction, by: Coordinator, term_id: TermPath, given: DrawGiven) -> DrawShown:
    """Draw lottery numbers for the students who have requests in the term but no number.

    Lottar ut nummer till de studenter som har begäranden under terminen men saknar nummer.
    """
    return DrawShown.model_validate(lottery.draw_lottery(store, by, term_id, given.seed))
