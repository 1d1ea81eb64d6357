"""The home that each student travels from, as far as the problem tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placement_solver.arrays import Floats
    from placement_solver.problem import Problem, Student, StudentId, Unit


def find_homes(problem: Problem) -> dict[StudentId, str | None]:
    """Return each student's home: the zone where one is given, else the municipality whose units lie nearest.

    A problem has no map of municipalities, only points. So the home of a student without a zone is the provider of the
    nearest municipal unit, as the crow flies, or None where there is no municipal unit.
    """
    municipal = {provider.id for provider in problem.providers if provider.kind == "municipality"}
    units = [unit for unit in problem.units if unit.provider in municipal]
    homes: dict[StudentId, str | None] = {student.id: student.zone for student in problem.students}
    without = [student for student in problem.students if student.zone is None]
    if units and without:
        places, place_of = np.unique(_points(without), axis=0, return_inverse=True)
        nearest = (places @ _points(units).T).argmax(axis=1)[place_of.reshape(-1)]
        homes |= {student.id: units[i].provider for student, i in zip(without, nearest.tolist(), strict=True)}
    return homes


def _points(located: Iterable[Student | Unit]) -> Floats:
    """Return points on the unit sphere. The nearer two points are, the larger their scalar product."""
    lat, lon = np.radians([(each.lat, each.lon) for each in located]).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
