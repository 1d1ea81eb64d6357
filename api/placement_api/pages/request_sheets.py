"""Uploads by a lärosäte: a file of cohorts, students or requests is tried, its faults are shown, and it is read in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from placement.register import terms
from placement.store.token_scopes import demand, scope_of
from placement_api.pages.frame import lead
from placement_api.pages.readers import Fields, Files, Institution
from placement_api.pages.requests import UPLOADS, show_progress
from placement_api.pages.terms import TermCode
from placement_api.pages.uploads import Upload, take_upload
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["requests", "cohorts"])

_SUBJECT = {"requests": "requests"}
"""The heading of the documentation that a list stands under; the others stand with the cohorts."""


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
    taken = take_upload(request, store, by, what, fields, files, term=term)
    if not isinstance(taken, Upload):
        return taken
    if taken.read_in:
        return lead(f"/terms/{code}/requests", **taken.counts)
    return show_progress(request, store, by, term, upload=taken)
