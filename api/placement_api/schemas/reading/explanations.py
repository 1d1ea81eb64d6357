"""Schemas of explanations: why a request has no placement, and what would give it one."""

from __future__ import annotations

from typing import Any

from pydantic import Field, JsonValue

from placement.reading.explanations import Explained
from placement_api.paging import Paging
from placement_api.schemas.base import Id, Shown, Week, example
from placement_api.sorting import sorting

_SENTENCES: list[JsonValue] = [
    "Units left after “Kind of unit”: 12",
    "Offers that are full: off_17 (2027-W05–W07).",
]
_PLACED: dict[str, JsonValue] = {
    "requestId": "req_1f3a",
    "unitId": "unt_geriatrics",
    "start": "2027-W05",
    "supervisorId": "sup_91c2",
}
_REMEDY: dict[str, JsonValue] = {
    "kinds": ["places"],
    "placement": _PLACED,
    "moves": [],
    "objectiveBefore": 1204310,
    "objectiveAfter": 1194388,
    "smallest": True,
    "sentences": ["one more place at unt_geriatrics, 2027-W05–W09, in off_17. Place: unt_geriatrics, 2027-W05–W09."],
}


class ExplanationsAsked(Paging):
    """Whose explanations. Vilkas förklaringar."""

    request_id: Id | None = Field(None, description="Of one request. En begärans.")
    institution_id: Id | None = Field(None, description="Of one lärosäte's students. Ett lärosätes studenters.")
    sort: str | None = sorting("studentId", "courseId", "id")


class ExplanationShown(Shown):
    """Why a request has no placement in the plan. Varför en begäran är utan placering i planen."""

    model_config = example(
        {
            "id": "req_1f3a",
            "requestId": "req_1f3a",
            "studentId": "stu_88d0",
            "courseId": "crs_2sj",
            "institutionId": "org_ki",
            "reasons": {"remaining": [{"rule": "unit-kind", "units": 12}], "dearer_units": 0},
            "sentences": _SENTENCES,
        }
    )

    id: str = Field(description="Within the run: the request's. Inom körningen: begärans.")
    request_id: str
    student_id: str
    course_id: str
    institution_id: str
    reasons: dict[str, Any] = Field(description="As in the plan document. Som i plandokumentet.")
    sentences: list[str] = Field(description="In the language of Accept-Language. På språket i Accept-Language.")

    @classmethod
    def of(cls, explained: Explained, language: str) -> ExplanationShown:
        """Show why, in a language."""
        return cls(
            id=explained.request.id,
            request_id=explained.request.id,
            student_id=explained.request.student_id,
            course_id=explained.request.course_id,
            institution_id=explained.institution_id,
            reasons=explained.reasons,
            sentences=[words.sv if language == "sv" else words.en for words in explained.sentences],
        )


class PlacedShown(Shown):
    """Where and when a request would be placed. Var och när en begäran skulle placeras."""

    model_config = example(_PLACED)

    request_id: str
    unit_id: str
    start: Week
    supervisor_id: str | None


class MoveShown(Shown):
    """Another student who would move. En annan student som skulle flytta."""

    model_config = example({"before": _PLACED, "after": {**_PLACED, "start": "2027-W10"}})

    before: PlacedShown
    after: PlacedShown


class RemedyShown(Shown):
    """A change that would place the request, proven by making it. En ändring som skulle ge en plats."""

    model_config = example(_REMEDY)

    kinds: list[str] = Field(
        description="places, agreement, training, load, travel, moves; room where only the objective rises."
        " Slag av ändring; room där bara målvärdet stiger."
    )
    placement: PlacedShown
    moves: list[MoveShown]
    objective_before: int
    objective_after: int
    smallest: bool = Field(description="Nothing smaller of these kinds does. Inget mindre av dessa slag räcker.")
    sentences: list[str]


class AdviceShown(Shown):
    """Why a request stands as it does, and what would place it. Varför det är som det är, och vad som hjälper."""

    model_config = example(
        {
            "runId": "run_5c1e",
            "requestId": "req_1f3a",
            "placed": False,
            "sentences": _SENTENCES,
            "remedies": [_REMEDY],
        }
    )

    run_id: str
    request_id: str
    placed: bool
    sentences: list[str]
    remedies: list[RemedyShown] = Field(
        description="Empty where the request is placed, or nothing was found that helps."
    )

    @classmethod
    def of(cls, run_id: str, request_id: str, answer: dict[str, Any], language: str) -> AdviceShown:
        """Show an answer in a language."""

        def told(words: list[dict[str, str]]) -> list[str]:
            return [each["sv" if language == "sv" else "en"] for each in words]

        remedies = [remedy | {"sentences": told(remedy["sentences"])} for remedy in answer["remedies"]]
        return cls(
            run_id=run_id,
            request_id=request_id,
            placed=answer["placed"],
            sentences=told(answer["sentences"]),
            remedies=[RemedyShown.model_validate(remedy) for remedy in remedies],
        )
