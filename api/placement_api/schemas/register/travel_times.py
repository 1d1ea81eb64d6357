"""Schemas of travel times: minutes from one zone to another, where they are known."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from placement.tables import TravelSource
from placement_api.paging import Paging
from placement_api.schemas.base import ExternalId, Given, Number, Shown, example
from placement_api.sorting import sorting

MOST_AT_ONCE = 10_000

_TRAVEL_TIME: dict[str, JsonValue] = {"origin": "vaxholm", "destination": "danderyd", "minutes": 45}

Origin = Annotated[
    ExternalId,
    Field(description="The zone where the student's journey starts. Den zon där studentens resa börjar."),
]
Destination = Annotated[ExternalId, Field(description="The zone of the unit. Enhetens zon.")]


class TravelTimeGiven(Given):
    """How long the journey from one zone to another takes. Hur lång tid resan mellan två zoner tar."""

    model_config = example(_TRAVEL_TIME)

    origin: Origin
    destination: Destination
    minutes: Annotated[int, Field(ge=0, le=10_000), Number]


class TravelTimesGiven(Given):
    """Travel times to store, each journey once. Restider att spara, varje resa en gång."""

    model_config = example({"travelTimes": [_TRAVEL_TIME]})

    travel_times: Annotated[list[TravelTimeGiven], Field(max_length=MOST_AT_ONCE)]


class TravelTimesStored(Shown):
    """How many travel times were new, changed or known. Hur många restider som var nya, ändrade eller kända."""

    model_config = example({"created": 1, "changed": 0, "unchanged": 0})

    created: int
    changed: int
    unchanged: int


class TravelTimeShown(Shown):
    """A known travel time. En känd restid."""

    model_config = example({**_TRAVEL_TIME, "source": "manual"})

    origin: str
    destination: str
    minutes: int
    source: TravelSource = Field(
        description="An estimate, imported, or entered by hand. En uppskattning, inläst eller införd för hand."
    )


class TravelTimeFilter(Paging):
    """Which travel times to list. Vilka restider som ska listas."""

    origin: ExternalId | None = Field(None, description="From one zone. Från en viss zon.")
    destination: ExternalId | None = Field(None, description="To one zone. Till en viss zon.")
    sort: str | None = sorting("origin", "destination", "minutes", "source")


class Journey(Given):
    """From where to where. Varifrån och vart."""

    origin: Origin
    destination: Destination
