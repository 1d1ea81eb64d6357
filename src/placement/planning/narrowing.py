"""Narrowing: what another term's smaller numbers leave of an offer in the weeks that both terms have.

An offer says how many students a unit takes in a week in all, whichever term they belong to. Where two terms' offers
for the same week differ and the other term has students there, the smaller number holds: a plan made by the greater
one could not be published. What is in force already is never narrowed away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from placement.planning.entries import write_capacities
from placement.planning.other_terms import sharing_weeks, weeks_within
from placement.store.batches import by_owner
from placement.tables import Term

Entry = dict[str, Any]


def narrow(session: Session, term: Term, document: Entry) -> Entry:
    """Return a term's document whose offers leave to each other term what its own offers say."""
    taken = document.get("taken", ())
    places = {capacity["id"]: list(capacity["places"]) for capacity in document["capacities"]}
    used = by_owner((*taken, *_in_force(document)), _unit)
    for other in sharing_weeks(session, term) if taken else ():
        theirs = by_owner((each for each in taken if each["term"] == other.code), _unit)
        shared = weeks_within(term, other.first_week, other.weeks)
        index = {term.first_week.plus(week): place for place, week in enumerate(shared)}
        offers = by_owner(write_capacities(session, other, index, theirs.keys()), _unit)
        for capacity in document["capacities"]:
            for offer in offers.get(capacity["unit"], ()):
                if not _is_within(capacity, offer):
                    continue
                there = [each for each in theirs[capacity["unit"]] if _covers(offer, each)]
                here = [each for each in used[capacity["unit"]] if _covers(capacity, each)]
                own = places[capacity["id"]]
                for most, week in zip(offer["places"], shared, strict=True):
                    if _present(there, week):
                        own[week] = min(own[week], max(most, _present(here, week)))
    return {**document, "capacities": [{**each, "places": places[each["id"]]} for each in document["capacities"]]}


def _in_force(document: Mapping[str, Any]) -> Iterable[Entry]:
    """Yield what the term itself has in force, in the form of what other terms have taken."""
    students = {student["id"]: student for student in document["students"]}
    requests = {request["id"]: request for request in document["requests"]}
    for line in document["current"]:
        request = requests[line["request"]]
        student = students[request["student"]]
        yield {
            "unit": line["unit"],
            "institution": student["institution"],
            "profession": student["profession"],
            "first_week": line["start"],
            "last_week": line["start"] + request["weeks"] - 1,
        }


def _unit(entry: Mapping[str, Any]) -> str:
    """Return the unit that an offer or a placement is at."""
    return str(entry["unit"])


def _is_within(capacity: Mapping[str, Any], offer: Mapping[str, Any]) -> bool:
    """Tell whether another term's offer is open to everyone whom an offer of this term is open to."""
    return set(capacity["professions"]) <= set(offer["professions"]) and (
        offer["institutions"] is None
        or (capacity["institutions"] is not None and set(capacity["institutions"]) <= set(offer["institutions"]))
    )


def _covers(offer: Mapping[str, Any], who: Mapping[str, Any]) -> bool:
    """Tell whether an offer is open to the profession and lärosäte of a placement."""
    return who["profession"] in offer["professions"] and (
        offer["institutions"] is None or who["institution"] in offer["institutions"]
    )


def _present(placements: Sequence[Mapping[str, Any]], week: int) -> int:
    """Return how many placements there are in a week."""
    return sum(each["first_week"] <= week <= each["last_week"] for each in placements)
