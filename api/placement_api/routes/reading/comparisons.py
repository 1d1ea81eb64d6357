"""Routes of comparisons: a coordinator compares drafts of a term."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.reading.comparisons import compare
from placement_api.callers import Coordinator
from placement_api.problems import language_of
from placement_api.routes.paths import TermPath
from placement_api.schemas.reading.comparisons import ComparisonAsked, ComparisonShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/terms/{termId}/comparisons", summary="Compare drafts")
def compare_drafts(
    store: Transaction, by: Coordinator, term_id: TermPath, asked: Annotated[ComparisonAsked, Query()], request: Request
) -> ComparisonShown:
    """Compare drafts of a term: objective, unplaced requests, fairness, and whose placements differ.

    Jämför utkast för en termin: målvärde, begäranden utan plats, rättvisa, och vilkas placeringar som skiljer sig.
    """
    compared = compare(store, by, term_id, asked.run_id or (), asked.span)
    return ComparisonShown.of(term_id, compared, language_of(request))
