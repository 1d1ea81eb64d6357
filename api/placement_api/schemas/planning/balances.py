"""Schemas of balances: what each agreement asks in a term, and what it has been given."""

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
    """The student-weeks of one profession under an agreement. Ett yrkes studentveckor under ett avtal."""

    model_config = example(_TALLY)

    profession: str
    asked: int = Field(
        description="Asked for by the lärosäte of units of these kinds, under whichever agreement it will be met. "
        "Begärt av lärosätet hos enheter av dessa slag, under vilket avtal det än tillgodoses."
    )
    offered: int = Field(
        description="Open to the lärosäte, perhaps to others too. Öppet för lärosätet, kanske för fler."
    )
    in_force: int = Field(description="Placed, and still to come. Placerat, men inte fullgjort.")
    completed: int = Field(description="Carried out, passed or failed. Genomfört, godkänt eller inte.")
    cancelled_late: int = Field(
        description="Ended less than four weeks before the start. Upphört mindre än fyra veckor före start."
    )


class BalanceShown(Shown):
    """An agreement in a term, in student-weeks. Ett avtal en termin, i studentveckor."""

    model_config = example(
        {
            "id": "agr_ki_nacka",
            "institutionId": "org_ki",
            "providerId": "org_nacka",
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

    id: str = Field(description="The agreement's. Avtalets.")
    institution_id: str
    provider_id: str
    valid_from: dt.date
    ends_on: dt.date | None = Field(description="Its last day, notice counted. Sista dagen, uppsägning inräknad.")
    min_student_weeks: int
    max_student_weeks: int | None
    asked: int
    offered: int = Field(description="A place open to several professions counts once. En plats räknas en gång.")
    in_force: int
    completed: int
    cancelled_late: int
    share_of_floor: float | None = Field(
        description="In force and completed, of the floor; null without one. Andel av golvet; null utan golv."
    )
    share_of_asked: float | None = Field(
        description="In force and completed, of what is asked; null where nothing is. Andel av det begärda."
    )
    professions: list[TallyShown]

    @classmethod
    def of(cls, balance: Balance) -> BalanceShown:
        """Show a balance with its sums and shares."""
        row, volume, tallies = balance.agreement, balance.volume, balance.professions
        floor = 0 if volume is None else volume.min_student_weeks
        asked = sum(tally.asked for tally in tallies)
        in_force, completed = sum(tally.in_force for tally in tallies), sum(tally.completed for tally in tallies)
        return cls(
            id=row.id,
            institution_id=row.institution_id,
            provider_id=row.provider_id,
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
            share_of_asked=_share(in_force + completed, asked),
            professions=[TallyShown.model_validate(tally) for tally in tallies],
        )


def _share(part: int, whole: int) -> float | None:
    """Return a share to four decimals; of nothing there is none."""
    return round(part / whole, 4) if whole else None


class BalanceFilter(Paging):
    """Which agreements. Vilka avtal."""

    institution_id: Id | None = Field(None, description="With one lärosäte. Med ett lärosäte.")
    provider_id: Id | None = Field(None, description="With one provider. Med en vårdgivare.")
    sort: str | None = sorting("institutionId", "providerId", "validFrom", "id")
