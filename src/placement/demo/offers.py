"""Offers: what each unit answers for each profession, week by week; some units decline, some have not answered."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placement.demo.dice import draw_id, round_evenly
from placement.tables import (
    CapacityOffer,
    DeclineReason,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Row,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from numpy.typing import NDArray

    from placement.demo.demand import Demand, Loads
    from placement.demo.organisations import Parties
    from placement.demo.units import Place

SILENT_MUNICIPALITIES = ("0140", "0187")
"""Municipalities where no unit has answered: Nykvarn and Vaxholm."""
RELUCTANT_MUNICIPALITIES = {"0125": 0.7, "0191": 0.4}
"""Municipalities where a given share of the units declines: Ekerö and Sigtuna."""
UNANSWERED = 0.06
DECLINED = 0.05
SAYS_NO_RATHER_THAN_NOTHING = 0.15
"""The share of the units not needed for a profession that decline; the others are not asked."""

ROOM = 1.35
SCARCE_ROOM = {"delivery": 0.92, "psychiatry": 0.9, "psychiatry-clinic": 0.9, "intensive-care": 0.9}
"""Places in the busiest week for each student expected then; some kinds are known to have too few."""

HOLIDAY_WEEKS = (6, 9, 10)
"""Weeks of the term with fewer places: the county's winter sports week and the two around Easter 2027."""
FEWER_IN_HOLIDAYS = 0.2
OPENS_LATE = 0.04
CLOSES_EARLY = 0.04
KEPT_FOR_ONE = 0.05
CEILINGS = 0.3
CEILING_OF_SUM = 0.8


@dataclass(frozen=True, slots=True)
class Opening:
    """The places that a unit opens for students of a profession: one number for each week."""

    place: Place
    profession: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """The places offered, and the rows to store."""

    openings: list[Opening]
    rows: list[Row]


def draw_offers(demand: Demand, parties: Parties, term: Term, throws: Random) -> Offers:
    """Let every unit answer, decline or stay silent, and divide the places needed among those that answer."""
    statuses = _statuses(demand.places, parties, throws)
    answering = np.array([status is OfferStatus.ANSWERED for status in statuses])
    loads = demand.by_unit(answering=answering)
    answered = dt.datetime.combine(term.answers_by, dt.time(12), tzinfo=dt.UTC)
    openings: list[Opening] = []
    rows: list[Row] = []
    for profession, peaks in _peaks(demand.places, loads, throws).items():
        wanted = loads[profession] > 0
        for place, status, peak, needed in zip(demand.places, statuses, peaks, wanted, strict=True):
            if not place.teaches(profession):
                continue
            offer = _offer(place, profession, term, throws)
            if status is OfferStatus.UNANSWERED:
                rows.append(offer)
            elif status is OfferStatus.DECLINED or (not peak and throws.random() < SAYS_NO_RATHER_THAN_NOTHING):
                offer.status = OfferStatus.DECLINED
                offer.decline_reason = throws.choice(list(DeclineReason))
                offer.answered_at = answered
                rows.append(offer)
            elif peak:
                opening = Opening(place, profession, _by_week(peak, needed, throws))
                openings.append(opening)
                offer.status, offer.answered_at = OfferStatus.ANSWERED, answered
                rows += _written(offer, opening.places, term)
                rows += _kept_for_one(offer, opening, parties, term, throws)
    _set_ceilings(openings, throws)
    return Offers(openings, rows)


def _statuses(places: Sequence[Place], parties: Parties, throws: Random) -> list[OfferStatus]:
    """Draw who answers; at least one unit of each kind at each site does."""
    statuses = [_status(place, parties, throws) for place in places]
    answered = {
        (place.unit.site_id, place.unit.kinds[0])
        for place, status in zip(places, statuses, strict=True)
        if status is OfferStatus.ANSWERED
    }
    for number, place in enumerate(places):
        kind = (place.unit.site_id, place.unit.kinds[0])
        if kind not in answered:
            statuses[number] = OfferStatus.ANSWERED
            answered.add(kind)
    return statuses


def _status(place: Place, parties: Parties, throws: Random) -> OfferStatus:
    """Draw whether a unit answers, declines or stays silent."""
    code = place.unit.municipality_code
    municipal = code in parties.municipality and place.unit.provider_id == parties.municipality[code].id
    if municipal and code in SILENT_MUNICIPALITIES:
        return OfferStatus.UNANSWERED
    declined = RELUCTANT_MUNICIPALITIES.get(code, DECLINED) if municipal else DECLINED
    throw = throws.random()
    if throw < declined:
        return OfferStatus.DECLINED
    return OfferStatus.UNANSWERED if throw < declined + UNANSWERED else OfferStatus.ANSWERED


def _peaks(places: Sequence[Place], loads: Loads, throws: Random) -> dict[str, list[int]]:
    """Turn expected students into whole places with the right sum for each profession and kind at each site."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, place in enumerate(places):
        groups.setdefault((place.unit.site_id or "", place.unit.kinds[0]), []).append(number)
    peaks: dict[str, list[int]] = {}
    for profession, load in loads.items():
        peaks[profession] = [0] * len(places)
        for (_, kind), members in groups.items():
            needed = float(load[members].max(axis=1).sum())
            scarce = kind in SCARCE_ROOM
            room = math.floor(SCARCE_ROOM[kind] * needed + throws.random()) if scarce else math.ceil(ROOM * needed)
            shares = (float(load[number].max()) * room / (needed or 1.0) for number in members)
            for number, whole in zip(members, round_evenly(shares, throws), strict=True):
                peaks[profession][number] = whole
    return peaks


def _by_week(peak: int, needed: NDArray[np.bool_], throws: Random) -> tuple[int, ...]:
    """Open the places in the weeks with demand; holidays have fewer, and some units open late or close early."""
    places = [peak if asked else 0 for asked in needed]
    if peak > 1 and throws.random() < FEWER_IN_HOLIDAYS:
        for week in HOLIDAY_WEEKS:
            places[week] = min(places[week], peak - 1)
    throw = throws.random()
    if throw < OPENS_LATE:
        places[:5] = [0] * 5
    elif throw < OPENS_LATE + CLOSES_EARLY:
        places[-4:] = [0] * 4
    return tuple(places)


def _offer(place: Place, profession: str, term: Term, throws: Random) -> CapacityOffer:
    """Return an offer that has not been answered yet."""
    return CapacityOffer(
        id=draw_id("off", throws),
        term_id=term.id,
        unit_id=place.unit.id,
        professions=[profession],
        synthetic=True,
    )


def _written(offer: CapacityOffer, places: Sequence[int], term: Term) -> list[Row]:
    """Return the rows of an answered offer and its weeks."""
    weeks = (
        OfferWeek(offer_id=offer.id, week=term.first_week.plus(week), places=count) for week, count in enumerate(places)
    )
    return [offer, *weeks]


def _kept_for_one(offer: CapacityOffer, opening: Opening, parties: Parties, term: Term, throws: Random) -> list[Row]:
    """Reserve a place for one lärosäte in some large offers of the county: a smaller offer limits all the others."""
    county = [institution for institution in parties.institution.values() if institution.in_county]
    if opening.place.unit.site_id or max(opening.places) < 3 or throws.random() > KEPT_FOR_ONE:  # noqa: PLR2004
        return []
    favoured = throws.choice(county)
    inner = _offer(opening.place, opening.profession, term, throws)
    inner.every_institution = False
    inner.status, inner.answered_at = offer.status, offer.answered_at
    others = [
        OfferInstitution(offer_id=inner.id, institution_id=institution.id)
        for institution in county
        if institution is not favoured
    ]
    return [*_written(inner, [max(0, places - 1) for places in opening.places], term), *others]


def _set_ceilings(openings: Sequence[Opening], throws: Random) -> None:
    """Give some units with several professions a ceiling below the sum of their offers."""
    sums: dict[str, int] = {}
    for opening in openings:
        sums[opening.place.unit.id] = sums.get(opening.place.unit.id, 0) + max(opening.places)
    single = {opening.place.unit.id: max(opening.places) for opening in openings}
    for unit in {opening.place.unit.id: opening.place.unit for opening in openings}.values():
        if sums[unit.id] > single[unit.id] and throws.random() < CEILINGS:
            unit.max_students = max(single[unit.id], round(CEILING_OF_SUM * sums[unit.id]))
