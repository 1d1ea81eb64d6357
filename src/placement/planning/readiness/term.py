"""Checks of the term itself: the day on which its plan is to be published, and the zones of its journeys."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func
from sqlmodel import col, select

from placement.callers import Role
from placement.clock import today
from placement.planning.readiness.findings import Found, Item, by_count, same, several
from placement.planning.readiness.seen import Seen
from placement.store.scopes import students_of
from placement.tables import Request, RequestStatus, Student, TravelTime
from placement_solver.words import Words


def find_passed_publication(seen: Seen) -> Found | None:
    """Find that the day on which the plan was to be published has passed."""
    day = seen.term.publish_by
    if today() <= day:
        return None
    return Found(
        Words(f"Planen skulle publiceras senast {day}.", f"The plan should have been published by {day}."),
    )


def find_zones_without_times(seen: Seen) -> Found | None:
    """Find the zones of students and units that no travel time names, so that every journey is estimated."""
    students, units = _zones_of_students(seen), _zones_of_units(seen)
    times = seen.session.exec(select(TravelTime.origin, TravelTime.destination)).all()
    unknown = (students.keys() - {origin for origin, _ in times}) | (units.keys() - {there for _, there in times})
    if not unknown:
        return None
    items = (
        Item(zone, same(zone), counts={"students": students[zone], "units": units[zone]}) for zone in sorted(unknown)
    )
    number = several(len(unknown), "zones")
    words = Words(
        f"Restider saknas för {number.sv}, och resorna uppskattas efter avståndet.",
        f"No travel times for {number.en}: the journeys will be estimated from the distance.",
    )
    return Found(words, {"zones": len(unknown)}, by_count(items, "students"))


def _zones_of_students(seen: Seen) -> Counter[str]:
    """Return the zones where journeys of the caller's students with open requests begin, and how many students."""
    if seen.by.role not in {Role.COORDINATOR, Role.INSTITUTION}:
        return Counter()
    query = (
        select(col(Student.zone), func.count(func.distinct(col(Student.id))))
        .join(Request, col(Request.student_id) == Student.id)
        .where(Request.term_id == seen.term.id, Request.status == RequestStatus.OPEN)
        .where(students_of(seen.by), col(Student.zone).is_not(None))
        .group_by(col(Student.zone))
    )
    return Counter({str(zone): number for zone, number in seen.session.exec(query)})


def _zones_of_units(seen: Seen) -> Counter[str]:
    """Return the zones of the units that the caller manages, and how many units."""
    if seen.by.role is Role.INSTITUTION:
        return Counter()
    return Counter(unit.zone for unit in seen.units.values() if unit.zone and unit.id in seen.own_units)
