"""Small problems with few distinct values, and plans of them, in which every rule and wish matters."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from hypothesis import strategies as st

from placement_solver.columns import NOBODY, Columns, Options
from placement_solver.plan import Placement
from placement_solver.problem import (
    Agreement,
    AgreementId,
    Capacity,
    CapacityId,
    Decision,
    Institution,
    InstitutionId,
    Problem,
    Provider,
    ProviderId,
    Request,
    RequestId,
    Student,
    StudentId,
    Supervision,
    Supervisor,
    SupervisorId,
    Taken,
    TakenId,
    Term,
    Travel,
    Unit,
    UnitId,
    Weights,
)
from placement_solver.rules import ADMISSIONS
from placement_solver.weeks import IsoWeek

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn, SearchStrategy

    from placement_solver.arrays import Bools, Ints
    from placement_solver.rules import Uses

Value = TypeVar("Value")

INSTITUTIONS = (InstitutionId("ki"), InstitutionId("rkh"))
MOSTLY_ONE = (INSTITUTIONS[0], *INSTITUTIONS)
PROVIDERS = (ProviderId("region"), ProviderId("nacka"))
PROFESSIONS = ("nurse", "midwife")
KINDS = ("ward", "home")
SITES = (None, None, "kalmar")
POINTS = ((59.30, 18.00), (59.30, 18.10), (59.60, 18.00))
ZONES = (None, "north", "south")
CREDITS = (1.5, 7.5, 15.0)
OFTEN_OFF = st.sampled_from(({"interprofessional": 17, "pairs": 19}, {"interprofessional": 17}, {"pairs": 19}, {}))
"""The weights that may be off: both are on, or one, or none."""


@dataclass(frozen=True)
class Case:
    """A problem and a seed, from which plans of it are drawn."""

    problem: Problem
    seed: int

    @cached_property
    def columns(self) -> Columns:
        """The problem as columns."""
        return Columns(self.problem)

    @cached_property
    def options(self) -> Options:
        """Every request at every unit from every week with every supervisor and none, admitted or not."""
        problem = self.problem
        rows = product(
            range(len(problem.requests)),
            range(len(problem.units)),
            range(problem.term.weeks),
            range(NOBODY, len(problem.supervisors)),
        )
        table = np.array(list(rows), dtype=np.int64).reshape(-1, 4)
        return Options(*table.T)

    def placement(self, row: int) -> Placement:
        """Return an option as a placement of a plan."""
        problem, options = self.problem, self.options
        supervisor = int(options.supervisor[row])
        return Placement(
            problem.requests[options.request[row]].id,
            problem.units[options.unit[row]].id,
            int(options.start[row]),
            None if supervisor == NOBODY else problem.supervisors[supervisor].id,
        )

    @cached_property
    def admitted(self) -> Bools:
        """Which options every admission allows."""
        every: Bools = np.all([rule.admits(self.columns, self.options) for rule in ADMISSIONS], axis=0)
        return every

    def plans(self, fit: Bools) -> Iterator[list[int]]:
        """Draw plans as rows of `options`: mostly of allowed ones, sometimes with a request placed twice."""
        chance = random.Random(self.seed)
        every = [np.flatnonzero(self.options.request == r).tolist() for r in range(len(self.problem.requests))]
        fitting = [[row for row in rows if fit[row]] or rows for rows in every]
        for number in range(24):
            fussy, full = chance.random(), chance.random()
            plan = [
                chance.choice(fitting[request] if chance.random() < 2 * fussy else every[request])
                for request in range(len(every))
                if chance.random() < 0.4 + full
            ]
            if number % 6 == 0:
                plan.append(chance.choice(chance.choice(every)))
            yield plan


def once_each(case: Case, plan: list[int]) -> list[int]:
    """Keep the first placement of each request."""
    return list({int(case.options.request[row]): row for row in reversed(plan)}.values())


def amounts(uses: Uses, options: int) -> Ints:
    """Write uses as a matrix (option, cell)."""
    matrix = np.zeros((options, len(uses.supply)), dtype=np.int64)
    for option, line, first, until, amount in zip(
        uses.option, uses.line, uses.first, uses.until, uses.amount, strict=True
    ):
        for week in range(first, until):
            matrix[option, uses.cell[line, week]] += amount
    return matrix


def some(values: tuple[Value, ...]) -> SearchStrategy[tuple[Value, ...]]:
    """Draw one or more of a few values."""
    return st.sampled_from([chosen for size in range(len(values)) for chosen in combinations(values, size + 1)])


def a_few(values: tuple[Value, ...]) -> SearchStrategy[tuple[Value, ...]]:
    """Draw a few values, or as often none."""
    return st.just(()) | some(values)


def by_the_week(weeks: int, most: int) -> SearchStrategy[int | tuple[int, ...]]:
    """Draw one amount, or one for each week."""
    return st.integers(0, most) | st.sampled_from(list(product(range(most + 1), repeat=weeks)))


@st.composite
def cases(draw: DrawFn, most_taken: int = 1) -> Case:
    """Draw a problem of two to four requests and two or three units, with a few placements of other terms at most."""
    weeks = draw(st.integers(3, 5))
    points, sites, zones = st.sampled_from(POINTS), st.sampled_from(SITES), st.sampled_from(ZONES)
    week_sets = some(tuple(range(weeks)))
    units = []
    for number in range(draw(st.integers(2, 3))):
        lat, lon = draw(points)
        units.append(
            Unit(
                id=UnitId(f"u{number}"),
                provider=draw(st.sampled_from(PROVIDERS)),
                site=draw(sites),
                kinds=draw(some(KINDS)),
                lat=lat,
                lon=lon,
                university_healthcare=draw(st.booleans()),
                max_students=draw(st.none() | by_the_week(weeks, 2)),
                zone=draw(zones),
            )
        )
    unit_ids = tuple(unit.id for unit in units)
    capacities = tuple(
        Capacity(
            id=CapacityId(f"c{number}"),
            unit=draw(st.sampled_from(unit_ids)),
            professions=draw(some(PROFESSIONS)),
            institutions=draw(st.none() | some(INSTITUTIONS)),
            places=draw(by_the_week(weeks, 2)),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    supervisors = tuple(
        Supervisor(
            id=SupervisorId(f"s{number}"),
            unit=draw(st.sampled_from(unit_ids)),
            profession=draw(st.sampled_from(PROFESSIONS)),
            credits=draw(st.sampled_from(CREDITS)),
            max_students=draw(st.integers(0, 2)),
            weeks=draw(st.none() | week_sets),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    agreements = []
    for number in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, weeks - 1))
        agreements.append(
            Agreement(
                id=AgreementId(f"a{number}"),
                institution=draw(st.sampled_from(MOSTLY_ONE)),
                provider=draw(st.sampled_from(PROVIDERS)),
                professions=draw(st.none() | some(PROFESSIONS)),
                units=draw(st.none() | some(unit_ids)),
                first_week=first * draw(st.integers(0, 1)),
                last_week=draw(st.sampled_from((first, weeks - 1, weeks - 1))),
                min_student_weeks=draw(st.integers(0, 4)),
                max_student_weeks=draw(st.none() | st.integers(0, 4)),
            )
        )
    students, requests = draw(people(weeks, unit_ids))
    supervisor_ids = tuple(supervisor.id for supervisor in supervisors)
    problem = Problem(
        term=Term("VT27", IsoWeek(2026, 52), weeks),
        institutions=tuple(Institution(name) for name in INSTITUTIONS),
        providers=(Provider(PROVIDERS[0], "region"), Provider(PROVIDERS[1], "municipality")),
        units=tuple(units),
        capacities=capacities,
        supervisors=supervisors,
        agreements=tuple(agreements),
        students=students,
        requests=requests,
        travel=Travel(
            base_minutes=draw(st.integers(0, 10)),
            minutes_per_km=draw(st.integers(0, 2)),
            max_travel=draw(st.none() | st.sampled_from((5, 20, 50))),
            long_after=draw(st.sampled_from((0, 10, 30))),
            matrix=draw(st.none() | st.just({"north": {"south": 20, "north": 5}, "south": {"north": 51}})),
        ),
        pins=draw(decisions(weeks, requests, unit_ids, supervisor_ids)),
        current=draw(decisions(weeks, requests, unit_ids, supervisor_ids)),
        weights=Weights(
            unplaced=101,
            travel=3,
            long_travel=5,
            preference=7,
            agreement_floor=11,
            change=13,
            carried_burden=17,
            **draw(OFTEN_OFF),
        ),
        sha256="0" * 64,
        taken=draw(taken_by_other_terms(weeks, unit_ids, supervisor_ids, most_taken)),
    )
    return Case(problem, draw(st.integers(0, 2**32)))


@st.composite
def people(draw: DrawFn, weeks: int, unit_ids: tuple[UnitId, ...]) -> tuple[tuple[Student, ...], tuple[Request, ...]]:
    """Draw students and their requests."""
    students = []
    for number in range(draw(st.integers(1, 3))):
        lat, lon = draw(st.sampled_from(POINTS))
        students.append(
            Student(
                id=StudentId(f"p{number}"),
                institution=draw(st.sampled_from(MOSTLY_ONE)),
                profession=draw(st.sampled_from(PROFESSIONS)),
                site=draw(st.sampled_from(SITES)),
                lat=lat,
                lon=lon,
                blocked_units=draw(a_few(unit_ids)),
                max_travel=draw(st.none() | st.sampled_from((5, 20, 50))),
                distinct_units=draw(st.booleans()),
                zone=draw(st.sampled_from(ZONES)),
                burden=draw(st.sampled_from((0, 0, 333, 1_000))),
            )
        )
    requests: list[Request] = []
    for number in range(draw(st.integers(2, 4))):
        student = draw(st.sampled_from(students)).id
        own = [request.id for request in requests if request.student == student]
        requests.append(
            Request(
                id=RequestId(f"r{number}"),
                student=student,
                kinds=draw(some(KINDS)),
                weeks=draw(st.integers(1, 3)),
                starts=draw(some(tuple(range(weeks)))),
                supervision=draw(st.none() | st.sampled_from(CREDITS).map(Supervision)),
                university_healthcare=draw(st.booleans()),
                preferences=draw(a_few(unit_ids)),
                after=tuple(request for request in own if draw(st.booleans())),
                priority=draw(st.integers(1, 3)),
                pair_group=draw(st.sampled_from((None, "crs_1", "crs_1", "crs_2"))),
            )
        )
    return tuple(students), tuple(requests)


@st.composite
def taken_by_other_terms(
    draw: DrawFn, weeks: int, unit_ids: tuple[UnitId, ...], supervisor_ids: tuple[SupervisorId, ...], most: int
) -> tuple[Taken, ...]:
    """Draw what other terms have taken: nothing, or the weeks of a few students, of this term too or of others only."""
    taken = []
    for number in range(draw(st.integers(0, most))):
        first = draw(st.integers(0, weeks - 1))
        taken.append(
            Taken(
                id=TakenId(f"t{number}"),
                term=draw(st.sampled_from(("HT26", "ST27"))),
                student=StudentId(draw(st.sampled_from(("p0", "p1", "stranger")))),
                institution=draw(st.sampled_from(MOSTLY_ONE)),
                profession=draw(st.sampled_from((*PROFESSIONS, "physician"))),
                unit=draw(st.sampled_from(unit_ids)),
                supervisor=draw(st.sampled_from((None, *supervisor_ids))),
                first_week=first,
                last_week=draw(st.integers(first, weeks - 1)),
            )
        )
    return tuple(taken)


@st.composite
def decisions(
    draw: DrawFn,
    weeks: int,
    requests: tuple[Request, ...],
    unit_ids: tuple[UnitId, ...],
    supervisor_ids: tuple[SupervisorId, ...],
) -> tuple[Decision, ...]:
    """Draw pins, or a plan in force, for some of the requests."""
    chosen = draw(st.sets(st.sampled_from([request.id for request in requests]), max_size=2))
    return tuple(
        Decision(
            request,
            draw(st.sampled_from(unit_ids)),
            draw(st.integers(0, weeks - 1)),
            draw(st.sampled_from((None, *supervisor_ids))),
        )
        for request in sorted(chosen)
    )
