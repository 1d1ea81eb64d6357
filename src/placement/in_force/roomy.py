"""Roomy: offers whose changed weeks still have a place for everyone at the unit, so that no placement is in their way.

Most changes of an offer are of this kind. One count tells them from the rest, for which the placements must be judged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement.store.batches import read_in_batches
from placement.tables import HOLDING, Action, CapacityOffer, Placement
from placement_solver.weeks import IsoWeek

Entry = Mapping[str, Any]
_IDLE = frozenset({"answered_at", "decline_reason", "synthetic"})
"""What an offer says of itself by which no placement is judged."""
_OFFERS = frozenset({"capacity_offer", "offer_week", "offer_institution"})
"""The tables whose rows are offers, or parts of one."""


def without_roomy(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    """Return what a session has changed without the changes of offers that still have room."""
    changes: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry["object_type"] in _OFFERS:
            changes[_offer_of(entry)].append(entry)
    offered = {offer: _places(those) for offer, those in changes.items() if all(map(_may_leave_room, those))}
    unit_of = dict(
        read_in_batches(session, select(col(CapacityOffer.id), col(CapacityOffer.unit_id)), CapacityOffer.id, offered)
    )
    there = _students(session, unit_of.values())
    roomy = {
        offer
        for offer, unit in unit_of.items()
        if all(there[unit, week] <= places for week, places in offered[offer].items())
    }
    return [each for each in entries if each["object_type"] not in _OFFERS or _offer_of(each) not in roomy]


def _offer_of(entry: Entry) -> str:
    return str(entry["object_id"]).split("/")[0]


def _may_leave_room(entry: Entry) -> bool:
    """Tell whether a change is of a week's places, or of what no placement is judged by."""
    if entry["object_type"] == "capacity_offer":
        return entry["action"] is Action.CHANGED and _IDLE.issuperset(entry["after"])
    return bool(entry["object_type"] == "offer_week")


def _places(entries: Iterable[Entry]) -> dict[IsoWeek, int]:
    """Return how many places the changed weeks of an offer have now; a week whose row is gone has none."""
    weeks = (entry for entry in entries if entry["object_type"] == "offer_week")
    return {
        IsoWeek.parse(str(entry["object_id"]).split("/")[1]): (entry["after"] or {}).get("places", 0) for entry in weeks
    }


def _students(session: Session, units: Iterable[str]) -> Counter[tuple[str, IsoWeek]]:
    """Count who is at some units in each week, whoever they are."""
    placed = select(col(Placement.unit_id), col(Placement.start), col(Placement.weeks))
    query = placed.where(col(Placement.status).in_(HOLDING))
    rows = read_in_batches(session, query, Placement.unit_id, units)
    return Counter((unit, start.plus(week)) for unit, start, weeks in rows for week in range(weeks))
