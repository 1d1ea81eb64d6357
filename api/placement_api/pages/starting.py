"""Starting a run: a form that has the settings of the last one, so that the same again is one click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import Fault, InvalidError
from placement.in_force import publishing
from placement.planning import pins, runs
from placement.planning.scenarios import Options, is_what_if, read_options
from placement.planning.turns import RunsInFlightError
from placement.register import terms
from placement.settings import Settings
from placement.store.access import EVERY, FIRST
from placement.tables import Run, RunMode, RunStatus, Term
from placement.tables.columns import MOST
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Coordinator, Fields
from placement_api.pages.runs import MODES
from placement_api.pages.term_fields import WEIGHTS
from placement_api.pages.terms import TermCode
from placement_api.schemas.planning.runs import LARGEST_SEED, LONGEST_RUN
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["planning"])


class StartAsked(BaseModel):
    """Which mode the form begins with."""

    mode: RunMode | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The settings of a run, as a form gives them."""

    mode: RunMode
    seconds: int
    seed: int
    options: Options


@router.get("/terms/{code}/runs/new")
def show_form(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[StartAsked, Query()]
) -> Response:
    """Show the form with the settings of the last run that supposed nothing, or with the usual ones."""
    term = terms.term_called(store, by, code)
    last = _last_run(store, by, term)
    fields = _settings_of(last, request.app.state.settings)
    if asked.mode is not None:
        fields["mode"] = asked.mode.value
    elif publishing.list_publications(store, by, term.id, span=FIRST).total:
        fields["mode"] = RunMode.REPAIR.value  # a plan anew may move everybody
    return _form(request, store, by, term, fields)


@router.post("/terms/{code}/runs/new")
def start_run(request: Request, store: Transaction, by: Coordinator, code: TermCode, fields: Fields) -> Response:
    """Start a run."""
    term = terms.term_called(store, by, code)
    try:
        order = _order_in(fields)
    except InvalidError as error:
        return _form(request, store, by, term, fields, error.faults)
    settings: Settings = request.app.state.settings
    try:
        run = runs.start_run(
            *(store, by, term.id, order.seconds),
            seed=order.seed,
            options=order.options,
            mode=order.mode,
            most_seconds=settings.run_seconds_in_flight,
        )
    except RunsInFlightError as error:
        return _form(request, store, by, term, fields, [Fault("/seconds", error.en, error.sv)])
    return lead(f"/terms/{term.code}/runs/{run.id}", done="started")


def _form(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    fields: Mapping[str, str],
    faults: Sequence[Fault] = (),
) -> Response:
    """Answer with the form."""
    newest = runs.list_runs(store, by, term_id=term.id, span=FIRST)
    waiting = [run for run in newest.rows if run.status in {RunStatus.QUEUED, RunStatus.RUNNING}]
    published = publishing.list_publications(store, by, term.id, span=FIRST).total > 0
    return show(
        request,
        store,
        by,
        "run_new.html",
        status=422 if faults else 200,
        term=term,
        fields=fields,
        faults=faults,
        wrong={fault.pointer.removeprefix("/"): fault.words for fault in faults},
        modes=MODES if published else {RunMode.PLAN: MODES[RunMode.PLAN]},
        published=published,
        own_weights=any(name.startswith("weight_") and value for name, value in fields.items()),
        weights={name: (words, getattr(term, f"weight_{name}")) for name, words in WEIGHTS.items()},
        runs_before=newest.total,
        waiting=waiting,
        pinned=pins.list_pins(store, by, term_id=term.id, span=FIRST).total,
    )


def _last_run(store: Session, by: Caller, term: Term) -> Run | None:
    """Return the term's last run that supposed nothing."""
    found = runs.list_runs(store, by, term_id=term.id, span=EVERY).rows
    return next((run for run in found if not is_what_if(run)), None)


def _settings_of(run: Run | None, settings: Settings) -> dict[str, str]:
    """Return the fields of the form as a run had them, or as they usually are."""
    if run is None:
        return {"mode": RunMode.PLAN.value, "seconds": str(settings.run_time_limit_seconds), "seed": "0"}
    fields = {"mode": run.mode.value, "seconds": str(run.time_limit_seconds), "seed": str(run.seed)}
    if run.options.get("in_county_only"):
        fields["in_county_only"] = "yes"
    return fields | {f"weight_{name}": str(value) for name, value in run.options.get("weights", {}).items()}


def _order_in(fields: Mapping[str, str]) -> Order:
    """Read the form.

    Raises:
        InvalidError: something is no number or out of bounds; every such fault is in it.

    """
    faults: list[Fault] = []

    def number(name: str, least: int, most: int) -> int:
        text = fields.get(name, "").strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
        if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
            return int(text)
        faults.append(
            Fault(f"/{name}", f"Give a whole number, {least} to {most}", f"Ange ett heltal, {least} till {most}")
        )
        return least

    mode = fields.get("mode", "")
    if mode not in set(RunMode):
        faults.append(Fault("/mode", "Choose what the run is to do", "Välj vad körningen ska göra"))
    seconds, seed = number("seconds", 1, LONGEST_RUN), number("seed", 0, LARGEST_SEED)
    weights = {name: number(f"weight_{name}", 0, MOST) for name in WEIGHTS if fields.get(f"weight_{name}", "").strip()}
    if faults:
        raise InvalidError(*faults)
    written: dict[str, object] = {"in_county_only": fields.get("in_county_only") == "yes"}
    return Order(RunMode(mode), seconds, seed, read_options(written | ({"weights": weights} if weights else {})))
