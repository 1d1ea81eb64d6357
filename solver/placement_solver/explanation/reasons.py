"""Why requests have no placement: rule by rule how many units were left, and what is full at those that were."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.explanation.loads import Loads
from placement_solver.plan import Full, Reasons, Remaining, Unplaced
from placement_solver.rules import ADMISSIONS, PIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, RequestId
    from placement_solver.rules import Admission

SPOKEN: tuple[Admission, ...] = tuple(rule for rule in ADMISSIONS if rule is not PIN)
"""The admissions in the order in which they narrow the units down."""


def explain(problem: Problem, placements: Sequence[Placement]) -> tuple[Unplaced, ...]:
    """Return every request without a placement with the reasons, in the order of the problem."""
    placed = {placement.request for placement in placements}
    unplaced = tuple(request for request in problem.requests if request.id not in placed)
    students = {request.student for request in unplaced}
    asking = tuple(student for student in problem.students if student.id in students)
    columns = Columns(replace(problem, requests=unplaced, students=asking))
    loads = Loads(problem, placements)
    return tuple(Unplaced(request.id, reasons_for(columns, loads, number)) for number, request in enumerate(unplaced))


def reasons_for(columns: Columns, loads: Loads, number: int) -> Reasons:
    """Narrow the units down rule by rule, then look at what is full at those that remain."""
    request = columns.problem.requests[number]
    remaining, options = narrow(columns, number)
    full: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    own: set[RequestId] = set()
    dearer: set[int] = set()
    shared = int(columns.request_class[number])
    placed_elsewhere = loads.is_placed(request.student)
    for unit, start in zip(options.unit.tolist(), options.start.tolist(), strict=True):
        mine = loads.own_in_the_way(request, columns.problem.units[unit].id, start) if placed_elsewhere else set()
        own |= mine
        found = loads.full_for(shared, request, columns.problem.units[unit], start)
        for obstacle in found:
            full[obstacle.rule][obstacle.id].update(obstacle.weeks)
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


def narrow(columns: Columns, number: int) -> tuple[tuple[Remaining, ...], Options]:
    """Let the admissions speak one after another; return how many units each left, and the options left in the end."""
    options = every_way(columns, number, np.arange(len(columns.problem.units)))
    remaining = []
    for rule in SPOKEN:
        options = options.take(rule.admits(columns, options))
        remaining.append(Remaining(rule.key, int(np.count_nonzero(np.bincount(options.unit)))))
    return tuple(remaining), options


def every_way(columns: Columns, number: int, units: Ints) -> Options:
    """Return every (unit, start) of a request at some units, whatever the rules say but for its starts."""
    starts = np.flatnonzero(columns.start_allowed[columns.request_starts[number]])
    supervisor = SOMEBODY if columns.request_asks_supervision[number] else NOBODY
    return Options(
        np.full(len(units) * len(starts), number, dtype=np.int64),
        np.repeat(units, len(starts)),
        np.tile(starts, len(units)),
        np.full(len(units) * len(starts), supervisor, dtype=np.int64),
    )


def _listed(full: dict[str, set[int]]) -> tuple[Full, ...]:
    return tuple(Full(id_, tuple(sorted(weeks))) for id_, weeks in sorted(full.items()))
