"""Schemas of balances: what is requested, offered and given under each agreement in a term."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.planning.balances import Balance
from placement.tables import ends_on
from placement_api.paging import Paging
from placement_api.schemas.base import Id, Shown, example
from placement_api.sorting import sorting

_TALLY: dict[str, JsonValue] = {
    "profession": "nurse",
    "asked": 900,
    "offered": 620,
    "inForce": 300,
    "completed": 85,
    "cancelledLate": 10,
}


class TallyShown(Shown):
    """One profession's student-weeks under an agreement. Ett yrkes studentveckor under ett avtal."""

    model_config = example(_TALLY)

    profession: str
    asked: int = Field(
        description="Requested by the lärosäte in courses that the agreement's units fit, whichever agreement "
        "meets the requests. "
        "Begärt av lärosätet i kurser som avtalets enheter passar för, oavsett vilket avtal som uppfyller begäran."
    )
    offered: int = Field(
        description="Offered to the lärosäte, possibly to others too, also the places that another term has taken. "
        "Erbjudet lärosätet, eventuellt även andra, också de platser som en annan termin har tagit."
    )
    in_force: int = Field(
        description="Placed but not yet completed, in the weeks of the term, whichever term the placement belongs to. "
        "Placerat men inte genomfört, under terminens veckor, oavsett vilken termin placeringen hör till."
    )
    completed: int = Field(
        description="Completed, passed or failed, in the weeks of the term, whichever term the placement belongs to. "
        "Genomfört, godkänt eller underkänt, under terminens veckor, oavsett vilken termin placeringen hör till."
    )
    cancelled_late: int = Field(
        description="Ended less than four weeks before the start. Avslutat mindre än fyra veckor före start."
    )


class BalanceShown(Shown):
    """An agreement's balance in a term, in student-weeks. Ett avtals balans en termin, i studentveckor."""

    model_config = example(
        {
            "id": "agr_ki_nacka",
            "institutionId": "org_ki",
            "institutionName": "Karolinska Institutet",
            "providerId": "org_nacka",
            "providerName": "Nacka Municipality",
            "validFrom": "2025-01-01",
            "endsOn": None,
            "minStudentWeeks": 400,
            "maxStudentWeeks": 700,
            "asked": 900,
            "offered": 620,
            "inForce": 300,
            "completed": 85,
            "cancelledLate": 10,
            "shareOfFloor": 0.9625,
            "shareOfAsked": 0.4278,
            "professions": [_TALLY],
        }
    )

    id: str = Field(description="The agreement's id. Avtalets id.")
    institution_id: str
    institution_name: str
    provider_id: str
    provider_name: str
    valid_from: dt.date
    ends_on: dt.date | None = Field(
        description="The last day, taking notice into account. Sista dagen, med hänsyn till uppsägning."
    )
    min_student_weeks: int
    max_student_weeks: int | None
    asked: int
    offered: int = Field(
        description="A place offered to several professions is counted once, also where another term has taken it; the "
        "report of a run counts only what other terms have left. "
        "En plats som erbjuds flera yrken räknas en gång, också om en annan termin har tagit den; en körnings rapport "
        "räknar bara det som andra terminer har lämnat."
    )
    in_force: int
    completed: int
    cancelled_late: int
    share_of_floor: float | None = Field(
        description="In force and completed, as a share of the floor; null without a floor. "
        "Gällande och genomfört som andel av golvet; null utan golv."
    )
    share_of_asked: float | None = Field(
        description="In force and completed of the term's own placements, as a share of what is requested in the term; "
        "null if nothing is. "
        "Gällande och genomfört av terminens egna placeringar som andel av det begärda i terminen; null om inget är "
        "begärt."
    )
    professions: list[TallyShown]

    @classmethod
    def of(cls, balance: Balance, language: str) -> BalanceShown:
        """Show a balance with its sums and shares, its parties named in a language, ``sv`` or ``en``."""
        row, volume, tallies = balance.agreement, balance.volume, balance.professions
        floor = 0 if volume is None else volume.min_student_weeks
        asked = sum(tally.asked for tally in tallies)
        in_force, completed = sum(tally.in_force for tally in tallies), sum(tally.completed for tally in tallies)
        return cls(
            id=row.id,
            institution_id=row.institution_id,
            institution_name=getattr(balance.institution_name, language),
            provider_id=row.provider_id,
            provider_name=getattr(balance.provider_name, language),
            valid_from=row.valid_from,
            ends_on=ends_on(row),
            min_student_weeks=floor,
            max_student_weeks=None if volume is None else volume.max_student_weeks,
            asked=asked,
            offered=balance.offered,
            in_force=in_force,
            completed=completed,
            cancelled_late=sum(tally.cancelled_late for tally in tallies),
            share_of_floor=_share(in_force + completed, floor),
            share_of_asked=_share(balance.own, asked),
            professions=[TallyShown.model_validate(tally) for tally in tallies],
        )


def _share(part: int, whole: int) -> float | None:
    """Return a share with four decimals; None if the whole is 0."""
    return round(part / whole, 4) if whole else None


class BalanceFilter(Paging):
    """Which agreements to list. Vilka avtal som ska listas."""

    institution_id: Id | None = Field(None, description="With one lärosäte. Med ett visst lärosäte.")
    provider_id: Id | None = Field(None, description="With one provider. Med en viss huvudman.")
    sort: str | None = sorting("institutionId", "providerId", "validFrom", "id")
