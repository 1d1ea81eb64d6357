"""Who is without a place in a term and why, and what would help one of them: tried as a run that supposes it."""

from __future__ import annotations

import json
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import ConflictError, Fault, InvalidError, UnavailableError
from placement.in_force import placements
from placement.planning import runs
from placement.planning.scenarios import Options, read_options
from placement.planning.turns import RunsInFlightError
from placement.reading import drafts, explanations, remedies, unplaced
from placement.reading.remedies import Advised, Kept, Progress
from placement.reading.standing import say_cause
from placement.reading.unplaced import Left
from placement.register import organisations, terms
from placement.settings import Settings
from placement.store.access import EVERY, Page, Span
from placement.tables import OrganisationKind, Run, Term
from placement_api.pages.fault_words import told_in
from placement_api.pages.frame import lead, show
from placement_api.pages.one_request import RequestId
from placement_api.pages.readers import Coordinator, Fields, Institution
from placement_api.pages.terms import TermCode
from placement_api.schemas.base import Id
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning", "requests"])

LIMIT = 25
SECONDS = 4
"""How long to search for students who could move; the rest of an answer takes some seconds too."""
_LAST = Span(limit=1)


class UnplacedAsked(BaseModel):
    """Which of the unplaced to list, in which run's plan, and from which one on."""

    run: Id | Literal[""] = ""
    reason: Annotated[str, Query(max_length=64, pattern="^[a-z_-]*$")] = ""
    institution: Id | Literal[""] = ""
    request: Id | Literal[""] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0

    def query(self, **other: str) -> str:
        """Return what is asked for, with some of it as given, as a part of an address."""
        given = {**self.model_dump(exclude={"offset"}), **other}
        return urlencode({name: value for name, value in given.items() if value})


class Trial(BaseModel):
    """Which remedy of a run to try, by its number among them, from 0."""

    run: Id
    remedy: Annotated[int, Query(ge=0, le=1_000)] = 0


@router.get("/terms/{code}/unplaced")
def show_unplaced(
    request: Request, store: Transaction, by: Institution, code: TermCode, asked: Annotated[UnplacedAsked, Query()]
) -> Response:
    """Show who is without a place and why, by cause."""
    term = terms.term_called(store, by, code)
    run = drafts.told_run(store, by, term.id, asked.run or None)
    if run is None:
        return show(request, store, by, "unplaced_none.html", term=term)
    left = unplaced.left_by(store, by, run, asked.institution or None)
    found = _explained(store, by, left, asked)
    coordinates = by.role is Role.COORDINATOR
    shown = [each.who.request_id for each in found.rows]
    return show(
        request,
        store,
        by,
        "unplaced.html",
        term=term,
        run=run,
        number=runs.number_of(store, by, run) if coordinates else None,
        left=left,
        found=found,
        asked=asked,
        limit=LIMIT,
        say_cause=say_cause,
        coordinates=coordinates,
        kept=remedies.kept_for(store, by, run.id, shown) if coordinates else {},
        progress=remedies.show_progress(store, by, run.id) if coordinates else Progress(),
        institutions=organisations.list_organisations(store, by, kind=OrganisationKind.INSTITUTION, span=EVERY).rows,
        later=0 if coordinates else placements.list_waiting(store, by, term.id, span=_LAST).total - len(left.causes),
    )


@router.get("/terms/{code}/unplaced/{request_id}")
def show_remedies(
    request: Request,
    store: Transaction,
    by: Coordinator,
    code: TermCode,
    request_id: RequestId,
    asked: Annotated[UnplacedAsked, Query()],
) -> Response:
    """Work out what would give a request a place, and show it; that takes some seconds."""
    term = terms.term_called(store, by, code)
    run = drafts.told_run(store, by, term.id, asked.run or None)
    if run is None:
        return show(request, store, by, "unplaced_none.html", term=term)
    return _remedies(request, store, by, term, run, request_id)


@router.get("/terms/{code}/unplaced/{request_id}/try")
def show_trial(
    request: Request,
    store: Transaction,
    by: Coordinator,
    code: TermCode,
    request_id: RequestId,
    asked: Annotated[Trial, Query()],
) -> Response:
    """Show what a run would suppose, before it is started; where that is not kept, lead to what would help."""
    term = terms.term_called(store, by, code)
    run = drafts.told_run(store, by, term.id, asked.run)
    kept = None if run is None else remedies.kept_for(store, by, run.id, [request_id]).get(request_id)
    remedy = None if kept is None else _remedy(kept, asked.remedy)
    if kept is None or remedy is None:
        return lead(f"/terms/{term.code}/unplaced/{quote(request_id, safe='')}", run=asked.run)
    return show(
        request,
        store,
        by,
        "unplaced_try.html",
        term=term,
        run_id=asked.run,
        who=kept.who,
        remedy=remedy,
        scenario=json.dumps(remedy.scenario),
        minutes=max(1, round(request.app.state.settings.run_time_limit_seconds / 60)),
    )


@router.post("/terms/{code}/unplaced/{request_id}")
def try_remedy(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, request_id: RequestId, fields: Fields
) -> Response:
    """Start a run that supposes a remedy."""
    term = terms.term_called(store, by, code)
    settings: Settings = request.app.state.settings
    try:
        options = _supposed(fields.get("scenario", ""))
        with store.begin_nested():
            limit, most = settings.run_time_limit_seconds, settings.run_seconds_in_flight
            run = runs.start_run(store, by, term.id, limit, options=options, most_seconds=most)
    except (InvalidError, ConflictError, RunsInFlightError) as error:
        told = drafts.told_run(store, by, term.id, fields.get("run") or None)
        if told is None:
            raise
        faults = told_in(error)
        return _remedies(request, store, by, term, told, request_id, faults)
    return lead(f"/terms/{code}/runs/{run.id}", done="started")


def _explained(store: Session, by: Caller, left: Left, asked: UnplacedAsked) -> Page[explanations.Explained]:
    """Return the explanations of one page of those who are asked for."""
    wanted = left.having(asked.reason or None)
    if asked.request:
        wanted = [each for each in wanted if each == asked.request]
    shown = wanted[asked.offset : asked.offset + LIMIT]
    page = explanations.list_explanations(store, by, left.run.id, among=shown, span=Span(LIMIT))
    return Page(page.rows, len(wanted))


def _remedies(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    run: Run,
    request_id: str,
    faults: list[Words] | None = None,
) -> Response:
    """Answer with what would help; or say that it could not be worked out just now."""
    busy: UnavailableError | None = None
    term_shown, run_id = Term(**term.model_dump()), run.id
    try:
        advice = remedies.advise(store, by, run_id, request_id, SECONDS, request.app.state.settings.run_memory_mb)
    except UnavailableError as error:
        advice, busy = None, error
    return show(
        request,
        store,
        by,
        "unplaced_remedies.html",
        status=503 if busy else 422 if faults else 200,
        term=term_shown,
        run_id=run_id,
        request_id=request_id,
        advice=advice,
        busy=None if busy is None else Words(busy.sv, busy.en),
        faults=faults or [],
        scenarios=[] if advice is None else [json.dumps(each.scenario) for each in advice.remedies],
    )


def _remedy(kept: Kept, number: int) -> Advised | None:
    """Return a kept remedy that can be tried, by its number."""
    found = () if kept.advice is None else kept.advice.remedies[number : number + 1]
    return next((each for each in found if each.scenario), None)


def _supposed(text: str) -> Options:
    """Read the scenario that a form gives."""
    try:
        options = read_options({"scenario": json.loads(text)})
    except (ValueError, ValidationError) as error:
        raise InvalidError(Fault("/scenario", "the change cannot be read", "ändringen går inte att läsa")) from error
    return options
