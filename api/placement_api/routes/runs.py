"""Routes of runs: a term is planned outside the request, followed, cancelled, and read when it is done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement import planning
from placement_api.callers import Coordinator, Planner
from placement_api.paging import Linked, Listed
from placement_api.schemas.base import Id, path_id
from placement_api.schemas.planning import RunFilter, RunGiven, RunShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])

TermPath = Annotated[Id, path_id("termId", "the term", "terminen")]
RunPath = Annotated[Id, path_id("runId", "the run", "körningen")]
AS_USUAL = RunGiven()


@router.post("/terms/{termId}/runs", status_code=202, summary="Plan a term")
def start_run(
    store: Transaction,
    by: Coordinator,
    term_id: TermPath,
    request: Request,
    response: Response,
    given: RunGiven = AS_USUAL,
) -> RunShown:
    """Order a plan of the term; follow the run at the address in Location.

    Beställer en plan för terminen; följ körningen på adressen i Location.
    """
    limit = given.time_limit_seconds or request.app.state.settings.run_time_limit_seconds
    shown = RunShown.of(planning.start_run(store, by, term_id, limit, given.seed))
    response.headers["Location"] = f"/v1/runs/{shown.id}"
    return shown


@router.get("/runs", summary="List runs")
def list_runs(store: Transaction, by: Planner, asked: Annotated[RunFilter, Query()], links: Linked) -> Listed[RunShown]:
    """List the runs, the newest first.

    Körningarna, den nyaste först.
    """
    found = planning.list_runs(store, by, term_id=asked.term_id, status=asked.status, span=asked.span)
    return links.page(asked, found, RunShown.of)


@router.get("/runs/{runId}", summary="Follow a run")
def show_run(store: Transaction, by: Planner, run_id: RunPath) -> RunShown:
    """Show how far a run has come.

    Visar hur långt en körning har kommit.
    """
    return RunShown.of(planning.show_run(store, by, run_id))


@router.delete("/runs/{runId}", status_code=202, summary="Cancel a run")
def cancel_run(store: Transaction, by: Coordinator, run_id: RunPath) -> RunShown:
    """Cancel a run, whatever it has come to: its best plan so far is kept. A run that is over stays as it is.

    Avbryter en körning, hur långt den än har kommit: den bästa planen hittills behålls.
    """
    return RunShown.of(planning.cancel_run(store, by, run_id))
