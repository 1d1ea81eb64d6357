"""Routes of requests: lärosäten request placements, and change and withdraw their requests."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import requests
from placement.tables import Request
from placement_api.callers import Institution
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import RequestPath
from placement_api.schemas.register.requests import RequestChange, RequestFilter, RequestGiven, RequestShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["requests"])


@router.get("/requests", summary="List requests")
def list_requests(
    store: Transaction, by: Institution, asked: Annotated[RequestFilter, Query()], links: Linked
) -> Listed[RequestShown]:
    """List the requests by id; a lärosäte sees its own.

    Listar begärandena efter id; ett lärosäte ser sina egna.
    """
    found = requests.list_requests(
        store,
        by,
        term=asked.term_id,
        status=asked.status,
        institution=asked.institution_id,
        cohort=asked.cohort_id,
        course=asked.course_id,
        student=asked.student_id,
        student_external_id=asked.student_external_id,
        span=asked.span,
    )
    return links.page(asked, found, RequestShown.of)


@router.post("/requests", status_code=201, summary="Request a placement")
def ask_for_placement(store: Transaction, by: Institution, given: RequestGiven, response: Response) -> RequestShown:
    """Request a placement for a student in a course of their programme, or, in a later term, a retake of a failed one.

    Begär en placering för en student i en kurs i programmet, eller, i en senare termin, en omtagning av en underkänd.
    """
    request = Request(**given.model_dump(exclude={"preferences"}))
    shown = RequestShown.of(requests.ask_for_placement(store, by, request, given.preferences))
    tag(response, shown)
    response.headers["Location"] = f"/v1/requests/{shown.id}"
    return shown


@router.get("/requests/{requestId}", summary="Show a request")
def show_request(store: Transaction, by: Institution, request_id: RequestPath, response: Response) -> RequestShown:
    """Show one request.

    Visar en begäran.
    """
    shown = RequestShown.of(requests.show_request(store, by, request_id))
    tag(response, shown)
    return shown


@router.patch("/requests/{requestId}", summary="Change or withdraw a request")
def change_request(
    store: Transaction,
    by: Institution,
    request_id: RequestPath,
    change: RequestChange,
    expected: IfMatch,
    response: Response,
) -> RequestShown:
    """Withdraw a request, reopen it, or change its preferences; a request that is withdrawn loses its pin.

    Återkallar en begäran, öppnar den igen eller ändrar dess önskemål; en begäran som återkallas förlorar sin låsta
    placering.
    """
    expected.hold(RequestShown.of(requests.show_request(store, by, request_id)))
    shown = RequestShown.of(requests.change_request(store, by, request_id, **change.changes()))
    tag(response, shown)
    return shown


@router.delete("/requests/{requestId}", status_code=204, summary="Remove a request")
def remove_request(store: Transaction, by: Institution, request_id: RequestPath, expected: IfMatch) -> None:
    """Remove a request that is in no plan; withdraw a request that is in a plan instead.

    Tar bort en begäran som inte finns i någon plan; återkalla i stället en begäran som finns i en plan.
    """
    expected.hold(RequestShown.of(requests.show_request(store, by, request_id)))
    requests.remove_request(store, by, request_id)
