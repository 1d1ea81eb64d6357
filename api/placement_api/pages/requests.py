"""The requests of a term: how far they have come by cohort and course, the rows behind each number, and uploads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement import tables
from placement.callers import Caller
from placement.in_force import placements, progress, publishing
from placement.register import requests, terms
from placement.register.names import Who, who_asks
from placement.store.access import Page, Span
from placement.tables import Placement, RequestStatus, Term, Unit
from placement_api.pages.frame import show
from placement_api.pages.readers import Institution
from placement_api.pages.terms import TermCode
from placement_api.pages.uploads import NOTHING, Upload
from placement_api.schemas.base import Id
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["requests", "cohorts"])

LIMIT = 50
UPLOADS = ("requests", "students", "cohorts")
"""The lists that can be uploaded here, the usual one first."""
_LAST = Span(limit=1)


class RequestsAsked(BaseModel):
    """Which requests to list, and from which one on; without a group or a status the page only counts them.

    The three counts tell what has come of a file that was read in.
    """

    programme: Id | Literal[""] = ""
    cohort: Id | Literal[""] = ""
    course: Id | Literal[""] = ""
    student: Id | Literal[""] = ""
    status: Literal["", "standing", "waiting", "withdrawn"] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0
    created: Annotated[int | None, Query(ge=0, le=1_000_000)] = None
    changed: Annotated[int | None, Query(ge=0, le=1_000_000)] = None
    unchanged: Annotated[int | None, Query(ge=0, le=1_000_000)] = None

    @property
    def lists(self) -> bool:
        """Tell whether rows are asked for."""
        return bool(self.cohort or self.course or self.student or self.status)

    @property
    def query(self) -> str:
        """Return what is asked for, less which part of it."""
        named = {"cohort": self.cohort, "course": self.course, "student": self.student, "status": self.status}
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as the page lists it: whose it is, and its placement in force, if it has one."""

    request: tables.Request
    who: Who
    placed: tuple[Placement, Unit] | None


@router.get("/terms/{code}/requests")
def show_requests(
    request: Request, store: Transaction, by: Institution, code: TermCode, asked: Annotated[RequestsAsked, Query()]
) -> Response:
    """Show how far the term's requests have come, or the requests behind one of its numbers."""
    term = terms.term_called(store, by, code)
    if not asked.lists:
        return show_progress(request, store, by, term, asked)
    found = _found(store, by, term, asked)
    who = who_asks(store, by, (each.id for each in found.rows))
    placed = progress.placements_by_request(store, by, who)
    return show(
        request,
        store,
        by,
        "requests_listed.html",
        term=term,
        rows=[Asking(each, who[each.id], placed.get(each.id)) for each in found.rows],
        total=found.total,
        asked=asked,
        limit=LIMIT,
        counted=progress.count_progress(store, by, term.id),
        published=is_published(store, by, term),
    )


def show_progress(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    told: RequestsAsked | None = None,
    upload: Upload = NOTHING,
) -> Response:
    """Show how far the term's requests have come, with what has come of an upload."""
    counted = progress.count_progress(store, by, term.id)
    empty = progress.cohorts_without_requests(store, by, term.id)
    return show(
        request,
        store,
        by,
        "requests.html",
        term=term,
        status=422 if upload.refused else 200,
        counted=counted,
        empty=empty,
        published=is_published(store, by, term),
        told=told,
        uploads=UPLOADS,
        upload=upload,
        what=upload.what or (UPLOADS[0] if counted or empty else UPLOADS[-1]),
    )


def is_published(store: Session, by: Caller, term: Term) -> bool:
    """Tell whether a plan of the term has been published."""
    return publishing.list_publications(store, by, term.id, span=_LAST).total > 0


def _found(store: Session, by: Caller, term: Term, asked: RequestsAsked) -> Page[tables.Request]:
    """Return the requests that are asked for."""
    wanted = {"course": asked.course or None, "cohort": asked.cohort or None, "student": asked.student or None}
    span = Span(LIMIT, asked.offset)
    if asked.status == "waiting":
        return placements.list_waiting(store, by, term.id, **wanted, span=span)
    status = {"standing": RequestStatus.OPEN, "withdrawn": RequestStatus.WITHDRAWN}.get(asked.status)
    found = requests.list_requests(store, by, term=term.id, status=status, **wanted, span=span)
    return Page([each.request for each in found.rows], found.total)
