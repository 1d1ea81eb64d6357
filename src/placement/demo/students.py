"""Students: by pseudonym, where each lives, how far each may travel, and the placements each asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from placement.demo.dice import draw_id
from placement.demo.geography import KM_PER_DEGREE, point_in
from placement.reference.facts import municipalities
from placement.tables import BlockedUnit, Preference, Request, Row, Student, Term

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from numpy.typing import NDArray

    from placement.demo.demand import Demand
    from placement.demo.education import CohortGroup
    from placement.demo.organisations import Parties

Value = TypeVar("Value")

TRAVEL_LIMITS: tuple[tuple[int | None, float], ...] = ((None, 0.85), (90, 0.12), (60, 0.03))
"""Students' own travel limits in minutes one way, and how common each is; None means that the term's limit holds."""
PRIORITY_CLASSES = ((0, 0.95), (1, 0.04), (2, 0.01))
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The letters of pseudonyms: no digits, so that none can look like a personal identity number."""
BLOCKED = 0.04
WISHES = 0.25
WISHED_AMONG = 12
MOST_WISHED = 3


def draw_students(demand: Demand, parties: Parties, term: Term, throws: Random) -> list[Row]:
    """Make the students of every cohort with requests, blocked units and preferences, and draw the lottery."""
    students: list[Student] = []
    rows: list[Row] = []
    points = np.array([(place.unit.lat, place.unit.lon) for place in demand.places])
    for group in demand.groups:
        suitable = [np.flatnonzero(demand.suitable(group, line)) for line, _ in group.courses]
        for _ in range(group.size):
            student = _student(group, parties, throws)
            students.append(student)
            for (_, course), units in zip(group.courses, suitable, strict=True):
                request = Request(
                    id=draw_id("req", throws), term_id=term.id, student_id=student.id, course_id=course.id
                )
                rows.append(request)
                if throws.random() < WISHES:
                    rows += _wishes(request, _nearest(student, units, points), demand, throws)
            if throws.random() < BLOCKED:
                unit = demand.places[int(throws.choice(suitable[0]))].unit
                rows.append(BlockedUnit(student_id=student.id, unit_id=unit.id))
    for student, number in zip(students, throws.sample(range(1, len(students) + 1), len(students)), strict=True):
        student.lottery_number = number
    return [*students, *rows]


def _student(group: CohortGroup, parties: Parties, throws: Random) -> Student:
    """Draw a student, who lives in the county by population or at the site of a decentralised programme."""
    living = [fact for fact in municipalities() if (fact.in_county if group.site is None else fact.code == group.site)]
    home = throws.choices(living, weights=[fact.population for fact in living])[0]
    lat, lon = point_in(home, throws)
    institution = parties.institution[group.programme.institution]
    return Student(
        id=draw_id("stu", throws),
        cohort_id=group.cohort.id,
        institution_id=institution.id,
        external_id=f"{group.programme.institution}-{''.join(throws.choices(LETTERS, k=8))}",
        lat=lat,
        lon=lon,
        site_id=None if group.site is None else parties.site[group.site].id,
        max_travel=_drawn(TRAVEL_LIMITS, throws),
        priority_class=_drawn(PRIORITY_CLASSES, throws),
        synthetic=True,
    )


def _drawn(chances: Sequence[tuple[Value, float]], throws: Random) -> Value:
    """Draw a value with its probability."""
    return throws.choices([value for value, _ in chances], [weight for _, weight in chances])[0]


def _nearest(student: Student, units: NDArray[np.int64], points: NDArray[np.float64]) -> list[int]:
    """Return the suitable units nearest to where a student lives."""
    north = points[units, 0] - student.lat
    east = (points[units, 1] - student.lon) * np.cos(np.radians(student.lat))
    order = np.argsort(np.hypot(north, east) * KM_PER_DEGREE, kind="stable")
    return [int(number) for number in units[order[:WISHED_AMONG]]]


def _wishes(request: Request, near: Sequence[int], demand: Demand, throws: Random) -> list[Row]:
    """Draw preferences for one to three units close to home, the first choice first."""
    wished = throws.sample(near, min(len(near), throws.randrange(1, MOST_WISHED + 1)))
    return [
        Preference(request_id=request.id, rank=rank, unit_id=demand.places[number].unit.id)
        for rank, number in enumerate(wished)
    ]
