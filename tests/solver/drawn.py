"""Tiny valid terms drawn by number: crowded enough for a choice to matter, with few enough plans to try them all."""

from __future__ import annotations

import math
import random
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from placement_solver.documents import problem_document, problem_of
from placement_solver.faults import InvalidProblem
from placement_solver.problem import (
    Decision,
    InstitutionId,
    Problem,
    ProviderId,
    RequestId,
    Student,
    StudentId,
    Supervision,
    Taken,
    TakenId,
    Travel,
    UnitId,
    Weights,
)
from tests.solver import small
from tests.solver.enumeration import ways_to_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.problem import Agreement, Capacity, Request, Supervisor, Unit

MOST_PLANS = 1500
"""A drawn term has at most this many combinations of ways to place its requests."""
INSTITUTIONS = (small.KI, InstitutionId("rkh"))
PROVIDERS = (small.REGION, ProviderId("nacka"))
KINDS = ("medicine", "elderly-care")
POINTS = ((59.0, 18.0), (59.0, 18.1), (59.4, 18.0))


@cache
def drawn(number: int) -> Problem:
    """Draw a valid term of two to five requests, unless those have too many plans."""
    chance = random.Random(number)
    weeks = chance.randint(4, 6)
    units = _units(chance, weeks)
    names = [unit.id for unit in units]
    students = tuple(_student(chance, f"p{i}", names) for i in range(chance.randint(2, 4)))
    term = replace(
        small.problem(),
        term=replace(small.problem().term, weeks=weeks),
        units=units,
        capacities=_capacities(chance, weeks, names),
        supervisors=_supervisors(chance, weeks, names),
        agreements=_agreements(chance, weeks),
        students=students,
        requests=_requests(chance, weeks, students, names),
        travel=Travel(
            base_minutes=chance.randint(0, 10),
            minutes_per_km=chance.choice((0, 0.5, 2)),
            max_travel=chance.choice((None, None, None, 80)),
            long_after=chance.choice((0, 15, 60)),
            matrix=chance.choice((None, {"north": {"south": 20, "north": 5}, "south": {"north": 51}})),
        ),
        weights=Weights(
            unplaced=chance.choice((0, 60, 150, 150, 1000, 1000)),
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
        term = replace(term, taken=taken_by_others(random.Random(f"taken {number}"), term, chance.randint(1, 4)))
    term = _thinned(_mended(carrying(term, number)))
    term = _mended(replace(term, current=_decisions(chance, term, chance.randint(0, 2))))
    if number % 3 == 0:
        term = _mended(replace(term, pins=_decisions(chance, term, chance.randint(1, 2))))
    return term


def gathering(chance: random.Random, term: Problem) -> Problem:
    """Return a term that wishes for company: for several professions, for even pairs, or for both."""
    together, paired = chance.choice(((4, 0), (0, 9), (4, 9), (25, 0), (0, 60), (60, 25)))
    students = tuple(
        replace(student, profession=chance.choice(("nurse", "nurse", "midwife"))) for student in term.students
    )
    requests = tuple(
        replace(request, pair_group=chance.choice((None, "crs_1", "crs_1", "crs_2"))) for request in term.requests
    )
    weights = replace(term.weights, interprofessional=together, pairs=paired)
    return replace(term, students=students, requests=requests, weights=weights)


def carrying(term: Problem, number: int) -> Problem:
    """Give the students of some terms burdens that count; what else is drawn stays the same."""
    if number % 5 != 2:
        return term
    chance = random.Random(f"burden {number}")
    students = tuple(replace(each, burden=chance.choice((0, 0, 250, 999, 1_000))) for each in term.students)
    return replace(term, students=students, weights=replace(term.weights, carried_burden=chance.choice((1, 4, 30))))


def by_week(chance: random.Random, weeks: int, amounts: tuple[int, ...]) -> int | tuple[int, ...]:
    """Draw one amount, or one for each week."""
    return chance.choice(amounts) if chance.random() < 0.6 else tuple(chance.choice(amounts) for _ in range(weeks))


def taken_by_others(chance: random.Random, term: Problem, most: int) -> tuple[Taken, ...]:
    """Draw up to so many placements of two other terms, of the term's students and of others."""
    taken = []
    for i in range(chance.randint(1, most)):
        first = chance.randrange(term.term.weeks)
        student = chance.choice(term.students)
        unit = chance.choice(term.units).id
        staff = [supervisor.id for supervisor in term.supervisors if supervisor.unit == unit]
        taken.append(
            Taken(
                id=TakenId(f"t{i}"),
                term=chance.choice(("VT26", "ST26")),
                student=chance.choice((student.id, StudentId("stranger"), StudentId("stranger"))),
                institution=student.institution,
                profession=student.profession,
                unit=unit,
                supervisor=chance.choice((None, *staff)),
                first_week=first,
                last_week=min(term.term.weeks - 1, first + chance.randint(0, 2)),
            )
        )
    return tuple(taken)


def crowded(numbers: int) -> Iterator[Problem]:
    """Yield so many terms, but for those whose pins leave no plan, each beside much that other terms have taken."""
    for number in range(numbers):
        term = drawn(number)
        taken = taken_by_others(random.Random(f"crowd {number}"), term, 8)
        with suppress(InvalidProblem):
            yield problem_of(problem_document(replace(term, taken=taken)))


def _units(chance: random.Random, weeks: int) -> tuple[Unit, ...]:
    units = []
    for i in range(chance.randint(2, 3)):
        lat, lon = chance.choice(POINTS)
        units.append(
            small.unit(
                f"u{i}",
                provider=PROVIDERS[chance.random() < 0.25],
                kinds=chance.choice((KINDS, KINDS, KINDS, KINDS[:1])),
                lat=lat,
                lon=lon,
                university_healthcare=chance.random() < 0.6,
                max_students=chance.choice((None, None, None, by_week(chance, weeks, (1, 2)))),
                zone=chance.choice((None, "north", "south")),
            )
        )
    return tuple(units)


def _capacities(chance: random.Random, weeks: int, units: list[UnitId]) -> tuple[Capacity, ...]:
    capacities = [
        small.capacity(
            f"c-{unit}", unit=unit, professions=("nurse", "midwife"), places=by_week(chance, weeks, (1, 1, 2))
        )
        for unit in units
    ]
    if chance.random() < 0.25:
        kept = {"institutions": (chance.choice(INSTITUTIONS),), "places": by_week(chance, weeks, (0, 1, 2))}
        capacities.append(small.capacity("kept", unit=chance.choice(units), **kept))
    return tuple(capacities)


def _supervisors(chance: random.Random, weeks: int, units: list[UnitId]) -> tuple[Supervisor, ...]:
    return tuple(
        small.supervisor(
            f"s{i}",
            unit=chance.choice(units),
            profession=chance.choice(("nurse",) * 5 + ("midwife",)),
            credits=chance.choice((1.5, 7.5, 7.5)),
            max_students=chance.choice((1, 1, 1, 2)),
            weeks=chance.choice((None, None, tuple(range(chance.randrange(weeks), weeks)), tuple(range(3)))),
        )
        for i in range(chance.randint(1, 5))
    )


def _agreements(chance: random.Random, weeks: int) -> tuple[Agreement, ...]:
    agreements = []
    for institution in INSTITUTIONS:
        for provider in PROVIDERS:
            first = chance.choice((0, 0, 0, 0, 1))
            agreement = small.agreement(
                f"{institution}-{provider}",
                institution=institution,
                provider=provider,
                professions=chance.choice((None, None, None, ("nurse",))),
                first_week=first,
                last_week=weeks - chance.choice((1, 1, 1, 1, 2)),
                min_student_weeks=chance.choice((0, 2, 5)),
                max_student_weeks=chance.choice((None, None, 3, 5)),
            )
            if chance.random() < 0.95:
                agreements.append(agreement)
    return tuple(agreements)


def _student(chance: random.Random, name: str, units: list[UnitId]) -> Student:
    lat, lon = chance.choice(POINTS)
    return small.student(
        name,
        institution=chance.choice((*INSTITUTIONS, small.KI, small.KI)),
        profession=chance.choice(("nurse",) * 6 + ("midwife",)),
        lat=lat,
        lon=lon,
        blocked_units=chance.choice(((), (), (), (), (chance.choice(units),))),
        max_travel=chance.choice((None, None, None, None, 25)),
        distinct_units=chance.random() < 0.4,
        zone=chance.choice((None, "north", "south")),
    )


def _requests(
    chance: random.Random, weeks: int, students: tuple[Student, ...], units: list[UnitId]
) -> tuple[Request, ...]:
    requests: list[Request] = []
    for i in range(chance.randint(2, 5)):
        student: StudentId = chance.choice(students).id
        own = [request.id for request in requests if request.student == student]
        requests.append(
            small.request(
                f"r{i}",
                student=student,
                kinds=chance.choice((KINDS, KINDS, KINDS[:1], KINDS[1:])),
                weeks=chance.choice((1, 2, 2, 3)),
                starts=tuple(sorted(chance.sample(range(weeks - 1), chance.randint(1, 3)))),
                supervision=chance.choice((None, None, Supervision(1.5), Supervision(7.5))),
                university_healthcare=chance.random() < 0.05,
                preferences=chance.choice(((), tuple(chance.sample(units, chance.randint(1, 2))))),
                after=tuple(name for name in own if chance.random() < 0.5),
                priority=chance.choice((1, 1, 1, 2, 3)),
            )
        )
    return tuple(requests)


def _decisions(chance: random.Random, term: Problem, most: int) -> tuple[Decision, ...]:
    """Decide some requests in ways that are each possible alone, half of them without naming a supervisor."""
    decisions = []
    for request in chance.sample(term.requests, min(most, len(term.requests))):
        if ways := ways_to_place(term, request):
            way = chance.choice(ways)
            name = way.supervisor if chance.random() < 0.5 else None
            decisions.append(Decision(way.request, way.unit, way.start, name))
    return tuple(decisions)


def _mended(term: Problem) -> Problem:
    """Leave out everything that the reader of documents finds wrong; return the problem that the rest gives."""
    while True:
        try:
            return problem_of(problem_document(term))
        except InvalidProblem as invalid:
            kind, number = invalid.faults[0].pointer.split("/")[1:3]
            entries = list(getattr(term, kind))
            del entries[int(number)]
            fewer: dict[str, Any] = {kind: tuple(entries)}
            term = replace(term, **fewer)


def _thinned(term: Problem) -> Problem:
    """Leave out the last requests until few enough plans remain."""
    while math.prod(1 + len(ways_to_place(term, request)) for request in term.requests) > MOST_PLANS:
        gone: RequestId = term.requests[-1].id
        term = replace(term, requests=term.requests[:-1])
        term = replace(term, current=tuple(line for line in term.current if line.request != gone))
    return term
