"""Routes of comparisons: a coordinator looks at drafts of a term side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.reading.comparisons import compare
from placement_api.callers import Coordinator
from placement_api.routes.paths import TermPath
from placement_api.schemas.reading.comparisons import ComparisonAsked, ComparisonShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/terms/{termId}/comparisons", summary="Compare drafts")
def compare_drafts(
    store: Transaction, by: Coordinator, term_id: TermPath, asked: Annotated[ComparisonAsked, Query()]
) -> ComparisonShown:
    """Compare drafts of a term: the objective's terms, who is left without, fairness, and whose placement differs.

    Jämför utkast för en termin: målvärdets delar, de som blir utan, rättvisa, och vilkas placering skiljer sig.
    """
    return ComparisonShown.of(term_id, compare(store, by, term_id, asked.run_id or (), asked.span))
