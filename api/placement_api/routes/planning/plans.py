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
