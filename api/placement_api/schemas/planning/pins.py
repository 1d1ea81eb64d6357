"""Schemas of what the coordinator decides by hand."""

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
    """A placement to be decided by hand. En placering som bestäms för hand."""

    model_config = example(_PIN)

    request_id: Id
    unit_id: Id
    start: Week = Field(description="Its first week. Dess första vecka.")
    supervisor_id: Id | None = None


class PinShown(Changeable):
    """A placement decided by hand, which every plan keeps. En placering som alla planer behåller."""

    model_config = example({"id": "pin_3d", "version": 1, "termId": "trm_vt2027", **_PIN})

    term_id: str
    request_id: str
    unit_id: str
    start: Week
    supervisor_id: str | None


class PinFilter(Paging):
    """Which pins. Vilka bestämda placeringar."""

    term_id: Id | None = Field(None, description="Of one term. En termins.")
    request_id: Id | None = Field(None, description="Of one request. En begärans.")
    unit_id: Id | None = Field(None, description="At one unit. På en enhet.")
    sort: str | None = sorting("start", "unitId", "requestId", "termId", "supervisorId", "id")
