"""Runs of a term: the list, one run as it goes, and how it is cancelled."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import NotFoundError
from placement.in_force import publishing
from placement.planning import runs
from placement.planning.scenarios import is_what_if
from placement.reading import standing
from placement.register import terms
from placement.store.access import EVERY, Span
from placement.store.tokens import tokens_by_id
from placement.tables import Run, RunEnd, RunMode, RunStatus, Term
from placement_api.pages.curves import curve_of
from placement_api.pages.frame import lead, show
from placement_api.pages.gauges import gauge_of
from placement_api.pages.holders import holder_in
from placement_api.pages.readers import Coordinator, Fields
from placement_api.pages.terms import TermCode
from placement_api.schemas.base import Id
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning"])

RunId = Annotated[Id, Path()]
LIMIT = 25
_SERVICE = Words("tjänsten själv", "the service itself")
MODES = {
    RunMode.PLAN: Words("Ny plan för hela terminen", "A new plan of the whole term"),
    RunMode.REPAIR: Words("Reparera: ändra så få som möjligt", "Repair: change as few as possible"),
    RunMode.FILL: Words("Fyll på: alla ligger kvar, fler får plats", "Fill: all stay, more get a place"),
    RunMode.WAITING_LIST: Words("Väntelista: en i taget i turordning", "Waiting list: one by one in order"),
}
"""What the modes of a run do, as people choose among them."""
_CHECK = "check"
PHASES = (
    ("gather", Words("Läser in", "Reads the term")),
    ("prices", Words("Sätter priser", "Sets prices")),
    ("search", Words("Söker", "Searches")),
    ("proof", Words("Bevisar", "Proves")),
    (_CHECK, Words("Kontrolleras", "Is checked")),
)
"""What a run goes through, in order."""


class RunsAsked(BaseModel):
    """Which part of the runs to list."""

    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0


@router.get("/terms/{code}/runs")
def show_runs(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[RunsAsked, Query()]
) -> Response:
    """List a term's runs, the newest first."""
    term = terms.term_called(store, by, code)
    found = runs.list_runs(store, by, term_id=term.id, span=Span(LIMIT, asked.offset))
    published = publishing.list_publications(store, by, term.id, span=EVERY).rows
    return show(
        request,
        store,
        by,
        "runs.html",
        term=term,
        found=found,
        first_number=found.total - asked.offset,
        offset=asked.offset,
        limit=LIMIT,
        modes=MODES,
        gauges={run.id: gauge_of(run) for run in found.rows},
        what_ifs={run.id for run in found.rows if is_what_if(run)},
        published={each.run_id: each.number for each in published},
        with_plan=standing.plans_among(store, by, [run.id for run in found.rows]),
        drafts=standing.list_drafts(store, by, term.id, span=Span(1)).total,
    )


@router.get("/terms/{code}/runs/{run_id}")
def show_run(request: Request, store: Transaction, by: Coordinator, code: TermCode, run_id: RunId) -> Response:
    """Show how far a run has come, and its whole way so far."""
    return _show_run(request, store, by, code, run_id, "run.html")


@router.get("/terms/{code}/runs/{run_id}/live")
def show_run_now(request: Request, store: Transaction, by: Coordinator, code: TermCode, run_id: RunId) -> Response:
    """Show only what changes on a run's page while it goes on, for the page's script to put in."""
    return _show_run(request, store, by, code, run_id, "run_live.html")


@router.post("/terms/{code}/runs/{run_id}/cancel")
def cancel_run(store: Transaction, by: Coordinator, code: TermCode, run_id: RunId, fields: Fields) -> Response:
    """Cancel a run; its best plan so far is kept."""
    del fields  # the form's own token has been checked
    term, run = run_in(store, by, code, run_id)
    runs.cancel_run(store, by, run.id)
    return lead(f"/terms/{term.code}/runs/{run.id}", done="cancelling")


def run_in(store: Session, by: Caller, code: str, run_id: str) -> tuple[Term, Run]:
    """Return a term and one of its runs."""
    term = terms.term_called(store, by, code)
    run = runs.show_run(store, by, run_id)
    if run.term_id != term.id:
        raise NotFoundError(run_id)
    return term, run


def _show_run(request: Request, store: Session, by: Caller, code: str, run_id: str, template: str) -> Response:
    term, run = run_in(store, by, code, run_id)
    published = publishing.list_publications(store, by, term.id, span=EVERY).rows
    waits = run.status is RunStatus.QUEUED
    return show(
        request,
        store,
        by,
        template,
        term=term,
        run=run,
        number=runs.number_of(store, by, run),
        ordered_by=_ordered_by(store, run),
        ahead=runs.count_ahead(store, by, run) if waits else 0,
        ended=run.status in runs.ENDED,
        ready=run.ended_because not in {None, RunEnd.STOPPED},
        has_plan=standing.has_plan(store, by, run.id),
        what_if=is_what_if(run),
        mode=MODES[run.mode],
        phases=phases_of(run),
        curve=curve_of(run),
        gauge=gauge_of(run),
        unplaced_costs=run.options.get("weights", {}).get("unplaced", term.weight_unplaced),
        in_force=bool(published) and all(each.run_id != run.id for each in published),
        publication=next((each for each in published if each.run_id == run.id), None),
    )


def _ordered_by(store: Session, run: Run) -> Words:
    """Return who ordered a run: a token's holder, or a role that has none."""
    token = tokens_by_id(store, [run.requested_by]).get(run.requested_by)
    label = run.requested_by if token is None else token.label
    return _SERVICE if label == "system" else holder_in(label)


def phases_of(run: Run) -> list[tuple[Words, str, float | None]]:
    """Return what a run goes through: each phase, how it stands, and its seconds.

    A phase is ``done``, at work ``now``, or to ``come``. Of a run that was cut short, one phase was ``cut`` off, and
    those after it were ``missed``; the best plan so far is checked all the same.
    """
    if run.status is RunStatus.CANCELLED and run.ended_because in {None, RunEnd.STOPPED}:
        return _phases_cut(run)
    order = [name for name, _ in PHASES]
    over = run.status in {RunStatus.SUCCEEDED, RunStatus.CANCELLED} and run.phase == "done"
    begun = run.status is not RunStatus.QUEUED and run.started_at is not None
    at = order.index(run.phase) if run.phase in order else 0
    return [
        (
            words,
            "done" if over or (begun and number < at) else "now" if begun and number == at and not over else "come",
            run.phase_seconds.get(name),
        )
        for number, (name, words) in enumerate(PHASES)
    ]


def _phases_cut(run: Run) -> list[tuple[Words, str, float | None]]:
    """Return the phases of a run that was cancelled before it was ready; one that never began missed them all."""
    order = [name for name, _ in PHASES]
    reached = [number for number, name in enumerate(order) if name == run.phase or name in run.phase_seconds]
    at = -1 if run.started_at is None else max(reached, default=0)

    def state(number: int, name: str) -> str:
        if number < at or (name == _CHECK and run.phase == "done"):
            return "done"
        return "cut" if number == at else "missed"

    return [(words, state(number, name), run.phase_seconds.get(name)) for number, (name, words) in enumerate(PHASES)]
