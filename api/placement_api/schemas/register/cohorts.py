"""Schemas of cohorts: a programme's students who take the same courses in a term."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Given, Id, Name, Number
from placement_api.sorting import sorting

_COHORT: JsonDict = {
    "programmeId": "prg_nurse",
    "termId": "trm_vt2027",
    "name": "Termin 4, höstantagna",
    "size": 210,
}


class CohortNamed(Given):
    """A cohort's name and number of students. En kulls namn och storlek."""

    name: Name
    size: Annotated[int, Field(ge=0, le=100_000), Number]


class CohortGiven(CohortNamed):
    """A programme's students who take the same courses in a term. De studenter som läser samma kurser en termin."""

    model_config = ConfigDict(json_schema_extra={"example": _COHORT})

    programme_id: Id
    term_id: Id


class CohortChange(CohortNamed, Change):
    """The fields of a cohort to change. De uppgifter om kullen som ska ändras."""

    model_config = ConfigDict(json_schema_extra={"example": {"size": 198}})


class CohortShown(Changeable):
    """A cohort. En kull."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"id": "coh_nurse4", "version": 1, **_COHORT, "synthetic": False}}
    )

    programme_id: str
    term_id: str
    name: str
    size: int
    synthetic: bool


class CohortFilter(Paging):
    """Which cohorts to list. Vilka kullar som ska listas."""

    term_id: Id | None = Field(None, description="In one term. Under en viss termin.")
    programme_id: Id | None = Field(None, description="In one programme. I ett visst program.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")
    sort: str | None = sorting("name", "size", "programmeId", "termId", "id")
