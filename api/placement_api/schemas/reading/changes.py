"""Schemas of changes: what publishing a run's plan would do to the placements in force."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.reading.changes import ChangeKind, Told
from placement_api.paging import Paging
from placement_api.schemas.base import Shown, Week, example
from placement_api.schemas.in_force.impossible import BrokenShown

_BEFORE: dict[str, JsonValue] = {
    "unitId": "unt_geriatrics",
    "unitName": "Geriatriken",
    "firstWeek": "2027-W05",
    "lastWeek": "2027-W09",
    "supervisorId": "sup_91c2",
    "supervisorName": "h-17",
}
_AFTER: dict[str, JsonValue] = {**_BEFORE, "unitId": "unt_ward12", "unitName": "Avdelning 12"}
_WHY = "955 minutes to Geriatriken, but the limit is 90"


class ChangesAsked(Paging):
    """Which part of the changes. Vilken del av ändringarna."""


class PlaceShown(Shown):
    """Where, when and with whom a student is placed. Var, när och hos vem en student är placerad."""

    model_config = example(_BEFORE)

    unit_id: str
    unit_name: str | None
    first_week: Week
    last_week: Week
    supervisor_id: str | None
    supervisor_name: str | None = Field(
        description="The provider's own id of the supervisor. Huvudmannens eget id för handledaren."
    )


class ChangeShown(Shown):
    """A placement in force that the plan ends or changes. En gällande placering som planen avslutar eller ändrar."""

    model_config = example(
        {
            "placementId": "pla_0b77",
            "requestId": "req_1f3a",
            "studentId": "stu_88d0",
            "institutionId": "org_ki",
            "institutionName": "Karolinska Institutet",
            "courseId": "crs_2sj",
            "courseCode": "1SJ021",
            "courseName": "VFU geriatrik",
            "kind": "moved",
            "before": _BEFORE,
            "after": _AFTER,
            "brokenRules": [{"rule": "travel-limit", "name": "Longest journey", "why": _WHY}],
            "why": _WHY,
        }
    )

    placement_id: str
    request_id: str
    student_id: str
    institution_id: str
    institution_name: str | None
    course_id: str
    course_code: str | None
    course_name: str | None
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
        computed = {"before", "after", "broken_rules", "why"}
        return cls(
            **{name: getattr(told, name) for name in cls.model_fields.keys() - computed},
            before=PlaceShown.model_validate(told.before),
            after=None if told.after is None else PlaceShown.model_validate(told.after),
            broken_rules=[BrokenShown.of(each, language) for each in told.broken],
            why=getattr(told.why, language),
        )
