"""The page on which a sheet of offers is uploaded: its faults cell by cell, or what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError
from placement.register import terms
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.marking import MarkedError
from placement.tables import Term
from placement_api.pages.fault_words import told_in
from placement_api.pages.forms import File, action_in
from placement_api.pages.frame import lead, show
from placement_api.pages.offer_answers import Run
from placement_api.pages.readers import Care, Fields, Files
from placement_api.pages.terms import TermCode
from placement_api.pages.uploads import bring_in_file, keep, kept_in, marked
from placement_api.schemas.sheets import FaultForm, ImportAsked, ImportShown, SheetPlacesShown, WeekTold
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["capacity"])

SHOWN_FAULTS = 100
_OFFERS = "capacity-offers"
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
    term, action = terms.term_called(store, by, code), action_in(fields, "try", "mark", "save")
    file = files.get("file") or kept_in(fields)
    if file is None:
        return _page(request, store, by, term, faults=[_NO_FILE])
    try:
        if action == "mark":
            _bring_in(request, store, by, term, file, dry_run=True, in_the_file=True)
        outcome = _bring_in(request, store, by, term, file, dry_run=True)
        if action == "save" or not _fewer(outcome):
            outcome = _bring_in(request, store, by, term, file, dry_run=False)
            changed = outcome.created + outcome.changed
            return lead(f"/terms/{code}/offers", done="offers-saved" if changed else "offers-same")
    except MarkedError as error:
        return marked(error, _OFFERS, 422)
    except SheetError as error:
        return _page(request, store, by, term, file=file, cells=error.cell_faults)
    except InvalidError as error:
        return _page(request, store, by, term, faults=told_in(error))
    return _page(request, store, by, term, file=file, outcome=outcome)


def _bring_in(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    file: File,
    *,
    dry_run: bool,
    in_the_file: bool = False,
) -> ImportShown:
    """Take a file in, for the term where its rows name none; its faults may be told in the file itself."""
    asked = ImportAsked(dry_run=dry_run, term_id=term.id, faults_as=FaultForm.XLSX if in_the_file else None)
    return bring_in_file(request, store, by, _OFFERS, file, asked)


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
    return show(
        request,
        store,
        by,
        "offers_import.html",
        term=term,
        status=422 if cells or faults else 200,
        file=file,
        kept=keep(file),
        outcome=outcome,
        fewer=[] if outcome is None else _fewer(outcome),
        cells=cells,
        shown=SHOWN_FAULTS,
        faults=faults,
    )
