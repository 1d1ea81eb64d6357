"""Routes of changes: what publishing a run's plan would do to the placements in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.reading.changes import list_changes
from placement_api.callers import Coordinator
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import RunPath
from placement_api.schemas.reading.changes import ChangesAsked, ChangeShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/runs/{runId}/changes", summary="Show what a plan changes")
def show_changes(
    store: Transaction,
    by: Coordinator,
    run_id: RunPath,
    asked: Annotated[ChangesAsked, Query()],
    links: Linked,
    request: Request,
) -> Listed[ChangeShown]:
    """List every placement in force that publishing the plan would end, move or give another supervisor, and why.

    Listar alla gällande placeringar som planen skulle avsluta, flytta eller ge en annan handledare om den publicerades,
    och varför.
    """
    language = language_of(request)
    found = list_changes(store, by, run_id, span=asked.span)
    return links.page(asked, found, lambda told: ChangeShown.of(told, language))
