"""Schemas of wishes: how students rank the sites of a round, what priority they claim, and with whom they pair."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, JsonValue

from placement.site_choice.wishes import PairStatus, WishRecord
from placement.tables import MOST_CLASSES, MOST_SITES
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Number, Switch, example

_WISH: dict[str, JsonValue] = {
    "ranking": ["sit_kalmar", "sit_linkoping", "sit_norrkoping", "sit_jonkoping"],
    "priorityRank": None,
    "partnerId": "stu_2a9d",
}
Ranking = Annotated[list[Id], Field(min_length=1, max_length=MOST_SITES)]


class SiteWishGiven(Given):
    """A student's wish. En students önskemål."""

    model_config = example(_WISH)

    ranking: Ranking = Field(description="All sites, the best first. Alla orter, den bästa först.")
    priority_rank: Annotated[int, Field(ge=1, le=MOST_CLASSES), Number] | None = Field(
        None,
        description="The rank of the priority class that is claimed, without the reason. "
        "Rangen för den förtursklass som begärs, utan skäl.",
    )
    partner_id: Id | None = Field(
        None,
        description="The student to be placed together with; both name each other and send the same ranking. "
        "Den student som ska till samma ort; båda anger varandra och skickar samma rangordning.",
    )


class ClaimAnswered(Given):
    """The answer to a claim of a priority. Svaret på en begäran om förtur."""

    model_config = example({"granted": True})

    granted: Switch


class SiteWishShown(Changeable):
    """A student's wish, as it counts now. En students önskemål, som det räknas nu."""

    model_config = example(
        {
            "id": "swi_77ab",
            "version": 1,
            "roundId": "srd_1f0c",
            "studentId": "stu_1f0c",
            **_WISH,
            "granted": None,
            "pairStatus": "one-sided",
            "pairText": "no pair yet: the other student has not named this student",
            "warning": None,
            "sentAt": "2027-03-08T09:30:00Z",
        }
    )

    round_id: str
    student_id: str
    ranking: list[str]
    priority_rank: int | None
    granted: bool | None = Field(
        description="Whether the claimed priority is granted; null while there is no answer. "
        "Om den begärda förturen är beviljad; null så länge svar saknas."
    )
    partner_id: str | None
    pair_status: PairStatus
    pair_text: str = Field(
        description="What has become of the wish for a pair, in words. Vad parönskemålet blir, i ord."
    )
    warning: str | None = Field(
        description="What the claimed priority will do although another site is ranked first; null if nothing needs "
        "to be said. Vad den begärda förturen gör fast en annan ort står först; null om inget behöver sägas."
    )
    sent_at: dt.datetime

    @classmethod
    def of(cls, record: WishRecord, language: str) -> Self:
        """Show a wish with what has become of its pair."""
        words, warning = record.pair.words, record.warning
        return cls(
            **record.wish.model_dump(exclude={"priority_id"}),
            priority_rank=record.priority_rank,
            pair_status=record.pair,
            pair_text=words.sv if language == "sv" else words.en,
            warning=None if warning is None else warning.sv if language == "sv" else warning.en,
        )


class WishFilter(Paging):
    """Which part of the wishes. Vilken del av önskemålen."""
