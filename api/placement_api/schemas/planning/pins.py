"""Schemas of pins: placements that the coordinator decides by hand."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Week, example
from placement_api.sorting import sorting

_PIN: dict[str, JsonValue] = {
    "requestId": "req_1f3a",
    "unitId": "unt_geriatrics",
    "start": "2027-W05",
    "supervisorId": None,
}


class PinGiven(Given):
    """A placement to decide by hand. En placering som ska låsas."""

    model_config = example(_PIN)

    request_id: Id
    unit_id: Id
    start: Week = Field(description="The placement's first week. Placeringens första vecka.")
    supervisor_id: Id | None = None


class PinShown(Changeable):
    """A placement decided by hand, which plans keep. En låst placering, som planer behåller."""

    model_config = example({"id": "pin_3d", "version": 1, "termId": "trm_vt2027", **_PIN})

    term_id: str
    request_id: str
    unit_id: str
    start: Week
    supervisor_id: str | None


class PinFilter(Paging):
    """Which pins to list. Vilka låsta placeringar som ska listas."""

    term_id: Id | None = Field(None, description="In one term. Under en viss termin.")
    request_id: Id | None = Field(None, description="Of one request. För en viss begäran.")
    unit_id: Id | None = Field(None, description="At one unit. På en viss enhet.")
    sort: str | None = sorting("start", "unitId", "requestId", "termId", "supervisorId", "id")
