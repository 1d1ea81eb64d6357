"""Schemas of places: where, when and with whom a student is placed."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement_api.schemas.base import Shown, Week, example

PLACE: dict[str, JsonValue] = {
    "unitId": "unt_geriatrics",
    "unitName": "Geriatriken",
    "firstWeek": "2027-W05",
    "lastWeek": "2027-W09",
    "supervisorId": "sup_91c2",
    "supervisorName": "h-17",
}


class PlaceShown(Shown):
    """Where, when and with whom a student is placed. Var, när och hos vem en student är placerad."""

    model_config = example(PLACE)

    unit_id: str
    unit_name: str | None
    first_week: Week
    last_week: Week
    supervisor_id: str | None
    supervisor_name: str | None = Field(
        description="The provider's own id of the supervisor. Huvudmannens eget id för handledaren."
    )
