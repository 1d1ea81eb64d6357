"""Schemas of site rounds: a cohort's choice of sites, with its quotas and priority classes as data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, JsonValue

from placement.site_choice.measuring import QuotaRecord, RoundRecord
from placement.tables import MOST_CLASSES, MOST_SITES, PriorityEffect, QuotaKind, SiteRoundStatus
from placement_api.paging import Paging
from placement_api.schemas.base import (
    MOST,
    Change,
    Changeable,
    Count,
    Day,
    Different,
    Given,
    Id,
    Name,
    Number,
    Shown,
    example,
)
from placement_api.sorting import sorting

_QUOTAS: list[JsonValue] = [
    {"siteId": "sit_umea", "kind": "rest", "number": None, "floor": 0, "ceiling": None},
    {"siteId": "sit_sunderbyn", "kind": "rest", "number": None, "floor": 10, "ceiling": None},
    {"siteId": "sit_sundsvall", "kind": "rest", "number": None, "floor": 10, "ceiling": None},
    {"siteId": "sit_ostersund", "kind": "rest", "number": None, "floor": 10, "ceiling": None},
]
_CLASS: dict[str, JsonValue] = {
    "rank": 1,
    "nameSv": "Särskilda skäl som har beviljats",
    "nameEn": "Special reasons that have been granted",
    "effect": "first-choice",
    "sites": None,
}
_ROUND: dict[str, JsonValue] = {
    "cohortId": "coh_lak5",
    "fromTermId": "trm_ht2027",
    "opensOn": "2027-03-01",
    "closesOn": "2027-03-31",
}


class SiteQuotaGiven(Given):
    """How many students a site takes. Hur många studenter en studieort tar emot."""

    model_config = example({"siteId": "sit_kalmar", "kind": "share", "number": 20, "floor": 0, "ceiling": None})

    site_id: Id
    kind: QuotaKind = Field(
        description="A share of the round, a fixed number, or the rest: as many as want it, but for those whom the "
        "floors of the other sites need. En andel av valet, ett fast antal, eller resten: så många som vill dit, utom "
        "dem som de andra orternas golv behöver."
    )
    number: Annotated[int, Field(ge=1, le=MOST), Number] | None = Field(
        None, description="The share or the fixed number; none for the rest. Andelen eller antalet; inget för resten."
    )
    floor: Count = Field(0, description="At least so many. Minst så många.")
    ceiling: Count | None = Field(None, description="At most so many, whatever the share. Högst så många.")


class SitePriorityGiven(Given):
    """A priority class, as the programme's rules have it. En förtursklass, som programmets regler anger den."""

    model_config = example(_CLASS)

    rank: Annotated[int, Field(ge=1, le=MOST_CLASSES), Number] = Field(
        description="Its place in the written order; 1 goes first. Dess plats i den skrivna ordningen; 1 går först."
    )
    name_sv: Name
    name_en: Name
    effect: PriorityEffect = Field(
        description="The first choice among all sites, or priority to certain sites, which a student who claims it "
        "then gets if one is open. Att välja först bland alla orter, eller företräde till vissa orter, som den som "
        "begär det då får om någon är öppen."
    )
    sites: Annotated[list[Id], Field(min_length=1, max_length=MOST_SITES), Different] | None = None


class SiteRoundGiven(Given):
    """A cohort's choice of sites to set up. Ett studieortsval att lägga upp för en kull."""

    model_config = example({**_ROUND, "quotas": _QUOTAS, "priorities": [_CLASS]})

    cohort_id: Id
    from_term_id: Id = Field(description="The term from which the sites hold. Terminen som orterna gäller från.")
    opens_on: Day = Field(description="The first day for wishes. Första dagen för önskemål.")
    closes_on: Day = Field(description="The last day for wishes, included. Sista dagen för önskemål, den inräknad.")
    quotas: Annotated[list[SiteQuotaGiven], Field(min_length=1, max_length=MOST_SITES)]
    priorities: list[SitePriorityGiven] = Field(default_factory=list, max_length=MOST_CLASSES)


class SiteRoundChange(SiteRoundGiven, Change):
    """The fields of a planned round to change; of an open one only a later last day. De uppgifter som ska ändras."""

    model_config = example({"closesOn": "2027-04-07"})

    def changes(self) -> dict[str, Any]:
        """Return the fields that the caller sent, each list whole."""
        return {name: value for name, value in self.model_dump().items() if name in self.model_fields_set}


class SiteRoundCancelled(Given):
    """Why a round is cancelled. Varför ett studieortsval ställs in."""

    model_config = example({"because": "Två kullar slås ihop."})

    because: Annotated[Name, Field(description="It stays to be seen. Det syns även efteråt.")]


class SiteRoundDecided(Given):
    """Who decides that the outcome holds. Vem som beslutar att utfallet gäller."""

    model_config = example({"decidedBy": "Ada Lind"})

    decided_by: Name | None = Field(
        None,
        description="Who decided it; the token's label if left out. "
        "Vem som beslutat; åtkomstnyckelns namn om det utelämnas.",
    )


class SiteQuotaShown(Shown):
    """A site's quota, and what it comes to now. En studieorts kvot, och vad den blir nu."""

    site_id: str
    site_name: str
    kind: QuotaKind
    number: int | None
    floor: int
    ceiling: int | None
    places_by_size: int = Field(
        description="At most so many, by the cohort's stated size. Högst så många, efter kullens angivna storlek."
    )
    places_by_students: int = Field(
        description="At most so many, by those who take part now. Högst så många, efter dem som deltar nu."
    )
    taken: int = Field(description="How many have the site in this round. Hur många som har orten i det här valet.")
    vacancies: int | None = Field(
        description="How many more it could take if one came late; null before the draw. "
        "Hur många fler den kunde ta om någon kom sent; null före lottningen."
    )

    @classmethod
    def of(cls, record: QuotaRecord) -> Self:
        """Show a quota as it stands."""
        return cls(
            **record.quota.model_dump(include={"site_id", "kind", "number", "floor", "ceiling"}),
            site_name=record.site_name,
            places_by_size=record.by_size.most,
            places_by_students=record.by_students.most,
            taken=record.taken,
            vacancies=record.vacancies,
        )


class SitePriorityShown(Shown):
    """A priority class of a round. En förtursklass i ett studieortsval."""

    rank: int
    name_sv: str
    name_en: str
    effect: PriorityEffect
    sites: list[str] | None


class SiteRoundShown(Changeable):
    """A cohort's choice of sites, as it stands. Ett studieortsval, som det står nu."""

    model_config = example(
        {
            "id": "srd_1f0c",
            "version": 2,
            **_ROUND,
            "institutionId": "org_umu",
            "status": "open",
            "seedSha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "seed": None,
            "openedAt": "2027-02-22T08:00:00Z",
            "drawnAt": None,
            "decidedAt": None,
            "decidedBy": None,
            "cancelledBecause": None,
            "size": 100,
            "students": 100,
            "wishes": 88,
            "claimsToAnswer": 1,
            "quotas": [
                {
                    **quota,
                    "siteName": name,
                    "placesBySize": places,
                    "placesByStudents": places,
                    "taken": 0,
                    "vacancies": None,
                }
                for quota, name, places in zip(
                    _QUOTAS, ("Umeå", "Sunderbyn", "Sundsvall", "Östersund"), (70, 80, 80, 80), strict=True
                )
                if isinstance(quota, dict)
            ],
            "priorities": [_CLASS],
        }
    )

    cohort_id: str
    institution_id: str
    from_term_id: str
    opens_on: dt.date
    closes_on: dt.date
    status: SiteRoundStatus
    seed_sha256: str | None = Field(
        description="The digest of the seed, published when the round opens. "
        "Fröets fingeravtryck, som visas när valet öppnar."
    )
    seed: str | None = Field(description="The seed, opened by the draw. Fröet, som öppnas när valet lottas.")
    opened_at: dt.datetime | None
    drawn_at: dt.datetime | None
    decided_at: dt.datetime | None
    decided_by: str | None
    cancelled_because: str | None
    size: int = Field(description="The cohort's stated size. Kullens angivna storlek.")
    students: int = Field(description="How many take part now. Hur många som deltar nu.")
    wishes: int = Field(description="How many have sent their wishes. Hur många som har skickat önskemål.")
    claims_to_answer: int = Field(
        description="Claims of a priority without an answer. Begäran om förtur som saknar svar."
    )
    quotas: list[SiteQuotaShown]
    priorities: list[SitePriorityShown]

    @classmethod
    def of(cls, record: RoundRecord) -> Self:
        """Show a round; the seed of one that has not been drawn is nobody's to see."""
        row = record.round
        own: Mapping[str, Any] = row.model_dump(exclude={"seed"})
        return cls(
            **own,
            seed=row.seed if row.drawn_at is not None else None,
            institution_id=record.institution_id,
            size=record.size,
            students=record.students,
            wishes=record.wishes,
            claims_to_answer=record.claims_to_answer,
            quotas=[SiteQuotaShown.of(quota) for quota in record.quotas],
            priorities=[SitePriorityShown.model_validate(priority) for priority in record.priorities],
        )


class SiteRoundFilter(Paging):
    """Which rounds to list. Vilka studieortsval som ska listas."""

    cohort_id: Id | None = Field(None, description="Of one cohort. För en viss kull.")
    status: SiteRoundStatus | None = Field(None, description="With one status. Med en viss status.")
    sort: str | None = sorting("closesOn", "opensOn", "status", "cohortId", "id")
