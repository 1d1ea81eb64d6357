"""Travel minutes from every student to every unit, as a matrix.

A nation has hundreds of millions of pairs, so a pair costs few operations and two bytes. The distance is taken from the
chord through the earth, which needs no sine for each pair. Where that could be rounded to another minute than the
formula of the problem format gives, the formula decides.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from placement_solver.arrays import Floats
    from placement_solver.problem import Problem

EARTH_RADIUS_KM = 6371.0088
_DOUBT = 1e-6
"""The minutes by which the chord and the formula differ are far fewer: some 1e-8 at 1,000 minutes a kilometre."""
_FAR = 2.0
"""The squared chord from which on its rounding matters: a quarter of the way around the earth."""
_AT_ONCE = 16_000
"""Pairs that are computed together, so few that what is in between stays in the processor's cache."""


def minutes_of_all(problem: Problem) -> NDArray[Any]:
    """Return a matrix (student, unit) of minutes one way, as whole numbers of the smallest type that holds them all.

    The travel matrix of the problem counts where it has both zones, and the great-circle distance elsewhere.
    """
    travel = problem.travel
    students = np.radians([(student.lat, student.lon) for student in problem.students]).reshape(-1, 2)
    units = np.radians([(unit.lat, unit.lon) for unit in problem.units]).reshape(-1, 2)
    known = (minutes for to_zones in (travel.matrix or {}).values() for minutes in to_zones.values())
    by_distance = travel.base_minutes + int(travel.minutes_per_km * np.pi * EARTH_RADIUS_KM) + 1
    minutes = np.empty((len(students), len(units)), dtype=np.min_scalar_type(max([by_distance, *known])))
    ends = _directions(units)
    for part in np.array_split(np.arange(len(students)), 1 + minutes.size // _AT_ONCE):
        squared = _squared_chords(_directions(students[part]), ends)
        exact = travel.base_minutes + travel.minutes_per_km * _kilometres(squared / 4) + 0.5
        whole = np.floor(exact)
        over = exact - whole
        student, unit = np.nonzero((over < _DOUBT) | (over > 1 - _DOUBT) | (squared > _FAR))
        if len(student):
            half = _haversines(students[part[student]], units[unit])
            whole[student, unit] = np.floor(travel.base_minutes + travel.minutes_per_km * _kilometres(half) + 0.5)
        minutes[part] = whole
    _put_known(minutes, problem)
    return minutes


def _put_known(minutes: NDArray[Any], problem: Problem) -> None:
    """Put the minutes that the travel matrix has in their places."""
    students = _by_zone(student.zone for student in problem.students)
    units = _by_zone(unit.zone for unit in problem.units)
    for zone, to_zones in (problem.travel.matrix or {}).items():
        for to_zone, known in to_zones.items():
            minutes[np.ix_(students[zone], units[to_zone])] = known


def _by_zone(zones: Iterable[str | None]) -> defaultdict[str | None, list[int]]:
    """Return who is in each zone."""
    found: defaultdict[str | None, list[int]] = defaultdict(list)
    for number, zone in enumerate(zones):
        found[zone].append(number)
    return found


def _directions(points: Floats) -> tuple[Floats, Floats, Floats]:
    """Return where points, each as (latitude, longitude), are on a sphere of radius 1."""
    lat, lon = points[:, 0], points[:, 1]
    return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)


def _squared_chords(starts: tuple[Floats, ...], ends: tuple[Floats, ...]) -> Floats:
    """Return a matrix (start, end) of the squared length of the straight lines between points on the sphere."""
    squared = np.zeros((len(starts[0]), len(ends[0])))
    for start, end in zip(starts, ends, strict=True):
        apart = start[:, None] - end
        squared += apart * apart
    return squared


def _haversines(starts: Floats, ends: Floats) -> Floats:
    """Return the haversine of the angle between each start and its end, by the formula of the problem format."""
    lat, lon = (ends - starts).T
    half: Floats = np.sin(lat / 2) ** 2 + np.cos(starts[:, 0]) * np.cos(ends[:, 0]) * np.sin(lon / 2) ** 2
    return half


def _kilometres(half: Floats) -> Floats:
    """Return the great-circle distance of points with these haversines of the angle between them."""
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
