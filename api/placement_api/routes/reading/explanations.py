"""Routes of explanations: why a request has no placement, and what would give it one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.reading import explanations
from placement_api.callers import Coordinator, Institution
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import RequestPath, RunPath
from placement_api.schemas.reading.explanations import AdviceShown, ExplanationsAsked, ExplanationShown
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


@router.get("/runs/{runId}/explanations", summary="Explain unplaced requests")
def list_explanations(
    store: Transaction,
    by: Institution,
    run_id: RunPath,
    asked: Annotated[ExplanationsAsked, Query()],
    links: Linked,
    request: Request,
) -> Listed[ExplanationShown]:
    """List the requests that the plan leaves unplaced, and why, in the language of Accept-Language.

    Listar de begäranden som planen lämnar utan plats, och varför, på språket i Accept-Language.
    """
    wanted = {"request_id": asked.request_id, "institution_id": asked.institution_id}
    found = explanations.list_explanations(store, by, run_id, **wanted, span=asked.span)
    language = language_of(request)
    return links.page(asked, found, lambda explained: ExplanationShown.of(explained, language))


@router.get("/runs/{runId}/explanations/{requestId}/remedies", summary="Find remedies for an unplaced request")
def find_remedies(
    store: Transaction,
    by: Coordinator,
    run_id: RunPath,
    request_id: RequestPath,
    request: Request,
    seconds: Seconds = 4,
) -> AdviceShown:
    """Find the smallest changes that would place a request, each proven by making it. This may take some seconds.

    Söker de minsta ändringar som skulle ge en begäran plats, var och en prövad. Det kan ta några sekunder.
    """
    return AdviceShown.of(run_id, explanations.advise(store, by, run_id, request_id, seconds), language_of(request))
