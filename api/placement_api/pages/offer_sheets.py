"""The page on which a sheet of offers is uploaded: its faults cell by cell, or what it changes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError
from placement.register import terms
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.marking import MarkedError
from placement.tables import Term
from placement_api.importing import Body, bring_in
from placement_api.lists import BY_PATH
from placement_api.media_types import FILES, XLSX
from placement_api.pages.forms import File
from placement_api.pages.frame import lead, show, spoken_by
from placement_api.pages.offer_answers import Run
from placement_api.pages.readers import Care, Fields, Files
from placement_api.pages.terms import TermCode
from placement_api.schemas.sheets import FaultForm, ImportAsked, ImportShown, SheetPlacesShown, WeekTold
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["capacity"])

SHOWN_FAULTS = 100
MOST_KEPT = 500_000
"""Bytes of a file that a page keeps in itself, so that it need not be chosen twice."""
_OFFERS = BY_PATH["capacity-offers"]
_NO_FILE = Words("välj en fil", "choose a file")


@router.get("/terms/{code}/offers/import")
def ask_sheet(request: Request, store: Transaction, by: Care, code: TermCode) -> Response:
    """Ask for a sheet of offers."""
    return _page(request, store, by, terms.term_called(store, by, code))


@router.post("/terms/{code}/offers/import")
def take_sheet(
    request: Request, store: Transaction, by: Care, code: TermCode, fields: Fields, files: Files
) -> Response:
    """Try a sheet; store it at once if it takes nothing away, or when its reader has seen what it takes."""
    term = terms.term_called(store, by, code)
    file = files.get("file") or _kept(fields)
    if file is None:
        return _page(request, store, by, term, faults=[_NO_FILE])
    try:
        if fields.get("do") == "mark":
            _bring_in(request, store, by, term, file, dry_run=True, marked=True)
        outcome = _bring_in(request, store, by, term, file, dry_run=True)
        if fields.get("do") == "save" or not _fewer(outcome):
            outcome = _bring_in(request, store, by, term, file, dry_run=False)
            changed = outcome.created + outcome.changed
            return lead(f"/terms/{code}/offers", done="offers-saved" if changed else "offers-same")
    except MarkedError as error:
        headers = {"Content-Disposition": 'attachment; filename="capacity-offers-faults.xlsx"'}
        return Response(error.marked, 422, headers, XLSX)
    except SheetError as error:
        return _page(request, store, by, term, file=file, cells=error.cell_faults)
    except InvalidError as error:
        return _page(request, store, by, term, faults=[each.words for each in error.faults])
    return _page(request, store, by, term, file=file, outcome=outcome)


def _bring_in(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    file: File,
    *,
    dry_run: bool,
    marked: bool = False,
) -> ImportShown:
    """Take a file in, for the term where its rows name none; what it is is found by what is in it."""
    body = Body(file.form if file.form in FILES else XLSX, file.content)
    asked = ImportAsked(dry_run=dry_run, term_id=term.id, faults_as=FaultForm.XLSX if marked else None)
    return bring_in(store, by, _OFFERS, body, asked, spoken_by(request))


def _fewer(outcome: ImportShown) -> list[tuple[SheetPlacesShown, list[Run]]]:
    """Return the offers that would have fewer places, each with the weeks in which it would."""
    runs = ((offer, _runs([week for week in offer.weeks if _falls(week)])) for offer in outcome.places)
    return [(offer, falling) for offer, falling in runs if falling]


def _falls(week: WeekTold) -> bool:
    return (week.after or 0) < (week.before or 0)


def _runs(weeks: Sequence[WeekTold]) -> list[Run]:
    """Return weeks in order, those in a row with the same numbers together."""
    runs: list[Run] = []
    for each in weeks:
        last = runs[-1] if runs else None
        if last and each.week == last.last.plus(1) and (each.before, each.after) == (last.before, last.after):
            runs[-1] = replace(last, last=each.week)
        else:
            runs.append(Run(each.week, each.week, each.before, each.after))
    return runs


def _kept(fields: Mapping[str, str]) -> File | None:
    """Return the file that a page has kept in its form."""
    try:
        content = base64.b64decode(fields.get("kept", ""), validate=True)
    except binascii.Error:
        return None
    return File(fields.get("name", ""), fields.get("form", ""), content) if content else None


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    *,
    file: File | None = None,
    outcome: ImportShown | None = None,
    cells: Sequence[CellFault] = (),
    faults: Sequence[Words] = (),
) -> Response:
    """Show the form, with what is wrong with the file or with what it would change."""
    keeps = file is not None and len(file.content) <= MOST_KEPT
    return show(
        request,
        store,
        by,
        "offers_import.html",
        term=term,
        status=422 if cells or faults else 200,
        file=file,
        kept=base64.b64encode(file.content).decode() if file is not None and keeps else None,
        outcome=outcome,
        fewer=[] if outcome is None else _fewer(outcome),
        cells=cells,
        shown=SHOWN_FAULTS,
        faults=faults,
    )
