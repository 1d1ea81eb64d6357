"""Schemas of students, who are known by their lärosäte's pseudonyms."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from placement_api.paging import Paging
from placement_api.schemas.base import (
    Change,
    Changeable,
    ExternalId,
    Given,
    Id,
    Ids,
    Latitude,
    Longitude,
    Number,
    Switch,
)
from placement_api.sorting import sorting

_STUDENT: JsonDict = {
    "cohortId": "coh_nurse4",
    "externalId": "ki-7f3a91",
    "lat": 59.27,
    "lon": 18.03,
    "zone": None,
    "siteId": None,
    "maxTravel": 90,
    "distinctUnits": True,
    "priorityClass": 0,
    "blockedUnits": ["unt_geriatrics"],
}
_PROTECTED = "Only the student's lärosäte sees it; null for others. Bara lärosätet ser uppgiften; null för andra."


class StudentGiven(Given):
    """A student, by pseudonym. Never a name, an identity number or a reason. En student, angiven med pseudonym."""

    model_config = ConfigDict(json_schema_extra={"example": _STUDENT})

    cohort_id: Id
    external_id: ExternalId = Field(
        description="The lärosäte's own pseudonym, never a personal identity number. "
        "Lärosätets egen pseudonym, aldrig ett personnummer."
    )
    lat: Latitude = Field(
        description="Where the student's journeys start (WGS 84). Där studentens resor börjar (WGS 84)."
    )
    lon: Longitude
    zone: ExternalId | None = Field(
        None, description="The student's zone in the travel time matrix. Studentens zon i restidsmatrisen."
    )
    site_id: Id | None = None
    max_travel: Annotated[int, Field(ge=0, le=10_000), Number] | None = Field(
        None,
        description="The longest journey in minutes; null: the term's limit. "
        "Längsta restid i minuter; null: terminens gräns.",
    )
    distinct_units: Switch = False
    priority_class: Annotated[int, Field(ge=0, le=9), Number] = Field(
        0, description="Priority, without the reason; 0: none. Förtur, utan skäl; 0: ingen."
    )
    blocked_units: Ids = Field(
        [],
        description="Units where the student may not be placed, without the reasons. "
        "Enheter där studenten inte får placeras, utan skäl.",
    )


class StudentChange(StudentGiven, Change):
    """The fields of a student to change. De uppgifter om studenten som ska ändras."""

    model_config = ConfigDict(json_schema_extra={"example": {"maxTravel": 60}})


class StudentShown(Changeable):
    """A student. En student."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "stu_1f0c",
                "version": 1,
                "institutionId": "org_ki",
                **_STUDENT,
                "lotteryNumber": 311,
                "synthetic": False,
            }
        }
    )

    cohort_id: str
    institution_id: str
    external_id: str | None = Field(description=_PROTECTED)
    lat: float | None = Field(description=_PROTECTED)
    lon: float | None = Field(description=_PROTECTED)
    zone: str | None = Field(description=_PROTECTED)
    site_id: str | None
    max_travel: int | None
    distinct_units: bool
    priority_class: int
    lottery_number: int | None = Field(description="Drawn by the service. Lottas av tjänsten.")
    blocked_units: list[str]
    synthetic: bool


class StudentFilter(Paging):
    """Which students to list. Vilka studenter som ska listas."""

    cohort_id: Id | None = Field(None, description="In one cohort. I en viss kull.")
    term_id: Id | None = Field(None, description="In one term's cohorts. I en viss termins kullar.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")
    external_id: ExternalId | None = Field(None, description="With the lärosäte's own id. Med lärosätets eget id.")
    sort: str | None = sorting("cohortId", "institutionId", "siteId", "maxTravel", "lotteryNumber", "id")
