"""The journey from where a student's travel starts to a unit, in minutes one way."""

from __future__ import annotations

from math import asin, cos, floor, radians, sin, sqrt
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from placement_solver.problem import Problem, Student, Travel, Unit

RADIUS_KM = 6371.0088


class Point(Protocol):
    """Where a journey begins or ends: a student or a unit, of a problem or as stored."""

    @property
    def lat(self) -> float:
        """Return degrees north."""

    @property
    def lon(self) -> float:
        """Return degrees east."""

    @property
    def zone(self) -> str | None:
        """Return the zone of the travel matrix, if it is known."""


def minutes_between(problem: Problem, student: Student, unit: Unit) -> int:
    """Return the minutes from a problem's student to one of its units, as the problem says that they are computed."""
    return minutes_by(problem.travel, student, unit)


def minutes_by(travel: Travel, start: Point, end: Point) -> int:
    """Return the minutes that the matrix has for the two zones, else minutes by the great-circle distance."""
    if travel.matrix is not None and start.zone is not None and end.zone is not None:
        known = travel.matrix.get(start.zone, {}).get(end.zone)
        if known is not None:
            return known
    return floor(travel.base_minutes + travel.minutes_per_km * kilometres_between(start, end) + 0.5)


def kilometres_between(start: Point, end: Point) -> float:
    """Return the great-circle distance by the haversine formula."""
    north, south = radians(end.lat), radians(start.lat)
    east = radians(end.lon) - radians(start.lon)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * RADIUS_KM * asin(sqrt(min(half, 1.0)))
