"""Routes of pins: placements that the coordinator decides by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.planning import pins
from placement_api.callers import Coordinator
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import PinPath
from placement_api.schemas.planning.pins import PinFilter, PinGiven, PinShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/pins", summary="List pins")
def list_pins(
    store: Transaction, by: Coordinator, asked: Annotated[PinFilter, Query()], links: Linked
) -> Listed[PinShown]:
    """List the placements that are decided by hand.

    Listar de låsta placeringarna.
    """
    found = pins.list_pins(
        store, by, term_id=asked.term_id, request_id=asked.request_id, unit_id=asked.unit_id, span=asked.span
    )
    return links.page(asked, found, PinShown.model_validate)


@router.post("/pins", status_code=201, summary="Pin a placement")
def pin(store: Transaction, by: Coordinator, given: PinGiven, response: Response) -> PinShown:
    """Decide by hand where and when a request is placed; refused if it breaks a rule by itself. Later plans keep it.

    Låser var och när en begäran placeras; avvisas om det i sig bryter mot en regel. Senare planer behåller placeringen.
    """
    decided = pins.pin(store, by, given.request_id, given.unit_id, given.start, given.supervisor_id)
    shown = PinShown.model_validate(decided)
    tag(response, shown)
    response.headers["Location"] = f"/v1/pins/{shown.id}"
    return shown


@router.get("/pins/{pinId}", summary="Show a pin")
def show_pin(store: Transaction, by: Coordinator, pin_id: PinPath, response: Response) -> PinShown:
    """Show one placement decided by hand.

    Visar en låst placering.
    """
    shown = PinShown.model_validate(pins.show_pin(store, by, pin_id))
    tag(response, shown)
    return shown


@router.delete("/pins/{pinId}", status_code=204, summary="Remove a pin")
def unpin(store: Transaction, by: Coordinator, pin_id: PinPath, expected: IfMatch) -> None:
    """Remove a pin; later plans decide the placement.

    Tar bort en låsning; senare planer avgör placeringen.
    """
    expected.hold(PinShown.model_validate(pins.show_pin(store, by, pin_id)))
    pins.unpin(store, by, pin_id)
