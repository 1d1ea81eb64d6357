"""Schemas of outcomes: the draw, each student's receipt, late students, and the comparison with the optimum."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import Field, JsonValue

from placement.site_choice.phases import DrawRecord
from placement.site_choice.receipts import ReceiptRecord
from placement_api.paging import Paging
from placement_api.schemas.base import Given, Id, Name, Shown, example
from placement_api.schemas.sheets import Form
from placement_api.schemas.site_choice.wishes import Ranking
from placement_solver.site_choice.optimum import Comparison, Tally

_TALLY: dict[str, JsonValue] = {
    "choices": [81, 13, 4, 2],
    "unranked": 0,
    "totalRank": 127,
    "pairsApart": 0,
}


class LateStudentGiven(Given):
    """A student who comes after the draw. En student som kommer efter lottningen."""

    model_config = example(
        {
            "studentId": "stu_9c41",
            "ranking": ["sit_kalmar", "sit_linkoping", "sit_norrkoping", "sit_jonkoping"],
            "decidedBy": "Ada Lind",
        }
    )

    student_id: Id
    ranking: Ranking = Field(description="All sites, the best first. Alla orter, den bästa först.")
    decided_by: Name | None = Field(
        None,
        description="Who decided it; the token's label if left out. "
        "Vem som beslutat; åtkomstnyckelns namn om det utelämnas.",
    )


class DepartureGiven(Given):
    """A student who has left the programme. En student som har lämnat programmet."""

    model_config = example({"studentId": "stu_1f0c"})

    student_id: Id


class SiteDrawShown(Shown):
    """A round's draw, to be repeated by anyone. Ett studieortsvals lottning, som vem som helst kan göra om.

    The SHA-256 of the seed is `seedSha256`. The student with the lowest SHA-256 (hexadecimal) of
    `<seed>:<student id>` got number 1. Fröets SHA-256 är `seedSha256`. Den student som hade det lägsta
    SHA-256-värdet av `<frö>:<studentens id>` fick nummer 1.
    """

    model_config = example(
        {
            "seedSha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "seed": "qwmzkvdxhtbnyrlcjpsgfoeaiuqwmzkvdxhtbnyr",
            "students": ["stu_2a9d", "stu_1f0c"],
        }
    )

    seed_sha256: str
    seed: str
    students: list[str] = Field(description="In the order of their numbers. I den ordning som numren har.")

    @classmethod
    def of(cls, record: DrawRecord) -> Self:
        """Show a draw."""
        return cls(seed_sha256=record.seed_sha256, seed=record.seed, students=list(record.students))


class SiteReceiptShown(Shown):
    """What a student met when the turn came. Vad en student mötte när turen kom."""

    model_config = example(
        {
            "roundId": "srd_1f0c",
            "studentId": "stu_1f0c",
            "externalId": "liu-7f3a91",
            "number": 41,
            "place": 39,
            "siteId": "sit_linkoping",
            "siteName": "Linköping",
            "rank": 2,
            "ranking": ["sit_kalmar", "sit_linkoping", "sit_norrkoping", "sit_jonkoping"],
            "openSites": ["sit_jonkoping", "sit_linkoping", "sit_norrkoping"],
            "fullSites": ["sit_kalmar"],
            "closedSites": [],
            "priorityRank": None,
            "byPriority": False,
            "partnerId": None,
            "apart": False,
            "late": False,
            "leftOn": None,
            "textSv": "Ditt nummer var 41 av 108. När det blev din tur fanns ingen plats kvar i Kalmar. "
            "Du fick Linköping, ditt andra val.",
            "textEn": "Your number was 41 of 108. When your turn came no place was left in Kalmar. "
            "You got Linköping, your second choice.",
        }
    )

    round_id: str
    student_id: str
    external_id: str | None = Field(
        description="Only the student's lärosäte sees it; null for others. "
        "Bara lärosätet ser uppgiften; null för andra."
    )
    number: int = Field(description="The lottery number. Lottnumret.")
    place: int = Field(description="The turn's place in the round, from 1. Turens plats i valet, från 1.")
    site_id: str
    site_name: str
    rank: int | None = Field(
        description="Which of the wishes it was; null without a ranking. Vilket val det var; null utan rangordning."
    )
    ranking: list[str]
    open_sites: list[str]
    full_sites: list[str] = Field(description="No place was left there. Där fanns ingen plats kvar.")
    closed_sites: list[str] = Field(
        description="There were places, but the students left were needed for other sites' floors. "
        "Det fanns platser, men studenterna som var kvar behövdes för andra orters golv."
    )
    priority_rank: int | None
    by_priority: bool
    partner_id: str | None
    apart: bool
    late: bool
    left_on: dt.date | None
    text_sv: str
    text_en: str

    @classmethod
    def of(cls, record: ReceiptRecord) -> Self:
        """Show a receipt in both languages."""
        return cls(
            **record.turn.model_dump(exclude={"priority_id"}),
            external_id=record.external_id,
            site_name=record.site_name,
            open_sites=list(record.open_sites),
            priority_rank=record.priority.rank if record.priority else None,
            text_sv=record.words.sv,
            text_en=record.words.en,
        )


class ReceiptFilter(Paging):
    """Which part of the receipts. Vilken del av beskeden."""


class ReceiptSheet(Given):
    """The sheet of receipts that is wanted. Önskat kalkylblad med besked."""

    format: Form = Field(Form.XLSX, description="CSV for systems, XLSX for Excel. CSV för system, XLSX för Excel.")


class SiteTallyShown(Shown):
    """What an allocation gives. Vad en fördelning ger."""

    choices: list[int] = Field(
        description="How many got their first choice, their second, and so on. "
        "Hur många som fick sitt första val, sitt andra, och så vidare."
    )
    unranked: int = Field(description="How many had ranked nothing. Hur många som inte hade rangordnat.")
    total_rank: int = Field(
        description="The sum of the ranks: a first choice counts 1. Summan av rangerna: ett första val räknas som 1."
    )
    pairs_apart: int

    @classmethod
    def of_tally(cls, tally: Tally) -> Self:
        """Show what an allocation gives."""
        return cls(
            choices=list(tally.choices),
            unranked=tally.unranked,
            total_rank=tally.total_rank,
            pairs_apart=tally.pairs_apart,
        )


class SiteComparisonShown(Shown):
    """A round's turns beside the optimum by wishes alone, proven. Valets utfall bredvid det bästa efter önskemål.

    The optimum keeps quotas, floors and pairs, and knows no priority and no lottery.
    Det bästa utfallet håller kvoter, golv och par, och känner inte till förtur och lottning.
    """

    model_config = example(
        {
            "rule": _TALLY,
            "optimum": {**_TALLY, "choices": [82, 18, 0, 0], "totalRank": 118},
            "cost": 9,
            "gain": 7,
            "lose": 5,
            "same": 88,
        }
    )

    rule: SiteTallyShown
    optimum: SiteTallyShown
    cost: int = Field(
        description="How much higher the rule's sum of ranks is. Hur mycket högre regelns summa av ranger är."
    )
    gain: int = Field(
        description="How many would get a better choice in the optimum. Hur många som skulle få ett bättre val."
    )
    lose: int = Field(description="How many would get a worse one. Hur många som skulle få ett sämre.")
    same: int

    @classmethod
    def of(cls, found: Comparison) -> Self:
        """Show a comparison."""
        return cls(
            rule=SiteTallyShown.of_tally(found.rule),
            optimum=SiteTallyShown.of_tally(found.optimum),
            cost=found.rule.total_rank - found.optimum.total_rank,
            gain=found.gain,
            lose=found.lose,
            same=found.same,
        )
