"""Schemas of swaps: two students of one course who ask to exchange places, and what each party has said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, JsonValue

from placement.in_force.swaps import seeing
from placement.in_force.swaps.asking import Wish
from placement.in_force.swaps.candidates import Candidate
from placement.in_force.swaps.exchanges import Gain
from placement.in_force.swaps.seeing import AnswerSeen, Place, SideSeen, SwapSeen
from placement.tables import SwapAnswer, SwapReason, SwapStatus
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Day, Given, Id, Name, Shown, Week, example
from placement_api.schemas.register.names import HAS_SUPERVISOR, SUPERVISOR, WHO, WhoShown, whose
from placement_api.sorting import sorting
from placement_solver.wishes import WISHES

_GAIN: dict[str, JsonValue] = {"minutesBefore": 72, "minutesAfter": 25, "rankBefore": None, "rankAfter": 1}
_OTHER_GAIN: dict[str, JsonValue] = {"minutesBefore": 41, "minutesAfter": 38, "rankBefore": 2, "rankAfter": 2}
_PLACE: dict[str, JsonValue] = {
    "unitId": "unt_geriatrics",
    "unitName": "Geriatriken",
    "start": "2027-W05",
    "weeks": 5,
    "supervisorId": "sup_91c2",
    "hasSupervisor": True,
}
_OTHER_PLACE: dict[str, JsonValue] = {
    "unitId": "unt_tallgarden",
    "unitName": "Tallgården",
    "start": "2027-W05",
    "weeks": 5,
    "supervisorId": None,
    "hasSupervisor": False,
}
_SIDE: dict[str, JsonValue] = {
    "placementId": "pla_0b77",
    "student": WHO,
    "before": _PLACE,
    "after": _OTHER_PLACE,
    "consentedOn": "2026-12-01",
    "gain": _GAIN,
}
_OTHER_SIDE: dict[str, JsonValue] = {
    "placementId": "pla_5d1e",
    "student": {**WHO, "requestId": "req_77b1", "studentId": "stu_03aa", "studentExternalId": "ki-2b8c14"},
    "before": _OTHER_PLACE,
    "after": _PLACE,
    "consentedOn": None,
    "gain": _OTHER_GAIN,
}
_TERMS: list[JsonValue] = [{"term": "travel", "name": "Travel", "difference": -50}]
_ANSWERS: list[JsonValue] = [
    {
        "unitId": "unt_geriatrics",
        "unitName": "Geriatriken",
        "answer": "accepted",
        "answeredAt": "2026-12-02T09:00:00Z",
    },
    {"unitId": "unt_tallgarden", "unitName": "Tallgården", "answer": None, "answeredAt": None},
]


class SwapGainShown(Shown):
    """What a swap gives a student. Vad ett byte ger en student."""

    model_config = example(_GAIN)

    minutes_before: int = Field(description="The journey one way now. Resan enkel väg nu.")
    minutes_after: int = Field(description="The journey one way after the swap. Resan enkel väg efter bytet.")
    rank_before: int | None = Field(
        description="The unit's number among the student's preferences, from 1; null if it is not there. "
        "Enhetens nummer bland studentens önskemål, från 1; null om den inte finns där."
    )
    rank_after: int | None = Field(description="The same after the swap. Detsamma efter bytet.")

    @classmethod
    def of(cls, gain: Gain) -> SwapGainShown:
        """Show a gain."""
        return cls.model_validate(gain)


class SwapTermShown(Shown):
    """What a swap changes in a term of the objective. Vad ett byte ändrar i en term i målfunktionen."""

    model_config = example({"term": "travel", "name": "Travel", "difference": -50})

    term: str
    name: str
    difference: int = Field(
        description="In points; less is better, so below zero the plan becomes better. "
        "I poäng; mindre är bättre, så under noll blir planen bättre."
    )


class SwapPlaceShown(Shown):
    """Where a placement is, or would be. Var en placering är, eller skulle vara."""

    model_config = example(_PLACE)

    unit_id: str
    unit_name: str
    start: Week
    weeks: int
    supervisor_id: str | None = Field(description=SUPERVISOR)
    has_supervisor: bool = Field(description=HAS_SUPERVISOR)

    @classmethod
    def of(cls, place: Place | None) -> SwapPlaceShown | None:
        """Show a place, if the reader may see it."""
        return None if place is None else cls.model_validate(place)


class SwapSideShown(Shown):
    """One placement of a swap; a unit sees its own place only. En placering i ett byte; en enhet ser bara sin plats."""

    model_config = example(_SIDE)

    placement_id: str | None = Field(
        description="null if the reader does not see the placement. null om läsaren inte ser placeringen."
    )
    student: WhoShown | None = Field(description="Whose placement it is. Vems placering det är.")
    before: SwapPlaceShown | None = Field(description="The place before the swap. Platsen före bytet.")
    after: SwapPlaceShown | None = Field(description="The place after the swap. Platsen efter bytet.")
    consented_on: dt.date | None = Field(description="When the student said yes. När studenten sade ja.")
    gain: SwapGainShown | None = Field(
        description="What the swap gives the student; only lärosäte and coordinator see it. "
        "Vad bytet ger studenten; bara lärosäte och samordnare ser det."
    )

    @classmethod
    def of(cls, side: SideSeen, language: str) -> SwapSideShown:
        """Show a side in a language, ``sv`` or ``en``."""
        return cls(
            placement_id=side.placement_id,
            student=None if side.who is None else WhoShown(**whose(side.who, language)),
            before=SwapPlaceShown.of(side.before),
            after=SwapPlaceShown.of(side.after),
            consented_on=side.consented_on,
            gain=None if side.gain is None else SwapGainShown.of(side.gain),
        )


class SwapAnswerShown(Shown):
    """What a unit of a swap has answered. Vad en enhet i ett byte har svarat."""

    model_config = example({"unitId": None, "unitName": None, "answer": None, "answeredAt": None})

    unit_id: str | None = Field(description="null if it is not the reader's unit. null om det inte är läsarens enhet.")
    unit_name: str | None
    answer: SwapAnswer | None
    answered_at: dt.datetime | None

    @classmethod
    def of(cls, seen: AnswerSeen) -> SwapAnswerShown:
        """Show a unit's answer."""
        side = seen.side
        return cls(unit_id=seen.unit_id, unit_name=seen.unit_name, answer=side.answer, answered_at=side.answered_at)


class SwapShown(Changeable):
    """A swap of places between two students of one course. Ett byte av plats mellan två studenter på en kurs."""

    model_config = example(
        {
            "id": "swp_4c02",
            "version": 3,
            "termId": "trm_vt2027",
            "courseId": "crs_2sj",
            "status": "asked",
            "reason": None,
            "sides": [_SIDE, _OTHER_SIDE],
            "answers": _ANSWERS,
            "terms": _TERMS,
            "askedBy": "KI",
            "askedAt": "2026-12-01T09:00:00Z",
            "decidedBy": None,
            "decidedAt": None,
            "changedAt": "2026-12-02T09:00:00Z",
        }
    )

    term_id: str
    course_id: str
    status: SwapStatus = Field(
        description="asked: still to be agreed to. lapsed: a placement has begun, ended or moved meanwhile. "
        "asked: alla har inte godtagit det än. lapsed: en placering har börjat, upphört eller flyttats under tiden."
    )
    reason: SwapReason | None = Field(
        description="Why it was declined or has lapsed. Varför det avslogs eller har förfallit."
    )
    sides: list[SwapSideShown]
    answers: list[SwapAnswerShown] = Field(description="One for each unit. En för varje enhet.")
    terms: list[SwapTermShown] | None = Field(
        description="What the swap changes in the objective; only lärosäte and coordinator see it. "
        "Vad bytet ändrar i målfunktionen; bara lärosäte och samordnare ser det."
    )
    asked_by: str
    asked_at: dt.datetime
    decided_by: str | None = Field(
        description="Who approved, declined or withdrew it. Vem som godkände, avslog eller återtog det."
    )
    decided_at: dt.datetime | None
    changed_at: dt.datetime

    @classmethod
    def of(cls, seen: SwapSeen, language: str) -> SwapShown:
        """Show a swap in a language, ``sv`` or ``en``."""
        swap = seen.swap
        return cls(
            id=swap.id,
            version=swap.version,
            term_id=swap.term_id,
            course_id=seen.course_id,
            status=seen.status,
            reason=seen.reason,
            sides=[SwapSideShown.of(side, language) for side in seen.sides],
            answers=[SwapAnswerShown.of(answer) for answer in seen.answers],
            terms=None if seen.terms is None else terms_shown(seen.terms, language),
            asked_by=swap.asked_by,
            asked_at=swap.asked_at,
            decided_by=swap.decided_by,
            decided_at=swap.decided_at,
            changed_at=swap.changed_at,
        )


def terms_shown(terms: Mapping[str, int], language: str) -> list[SwapTermShown]:
    """Show what changes in the objective, in its reading order, in a language, ``sv`` or ``en``."""
    return [
        SwapTermShown(term=wish.key, name=getattr(wish.name, language), difference=terms[wish.key])
        for wish in WISHES
        if wish.key in terms
    ]


class SwapWishGiven(Given):
    """One of the two placements of a swap. En av de två placeringarna i ett byte."""

    placement_id: Id
    consented_on: Day | None = Field(
        None,
        description="When the student said yes; it may be told later. När studenten sade ja; det kan anges senare.",
    )

    @property
    def wish(self) -> Wish:
        """Return it as `placement.in_force.swaps.asking` takes it."""
        return Wish(self.placement_id, self.consented_on)


class SwapGiven(Given):
    """Two placements whose students want to exchange places. Två placeringar vars studenter vill byta plats."""

    model_config = example(
        {"sides": [{"placementId": "pla_0b77", "consentedOn": "2026-12-01"}, {"placementId": "pla_5d1e"}]}
    )

    sides: Annotated[list[SwapWishGiven], Field(min_length=2, max_length=2)]

    @property
    def wishes(self) -> tuple[Wish, Wish]:
        """Return the two as `placement.in_force.swaps.asking` takes them."""
        one, other = self.sides
        return one.wish, other.wish


class SwapConsentGiven(Given):
    """A student's yes to a swap. En students ja till ett byte."""

    model_config = example({"consentedOn": "2026-12-01"})

    consented_on: Day = Field(
        description="From the day on which the placements got the places that they have until today. "
        "Från den dag då placeringarna fick de platser som de har till i dag."
    )


class SwapAnswerGiven(Given):
    """A unit's answer to a swap. En enhets svar på ett byte."""

    model_config = example({"answer": "declined", "reason": "supervision"})

    answer: SwapAnswer
    reason: SwapReason | None = Field(
        None,
        description="Required with declined: prepared, supervision, worse or other. "
        "Krävs med declined: prepared, supervision, worse eller other.",
    )


class SwapDecided(Given):
    """How a swap ends. Hur ett byte slutar."""

    model_config = example({"status": "approved", "decidedBy": "Eva Ek"})

    status: SwapStatus = Field(
        description="The coordinator may set approved or declined; the lärosäte withdrawn. "
        "Samordnaren kan ange approved eller declined; lärosätet withdrawn."
    )
    reason: SwapReason | None = Field(
        None,
        description="Required with declined: prepared, supervision, worse or other. "
        "Krävs med declined: prepared, supervision, worse eller other.",
    )
    decided_by: Name | None = Field(
        None,
        description="Who approves it; if left out, the holder of the token. "
        "Vem som godkänner det; utelämnas det, åtkomstnyckelns innehavare.",
    )


class SwapFilter(Paging):
    """Which swaps to list. Vilka byten som ska listas."""

    term_id: Id | None = Field(None, description="In one term. Under en viss termin.")
    placement_id: Id | None = Field(None, description="With one placement. Med en viss placering.")
    status: SwapStatus | None = Field(None, description="With one status. Med en viss status.")
    sort: str | None = sorting("askedAt", "changedAt", "id")

    @property
    def wanted(self) -> seeing.Wanted:
        """Return the filters that `placement.in_force.swaps.seeing` takes."""
        return seeing.Wanted(**self.model_dump(include=set(seeing.Wanted.__annotations__)))


class SwapCandidateFilter(Paging):
    """Which part of the candidates. Vilken del av de möjliga bytena."""


class SwapCandidateShown(WhoShown):
    """A placement that could be exchanged with another. En placering som kan bytas mot en annan."""

    model_config = example(
        {
            "id": "pla_5d1e",
            **WHO,
            "place": _OTHER_PLACE,
            "gain": _OTHER_GAIN,
            "ownGain": _GAIN,
            "terms": _TERMS,
            "total": -50,
        }
    )

    id: str = Field(description="The placement's id. Placeringens id.")
    place: SwapPlaceShown
    gain: SwapGainShown = Field(description="What a swap gives its student. Vad ett byte ger dess student.")
    own_gain: SwapGainShown = Field(
        description="What a swap gives the student who asks. Vad det ger studenten som frågar."
    )
    terms: list[SwapTermShown]
    total: int = Field(description="The sum of the terms, in points. Termernas summa, i poäng.")

    @classmethod
    def of(cls, found: Candidate, language: str) -> SwapCandidateShown:
        """Show a candidate in a language, ``sv`` or ``en``."""
        placement = found.party.placement
        gains = dict(found.exchange.gains)
        gain = gains.pop(placement.id)
        (own,) = gains.values()
        return cls(
            id=placement.id,
            **whose(found.who, language),
            place=SwapPlaceShown.model_validate(found.place),
            gain=SwapGainShown.of(gain),
            own_gain=SwapGainShown.of(own),
            terms=terms_shown(found.exchange.terms, language),
            total=found.exchange.total,
        )
