"""Schemas of supervision: supervisors, their weeks on duty and their training."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field, JsonValue

from placement.register.supervision import Guide
from placement.tables import SupervisorRole
from placement_api.paging import Paging
from placement_api.schemas.base import (
    Change,
    Changeable,
    Count,
    Day,
    Different,
    ExternalId,
    Given,
    Id,
    Name,
    Number,
    Profession,
    Shown,
    Week,
    example,
)
from placement_api.sorting import sorting

_SUPERVISOR: dict[str, JsonValue] = {
    "unitId": "unt_geriatrics",
    "profession": "nurse",
    "externalId": "h-0417",
    "role": "aka",
    "sharePercent": 30,
    "maxStudents": 2,
    "weeks": None,
}
_TRAINING: dict[str, JsonValue] = {
    "course": "Handledarutbildning, 7,5 hp",
    "credits": 7.5,
    "completedOn": "2024-05-31",
    "expiresOn": None,
}


class TrainingGiven(Given):
    """A completed course in supervision. En genomgången handledarutbildning."""

    model_config = example(_TRAINING)

    course: Name
    credits: Annotated[
        float, Field(ge=0, le=300, allow_inf_nan=False, description="ECTS credits. Högskolepoäng (hp)."), Number
    ]
    completed_on: Day
    expires_on: Day | None = None


class TrainingShown(Shown):
    """A completed course in supervision. En genomgången handledarutbildning."""

    id: str
    course: str
    credits: float
    completed_on: dt.date
    expires_on: dt.date | None


class SupervisorGiven(Given):
    """A supervisor at a unit, by pseudonym. En handledare på en enhet, angiven med pseudonym."""

    model_config = example(_SUPERVISOR)

    unit_id: Id
    profession: Profession
    external_id: ExternalId = Field(
        description="The provider's own pseudonym, never a personal identity number. "
        "Huvudmannens egen pseudonym, aldrig ett personnummer."
    )
    role: SupervisorRole = SupervisorRole.SUPERVISOR
    share_percent: Annotated[int, Field(ge=1, le=100), Number] | None = Field(
        None,
        description="The post's share of full time in per cent, for an AKA or a clinical lecturer. "
        "Tjänstens andel av heltid i procent, för en AKA eller klinisk adjunkt.",
    )
    max_students: Count = Field(2, description="The most students at the same time. Högsta antal studenter samtidigt.")
    weeks: Annotated[list[Week], Field(max_length=120), Different] | None = Field(
        None,
        description="The weeks on duty; null: every week. De veckor då handledaren är i tjänst; null: alla veckor.",
    )

    def values(self) -> dict[str, Any]:
        """Return every field by its name in the database, the weeks as weeks."""
        return {**self.model_dump(), "weeks": self.weeks}


class SupervisorChange(SupervisorGiven, Change):
    """The fields of a supervisor to change. De uppgifter om handledaren som ska ändras."""

    model_config = example({"maxStudents": 1})

    def changes(self) -> dict[str, Any]:
        """Return the fields that the caller sent, the weeks as weeks."""
        changes = super().changes()
        return {**changes, "weeks": self.weeks} if "weeks" in changes else changes


class SupervisorShown(Changeable):
    """A supervisor with training and weeks on duty. En handledare med utbildning och veckor i tjänst."""

    model_config = example(
        {
            "id": "sup_0417",
            "version": 1,
            **_SUPERVISOR,
            "trainings": [{"id": "trn_0417", **_TRAINING}],
            "synthetic": False,
        }
    )

    unit_id: str
    profession: str
    external_id: str
    role: SupervisorRole
    share_percent: int | None
    max_students: int
    weeks: list[Week] | None
    trainings: list[TrainingShown]
    synthetic: bool

    @classmethod
    def of(cls, guide: Guide) -> SupervisorShown:
        """Show a supervisor."""
        return cls(
            weeks=None if guide.weeks is None else list(guide.weeks),
            trainings=[TrainingShown.model_validate(training) for training in guide.trainings],
            **guide.row.model_dump(exclude={"every_week"}),
        )


class SupervisorFilter(Paging):
    """Which supervisors to list. Vilka handledare som ska listas."""

    unit_id: Id | None = Field(None, description="At one unit. På en viss enhet.")
    profession: Profession | None = Field(None, description="Of one profession. Inom ett visst yrke.")
    role: SupervisorRole | None = Field(None, description="In one role. I en viss roll.")
    external_id: ExternalId | None = Field(None, description="With the provider's own id. Med huvudmannens eget id.")
    sort: str | None = sorting("unitId", "profession", "externalId", "role", "sharePercent", "maxStudents", "id")
