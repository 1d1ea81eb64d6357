"""Routes of travel times: minutes from one zone to another, used before an estimate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.register import travel_times
from placement_api.callers import Anyone, Coordinator
from placement_api.paging import Linked, Listed
from placement_api.routes.paths import NAMED_IN_QUERY
from placement_api.schemas.register.travel_times import (
    Journey,
    TravelTimeFilter,
    TravelTimesGiven,
    TravelTimeShown,
    TravelTimesStored,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/travel-times", tags=["places"])


@router.get("", summary="List travel times")
def list_travel_times(
    store: Transaction, by: Anyone, asked: Annotated[TravelTimeFilter, Query()], links: Linked
) -> Listed[TravelTimeShown]:
    """List the known travel times by origin and destination; all others are estimated from the distance.

    Listar de kända restiderna efter start och mål; övriga uppskattas från avståndet.
    """
    found = travel_times.list_travel_times(
        store, by, origin=asked.origin, destination=asked.destination, span=asked.span
    )
    return links.page(asked, found, TravelTimeShown.model_validate)


@router.put("", summary="Store travel times")
def store_travel_times(store: Transaction, by: Coordinator, given: TravelTimesGiven) -> TravelTimesStored:
    """Add the travel times that are new and change those that are known; journeys that are left out keep theirs.

    Lägger till de restider som är nya och ändrar dem som är kända; resor som utelämnas behåller sina.
    """
    stored = travel_times.store_travel_times(store, by, given.model_dump()["travel_times"])
    return TravelTimesStored.model_validate(stored)


@router.delete("", status_code=204, summary="Remove a travel time", responses=NAMED_IN_QUERY)
def remove_travel_time(store: Transaction, by: Coordinator, asked: Annotated[Journey, Query()]) -> None:
    """Remove the travel time of one journey, which is estimated from then on.

    Tar bort restiden för en resa, som därefter uppskattas.
    """
    travel_times.remove_travel_time(store, by, asked.origin, asked.destination)
