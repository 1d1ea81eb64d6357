"""Independent parts of a term: requests that can never meet at a unit, under an agreement or in a student.

A plan of the whole is a plan of each part, and the parts' bounds add up to a bound on the whole; nothing is lost. The
parts are found without looking at any one student, by the classes of requests: where journeys alone keep two apart they
stay together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from placement_solver.columns import Columns
from placement_solver.search.options import slots_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from placement_solver.arrays import Bools, Ints
    from placement_solver.problem import Agreement, Problem, StudentId, Taken, UnitId

Row = TypeVar("Row")


def split(problem: Problem) -> tuple[Problem, ...]:
    """Return the independent parts of a problem as problems, largest first, small ones together.

    No bundle of small parts has more requests than the largest part. What belongs to no part (an agreement that nobody
    can be placed under) goes with the first, so that the parts' objectives add up to the whole's.
    """
    columns = Columns(problem)
    part_of_request, part_of_unit, part_of_agreement = _connect(columns)
    sizes = np.bincount(part_of_request) if len(part_of_request) else np.ones(1, dtype=np.int64)
    bundle_of_part = np.array(_bundle(sizes.tolist()))
    of_request = bundle_of_part[part_of_request]
    of_unit = np.where(part_of_unit < 0, -1, bundle_of_part[part_of_unit])
    of_agreement = np.where(part_of_agreement < 0, 0, bundle_of_part[part_of_agreement])
    return tuple(
        _part(problem, of_request == number, of_unit == number, of_agreement == number)
        for number in range(int(bundle_of_part.max()) + 1)
    )


def _connect(columns: Columns) -> tuple[Ints, Ints, Ints]:
    """Return the part of each request, each unit and each agreement; -1 where no option is there or under it."""
    links = _Links()
    classes = columns.request_class.tolist()
    for request, student in enumerate(columns.request_student.tolist()):
        links.join(("class", classes[request]), ("student", student))
    for example in columns.class_example.tolist():
        slots = slots_of(columns, example)
        here = ("class", classes[example])
        for unit in np.unique(slots.unit).tolist():
            links.join(here, ("unit", unit))
        for agreement in np.unique(columns.covering_agreements(slots)[1]).tolist():
            links.join(here, ("agreement", agreement))
    number: dict[object, int] = {}
    of_request = [number.setdefault(links.root(("class", each)), len(number)) for each in classes]
    of_unit = [number.get(links.root(("unit", each)), -1) for each in range(len(columns.problem.units))]
    of_agreement = [number.get(links.root(("agreement", each)), -1) for each in range(len(columns.problem.agreements))]
    return np.array(of_request, np.int64), np.array(of_unit, np.int64), np.array(of_agreement, np.int64)


class _Links:
    """What hangs together, directly or through others (union and find)."""

    def __init__(self) -> None:
        self._above: dict[object, object] = {}

    def root(self, one: object) -> object:
        """Return what stands for all that hangs together with one."""
        above = self._above.setdefault(one, one)
        while above != one:
            self._above[one] = self._above[above]
            one, above = above, self._above[above]
        return one

    def join(self, one: object, other: object) -> None:
        """Let two hang together."""
        self._above[self.root(one)] = self.root(other)


def _bundle(sizes: Sequence[int]) -> list[int]:
    """Put parts into bundles no larger than the largest part; return the bundle of each, the fullest being 0."""
    bundles: list[int] = []
    of_part = [0] * len(sizes)
    for part in sorted(range(len(sizes)), key=lambda part: -sizes[part]):
        fitting = (bundle for bundle, filled in enumerate(bundles) if filled + sizes[part] <= max(sizes))
        bundle = next(fitting, len(bundles))
        if bundle == len(bundles):
            bundles.append(0)
        bundles[bundle] += sizes[part]
        of_part[part] = bundle
    return of_part


def _part(problem: Problem, requests: Bools, units: Bools, agreements: Bools) -> Problem:
    """Return a problem of some requests and their students, at some units and those named, under some agreements."""
    asked = _those(problem.requests, requests)
    names = {request.id for request in asked}
    attending = {request.student for request in asked}
    students = tuple(student for student in problem.students if student.id in attending)
    pins = tuple(pin for pin in problem.pins if pin.request in names)
    current = tuple(line for line in problem.current if line.request in names)
    kept = {unit.id for unit in _those(problem.units, units)}
    kept.update(decision.unit for decision in (*pins, *current))
    kept.update(unit for request in asked for unit in request.preferences)
    kept.update(unit for student in students for unit in student.blocked_units)
    under = _those(problem.agreements, agreements)
    taken = tuple(_concerning(problem, kept, attending, under))
    kept.update(each.unit for each in taken)
    named = {each.supervisor for each in (*pins, *current)}
    kept.update(problem.supervisor[name].unit for name in named if name is not None)
    return replace(
        problem,
        units=tuple(unit for unit in problem.units if unit.id in kept),
        capacities=tuple(capacity for capacity in problem.capacities if capacity.unit in kept),
        supervisors=tuple(supervisor for supervisor in problem.supervisors if supervisor.unit in kept),
        agreements=under,
        students=students,
        requests=asked,
        pins=pins,
        current=current,
        taken=taken,
    )


def _concerning(
    problem: Problem, units: Container[UnitId], students: Container[StudentId], agreements: Iterable[Agreement]
) -> Iterator[Taken]:
    """Yield what other terms have taken at some units, of some students' weeks, or between agreements' parties."""
    parties = {(agreement.institution, agreement.provider) for agreement in agreements}
    for each in problem.taken:
        party = each.institution, problem.unit[each.unit].provider
        if each.unit in units or each.student in students or party in parties:
            yield each


def _those(rows: tuple[Row, ...], chosen: Bools) -> tuple[Row, ...]:
    return tuple(rows[number] for number in np.flatnonzero(chosen).tolist())
