"""Routes of remedies: what would give a request a placement, kept since it was worked out or worked out now."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.reading import remedies
from placement_api.callers import Coordinator
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import RequestPath, RunPath
from placement_api.schemas.reading.remedies import (
    AdviceShown,
    KeptRemediesAsked,
    KeptRemediesShown,
    RemedyProgressShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])

Seconds = Annotated[
    int,
    Query(
        ge=1,
        le=20,
        alias="timeLimitSeconds",
        description="The time to search for others who could move; for more than 4 nothing kept is used. "
        "Tid för att söka andra som kan flytta; för mer än 4 används inget sparat.",
        examples=[4],
    ),
]


@router.get("/runs/{runId}/explanations/{requestId}/remedies", summary="Find remedies for an unplaced request")
def find_remedies(
    store: Transaction,
    by: Coordinator,
    run_id: RunPath,
    request_id: RequestPath,
    request: Request,
    seconds: Seconds = 4,
) -> AdviceShown:
    """Find the smallest changes that would place a request, each proven: what is kept, or else worked out in seconds.

    Söker de minsta ändringar som skulle ge en begäran plats, var och en prövad: det som sparats, eller uträknat nu.
    """
    advice = remedies.advise(store, by, run_id, request_id, seconds, request.app.state.settings.run_memory_mb)
    return AdviceShown.of(run_id, advice, language_of(request))


@router.get("/runs/{runId}/kept-remedies", summary="List the kept remedies of a run")
def list_kept_remedies(
    store: Transaction,
    by: Coordinator,
    run_id: RunPath,
    asked: Annotated[KeptRemediesAsked, Query()],
    links: Linked,
    request: Request,
) -> Listed[KeptRemediesShown]:
    """List what would help each unplaced request, as it is worked out, the cheapest group of like requests first.

    Listar vad som skulle hjälpa varje begäran utan plats, allteftersom det räknas ut, den billigaste gruppen först.
    """
    found = remedies.list_kept(store, by, run_id, state=asked.state, span=asked.span)
    language = language_of(request)
    return links.page(asked, found, lambda kept: KeptRemediesShown.of(kept, language))


@router.get("/runs/{runId}/kept-remedies/progress", summary="Show how far a run's remedies have come")
def show_remedy_progress(store: Transaction, by: Coordinator, run_id: RunPath) -> RemedyProgressShown:
    """Show for how many unplaced requests the remedies are worked out, have failed, wait, or are given up.

    Visar för hur många begäranden utan plats som åtgärderna är uträknade, har misslyckats, väntar eller har avbrutits.
    """
    return RemedyProgressShown.of(remedies.show_progress(store, by, run_id))
