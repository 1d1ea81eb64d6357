"""Schemas of the ledger: what each placement has cost its student, and the points that it gives."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field, JsonValue

from placement.fairness.accounts import Account, Ahead, Line, TermAccount
from placement.fairness.points import notice_of
from placement.tables import CorrectionReason, LedgerCause, LedgerEntry
from placement.tables.fairness import FARTHEST_KM, LONGEST_JOURNEY
from placement.tables.students import MOST_WISHES
from placement_api.schemas.base import Day, Given, Id, Number, Shown, Week, example

_UNMET: dict[str, JsonValue] = {"unitId": "unt_rehab", "rule": None, "fullRules": ["capacity"], "busy": False}
_ENTRY: dict[str, JsonValue] = {
    "id": "led_52aa",
    "placementId": "pla_0b77",
    "number": 1,
    "cause": "published",
    "correction": None,
    "recordedAt": "2026-11-30T09:00:00Z",
    "toldOn": "2026-11-30",
    "noticeDays": 49,
    "start": "2027-W03",
    "weeks": 5,
    "unitId": "unt_geriatrics",
    "unitName": "Tallgården",
    "minutes": 75,
    "longAfter": 60,
    "km": 28,
    "possibleWishes": 2,
    "wishRank": 1,
    "unmetWishes": [_UNMET],
}
_LINE: dict[str, JsonValue] = {**_ENTRY, "counts": True}
_TERM: dict[str, JsonValue] = {
    "termId": "trm_vt2027",
    "termCode": "VT2027",
    "firstWeek": "2027-W03",
    "placements": 1,
    "weeks": 5,
    "minutes": 75,
    "longWeeks": 5,
    "weeksAway": 0,
    "wishing": 1,
    "unmetWishes": 0,
    "lateNotices": 0,
    "veryLateNotices": 0,
    "lines": [_LINE],
}
_GIVEN: dict[str, JsonValue] = {"termId": "trm_vt2027", "termCode": "VT2027", "points": 100, "counted": 100}
_AHEAD: dict[str, JsonValue] = {
    "termId": "trm_ht2027",
    "termCode": "HT2027",
    "weight": 10,
    "formulaId": "bur_31c9",
    "settledOn": "2027-03-15",
    "settled": False,
    "points": 100,
    "terms": [_GIVEN],
}
_CORRECTION: dict[str, JsonValue] = {"placementId": "pla_0b77", "reason": "wrong-travel-time", "minutes": 55}


class UnmetWishShown(Shown):
    """A unit that was wished for more, and what stood in the way. En enhet som önskades mer, och vad som hindrade."""

    model_config = example(_UNMET)

    unit_id: str
    rule: str | None = Field(
        description="The first rule that leaves no week there, if one does. Den första regel som inte lämnar någon "
        "vecka där, om en gör det."
    )
    full_rules: list[str] = Field(
        description="Rules about what others had taken, at one start or another. Regler om vad andra hade tagit, vid "
        "den ena eller andra starten."
    )
    busy: bool = Field(
        description="Whether other placements of the student were in the way too; with neither, there was room. "
        "Om studentens andra placeringar också var i vägen; utan någotdera fanns det rum."
    )


class EntryShown(Shown):
    """A line of the ledger: what a placement cost its student when it was written. En rad i terminsboken."""

    model_config = example(_ENTRY)

    id: str
    placement_id: str
    number: int = Field(description="Of the lines of one placement, from 1. Bland placeringens rader, från 1.")
    cause: LedgerCause
    correction: CorrectionReason | None
    recorded_at: dt.datetime
    told_on: dt.date = Field(description="When the student was told. När studenten fick besked.")
    notice_days: int = Field(
        description="Days from then to the first Monday; late under 28, very late under 14. "
        "Dagar därifrån till första måndagen; sent under 28, mycket sent under 14."
    )
    start: Week
    weeks: int
    unit_id: str
    unit_name: str = Field(description="As it was then. Som det var då.")
    minutes: int = Field(description="Of the journey one way, as planned. För resan enkel väg, som planerad.")
    long_after: int = Field(
        description="More minutes than this made it a long journey. Fler minuter än så gjorde resan lång."
    )
    km: int = Field(
        description="As the crow flies, rounded up; more than 80 is away. Fågelvägen, uppåt; mer än 80 är borta."
    )
    possible_wishes: int = Field(
        description="Wished units that the rules allowed. Önskade enheter som reglerna tillät."
    )
    wish_rank: int = Field(
        description="How many of those come before the unit; all of them: none was met. "
        "Hur många av dem som kommer före enheten; alla: inget uppfylldes."
    )
    unmet_wishes: list[UnmetWishShown] | None = Field(
        description="The wishes before the unit, in their order; null where no plan gave the place. "
        "Önskemålen före enheten, i sin ordning; null där ingen plan gav platsen."
    )

    @classmethod
    def of(cls, entry: LedgerEntry) -> EntryShown:
        """Show a line."""
        return cls(**_values(entry))


class LedgerLineShown(EntryShown):
    """A line of the ledger, and whether it counts. En rad i terminsboken, och om den räknas."""

    model_config = example(_LINE)

    counts: bool = Field(
        description="The latest line of a placement that has not ended. "
        "Sista raden för en placering som inte har avslutats."
    )

    @classmethod
    def of_line(cls, line: Line) -> LedgerLineShown:
        """Show a line of an account."""
        return cls(**_values(line.entry), counts=line.counts)


class TermAccountShown(Shown):
    """What a term has cost a student: sums over the lines that count. Vad en termin har kostat en student."""

    model_config = example(_TERM)

    term_id: str
    term_code: str
    first_week: Week
    placements: int
    weeks: int
    minutes: int = Field(
        description="One way, the mean over the weeks, rounded down. Enkel väg, medel över veckorna, avrundat nedåt."
    )
    long_weeks: int = Field(description="Weeks with a long journey. Veckor med lång resa.")
    weeks_away: int = Field(description="Weeks more than 80 km away. Veckor mer än 80 km bort.")
    wishing: int = Field(description="Placements with possible wishes. Placeringar med möjliga önskemål.")
    unmet_wishes: int = Field(description="Of those, where none was met. Av dem, där inget uppfylldes.")
    late_notices: int = Field(description="Told later than four weeks before. Besked senare än fyra veckor före.")
    very_late_notices: int = Field(
        description="Of those, later than two weeks before. Av dem, senare än två veckor före."
    )
    lines: list[LedgerLineShown]

    @classmethod
    def of(cls, account: TermAccount) -> TermAccountShown:
        """Show a term of the ledger."""
        sums = {
            name: getattr(account, name)
            for name in cls.model_fields
            if name not in {"term_id", "term_code", "first_week", "lines"}
        }
        term = account.term
        lines = [LedgerLineShown.of_line(line) for line in account.lines]
        return cls(term_id=term.id, term_code=term.code, first_week=term.first_week, lines=lines, **sums)


class PointsGiven(Shown):
    """What an earlier term gives. Vad en tidigare termin ger."""

    model_config = example(_GIVEN)

    term_id: str
    term_code: str
    points: int = Field(description="By the formula, at most its limit. Enligt formeln, högst dess gräns.")
    counted: int = Field(
        description="The share of them that is kept this many terms later. "
        "Den del som är kvar så många terminer senare."
    )


class PointsAhead(Shown):
    """A student's points for a term that is not over. En students poäng för en termin som inte är slut."""

    model_config = example(_AHEAD)

    term_id: str
    term_code: str
    weight: int = Field(
        description="What the term's plan makes of 1,000 points; 0: nothing. "
        "Vad terminens plan gör av 1 000 poäng; 0: ingenting."
    )
    formula_id: str | None = Field(
        description="The formula that applies; null: none, so no points. "
        "Formeln som gäller; null: ingen, så inga poäng."
    )
    settled_on: dt.date = Field(
        description="The last day for requests; what is written later does not count. "
        "Sista dag för begäran; det som skrivs senare räknas inte."
    )
    settled: bool = Field(description="Whether that day has passed. Om den dagen har passerat.")
    points: int
    terms: list[PointsGiven] = Field(description="The latest term first. Den senaste terminen först.")

    @classmethod
    def of(cls, ahead: Ahead) -> PointsAhead:
        """Show the points for a term."""
        carried, term = ahead.carried, ahead.carried.term
        return cls(
            term_id=term.id,
            term_code=term.code,
            weight=term.weight_carried_burden,
            formula_id=None if carried.formula is None else carried.formula.id,
            settled_on=term.requests_by,
            settled=ahead.settled,
            points=carried.points,
            terms=[
                PointsGiven(term_id=each.term.id, term_code=each.term.code, points=each.points, counted=each.counted)
                for each in carried.terms
            ],
        )


class LedgerShown(Shown):
    """A student's ledger, term by term, and the points that it gives. En students terminsbok, och dess poäng."""

    model_config = example({"studentId": "stu_1f3a", "terms": [_TERM], "points": [_AHEAD]})

    student_id: str
    terms: list[TermAccountShown] = Field(description="The latest first. Den senaste först.")
    points: list[PointsAhead] = Field(description="For terms that are not over. För terminer som inte är slut.")

    @classmethod
    def of(cls, account: Account) -> LedgerShown:
        """Show an account."""
        return cls(
            student_id=account.student_id,
            terms=[TermAccountShown.of(term) for term in account.terms],
            points=[PointsAhead.of(ahead) for ahead in account.ahead],
        )


class CorrectionGiven(Given):
    """A correction of a placement's latest line; what is left out stays as it is. En rättelse av den senaste raden."""

    model_config = example(_CORRECTION)

    placement_id: Id
    reason: CorrectionReason
    minutes: Annotated[int, Field(ge=0, le=LONGEST_JOURNEY), Number] | None = None
    km: Annotated[int, Field(ge=0, le=FARTHEST_KM), Number] | None = None
    told_on: Day | None = None
    possible_wishes: Annotated[int, Field(ge=0, le=MOST_WISHES), Number] | None = None
    wish_rank: Annotated[int, Field(ge=0, le=MOST_WISHES), Number] | None = None

    def values(self) -> dict[str, Any]:
        """Return the values that are corrected."""
        return self.model_dump(exclude={"placement_id", "reason"}, exclude_none=True)


def _values(entry: LedgerEntry) -> dict[str, Any]:
    """Return what is shown of a line."""
    shown = {name: getattr(entry, name) for name in EntryShown.model_fields.keys() - {"notice_days", "unmet_wishes"}}
    return {**shown, "notice_days": notice_of(entry), "unmet_wishes": _unmet(entry)}


def _unmet(entry: LedgerEntry) -> list[UnmetWishShown] | None:
    """Return what stood in the way of each wish before the unit."""
    if entry.unmet_wishes is None:
        return None
    return [
        UnmetWishShown(unit_id=each["unit"], rule=each["rule"], full_rules=each["full"], busy=each["busy"])
        for each in entry.unmet_wishes
    ]
