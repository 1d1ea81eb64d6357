"""Schemas of requests: placements to be found, and the units wished for."""

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

Wishes = Annotated[Ids, Field(max_length=100)]


class RequestGiven(Given):
    """A placement that a student is to be found. En placering som ska hittas."""

    model_config = ConfigDict(json_schema_extra={"example": _REQUEST})

    term_id: Id
    student_id: Id
    course_id: Id
    preferences: Wishes = Field([], description="Units wished for, the best first. Önskade enheter, bäst först.")
    retake_of: Id | None = Field(
        None,
        description="The student's request in the same course whose placement was failed. "
        "Studentens begäran i samma kurs vars placering underkändes.",
    )
    action_plan_done_on: Day | None = Field(
        None,
        description="When the action plan after the failed placement was done; not before that is there a retake. "
        "När handlingsplanen efter underkännandet var fullgjord; förr blir det ingen omtagning.",
    )


class RequestWish(Given):
    """What may become another of a request. Det som kan ändras."""

    status: RequestStatus
    preferences: Wishes


class RequestChange(RequestWish, Change):
    """What becomes another of a request. Det som ändras."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "withdrawn"}})


class RequestShown(Changeable):
    """A request. Ett önskemål om placering."""

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
        """Show a request with its lärosäte and the units wished for."""
        return cls(
            institution_id=ranked.institution_id,
            preferences=list(ranked.preferences),
            **ranked.request.model_dump(),
        )


class RequestFilter(Paging):
    """Which requests. Vilka önskemål."""

    term_id: Id | None = Field(None, description="For one term. För en termin.")
    status: RequestStatus | None = Field(None, description="With one status. Med en status.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Ett lärosätes.")
    cohort_id: Id | None = Field(None, description="Of one cohort's students. En kulls studenters.")
    course_id: Id | None = Field(None, description="In one course. I en kurs.")
    student_id: Id | None = Field(None, description="Of one student. En students.")
    student_external_id: ExternalId | None = Field(
        None,
        description="Of one student, by the lärosäte's own id. En students, efter lärosätets eget id.",
    )
    sort: str | None = sorting("studentId", "courseId", "termId", "status", "id")
