"""Routes of a run's documents: the problem as it was solved, the plan, and the report on it."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Response

from placement.planning import runs
from placement_api.callers import Coordinator
from placement_api.routes.paths import RunPath
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


def _published_format(name: str) -> dict[int | str, dict[str, Any]]:
    """Describe the answer for the contract; ``name`` is the document's published format."""
    return {
        200: {
            "description": f"The document, {name}.json.",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": ["format"]},
                    "example": {"format": name},
                }
            },
        }
    }


class Document(Response):
    """A stored document, byte for byte as it was written."""

    media_type = "application/json"


@router.get(
    "/runs/{runId}/plan",
    summary="Show a run's plan",
    response_class=Document,
    responses=_published_format("placement-plan/1"),
)
def show_plan(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Show the whole plan document; its bound is proven for the problem as solved. See solver/plan.schema.json.

    Visar hela plandokumentet; dess gräns är bevisad för problemet som det löstes. Se solver/plan.schema.json.
    """
    return Document(runs.show_plan(store, by, run_id))


@router.get(
    "/runs/{runId}/problem",
    summary="Show the problem that a run solved",
    response_class=Document,
    responses=_published_format("placement-problem/1"),
)
def show_problem(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Show the problem that a run solved, with another point of the same five-kilometre square for each home.

    From that point the plan's own journeys take as many minutes, so the check of the plan gives the same figures; other
    journeys can differ. See solver/problem.schema.json.
    Visar problemet som en körning löste, med en annan punkt i samma ruta om fem kilometer för varje hem. Därifrån tar
    planens egna resor lika många minuter, så kontrollen av planen ger samma siffror; andra resor kan skilja sig. Se
    solver/problem.schema.json.
    """
    return Document(runs.show_problem(store, by, run_id))


@router.get(
    "/runs/{runId}/report",
    summary="Show the report on a run's plan",
    response_class=Document,
    responses=_published_format("placement-report/1"),
)
def show_report(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Show the whole report on the problem as it was solved, with fairness and prices. See solver/report.schema.json.

    Visar hela rapporten om problemet som det löstes, med rättvisa och priser. Se solver/report.schema.json.
    """
    return Document(json.dumps(runs.show_report(store, by, run_id), ensure_ascii=False))
