"""Routes of readiness: what a term still lacks before a run makes sense."""

from __future__ import annotations

from fastapi import APIRouter, Request

from placement.planning.readiness.judging import judge_readiness
from placement_api.callers import Planner
from placement_api.problems import language_of
from placement_api.routes.paths import TermPath
from placement_api.schemas.planning.readiness import ReadinessShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/terms/{termId}/readiness", summary="Show what a term lacks")
def show_readiness(request: Request, store: Transaction, by: Planner, term_id: TermPath) -> ReadinessShown:
    """Show what a term still lacks before a run makes sense, what blocks first; a party sees its own part.

    Visar vad en termin saknar innan en körning är meningsfull, det som hindrar först; en part ser sin egen del.
    """
    return ReadinessShown.of(judge_readiness(store, by, term_id), language_of(request))
