"""Small valid terms drawn by number: larger than those of `drawn`, with everything that a problem document may have.

Sites, university healthcare, offers that overlap, agreements parted by profession, unit or week, students with up to
three placements, pins that name a supervisor and pins that do not, a plan in force. Few distinct values, so that rules
bite. The pins are lines of one plan that keeps every rule, so there always is a plan.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from placement_solver.check import check
from placement_solver.documents import problem_document, problem_of
from placement_solver.plan import Placement
from placement_solver.problem import (
    Decision,
    InstitutionId,
    Problem,
    ProviderId,
    Supervision,
    Travel,
    UnitId,
    Weights,
)
from tests.solver import small
from tests.solver.drawn import by_week, carrying, gathering, taken_by_others

if TYPE_CHECKING:
    from placement_solver.problem import Agreement, Capacity, Request, Student, Supervisor, Unit

INSTITUTIONS = (small.KI, InstitutionId("rkh"))
PROVIDERS = (small.REGION, ProviderId("nacka"))
PROFESSIONS = ("nurse", "nurse", "nurse", "midwife")
KINDS = ("medicine", "elderly-care", "primary-care")
SITES = (None, None, None, None, "kalmar")
POINTS = ((59.0, 18.0), (59.0, 18.1), (59.2, 18.0), (59.4, 18.0))
ZONES = (None, "north", "south")


@cache
def wider(number: int) -> Problem:
    """Draw a valid term of three to fourteen requests at three to six units."""
    chance = random.Random(number)
    weeks = chance.randint(5, 9)
    units = tuple(_unit(chance, weeks, f"u{i}") for i in range(chance.randint(3, 6)))
    names = [unit.id for unit in units]
    students = tuple(_student(chance, names, f"p{i}") for i in range(chance.randint(3, 8)))
    term = replace(
        small.problem(),
        term=replace(small.problem().term, weeks=weeks),
        units=units,
        capacities=_capacities(chance, weeks, names),
        supervisors=tuple(_supervisor(chance, weeks, names, f"s{i}") for i in range(chance.randint(2, 7))),
        agreements=_agreements(chance, weeks, names),
        students=students,
        requests=_requests(chance, weeks, students, names),
        travel=Travel(
            base_minutes=chance.randint(0, 10),
            minutes_per_km=chance.choice((0.5, 1.25, 2)),
            max_travel=chance.choice((None, None, 80)),
            long_after=chance.choice((0, 15, 60)),
            matrix=chance.choice((None, {"north": {"south": 20, "north": 5}, "south": {"north": 51}})),
        ),
        weights=Weights(
            unplaced=chance.choice((60, 150, 1000, 1000, 1000)),
            travel=chance.choice((0, 1, 1)),
            long_travel=chance.choice((0, 2)),
            preference=chance.choice((0, 20)),
            agreement_floor=chance.choice((0, 7, 40, 200)),
            change=chance.choice((0, 25)),
        ),
    )
    if number % 3 == 2:
        term = gathering(random.Random(f"gathering {number}"), term)
    if number % 4 == 1:
        term = replace(term, taken=taken_by_others(random.Random(f"taken {number}"), term, 6))
    term = carrying(term, number)
    settled = _plan(chance, term)
    named = chance.random() < 0.5
    pins = tuple(Decision(p.request, p.unit, p.start, p.supervisor if named else None) for p in settled[:2])
    current = tuple(Decision(p.request, p.unit, p.start) for p in chance.sample(settled, len(settled) // 2))
    return problem_of(problem_document(replace(term, pins=pins if number % 3 == 0 else (), current=current)))


def _unit(chance: random.Random, weeks: int, name: str) -> Unit:
    lat, lon = chance.choice(POINTS)
    return small.unit(
        name,
        provider=PROVIDERS[chance.random() < 0.3],
        site=chance.choice(SITES),
        kinds=tuple(chance.sample(KINDS, chance.randint(1, 3))),
        lat=lat,
        lon=lon,
        university_healthcare=chance.random() < 0.6,
        max_students=chance.choice((None, None, by_week(chance, weeks, (1, 2, 3)))),
        zone=chance.choice(ZONES),
    )


def _capacities(chance: random.Random, weeks: int, units: list[UnitId]) -> tuple[Capacity, ...]:
    """Offer places at every unit for both professions, and at some units also reserved or shared ones."""
    return tuple(
        small.capacity(f"c{i}", unit=unit, professions=professions, institutions=institutions, places=places)
        for i, (unit, professions, institutions, places) in enumerate(
            [
                *((unit, ("nurse", "midwife"), None, by_week(chance, weeks, (1, 2, 2))) for unit in units),
                *(
                    (
                        chance.choice(units),
                        chance.choice((("nurse",), ("midwife",), ("midwife", "nurse"))),
                        chance.choice((None, INSTITUTIONS[:1], INSTITUTIONS[1:])),
                        by_week(chance, weeks, (0, 1, 2)),
                    )
                    for _ in range(chance.randint(0, 2))
                ),
            ]
        )
    )


def _supervisor(chance: random.Random, weeks: int, units: list[UnitId], name: str) -> Supervisor:
    first = chance.randrange(weeks)
    return small.supervisor(
        name,
        unit=chance.choice(units),
        profession=chance.choice(PROFESSIONS),
        credits=chance.choice((1.5, 7.5, 7.5, 15.0)),
        max_students=chance.choice((0, 1, 1, 1, 2)),
        weeks=chance.choice((None, None, tuple(range(first, weeks)), tuple(range(4)))),
    )


def _agreements(chance: random.Random, weeks: int, units: list[UnitId]) -> tuple[Agreement, ...]:
    """Divide what two parties agree on by profession, by unit, by week or not at all, and leave some of it out."""
    half = len(units) // 2
    parts: tuple[tuple[dict[str, Any], ...], ...] = (
        ({},),
        ({},),
        ({"professions": ("nurse",)}, {"professions": ("midwife",)}),
        ({"units": tuple(units[:half])}, {"units": tuple(units[half:])}),
        ({"last_week": weeks // 2}, {"first_week": weeks // 2 + 1}),
    )
    agreements: list[Agreement] = []
    for institution, provider in product(INSTITUTIONS, PROVIDERS):
        for part in chance.choice(parts):
            scope = {"first_week": 0, "last_week": weeks - 1} | part
            floor, ceiling = chance.choice((0, 2, 5)), chance.choice((None, None, 4, 7))
            if chance.random() < 0.95:
                agreements.append(
                    small.agreement(
                        f"a{len(agreements)}",
                        institution=institution,
                        provider=provider,
                        min_student_weeks=floor,
                        max_student_weeks=ceiling,
                        **scope,
                    )
                )
    return tuple(agreements)


def _student(chance: random.Random, units: list[UnitId], name: str) -> Student:
    lat, lon = chance.choice(POINTS)
    return small.student(
        name,
        institution=chance.choice((*INSTITUTIONS, small.KI)),
        profession=chance.choice(PROFESSIONS),
        site=chance.choice(SITES),
        lat=lat,
        lon=lon,
        blocked_units=chance.choice(((), (), (), (chance.choice(units),))),
        max_travel=chance.choice((None, None, None, None, 30)),
        distinct_units=chance.random() < 0.3,
        zone=chance.choice(ZONES),
    )


def _requests(
    chance: random.Random, weeks: int, students: tuple[Student, ...], units: list[UnitId]
) -> tuple[Request, ...]:
    requests: list[Request] = []
    for student in students:
        own: list[Request] = []
        for _ in range(chance.choice((1, 1, 2, 2, 3))):
            request = small.request(
                f"r{len(requests)}",
                student=student.id,
                kinds=tuple(chance.sample(KINDS, chance.randint(1, 3))),
                weeks=chance.choice((1, 2, 2, 3)),
                starts=tuple(sorted(chance.sample(range(weeks), chance.randint(1, 4)))),
                supervision=chance.choice((None, None, Supervision(1.5), Supervision(7.5))),
                university_healthcare=chance.random() < 0.1,
                preferences=chance.choice(((), tuple(chance.sample(units, 2)))),
                after=tuple(each.id for each in own if chance.random() < 0.5),
                priority=chance.choice((1, 1, 1, 2, 3)),
            )
            own.append(request)
            requests.append(request)
    return tuple(requests)


def _plan(chance: random.Random, term: Problem) -> list[Placement]:
    """Place the requests one after another wherever the check finds room."""
    plan: list[Placement] = []
    for request in chance.sample(term.requests, len(term.requests)):
        ways = [
            Placement(request.id, unit.id, start, None if request.supervision is None else supervisor.id)
            for unit in term.units
            for start in request.starts
            for supervisor in term.supervisors
        ]
        for way in chance.sample(ways, min(6, len(ways))):
            if not check(term, [*plan, way]):
                plan.append(way)
                break
    return plan
