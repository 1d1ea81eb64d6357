"""Routes of runs: a term is planned outside the request, followed, cancelled, and read when it is done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from placement.database import read_session
from placement.planning import runs
from placement_api.callers import Coordinator, Planner
from placement_api.following import EventStream, follow
from placement_api.limits import EVENT_STREAM
from placement_api.paging import Linked, Listed
from placement_api.routes.paths import RunPath, TermPath
from placement_api.schemas.planning.runs import RunFilter, RunGiven, RunShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])

LastSeen = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        max_length=200,
        description="The id of the last event you have seen. Id för den händelse du såg senast.",
        examples=["b5bb9d8014a0f9b1"],
    ),
]
AS_USUAL = RunGiven()
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
    given: RunGiven = AS_USUAL,
) -> RunShown:
    """Order a plan of the term; follow the run at the address in Location. With a scenario it is a "what if".

    Beställer en plan för terminen; följ körningen på adressen i Location. Med ett scenario är den ett tänkt fall.
    """
    limit = given.time_limit_seconds or request.app.state.settings.run_time_limit_seconds
    run = runs.start_run(store, by, term_id, limit, given.seed, given.workers, given.options(), given.mode)
    response.headers["Location"] = f"/v1/runs/{run.id}"
    return RunShown.of(run, by)


@router.get("/runs", summary="List runs")
def list_runs(store: Transaction, by: Planner, asked: Annotated[RunFilter, Query()], links: Linked) -> Listed[RunShown]:
    """List the runs, the newest first.

    Körningarna, den nyaste först.
    """
    found = runs.list_runs(store, by, term_id=asked.term_id, status=asked.status, span=asked.span)
    return links.page(asked, found, lambda run: RunShown.of(run, by))


@router.get("/runs/{runId}", summary="See how far a run has come")
def show_run(store: Transaction, by: Planner, run_id: RunPath) -> RunShown:
    """Show how far a run has come.

    Visar hur långt en körning har kommit.
    """
    return RunShown.of(runs.show_run(store, by, run_id), by)


@router.get(
    "/runs/{runId}/events",
    status_code=200,
    summary="Follow a run",
    response_class=EventStream,
    responses={
        200: {
            "description": "Server-sent events; the data of each is the run as it then is.",
            "content": {EVENT_STREAM: {"schema": {"type": "string"}, "example": _EVENTS}},
        }
    },
)
def follow_run(
    store: Transaction, by: Planner, run_id: RunPath, request: Request, seen: LastSeen = None
) -> EventStream:
    """Follow a run, unless too many do (429): `progress` whenever it has come further, and `ended` when it is over.

    Följ en körning, om inte för många gör det (429): `progress` när den har kommit längre, och `ended` när den är över.
    """
    runs.show_run(store, by, run_id)
    engine = request.app.state.engine

    def look() -> RunShown:
        with read_session(engine) as session:
            return RunShown.of(runs.look_again(session, by, run_id), by)

    return EventStream(follow(look, seen), request.app.state.followers)


@router.delete("/runs/{runId}", status_code=202, summary="Cancel a run")
def cancel_run(store: Transaction, by: Coordinator, run_id: RunPath) -> RunShown:
    """Cancel a run, whatever it has come to: its best plan so far is kept. A run that is over stays as it is.

    Avbryter en körning, hur långt den än har kommit: den bästa planen hittills behålls.
    """
    return RunShown.of(runs.cancel_run(store, by, run_id), by)
