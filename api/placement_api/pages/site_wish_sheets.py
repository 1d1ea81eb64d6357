"""Uploads of wishes for sites: a file is tried, its faults are shown row by row, and it is read in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.register import terms
from placement.site_choice import rounds
from placement.site_choice.measuring import RoundRecord
from placement.tables import Term
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Files, Institution
from placement_api.pages.site_heads import heads_of
from placement_api.pages.sites import RoundId
from placement_api.pages.terms import TermCode
from placement_api.pages.uploads import NOTHING, Upload, take_upload
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])

_WISHES = "site-wishes"


@router.get("/terms/{code}/sites/{round_id}/wishes/imports")
def ask_sheet(request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId) -> Response:
    """Ask for a file of wishes."""
    term = terms.term_called(store, by, code)
    return _page(request, store, by, term, rounds.show_round(store, by, round_id), NOTHING)


@router.post("/terms/{code}/sites/{round_id}/wishes/imports")
def take_sheet(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    round_id: RoundId,
    fields: Fields,
    files: Files,
) -> Response:
    """Try a file or read it in: all of it, or nothing and what is wrong with it."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    taken = take_upload(request, store, by, _WISHES, fields, files)
    if not isinstance(taken, Upload):
        return taken
    if taken.read_in:
        return lead(f"/terms/{code}/sites/{round_id}/wishes", **taken.counts)
    return _page(request, store, by, term, record, taken)


def _page(request: Request, store: Session, by: Caller, term: Term, record: RoundRecord, upload: Upload) -> Response:
    """Show the form for a file, with what has come of one."""
    return show(
        request,
        store,
        by,
        "site_wishes_upload.html",
        term=term,
        status=422 if upload.refused else 200,
        record=record,
        heads=heads_of(store, by, record),
        upload=upload,
        uploads=[_WISHES],
        what=_WISHES,
    )
