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
    """Show the whole plan document; solver/plan.schema.json describes it.

    Visar hela plandokumentet; solver/plan.schema.json beskriver det.
    """
    return Document(runs.show_plan(store, by, run_id))


@router.get(
    "/runs/{runId}/problem",
    summary="Show the problem that a run solved",
    response_class=Document,
    responses=_published_format("placement-problem/1"),
)
def show_problem(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Show the problem document that was solved; solver/problem.schema.json describes it.

    Visar problemdokumentet som löstes; solver/problem.schema.json beskriver det.
    """
    return Document(runs.hand_out_problem(store, by, run_id))


@router.get(
    "/runs/{runId}/report",
    summary="Show the report on a run's plan",
    response_class=Document,
    responses=_published_format("placement-report/1"),
)
def show_report(store: Transaction, by: Coordinator, run_id: RunPath) -> Document:
    """Show the whole report document, with fairness and prices; solver/report.schema.json describes it.

    Visar hela rapportdokumentet, med rättvisa och priser; solver/report.schema.json beskriver det.
    """
    return Document(json.dumps(runs.hand_out_report(store, by, run_id), ensure_ascii=False))
