"""Schemas of remedies: what would give a request a placement, and what is kept of that."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.reading.remedies import Advice, Advised, Kept, Progress, Spot
from placement.tables import RemedyState
from placement_api.paging import Paging
from placement_api.schemas.base import Shown, Week, example
from placement_api.schemas.register.names import WHO, WhoShown, whose
from placement_solver.weeks import IsoWeek

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
            "sentences": ["Offers that are full: Geriatriken – nurse (2027-W05–W07)."],
            "remedies": [_REMEDY],
            "workedOutAt": "2026-10-03T14:05:11Z",
        }
    )

    run_id: str
    placed: bool
    sentences: list[str]
    remedies: list[RemedyShown] = Field(
        description="Empty if the request is placed or no remedy was found. "
        "Tomt om begäran har plats eller ingen åtgärd hittades."
    )
    worked_out_at: dt.datetime | None = Field(
        description="When it was worked out, if that was before it was asked for. "
        "När det räknades ut, om det var innan frågan ställdes."
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
            worked_out_at=advice.worked_out_at,
        )


class KeptRemediesAsked(Paging):
    """Which kept remedies to list. Vilka sparade åtgärder som ska listas."""

    state: RemedyState | None = Field(None, description="Those that have come so far. De som kommit så långt.")


class KeptRemediesShown(WhoShown):
    """What is kept of the remedies of an unplaced request. Det som sparats av åtgärderna för en begäran utan plats."""

    model_config = example(
        {
            "id": "req_1f3a",
            **_WHO,
            "state": "done",
            "sentences": ["Offers that are full: Geriatriken – nurse (2027-W05–W07)."],
            "remedies": [_REMEDY],
            "workedOutAt": "2026-10-03T14:05:11Z",
            "seconds": 3.2,
        }
    )

    id: str = Field(description="The same as requestId. Samma som requestId.")
    state: RemedyState = Field(
        description="given-up: a newer run of the term has ended. given-up: en nyare körning av terminen är klar."
    )
    sentences: list[str] = Field(
        description="Why it is unplaced; empty unless done. Varför den är utan plats; tomt om det inte är klart."
    )
    remedies: list[RemedyShown] = Field(
        description="The lowest objective first; empty unless done. Det lägsta målvärdet först; tomt om inte klart."
    )
    worked_out_at: dt.datetime | None
    seconds: float | None = Field(description="How long it took. Hur lång tid det tog.")

    @classmethod
    def of(cls, kept: Kept, language: str) -> KeptRemediesShown:
        """Show what is kept in a language, ``sv`` or ``en``."""
        advice = kept.advice
        return cls(
            id=kept.who.request_id,
            **whose(kept.who, language),
            state=kept.state,
            sentences=[] if advice is None else [getattr(words, language) for words in advice.sentences],
            remedies=[] if advice is None else [RemedyShown.of(each, language) for each in advice.remedies],
            worked_out_at=kept.worked_out_at,
            seconds=kept.seconds,
        )


class RemedyProgressShown(Shown):
    """How far the work on a run's remedies has come. Hur långt arbetet med en körnings åtgärder har kommit."""

    model_config = example({"done": 12, "failed": 0, "waiting": 222, "givenUp": 0, "total": 234})

    done: int
    failed: int = Field(description="Of those no answer came in time. För dem kom inget svar i tid.")
    waiting: int
    given_up: int = Field(
        description="They were not worked out before a newer run of the term ended. "
        "De hann inte räknas ut innan en nyare körning av terminen var klar."
    )
    total: int = Field(description="All of them; 0 where the work has not begun. Alla; 0 där arbetet inte har börjat.")

    @classmethod
    def of(cls, progress: Progress) -> RemedyProgressShown:
        """Show how far it has come."""
        return cls(
            done=progress.done,
            failed=progress.failed,
            waiting=progress.waiting,
            given_up=progress.given_up,
            total=progress.total,
        )
