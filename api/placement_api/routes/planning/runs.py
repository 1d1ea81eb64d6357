"""Routes of runs: planning a term is ordered, followed and cancelled; it runs outside the call."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from placement.database import read_session
from placement.planning import runs
from placement.settings import Settings
from placement.store.protection import look_as
from placement_api.callers import Coordinator, Planner
from placement_api.following import EventStream, follow
from placement_api.media_types import EVENT_STREAM
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import RunPath, TermPath
from placement_api.schemas.planning.runs import ProgressShown, RunFilter, RunGiven, RunShown
from placement_api.shield import veil_shown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])

LastSeen = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        max_length=200,
        description="The id of the last event you received. Id för den senast mottagna händelsen.",
        examples=["b5bb9d8014a0f9b1"],
    ),
]
_DEFAULTS = RunGiven()
_EVENTS = (
    'id: b5bb9d8014a0f9b1\nevent: progress\ndata: {"id":"run_5c1e","status":"running","phase":"search",'
    '"objective":1204310,"bound":1198204,"gap":0.00507,"unplaced":214,"elapsedSeconds":61.2}\n\n'
)


@router.post("/terms/{termId}/runs", status_code=202, summary="Plan a term")
def start_run(
    store: Transaction,
    by: Coordinator,
    term_id: TermPath,
    request: Request,
    response: Response,
    given: RunGiven = _DEFAULTS,
) -> RunShown:
    """Start a run that plans the term; follow it at the address in Location. A run with a scenario is never published.

    Startar en körning som planerar terminen; följ den på adressen i Location. Ett tänkt fall publiceras aldrig.
    """
    settings: Settings = request.app.state.settings
    limit, most = given.time_limit_seconds or settings.run_time_limit_seconds, settings.run_seconds_in_flight
    options = given.options()
    run = runs.start_run(store, by, term_id, limit, given.seed, given.workers, options, given.mode, most_seconds=most)
    response.headers["Location"] = f"/v1/runs/{run.id}"
    return RunShown.of(run, by, language_of(request))


@router.get("/runs", summary="List runs")
def list_runs(
    store: Transaction, by: Planner, asked: Annotated[RunFilter, Query()], links: Linked, request: Request
) -> Listed[RunShown]:
    """List the runs, the newest first.

    Listar körningarna, den nyaste först.
    """
    found = runs.list_runs(store, by, term_id=asked.term_id, status=asked.status, span=asked.span)
    language = language_of(request)
    return links.page(asked, found, lambda run: RunShown.of(run, by, language))


@router.get("/runs/{runId}", summary="Show a run")
def show_run(store: Transaction, by: Planner, run_id: RunPath, request: Request) -> RunShown:
    """Show how far a run has come.

    Visar hur långt en körning har kommit.
    """
    return RunShown.of(runs.show_run(store, by, run_id), by, language_of(request))


@router.get("/runs/{runId}/progress", summary="Show a run's whole way")
def show_progress(store: Transaction, by: Planner, run_id: RunPath) -> ProgressShown:
    """Show how far a run had come, moment by moment, in at most 200 points.

    Visar hur långt en körning hade kommit, tidpunkt för tidpunkt, i högst 200 punkter.
    """
    return ProgressShown.of(runs.show_run(store, by, run_id))


@router.get(
    "/runs/{runId}/events",
    status_code=200,
    summary="Follow a run",
    response_class=EventStream,
    responses={
        200: {
            "description": "Server-sent events; the data of each is the run at that moment. "
            "Server-sent events med körningen vid varje tillfälle.",
            "content": {EVENT_STREAM: {"schema": {"type": "string"}, "example": _EVENTS}},
        }
    },
)
def follow_run(
    store: Transaction, by: Planner, run_id: RunPath, request: Request, seen: LastSeen = None
) -> EventStream:
    """Follow a run: `progress` whenever it changes, and `ended` when it has ended. 429 if too many follow runs.

    Följer en körning: `progress` när den ändras, och `ended` när den har avslutats. 429 om för många följer körningar.
    """
    runs.show_run(store, by, run_id)
    engine, language = request.app.state.engine, language_of(request)

    def look() -> RunShown:
        with read_session(engine) as session:
            look_as(session, by)
            return veil_shown(session, RunShown.of(runs.look_again(session, by, run_id), by, language), run_id)

    return EventStream(follow(look, seen), request.app.state.followers)


@router.delete("/runs/{runId}", status_code=202, summary="Cancel a run")
def cancel_run(store: Transaction, by: Coordinator, run_id: RunPath, request: Request) -> RunShown:
    """Cancel a run; its best plan so far is kept. A run that has ended does not change.

    Avbryter en körning; den bästa planen hittills sparas. En körning som har avslutats ändras inte.
    """
    return RunShown.of(runs.cancel_run(store, by, run_id), by, language_of(request))
