"""Schemas of changes: what publishing a run's plan would do to the placements in force."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.reading.changes import ChangeKind, Told
from placement_api.paging import Paging
from placement_api.schemas.base import example
from placement_api.schemas.in_force.impossible import BrokenShown
from placement_api.schemas.reading.places import PLACE, PlaceShown
from placement_api.schemas.register.names import WHO, WhoShown, whose

_AFTER: dict[str, JsonValue] = {**PLACE, "unitId": "unt_ward12", "unitName": "Avdelning 12"}
_WHY = "955 minutes to Geriatriken, but the limit is 90"


class ChangesAsked(Paging):
    """Which part of the changes. Vilken del av ändringarna."""


class ChangeShown(WhoShown):
    """A placement in force that the plan ends or changes. En gällande placering som planen avslutar eller ändrar."""

    model_config = example(
        {
            **WHO,
            "studentExternalId": None,
            "placementId": "pla_0b77",
            "kind": "moved",
            "before": PLACE,
            "after": _AFTER,
            "brokenRules": [{"rule": "travel-limit", "name": "Longest journey", "why": _WHY}],
            "why": _WHY,
        }
    )

    placement_id: str
    kind: ChangeKind = Field(
        description="ended: gets no place; moved: gets another unit or other weeks; supervisor: gets another one. "
        "ended: får ingen plats; moved: får en annan enhet eller andra veckor; supervisor: får en annan handledare."
    )
    before: PlaceShown
    after: PlaceShown | None
    broken_rules: list[BrokenShown] = Field(
        description="The rules that it breaks now; none if the plan could have kept it. "
        "De regler som den bryter mot nu; inga om planen hade kunnat behålla den."
    )
    why: str

    @classmethod
    def of(cls, told: Told, language: str) -> ChangeShown:
        """Show a change in a language, ``sv`` or ``en``."""
        return cls(
            **whose(told.who, language),
            placement_id=told.placement_id,
            kind=told.kind,
            before=PlaceShown.model_validate(told.before),
            after=None if told.after is None else PlaceShown.model_validate(told.after),
            broken_rules=[BrokenShown.of(each, language) for each in told.broken],
            why=getattr(told.why, language),
        )
