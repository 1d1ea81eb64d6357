"""Uploads by a lärosäte: a file of cohorts, students or requests is tried, its faults are shown, and it is read in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, InvalidError
from placement.register import terms
from placement.sheets.faults import SheetError
from placement.sheets.marking import MarkedError
from placement.tables import Term
from placement_api.importing import Body, bring_in
from placement_api.lists import BY_PATH
from placement_api.media_types import FILES, XLSX
from placement_api.pages.forms import File
from placement_api.pages.frame import lead, spoken_by
from placement_api.pages.readers import Fields, Files, Institution
from placement_api.pages.requests import UPLOADS, Upload, show_progress
from placement_api.pages.terms import TermCode
from placement_api.schemas.sheets import FaultForm, ImportAsked, ImportShown
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["requests"])

MOST_KEPT = 500_000
"""Bytes of a file that a page keeps in itself, so that it need not be chosen twice."""
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
    file = files.get("file") or _kept_in(fields)
    if file is None:
        return show_progress(request, store, by, term, upload=Upload(what, faults=[_NO_FILE]))
    upload = Upload(what, file.name, _keep(file))
    try:
        outcome = _bring_in(request, store, by, term, file, {**fields, "what": what})
    except MarkedError as error:
        return _marked(error, what)
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
    form = file.form if file.form in FILES else FILES[-1]
    return bring_in(store, by, BY_PATH[fields["what"]], Body(form, file.content), asked, spoken_by(request))


def _marked(error: MarkedError, what: str) -> Response:
    """Answer with the file, its faulty cells marked."""
    headers = {"Content-Disposition": f'attachment; filename="{what}-faults.xlsx"'}
    return Response(error.marked, media_type=XLSX, headers=headers)


def _keep(file: File) -> str | None:
    """Return a file as a page keeps it; None if it is too large for that."""
    return base64.b64encode(file.content).decode() if len(file.content) <= MOST_KEPT else None


def _kept_in(fields: Mapping[str, str]) -> File | None:
    """Return the file that a page has kept in itself."""
    try:
        content = base64.b64decode(fields.get("kept", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return File(fields.get("name", ""), FILES[-1], content) if content else None
