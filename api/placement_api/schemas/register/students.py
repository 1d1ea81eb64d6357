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
_PROTECTED = "Null for all but the lärosäte. Null för alla utom lärosätet."


class StudentGiven(Given):
    """A student by pseudonym: no name, no personal identity number, no reasons. En student, pseudonymt."""

    model_config = ConfigDict(json_schema_extra={"example": _STUDENT})

    cohort_id: Id
    external_id: ExternalId = Field(
        description="The lärosäte's own pseudonym; never a personal identity number. Aldrig ett personnummer."
    )
    lat: Latitude = Field(description="Where travel starts. Där resan börjar.")
    lon: Longitude
    zone: ExternalId | None = Field(None, description="In the travel time matrix. I restidsmatrisen.")
    site_id: Id | None = None
    max_travel: Annotated[int, Field(ge=0, le=10_000), Number] | None = Field(
        None, description="Minutes; null for the term's limit. Minuter; null för terminens gräns."
    )
    distinct_units: Switch = False
    priority_class: Annotated[int, Field(ge=0, le=9), Number] = Field(
        0, description="Förtur without its reason, 0 for none. Förtur utan skäl, 0 om ingen."
    )
    blocked_units: Ids = Field([], description="Not at these units, without a reason. Inte vid dessa enheter.")


class StudentChange(StudentGiven, Change):
    """What becomes another of a student. Det som ändras."""

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
    lottery_number: int | None = Field(description="Drawn by the service. Dras av tjänsten.")
    blocked_units: list[str]
    synthetic: bool


class StudentFilter(Paging):
    """Which students. Vilka studenter."""

    cohort_id: Id | None = Field(None, description="Of one cohort. En kulls.")
    term_id: Id | None = Field(None, description="Of one term's cohorts. En termins kullars.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Ett lärosätes.")
    external_id: ExternalId | None = Field(None, description="By the lärosäte's own id. Med lärosätets eget id.")
    sort: str | None = sorting("cohortId", "institutionId", "siteId", "maxTravel", "lotteryNumber", "id")
