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
        description="The time to search for others who could move. Tid för att söka andra som kan flytta.",
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
    """Find the smallest changes that would place a request, each proven by making it.

    They are kept for the unplaced requests of a term's latest run, and are then answered at once. What is not kept, or
    is asked for with a longer search than four seconds, is worked out now, which may take some seconds.

    Söker de minsta ändringar som skulle ge en begäran plats, var och en prövad. För begäranden utan plats i terminens
    senaste körning är de sparade, och svaret kommer genast. Annars räknas de ut nu, vilket kan ta några sekunder.
    """
    return AdviceShown.of(run_id, remedies.advise(store, by, run_id, request_id, seconds), language_of(request))


@router.get("/runs/{runId}/kept-remedies", summary="List the kept remedies of a run")
def list_kept_remedies(
    store: Transaction,
    by: Coordinator,
    run_id: RunPath,
    asked: Annotated[KeptRemediesAsked, Query()],
    links: Linked,
    request: Request,
) -> Listed[KeptRemediesShown]:
    """List what would help each unplaced request, as it is worked out in the background, in the order of work.

    The order is by group: the same causes, course and site. The groups that are cheapest to help come first, and one
    request of each group before the rest of any.

    Listar vad som skulle hjälpa varje begäran utan plats, allteftersom det räknas ut i bakgrunden, i arbetets ordning:
    de grupper som är billigast att hjälpa först, en begäran ur varje grupp före resten.
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
