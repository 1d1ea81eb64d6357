"""Routes of arrivals: a protected student as a unit meets them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.protected import arrivals
from placement_api.callers import Host
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import ArrivalPath
from placement_api.schemas.protected.arrivals import ArrivalAnswer, ArrivalFilter, ArrivalShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/arrivals", tags=["protected-identity"])


@router.get("", summary="List arrivals")
def list_arrivals(
    store: Transaction, by: Host, asked: Annotated[ArrivalFilter, Query()], links: Linked
) -> Listed[ArrivalShown]:
    """List the protected students who come to the caller's units: one student, when, and whom to turn to.

    Listar de skyddade studenter som kommer till de egna enheterna: en student, när, och vem man vänder sig till.
    """
    found = arrivals.list_arrivals(store, by, unit_id=asked.unit_id, span=asked.span)
    return links.page(asked, found, ArrivalShown.of)


@router.get("/{arrivalId}", summary="Show an arrival")
def show_arrival(store: Transaction, by: Host, arrival_id: ArrivalPath, response: Response) -> ArrivalShown:
    """Show one protected student who comes to a unit. Each look is logged.

    Visar en skyddad student som kommer till en enhet. Varje läsning loggas.
    """
    shown = ArrivalShown.of(arrivals.show_arrival(store, by, arrival_id))
    tag(response, shown)
    return shown


@router.patch("/{arrivalId}", summary="Answer an arrival")
def answer_arrival(
    store: Transaction,
    by: Host,
    arrival_id: ArrivalPath,
    given: ArrivalAnswer,
    expected: IfMatch,
    response: Response,
) -> ArrivalShown:
    """Accept or decline a protected student, as any other placement.

    Tackar ja eller nej till en skyddad student, som till andra placeringar.
    """
    expected.hold(ArrivalShown.of(arrivals.show_arrival(store, by, arrival_id)))
    shown = ArrivalShown.of(arrivals.answer_arrival(store, by, arrival_id, given.status, given.reason))
    tag(response, shown)
    return shown
