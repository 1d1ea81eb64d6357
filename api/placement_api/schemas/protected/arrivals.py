"""Schemas of arrivals: a protected student as a unit meets them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, JsonValue

from placement.protected.arrivals import Arrival
from placement.tables import EndReason, PlacementStatus
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Week, example

_EXAMPLE: dict[str, JsonValue] = {
    "id": "arr_9c1f0b7a5d3e2f41",
    "version": 1,
    "unitId": "unt_geriatrics",
    "unitName": "Geriatriken",
    "students": 1,
    "start": "2027-W05",
    "weeks": 5,
    "status": "published",
    "contactFunction": "VFU-kansliet",
    "contactEmail": "vfu@ki.example.se",
    "contactPhone": "08-524 800 00",
}


class ArrivalShown(Changeable):
    """One student who comes to a unit, and whom to turn to. En student som kommer till en enhet, och vem man frågar."""

    model_config = example(_EXAMPLE)

    unit_id: str
    unit_name: str
    students: Literal[1] = Field(description="Always one student. Alltid en student.")
    start: Week
    weeks: int
    status: PlacementStatus
    contact_function: str
    contact_email: str | None
    contact_phone: str | None

    @classmethod
    def of(cls, arrival: Arrival) -> ArrivalShown:
        """Show an arrival."""
        placement, contact = arrival.placement, arrival.contact
        values: dict[str, Any] = {name: getattr(placement, name) for name in ("unit_id", "start", "weeks", "status")}
        reached = {name: getattr(contact, name) for name in ("contact_function", "contact_email", "contact_phone")}
        return cls(id=arrival.id, version=arrival.version, unit_name=arrival.unit_name, students=1, **values, **reached)


class ArrivalAnswer(Given):
    """The unit's answer. Enhetens svar."""

    model_config = example({"status": "accepted", "reason": None})

    status: Literal[PlacementStatus.ACCEPTED, PlacementStatus.DECLINED]
    reason: EndReason | None = Field(
        None, description="Why the unit declines; only then. Varför enheten tackar nej; bara då."
    )


class ArrivalFilter(Paging):
    """Which arrivals to list. Vilka ankomster som ska listas."""

    unit_id: Id | None = Field(None, description="At one unit. På en viss enhet.")
