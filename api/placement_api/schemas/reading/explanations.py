"""Schemas of explanations: why a request has no placement, and what would give it one."""

from __future__ import annotations

from typing import Any

from pydantic import Field, JsonValue

from placement.reading.explanations import Advice, Advised, Explained, Spot
from placement_api.paging import Paging
from placement_api.schemas.base import Id, Shown, Week, example
from placement_api.schemas.register.names import NAME, WHO, NameShown, WhoShown, whose
from placement_api.sorting import sorting
from placement_solver.weeks import IsoWeek

_SENTENCES: list[JsonValue] = [
    "Units left after “Kind of unit”: 12",
    "Offers that are full: Geriatriken – nurse (2027-W05–W07).",
]
_WHO: dict[str, JsonValue] = {**WHO, "studentExternalId": None}
_PLACED: dict[str, JsonValue] = {
    **_WHO,
    "unitId": "unt_geriatrics",
    "unitName": "Geriatriken",
    "start": "2027-W05",
    "supervisorId": "sup_91c2",
    "supervisorName": "h-17",
}
_REMEDY: dict[str, JsonValue] = {
    "kinds": ["places"],
    "placement": _PLACED,
    "moves": [],
    "objectiveBefore": 1204310,
    "objectiveAfter": 1194388,
    "smallest": True,
    "sentences": [
        "one more place at Geriatriken, 2027-W05–W09, in Geriatriken – nurse. Place: Geriatriken, 2027-W05–W09."
    ],
}


class ExplanationsAsked(Paging):
    """Which explanations to list. Vilka förklaringar som ska listas."""

    request_id: Id | None = Field(None, description="Of one request. För en viss begäran.")
    institution_id: Id | None = Field(
        None, description="Of one lärosäte's students. För ett visst lärosätes studenter."
    )
    sort: str | None = sorting("studentId", "courseId", "id")


class ExplanationShown(WhoShown):
    """Why a request is unplaced in the plan. Varför en begäran är utan plats i planen."""

    model_config = example(
        {
            "id": "req_1f3a",
            **WHO,
            "reasons": {
                "remaining": [{"rule": "unit-kind", "units": 12}],
                "capacities": [{"id": "off_17", "weeks": [4, 5, 6]}],
                "dearer_units": 0,
            },
            "names": [NAME],
            "sentences": _SENTENCES,
        }
    )

    id: str = Field(description="The same as requestId. Samma som requestId.")
    reasons: dict[str, Any] = Field(description="The reasons, as in the plan document. Skälen, som i plandokumentet.")
    names: list[NameShown] = Field(
        description="What the reasons mention by id, as the caller knows it; what the caller may not see is left out. "
        "Det som skälen nämner med id, som anroparen känner det; det som anroparen inte får se utelämnas."
    )
    sentences: list[str] = Field(
        description="The reasons in words, in the language of Accept-Language. "
        "Skälen i ord, på språket i Accept-Language."
    )

    @classmethod
    def of(cls, explained: Explained, language: str) -> ExplanationShown:
        """Show an explanation in a language, ``sv`` or ``en``."""
        return cls(
            id=explained.who.request_id,
            **whose(explained.who, language),
            reasons=explained.reasons,
            names=[NameShown.of(name, language) for name in explained.names],
            sentences=[getattr(words, language) for words in explained.sentences],
        )


class PlacedShown(WhoShown):
    """Where and when a request would be placed. Var och när en begäran skulle placeras."""

    model_config = example(_PLACED)

    unit_id: str
    unit_name: str | None
    start: Week
    supervisor_id: str | None
    supervisor_name: str | None = Field(
        description="The provider's own id of the supervisor. Huvudmannens eget id för handledaren."
    )

    @classmethod
    def of(cls, spot: Spot, language: str) -> PlacedShown:
        """Show a placement in a language, ``sv`` or ``en``."""
        return cls(
            **whose(spot.who, language),
            unit_id=spot.unit_id,
            unit_name=spot.unit_name,
            start=IsoWeek.parse(spot.start),
            supervisor_id=spot.supervisor_id,
            supervisor_name=spot.supervisor_name,
        )


class MoveShown(Shown):
    """Another student's placement that would move. En annan students placering som skulle flyttas."""

    model_config = example({"before": _PLACED, "after": {**_PLACED, "start": "2027-W10"}})

    before: PlacedShown
    after: PlacedShown

    @classmethod
    def of(cls, move: tuple[Spot, Spot], language: str) -> MoveShown:
        """Show a move in a language, ``sv`` or ``en``."""
        before, after = move
        return cls(before=PlacedShown.of(before, language), after=PlacedShown.of(after, language))


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

    @classmethod
    def of(cls, advised: Advised, language: str) -> RemedyShown:
        """Show a remedy in a language, ``sv`` or ``en``."""
        return cls(
            kinds=list(advised.kinds),
            placement=PlacedShown.of(advised.placement, language),
            moves=[MoveShown.of(move, language) for move in advised.moves],
            objective_before=advised.objective_before,
            objective_after=advised.objective_after,
            smallest=advised.smallest,
            sentences=[getattr(words, language) for words in advised.sentences],
        )


class AdviceShown(WhoShown):
    """Why a request is placed or unplaced, and what would place it. Utfallet för en begäran, och åtgärder."""

    model_config = example(
        {
            "runId": "run_5c1e",
            **_WHO,
            "placed": False,
            "sentences": _SENTENCES,
            "remedies": [_REMEDY],
        }
    )

    run_id: str
    placed: bool
    sentences: list[str]
    remedies: list[RemedyShown] = Field(
        description="Empty if the request is placed or no remedy was found. "
        "Tomt om begäran har plats eller ingen åtgärd hittades."
    )

    @classmethod
    def of(cls, run_id: str, advice: Advice, language: str) -> AdviceShown:
        """Show an answer in a language, ``sv`` or ``en``."""
        return cls(
            run_id=run_id,
            **whose(advice.who, language),
            placed=advice.placed,
            sentences=[getattr(words, language) for words in advice.sentences],
            remedies=[RemedyShown.of(remedy, language) for remedy in advice.remedies],
        )
