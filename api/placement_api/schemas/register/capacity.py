"""Schemas of capacity: the places that a unit offers in a term, week by week."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, Field, JsonValue

from placement.refusals import refused
from placement.register.capacity import Offer
from placement.tables import DeclineReason, OfferStatus
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Count, Given, Id, Ids, Professions, Shown, Week, example
from placement_api.sorting import sorting

_OFFER: dict[str, JsonValue] = {
    "termId": "trm_vt2027",
    "unitId": "unt_geriatrics",
    "professions": ["nurse"],
    "institutions": None,
    "status": "answered",
    "declineReason": None,
    "weeks": [{"week": "2027-W03", "places": 2}, {"week": "2027-W04", "places": 2}],
}


class WeekOfPlaces(Given):
    """The number of places in a week. Antal platser en vecka."""

    week: Week
    places: Count | None = Field(description="null: the week is not offered. null: veckan erbjuds inte.")


def _one_row_a_week(weeks: list[WeekOfPlaces]) -> list[WeekOfPlaces]:
    """Refuse a repeated week."""
    if len({row.week for row in weeks}) < len(weeks):
        raise refused("varje vecka får finnas bara en gång", "each week may occur only once")
    return weeks


class OfferGiven(Given):
    """A unit's answer about a term: places, no, or not answered. En enhets besked om platser en termin."""

    model_config = example(_OFFER)

    term_id: Id
    unit_id: Id
    professions: Professions
    institutions: Annotated[Ids, Field(min_length=1)] | None = Field(
        None,
        description="Reserved for these lärosäten; null: open to all. "
        "Reserverat för dessa lärosäten; null: öppet för alla.",
    )
    status: OfferStatus = OfferStatus.ANSWERED
    decline_reason: DeclineReason | None = Field(None, description="Why the unit declines. Varför enheten tackar nej.")
    weeks: Annotated[list[WeekOfPlaces], Field(max_length=60), AfterValidator(_one_row_a_week)] = Field(
        default=[],
        description="A week that is left out is not offered; in a change it keeps its places. "
        "En vecka som utelämnas erbjuds inte; vid en ändring behåller den sina platser.",
    )

    def values(self) -> dict[str, Any]:
        """Return every field by its name in the database, with places by week."""
        return self._with_weeks(self.model_dump())

    def _with_weeks(self, values: dict[str, Any]) -> dict[str, Any]:
        """Replace the list of weeks with a mapping from week to places."""
        if "weeks" in values:
            values["weeks"] = {row.week: row.places for row in self.weeks}
        return values


class OfferChange(OfferGiven, Change):
    """The fields of an offer to change. De uppgifter i erbjudandet som ska ändras."""

    model_config = example({"status": "declined", "declineReason": "no-supervisor"})

    def changes(self) -> dict[str, Any]:
        """Return the fields that the caller sent, with places by week."""
        return self._with_weeks(super().changes())


class PlacesShown(Shown):
    """The number of places in a week. Antal platser en vecka."""

    week: Week
    places: int


class OfferShown(Changeable):
    """An offer of places. Ett platserbjudande."""

    model_config = example(
        {
            "id": "off_geriatrics",
            "version": 1,
            **_OFFER,
            "answeredAt": "2026-10-20T08:30:00Z",
            "synthetic": False,
        }
    )

    term_id: str
    unit_id: str
    professions: list[str]
    institutions: list[str] | None
    status: OfferStatus
    decline_reason: DeclineReason | None
    weeks: list[PlacesShown]
    answered_at: dt.datetime | None
    synthetic: bool

    @classmethod
    def of(cls, offer: Offer) -> OfferShown:
        """Show an offer with its weeks."""
        return cls(
            institutions=None if offer.institutions is None else list(offer.institutions),
            weeks=[PlacesShown(week=week, places=places) for week, places in offer.weeks.items()],
            **offer.row.model_dump(exclude={"every_institution"}),
        )


class OfferFilter(Paging):
    """Which offers to list. Vilka erbjudanden som ska listas."""

    term_id: Id | None = Field(None, description="For one term. För en viss termin.")
    unit_id: Id | None = Field(None, description="Of one unit. Från en viss enhet.")
    provider_id: Id | None = Field(None, description="Of one provider. Från en viss huvudman.")
    status: OfferStatus | None = Field(None, description="With one status. Med en viss status.")
    sort: str | None = sorting("unitId", "termId", "status", "declineReason", "answeredAt", "id")
