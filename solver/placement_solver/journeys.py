"""The journey from where a student's travel starts to a unit, in minutes one way."""

from __future__ import annotations

from math import asin, cos, floor, radians, sin, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placement_solver.problem import Problem, Student, Unit

RADIUS_KM = 6371.0088


def minutes_between(problem: Problem, student: Student, unit: Unit) -> int:
    """Return the minutes that the matrix has for the two zones, else minutes by the great-circle distance."""
    travel = problem.travel
    if travel.matrix is not None and student.zone is not None and unit.zone is not None:
        known = travel.matrix.get(student.zone, {}).get(unit.zone)
        if known is not None:
            return known
    return floor(travel.base_minutes + travel.minutes_per_km * kilometres_between(student, unit) + 0.5)


def kilometres_between(student: Student, unit: Unit) -> float:
    """Return the great-circle distance by the haversine formula."""
    north, south = radians(unit.lat), radians(student.lat)
    east = radians(unit.lon) - radians(student.lon)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * RADIUS_KM * asin(sqrt(min(half, 1.0)))
