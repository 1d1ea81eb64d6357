"""Routes of plans: a run's documents for those who want to check it or plan it again; its prices and explanations."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from placement.planning import runs
from placement.reading import explanations, prices
from placement_api.callers import Care, Coordinator, Institution
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.planning.runs import RunPath
from placement_api.schemas.base import Id, path_id
from placement_api.schemas.reading.explanations import AdviceShown, ExplanationsAsked, ExplanationShown
from placement_api.schemas.reading.prices import PricesAsked, PriceShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])

RequestPath = Annotated[Id, path_id("requestId", "the request", "begäran")]
Seconds = Annotated[
    int,
    Query(
        ge=1,
        le=20,
        alias="timeLimitSeconds",
        description="How long to look for others who could move. Så länge söks andra som kan flytta.",
        examples=[4],
    ),
]


def _published(form: str) -> dict[int | str, dict[str, Any]]:
    """Describe a document by its published format."""
    return {
        200: {
            "description": f"The document, {form}.json.",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": ["format"]},
                    "example": {"format": form},
                }
            },
        }
    }


class Document(Response):
    """A stored document, byte for byte as it was solved."""

    media_type = "application/json"


@router.get(
    "/runs/{runId}/plan",
    summary="Read a run's plan",
    response_class=Document,
    responses=_published("placement-plan/1"),
)
def show_plan(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Read the whole plan document; solver/plan.schema.json describes it.

    Hela plandokumentet; solver/plan.schema.json beskriver det.
    """
    return Document(runs.show_plan(store, by, run_id))


@router.get(
    "/runs/{runId}/problem",
    summary="Read the problem that a run's plan answers",
    response_class=Document,
    responses=_published("placement-problem/1"),
)
def show_problem(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Read the problem document exactly as it was solved; solver/problem.schema.json describes it.

    Problemdokumentet precis som det löstes; solver/problem.schema.json beskriver det.
    """
    return Document(runs.show_problem(store, by, run_id))


@router.get(
    "/runs/{runId}/report",
    summary="Read the report on a run's plan",
    response_class=Document,
    responses=_published("placement-report/1"),
)
def show_report(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Read the whole report document, fairness and prices; solver/report.schema.json describes it.

    Hela rapportdokumentet, rättvisa och priser; solver/report.schema.json beskriver det.
    """
    return Document(json.dumps(runs.show_report(store, by, run_id), ensure_ascii=False))


@router.get("/runs/{runId}/prices", summary="See what one more would be worth")
def list_prices(
    store: Transaction, by: Care, run_id: RunPath, asked: Annotated[PricesAsked, Query()], links: Linked
) -> Listed[PriceShown]:
    """List what is scarce in the plan, the dearest first: what one more would be worth to the county, at most.

    Det som är knappt i planen, det dyraste först: vad en till vore värd för länet, högst.
    """
    found = prices.list_prices(store, by, run_id, asked.filter(), asked.span)
    return links.page(asked, found, PriceShown.of)


@router.get("/runs/{runId}/explanations", summary="See why requests have no placement")
def list_explanations(
    store: Transaction,
    by: Institution,
    run_id: RunPath,
    asked: Annotated[ExplanationsAsked, Query()],
    links: Linked,
    request: Request,
) -> Listed[ExplanationShown]:
    """List who the plan leaves without a placement and why, in the language of Accept-Language.

    De som planen lämnar utan placering, och varför, på språket i Accept-Language.
    """
    named = {"request_id": asked.request_id, "institution_id": asked.institution_id}
    found = explanations.list_explanations(store, by, run_id, **named, span=asked.span)
    language = language_of(request)
    return links.page(asked, found, lambda explained: ExplanationShown.of(explained, language))


@router.get("/runs/{runId}/explanations/{requestId}/remedies", summary="Find what would place a request")
def find_remedies(
    store: Transaction,
    by: Coordinator,
    run_id: RunPath,
    request_id: RequestPath,
    request: Request,
    seconds: Seconds = 4,
) -> AdviceShown:
    """Find the smallest changes that would place a request, each proven by making it; it may take some seconds.

    Söker de minsta ändringarna som skulle ge en begäran plats, var och en prövad; det kan ta några sekunder.
    """
    question = explanations.ask_for_advice(store, by, run_id, request_id, seconds)
    return AdviceShown.of(run_id, request_id, question.answer(), language_of(request))
