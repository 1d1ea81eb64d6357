"""Why a request has no placement: rule by rule how many units were left, and what is full at those that were."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.covers import applies, covers, find_agreements, find_capacities
from placement_solver.plan import Full, Reasons, Remaining, Unplaced
from placement_solver.problem import by_week
from placement_solver.rules import ADMISSIONS, PIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import (
        Agreement,
        Capacity,
        InstitutionId,
        Problem,
        ProviderId,
        Request,
        RequestId,
        StudentId,
        Supervisor,
        Unit,
        UnitId,
    )


def explain(problem: Problem, columns: Columns, placements: Sequence[Placement]) -> tuple[Unplaced, ...]:
    """Return every request without a placement with the reasons, in the order of the problem."""
    placed = {placement.request for placement in placements}
    loads = _Loads(problem, placements)
    return tuple(
        Unplaced(request.id, _reasons(columns, loads, number))
        for number, request in enumerate(problem.requests)
        if request.id not in placed
    )


def _reasons(columns: Columns, loads: _Loads, number: int) -> Reasons:
    """Narrow the units down rule by rule, then look at what is full at those that remain."""
    request = columns.problem.requests[number]
    remaining, options = _narrow(columns, number)
    full: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    own: set[RequestId] = set()
    dearer: set[int] = set()
    shared = int(columns.request_class[number])
    for unit, start in zip(options.unit.tolist(), options.start.tolist(), strict=True):
        mine = loads.own_in_the_way(request, columns.problem.units[unit].id, start)
        own |= mine
        found = loads.full_for(shared, request, columns.problem.units[unit], start)
        for kind, name, weeks in found:
            full[kind][name].update(weeks)
        if not found and not mine:
            dearer.add(unit)
    return Reasons(
        remaining=remaining,
        capacities=_listed(full["capacity"]),
        unit_ceilings=_listed(full["unit-ceiling"]),
        agreements=_listed(full["agreement-ceiling"]),
        supervisors=_listed(full["supervisor-load"]),
        own_placements=tuple(sorted(own)),
        dearer_units=len(dearer),
    )


def _narrow(columns: Columns, number: int) -> tuple[tuple[Remaining, ...], Options]:
    """Let the admissions speak one after another; return how many units each left, and the options left in the end."""
    starts = np.flatnonzero(columns.start_allowed[columns.request_starts[number]])
    units = len(columns.problem.units)
    supervisor = SOMEBODY if columns.request_asks_supervision[number] else NOBODY
    options = Options(
        np.full(units * len(starts), number, dtype=np.int64),
        np.repeat(np.arange(units), len(starts)),
        np.tile(starts, units),
        np.full(units * len(starts), supervisor, dtype=np.int64),
    )
    remaining = []
    for rule in (rule for rule in ADMISSIONS if rule is not PIN):
        options = options.take(rule.admits(columns, options))
        remaining.append(Remaining(rule.key, len(np.unique(options.unit))))
    return tuple(remaining), options


def _listed(full: dict[str, set[int]]) -> tuple[Full, ...]:
    return tuple(Full(id_, tuple(sorted(weeks))) for id_, weeks in sorted(full.items()))


class _Loads:
    """What the placements of a plan take of everything scarce, and what is full for one more."""

    def __init__(self, problem: Problem, placements: Sequence[Placement]) -> None:
        self._problem = problem
        self._weeks = problem.term.weeks
        self._offers: defaultdict[UnitId, list[Capacity]] = defaultdict(list)
        for capacity in problem.capacities:
            self._offers[capacity.unit].append(capacity)
        self._between: defaultdict[tuple[InstitutionId, ProviderId], list[Agreement]] = defaultdict(list)
        for agreement in problem.agreements:
            self._between[agreement.institution, agreement.provider].append(agreement)
        self._staff: defaultdict[UnitId, list[Supervisor]] = defaultdict(list)
        for supervisor in problem.supervisors:
            self._staff[supervisor.unit].append(supervisor)
        self._of_student: defaultdict[StudentId, list[Placement]] = defaultdict(list)
        self._by_capacity: Counter[tuple[str, int]] = Counter()
        self._by_unit: Counter[tuple[str, int]] = Counter()
        self._by_supervisor: Counter[tuple[str, int]] = Counter()
        self._by_agreement: Counter[str] = Counter()
        self._found: dict[tuple[int, UnitId, int], tuple[tuple[str, str, tuple[int, ...]], ...]] = {}
        covered = find_agreements(problem, placements)
        for (placement, capacities), (_, agreements) in zip(find_capacities(problem, placements), covered, strict=True):
            request = problem.request[placement.request]
            self._of_student[request.student].append(placement)
            for agreement in agreements:
                self._by_agreement[agreement.id] += request.weeks
            for week in range(placement.start, placement.start + request.weeks):
                self._by_unit[placement.unit, week] += 1
                self._by_capacity.update((capacity.id, week) for capacity in capacities)
                if placement.supervisor is not None:
                    self._by_supervisor[placement.supervisor, week] += 1

    def own_in_the_way(self, request: Request, unit: UnitId, start: int) -> set[RequestId]:
        """Return the student's other placements that exclude this one: in its weeks, out of order, or at its unit."""
        end = start + request.weeks
        in_the_way = set()
        for other in self._of_student[request.student]:
            theirs = self._problem.request[other.request]
            other_end = other.start + theirs.weeks
            if (
                (other.start < end and start < other_end)
                or (other.request in request.after and start < other_end)
                or (request.id in theirs.after and other.start < end)
                or (other.unit == unit and self._problem.student[request.student].distinct_units)
            ):
                in_the_way.add(other.request)
        return in_the_way

    def full_for(
        self, shared: int, request: Request, unit: Unit, start: int
    ) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
        """Return what has no room for one more placement at a unit from a week: (kind, id, weeks).

        ``shared`` is the request's class, for all of whose requests the answer is the same.
        """
        key = (shared, unit.id, start)
        if key not in self._found:
            self._found[key] = tuple(self._find_full(request, unit, start))
        return self._found[key]

    def _find_full(self, request: Request, unit: Unit, start: int) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        problem, weeks = self._problem, range(start, start + request.weeks)
        student = problem.student[request.student]
        for capacity in self._offers[unit.id]:
            if covers(capacity, student):
                places = by_week(capacity.places, self._weeks)
                if full := tuple(week for week in weeks if self._by_capacity[capacity.id, week] >= places[week]):
                    yield "capacity", capacity.id, full
        if unit.max_students is not None:
            places = by_week(unit.max_students, self._weeks)
            if full := tuple(week for week in weeks if self._by_unit[unit.id, week] >= places[week]):
                yield "unit-ceiling", unit.id, full
        for agreement in self._between[student.institution, unit.provider]:
            most = agreement.max_student_weeks
            used = self._by_agreement[agreement.id] + request.weeks
            if most is not None and used > most and applies(agreement, student, unit, weeks):
                yield "agreement-ceiling", agreement.id, ()
        if request.supervision is not None:
            yield from self._find_busy(request.supervision.credits, student.profession, unit.id, weeks)

    def _find_busy(
        self, asked: float, profession: str, unit: UnitId, weeks: range
    ) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        """Return the fitting supervisors with the weeks when each is full, unless one of them has room."""
        busy = []
        for supervisor in self._staff[unit]:
            on_duty = supervisor.weeks is None or set(weeks) <= set(supervisor.weeks)
            if supervisor.profession == profession and supervisor.credits >= asked and on_duty:
                full = tuple(
                    week for week in weeks if self._by_supervisor[supervisor.id, week] >= supervisor.max_students
                )
                if not full:
                    return
                busy.append(("supervisor-load", str(supervisor.id), full))
        yield from busy
