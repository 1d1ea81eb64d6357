"""Routes of readiness: what a term still lacks before a run makes sense."""

from __future__ import annotations

from fastapi import APIRouter, Request

from placement.planning.readiness import judge_readiness
from placement_api.callers import Coordinator
from placement_api.problems import language_of
from placement_api.routes.paths import TermPath
from placement_api.schemas.planning.readiness import ReadinessShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/terms/{termId}/readiness", summary="Show what a term lacks")
def show_readiness(request: Request, store: Transaction, by: Coordinator, term_id: TermPath) -> ReadinessShown:
    """Show what a term still lacks before a run makes sense: a check list, with what blocks first.

    Visar vad en termin saknar innan en körning är meningsfull: en checklista, med det som hindrar först.
    """
    return ReadinessShown.of(judge_readiness(store, by, term_id), language_of(request))
