"""One request: whose it is, how it stands and has stood, and what its lärosäte may do: withdraw it, or ask again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.clock import today
from placement.errors import ConflictError, InvalidError, NotFoundError
from placement.in_force import placements, settling
from placement.in_force.placements import Wanted
from placement.outgoing import student_pages
from placement.register import cohorts, programmes, requests, students, terms
from placement.register.names import Names, who_asks
from placement.register.requests import RankedRequest
from placement.store.access import EVERY, Span
from placement.tables import STANDING, Placement, PlacementStatus, RequestStatus, Term
from placement_api.pages.fault_words import told_in
from placement_api.pages.forms import action_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.repeats import shown_once
from placement_api.pages.requests import is_published
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["requests", "placements"])
link_router = APIRouter(include_in_schema=False, tags=["student-pages", "requests"])

RequestId = Annotated[str, Path(max_length=64)]
_STEPS = {"withdraw": "withdrawn", "requeue": "requeued", "reopen": "reopened"}
"""What a form may ask for, each with the word of what was done."""
_NO_STEP = Words("Välj vad som ska göras med begäran.", "Choose what is to be done with the request.")
_CHANGED = Words(
    "Någon annan ändrade begäran medan du läste. Inget är överskrivet: så här står den nu.",
    "Somebody else changed the request while you read. Nothing is overwritten: this is how it stands now.",
)


@router.get("/terms/{code}/requests/{request_id}")
def show_request(
    request: Request, store: Transaction, by: Institution, code: TermCode, request_id: RequestId
) -> Response:
    """Show one request."""
    term = terms.term_called(store, by, code)
    return _page(request, store, by, term, request_in(store, by, term, request_id))


@router.post("/terms/{code}/requests/{request_id}")
def change_request(
    request: Request, store: Transaction, by: Institution, code: TermCode, request_id: RequestId, fields: Fields
) -> Response:
    """Withdraw a request, with its placement if it has one, let it stand again, or let it wait for another place."""
    term = terms.term_called(store, by, code)
    ranked = request_in(store, by, term, request_id)
    what = action_in(fields, *_STEPS)
    if not fields.get("do"):
        return _page(request, store, by, term, ranked, faults=[_NO_STEP], status=422)
    if fields.get("version") != _version(ranked, standing_of(store, by, request_id)):
        return _page(request, store, by, term, ranked, faults=[_CHANGED], status=412)
    try:
        with store.begin_nested():
            if what in {"withdraw", "requeue"}:
                _withdraw(store, by, request_id)
            if what != "withdraw":
                requests.change_request(store, by, request_id, status=RequestStatus.OPEN)
    except (InvalidError, ConflictError) as error:
        faults = told_in(error)
        return _page(request, store, by, term, request_in(store, by, term, request_id), faults=faults, status=422)
    return lead(f"/terms/{code}/requests/{request_id}", done=_STEPS[what])


@link_router.post("/terms/{code}/requests/{request_id}/link")
def make_link(
    request: Request, store: Transaction, by: Institution, code: TermCode, request_id: RequestId, fields: Fields
) -> Response:
    """Make a secret address for the request's student, shown only now, or only end those that there are."""
    term = terms.term_called(store, by, code)
    ranked, action = request_in(store, by, term, request_id), action_in(fields, "make", "end")
    for page in student_pages.list_pages(store, by, student_id=ranked.request.student_id, span=EVERY).rows:
        student_pages.close_page(store, by, page.id)
    if action == "end":
        return lead(f"/terms/{code}/requests/{request_id}", done="address-ended")
    _, secret = student_pages.open_page(store, by, ranked.request.student_id)
    shown_once(request)
    return _page(request, store, by, term, ranked, link=str(request.base_url).rstrip("/") + f"/me/{secret}")


def request_in(store: Session, by: Caller, term: Term, request_id: str) -> RankedRequest:
    """Return one of the caller's requests in a term."""
    ranked = requests.show_request(store, by, request_id)
    if ranked.request.term_id != term.id:
        raise NotFoundError(request_id)
    return ranked


def standing_of(store: Session, by: Caller, request_id: str) -> Placement | None:
    """Return the placement that a request has, as long as it can be ended."""
    placed = placements.list_placements(store, by, Wanted(request_id=request_id, in_force=True)).rows
    ended_by = (each.placement for each in placed)
    return next((each for each in ended_by if isinstance(each, Placement) and each.status in STANDING), None)


def _version(ranked: RankedRequest, placement: Placement | None) -> str:
    """Return which version of a request and its placement a form is about."""
    return f"{ranked.request.version}.{placement.version if placement else 0}"


def _withdraw(store: Session, by: Caller, request_id: str) -> None:
    """Withdraw a request; a placement that it has is cancelled or, once it has begun, dropped out of."""
    placement = standing_of(store, by, request_id)
    if placement is None:
        requests.change_request(store, by, request_id, status=RequestStatus.WITHDRAWN)
        return
    begun = placement.start.monday() <= today()
    status = PlacementStatus.DROPPED_OUT if begun else PlacementStatus.CANCELLED
    settling.settle_placement(store, by, placement.id, status)


def _addresses(store: Session, by: Caller, student: str) -> int:
    """Return how many secret addresses the student has from the reader's lärosäte."""
    if by.role is not Role.INSTITUTION:
        return 0
    return student_pages.list_pages(store, by, student_id=student, span=Span(limit=1)).total


def _has_sites(store: Session, by: Caller, student: str) -> bool:
    """Tell whether a student is in a programme whose students belong to sites."""
    cohort = cohorts.show_cohort(store, by, students.show_student(store, by, student).cohort_id)
    return programmes.show_programme(store, by, cohort.programme_id).decentralised


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    ranked: RankedRequest,
    *,
    faults: list[Words] | None = None,
    status: int = 200,
    link: str | None = None,
) -> Response:
    """Answer with the page of a request."""
    every = placements.list_placements(store, by, Wanted(request_id=ranked.request.id), EVERY).rows
    standing = standing_of(store, by, ranked.request.id)
    return show(
        request,
        store,
        by,
        "one_request.html",
        term=term,
        status=status,
        asked=ranked.request,
        who=who_asks(store, by, [ranked.request.id])[ranked.request.id],
        wishes=[Names(store, by, ranked.preferences).words_of(unit) for unit in ranked.preferences],
        placed=every,
        standing=standing,
        held=next((each for each in every if standing is not None and each.placement.id == standing.id), None),
        begun=standing is not None and standing.start.monday() <= today(),
        version=_version(ranked, standing),
        published=is_published(store, by, term),
        faults=faults or [],
        link=link,
        makes_links=by.role is Role.INSTITUTION,
        addresses=_addresses(store, by, ranked.request.student_id),
        has_sites=_has_sites(store, by, ranked.request.student_id),
        pins=by.role is Role.COORDINATOR and ranked.request.status is RequestStatus.OPEN,
    )
