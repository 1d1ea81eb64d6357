"""Uploads by a lärosäte: a file of cohorts, students or requests is tried, its faults are shown, and it is read in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, InvalidError
from placement.register import terms
from placement.sheets.faults import SheetError
from placement.sheets.marking import MarkedError
from placement.store.token_scopes import demand, scope_of
from placement.tables import Term
from placement_api.pages.forms import File
from placement_api.pages.frame import lead
from placement_api.pages.readers import Fields, Files, Institution
from placement_api.pages.requests import UPLOADS, Upload, show_progress
from placement_api.pages.terms import TermCode
from placement_api.pages.uploads import bring_in_file, keep, kept_in, marked
from placement_api.schemas.sheets import FaultForm, ImportAsked, ImportShown
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["requests", "cohorts"])

_SUBJECT = {"requests": "requests"}
"""The heading of the documentation that a list stands under; the others stand with the cohorts."""
_NO_FILE = Words("Välj en fil.", "Choose a file.")


@router.get("/terms/{code}/requests/imports")
def lead_to_requests(by: Institution, code: TermCode) -> Response:
    """Lead to where files are uploaded."""
    del by
    return lead(f"/terms/{code}/requests")


@router.post("/terms/{code}/requests/imports")
def take_sheet(
    request: Request, store: Transaction, by: Institution, code: TermCode, fields: Fields, files: Files
) -> Response:
    """Try a file or read it in: all of it, or nothing and what is wrong with it."""
    term = terms.term_called(store, by, code)
    what = fields["what"] if fields.get("what") in UPLOADS else UPLOADS[0]
    demand(by, scope_of(_SUBJECT.get(what, "cohorts"), request.method))
    file = files.get("file") or kept_in(fields)
    if file is None:
        return show_progress(request, store, by, term, upload=Upload(what, faults=[_NO_FILE]))
    upload = Upload(what, file.name, keep(file))
    try:
        outcome = _bring_in(request, store, by, term, file, {**fields, "what": what})
    except MarkedError as error:
        return marked(error, what)
    except SheetError as error:
        return show_progress(request, store, by, term, upload=replace(upload, cells=error.cell_faults))
    except (InvalidError, ConflictError) as error:
        faults = [each.words for each in error.faults] or [Words(error.sv, error.en)]
        return show_progress(request, store, by, term, upload=replace(upload, faults=faults))
    if "try" in fields:
        return show_progress(request, store, by, term, upload=replace(upload, outcome=outcome))
    counts = {name: str(getattr(outcome, name)) for name in ("created", "changed", "unchanged")}
    return lead(f"/terms/{code}/requests", **counts)


def _bring_in(
    request: Request, store: Session, by: Caller, term: Term, file: File, fields: Mapping[str, str]
) -> ImportShown:
    """Bring a file's rows in, or try to; its faults come as the file itself if that is asked for."""
    asked = ImportAsked(
        dry_run="try" in fields,
        accept_unusual="unusual" in fields,
        term_id=term.id,
        faults_as=FaultForm.XLSX if fields.get("do") == "mark" else None,
    )
    return bring_in_file(request, store, by, fields["what"], file, asked)
