"""Schemas of requests: placements to be found, with the students' preferences and retakes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from placement.register.requests import RankedRequest
from placement.tables import RequestStatus
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Day, ExternalId, Given, Id, Ids
from placement_api.sorting import sorting

_REQUEST: JsonDict = {
    "termId": "trm_vt2027",
    "studentId": "stu_1f0c",
    "courseId": "crs_psychiatry",
    "preferences": ["unt_geriatrics"],
}

Preferences = Annotated[Ids, Field(max_length=100)]


class RequestGiven(Given):
    """A request for a placement of a student. En begäran om placering för en student."""

    model_config = ConfigDict(json_schema_extra={"example": _REQUEST})

    term_id: Id = Field(
        description="For a retake: a later term, one that begins after the failed placement began. "
        "För en omtagning: en senare termin, en som börjar efter att den underkända placeringen började."
    )
    student_id: Id
    course_id: Id
    preferences: Preferences = Field(
        [],
        description="The units that the student prefers, the best first. "
        "De enheter som studenten önskar, den bästa först.",
    )
    retake_of: Id | None = Field(
        None,
        description="For a retake: the student's request in the same course whose placement was failed. "
        "För en omtagning: studentens begäran i samma kurs vars placering underkändes.",
    )
    action_plan_done_on: Day | None = Field(
        None,
        description="For a retake, which requires it: the day on which the action plan was completed, not before the "
        "day on which the placement was reported as failed. "
        "För en omtagning, som kräver det: dagen då handlingsplanen fullgjordes, inte före den dag då placeringen "
        "rapporterades som underkänd.",
    )


class RequestDetails(Given):
    """The fields of a request that can be changed. De uppgifter i en begäran som kan ändras."""

    status: RequestStatus
    preferences: Preferences


class RequestChange(RequestDetails, Change):
    """The fields of a request to change. De uppgifter i begäran som ska ändras."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "withdrawn"}})


class RequestShown(Changeable):
    """A request for a placement. En begäran om placering."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "req_40aa",
                "version": 1,
                "institutionId": "org_ki",
                **_REQUEST,
                "status": "open",
                "retakeOf": None,
                "actionPlanDoneOn": None,
            }
        }
    )

    institution_id: str
    term_id: str
    student_id: str
    course_id: str
    status: RequestStatus
    preferences: list[str]
    retake_of: str | None
    action_plan_done_on: dt.date | None

    @classmethod
    def of(cls, ranked: RankedRequest) -> RequestShown:
        """Show a request with its lärosäte and preferences."""
        return cls(
            institution_id=ranked.institution_id,
            preferences=list(ranked.preferences),
            **ranked.request.model_dump(),
        )


class RequestFilter(Paging):
    """Which requests to list. Vilka begäranden som ska listas."""

    term_id: Id | None = Field(None, description="For one term. För en viss termin.")
    status: RequestStatus | None = Field(None, description="With one status. Med en viss status.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")
    cohort_id: Id | None = Field(None, description="Of one cohort's students. För en viss kulls studenter.")
    course_id: Id | None = Field(None, description="In one course. I en viss kurs.")
    student_id: Id | None = Field(None, description="Of one student. För en viss student.")
    student_external_id: ExternalId | None = Field(
        None,
        description="Of one student, by the lärosäte's own id. För en viss student, efter lärosätets eget id.",
    )
    sort: str | None = sorting("studentId", "courseId", "termId", "status", "id")
