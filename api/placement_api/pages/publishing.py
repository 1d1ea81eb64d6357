"""Publishing a plan: a checklist with its facts, who stands behind it, and the term's code typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, Fault, InvalidError
from placement.in_force import publishing
from placement.planning import runs
from placement.register import terms
from placement.store.access import EVERY
from placement.store.tokens import holder_of
from placement.tables import Run, Term
from placement.tables.columns import LONGEST_NAME
from placement_api.pages.checklists import Checklist, checklist_of
from placement_api.pages.frame import lead, show, spoken_by
from placement_api.pages.holders import names_somebody, say_holder
from placement_api.pages.readers import Coordinator, Fields
from placement_api.pages.runs import run_in
from placement_api.pages.terms import TermCode
from placement_api.schemas.base import Id
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["publishing", "planning"])


class PublishAsked(BaseModel):
    """Which run's plan, and whether to compare the term with what was planned."""

    run: Id | None = None
    check: Literal["", "yes"] = ""


@router.get("/terms/{code}/publish")
def show_checklist(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[PublishAsked, Query()]
) -> Response:
    """Show the checklist of a run's plan, or of the latest draft."""
    term = terms.term_called(store, by, code)
    run = _run_asked(store, by, term, asked.run)
    fields = {"published_by": _function_of(request, store, by)}
    return _page(request, store, by, term, run, fields, compared=asked.check == "yes")


@router.post("/terms/{code}/publish")
def publish(request: Request, store: Transaction, by: Coordinator, code: TermCode, fields: Fields) -> Response:
    """Put a run's plan in force, if everything on the form is in order and the term is what was planned."""
    term = terms.term_called(store, by, code)
    if not fields.get("run"):
        faults = [Fault("/run", "Choose the plan to publish", "Välj vilken plan som ska publiceras")]
        return _page(request, store, by, term, runs.latest_draft(store, by, term.id), fields, faults)
    _, run = run_in(store, by, code, fields["run"])
    faults = _faults_in(fields, term, checklist_of(store, by, term, run))
    if faults:
        return _page(request, store, by, term, run, fields, faults)
    try:
        with store.begin_nested():  # what a refusal leaves half done is undone
            publishing.publish(store, by, term.id, run.id, fields["published_by"].strip())
    except (ConflictError, InvalidError) as error:
        return _page(request, store, by, term, run, fields, refused=error)
    return lead(f"/terms/{term.code}/runs/{run.id}", done="published")


def _function_of(request: Request, store: Session, by: Caller) -> str:
    """Return which function is signed in: the label of its access, or its role where that says no more."""
    label = holder_of(store, by)
    called = say_holder(label, language=spoken_by(request))
    return called if names_somebody(label) else called.capitalize()


def _run_asked(store: Session, by: Caller, term: Term, run_id: str | None) -> Run | None:
    """Return the run asked for, or the latest draft."""
    if run_id is not None:
        return run_in(store, by, term.code, run_id)[1]
    return runs.latest_draft(store, by, term.id)


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    run: Run | None,
    fields: Mapping[str, str],
    faults: Sequence[Fault] = (),
    *,
    compared: bool = False,
    refused: ConflictError | InvalidError | None = None,
) -> Response:
    """Answer with the checklist, and with what is wrong."""
    status = 422 if faults else 409 if refused is not None else 200
    return show(
        request,
        store,
        by,
        "publish.html",
        status=status,
        term=term,
        run=run,
        checklist=None if run is None else checklist_of(store, by, term, run, compared=compared),
        publications=publishing.list_publications(store, by, term.id, span=EVERY).rows,
        fields=fields,
        wrong={fault.pointer.removeprefix("/"): fault.words for fault in faults},
        refused=None if refused is None else Words(refused.sv, refused.en),
        differences=[] if refused is None else [fault.words for fault in refused.faults],
    )


def _faults_in(fields: Mapping[str, str], term: Term, checklist: Checklist) -> list[Fault]:
    """Return what is wrong on the form: what is not taken a stand on, who stands behind it, and the code."""
    faults = [
        Fault(
            f"/{item.stand}",
            f"Take a stand: {item.title.en}",
            f"Ta ställning: {item.title.sv}",
        )
        for item in checklist.to_stand_on
        if fields.get(item.stand) != str(item.number)
    ]
    if not 0 < len(fields.get("published_by", "").strip()) <= LONGEST_NAME:
        faults.append(
            Fault("/published_by", "Give the function that stands behind the plan", "Ange vilken funktion som beslutar")
        )
    if fields.get("code", "").strip().casefold() != term.code.casefold():
        faults.append(Fault("/code", f"Type the code {term.code}", f"Skriv koden {term.code}"))
    return faults
