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
    """Which explanations to list. Vilka förklaringar som ska listas."""

    request_id: Id | None = Field(None, description="Of one request. För en viss begäran.")
    institution_id: Id | None = Field(
        None, description="Of one lärosäte's students. För ett visst lärosätes studenter."
    )
    sort: str | None = sorting("studentId", "courseId", "id")


class ExplanationShown(Shown):
    """Why a request is unplaced in the plan. Varför en begäran är utan plats i planen."""

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

    id: str = Field(description="The same as requestId. Samma som requestId.")
    request_id: str
    student_id: str
    course_id: str
    institution_id: str
    reasons: dict[str, Any] = Field(description="The reasons, as in the plan document. Skälen, som i plandokumentet.")
    sentences: list[str] = Field(
        description="The reasons in words, in the language of Accept-Language. "
        "Skälen i ord, på språket i Accept-Language."
    )

    @classmethod
    def of(cls, explained: Explained, language: str) -> ExplanationShown:
        """Show an explanation in a language, ``sv`` or ``en``."""
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
    """Another student's placement that would move. En annan students placering som skulle flyttas."""

    model_config = example({"before": _PLACED, "after": {**_PLACED, "start": "2027-W10"}})

    before: PlacedShown
    after: PlacedShown


class RemedyShown(Shown):
    """A change that would place the request, proven by making it. En prövad ändring som skulle ge begäran plats."""

    model_config = example(_REMEDY)

    kinds: list[str] = Field(
        description="Kinds of change: places, agreement, training, load, travel, moves. "
        "room: only the objective rises."
        " Slag av ändring. room: bara målvärdet stiger."
    )
    placement: PlacedShown
    moves: list[MoveShown]
    objective_before: int
    objective_after: int
    smallest: bool = Field(
        description="Whether no smaller change of these kinds suffices. Om ingen mindre ändring av dessa slag räcker."
    )
    sentences: list[str]


class AdviceShown(Shown):
    """Why a request is placed or unplaced, and what would place it. Utfallet för en begäran, och åtgärder."""

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
        description="Empty if the request is placed or no remedy was found. "
        "Tomt om begäran har plats eller ingen åtgärd hittades."
    )

    @classmethod
    def of(cls, run_id: str, request_id: str, answer: dict[str, Any], language: str) -> AdviceShown:
        """Show an answer in a language, ``sv`` or ``en``."""

        def sentences_of(words: list[dict[str, str]]) -> list[str]:
            return [sentence["sv" if language == "sv" else "en"] for sentence in words]

        remedies = [remedy | {"sentences": sentences_of(remedy["sentences"])} for remedy in answer["remedies"]]
        return cls(
            run_id=run_id,
            request_id=request_id,
            placed=answer["placed"],
            sentences=sentences_of(answer["sentences"]),
            remedies=[RemedyShown.model_validate(remedy) for remedy in remedies],
        )
