"""What a plan would do to the placements in force if it were published: who moves, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.in_force import publishing
from placement.planning import runs
from placement.reading import changes, standing
from placement.reading.changes import ChangeKind
from placement.store.access import Span
from placement_api.pages.frame import show
from placement_api.pages.readers import Coordinator
from placement_api.pages.runs import RunId, RunsAsked, run_in
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning", "placements"])

LIMIT = 25
KINDS = {
    ChangeKind.ENDED: ("bad", Words("upphör", "ends")),
    ChangeKind.MOVED: ("warn", Words("flyttas", "moves")),
    ChangeKind.SUPERVISOR: ("info", Words("annan handledare", "another supervisor")),
}
"""What happens to a placement, as a shape and a word."""


@router.get("/terms/{code}/runs/{run_id}/changes")
def show_changes(
    request: Request,
    store: Transaction,
    by: Coordinator,
    code: TermCode,
    run_id: RunId,
    asked: Annotated[RunsAsked, Query()],
) -> Response:
    """List the placements in force that a run's plan ends or changes; it reads the whole plan and takes seconds."""
    term, run = run_in(store, by, code, run_id)
    number = runs.number_of(store, by, run)
    if not standing.has_plan(store, by, run.id):
        return show(request, store, by, "run_unplanned.html", term=term, run=run, number=number)
    found = changes.list_changes(store, by, run.id, span=Span(LIMIT, asked.offset))
    return show(
        request,
        store,
        by,
        "run_changes.html",
        term=term,
        run=run,
        number=number,
        found=found,
        published=publishing.list_publications(store, by, term.id).total > 0,
        kinds=KINDS,
        offset=asked.offset,
        limit=LIMIT,
    )
