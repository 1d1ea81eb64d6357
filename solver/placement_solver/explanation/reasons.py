"""Why requests have no placement: how many units each rule left, and what is full at the units that remain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.explanation.closings import Closings
from placement_solver.explanation.occupancy import Occupancy
from placement_solver.plan import Full, Reasons, Remaining, Unplaced
from placement_solver.rules import ADMISSIONS, NO_OVERLAP, PIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placement_solver.arrays import Ints
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, RequestId, Taken, UnitId
    from placement_solver.rules import Admission

NARROWING: tuple[Admission, ...] = tuple(rule for rule in ADMISSIONS if rule not in (NO_OVERLAP, PIN))
"""The admissions in the order in which they narrow the units down. A student's own placements are told apart."""
_LEADING = tuple(takewhile(lambda rule: not rule.personal, NARROWING))


def explain(problem: Problem, placements: Sequence[Placement]) -> tuple[Unplaced, ...]:
    """Return every unplaced request with the reasons, in the order of the problem."""
    placed = {placement.request for placement in placements}
    unplaced = tuple(request for request in problem.requests if request.id not in placed)
    students = {request.student for request in unplaced}
    asking = tuple(student for student in problem.students if student.id in students)
    columns = Columns(replace(problem, requests=unplaced, students=asking))
    occupancy = Occupancy(problem, placements)
    examples = columns.class_example.tolist()
    ways = [Ways(columns, example) for example in examples]
    closings = [
        Closings(occupancy, unplaced[example], those.unit, those.start)
        for example, those in zip(examples, ways, strict=True)
    ]
    return tuple(
        Unplaced(request.id, _reasons(ways[shared], closings[shared], occupancy, number))
        for number, (request, shared) in enumerate(zip(unplaced, columns.request_class.tolist(), strict=True))
    )


class Ways:
    """The ways to place a class of requests, narrowed down rule by rule for each request.

    Rules that do not look at the single student are asked once for the whole class.
    """

    def __init__(self, columns: Columns, example: int) -> None:
        """Narrow down the ways of one request by the rules that come before the first personal one."""
        self.columns = columns
        self._leading: list[Remaining] = []
        self._options = every_way(columns, example, np.arange(len(columns.problem.units)))
        for rule in _LEADING:
            self._options = self._options.take(rule.admits(columns, self._options))
            self._leading.append(_left(rule, self._options.unit))
        self._verdicts = [
            (rule, None if rule.personal else rule.admits(columns, self._options))
            for rule in NARROWING[len(_LEADING) :]
        ]
        self.unit, self.start = self._options.unit, self._options.start

    def __len__(self) -> int:
        """Return how many ways the leading rules have left."""
        return len(self._options)

    def narrow(self, number: int) -> tuple[tuple[Remaining, ...], Ints]:
        """Apply all admissions to one request; return how many units each left, and the ways that remain."""
        rows = np.arange(len(self._options))
        remaining = list(self._leading)
        for rule, verdict in self._verdicts:
            admitted = rule.admits(self.columns, self.options(number, rows)) if verdict is None else verdict[rows]
            if admitted.all():
                remaining.append(Remaining(rule.key, remaining[-1].units))
            else:
                rows = rows[admitted]
                remaining.append(_left(rule, self._options.unit[rows]))
        return tuple(remaining), rows

    def options(self, number: int, rows: Ints) -> Options:
        """Return some of the ways as one request's options."""
        return replace(self._options.take(rows), request=np.full(len(rows), number, dtype=np.int64))


def narrow(columns: Columns, number: int) -> tuple[tuple[Remaining, ...], Options]:
    """Apply the admissions one after another; return how many units each left, and the options that remain."""
    ways = Ways(columns, number)
    remaining, rows = ways.narrow(number)
    return remaining, ways.options(number, rows)


def every_way(columns: Columns, number: int, units: Ints) -> Options:
    """Return every (unit, start) of a request at some units. Of all rules only its allowed starts are applied."""
    starts = np.flatnonzero(columns.start_allowed[columns.request_starts[number]])
    supervisor = SOMEBODY if columns.request_asks_supervision[number] else NOBODY
    return Options(
        np.full(len(units) * len(starts), number, dtype=np.int64),
        np.repeat(units, len(starts)),
        np.tile(starts, len(units)),
        np.full(len(units) * len(starts), supervisor, dtype=np.int64),
    )


def _reasons(ways: Ways, closings: Closings, occupancy: Occupancy, number: int) -> Reasons:
    """Narrow down the units rule by rule, then tell what is full at those that remain."""
    problem = ways.columns.problem
    request = problem.requests[number]
    remaining, rows = ways.narrow(number)
    free = closings.open(rows)
    own: set[RequestId] = set()
    taken: list[tuple[Taken, range]] = []
    if occupancy.is_placed(request.student) or problem.taken_of[request.student]:
        places, place_of = _alike(ways, rows, occupancy.units_of(request.student))
        mine = [occupancy.own_in_the_way(request, problem.units[unit].id, start) for unit, start in places]
        wanted = [range(start, start + request.weeks) for _, start in places]
        others = [occupancy.taken_from(request.student, weeks) for weeks in wanted]
        own.update(*mine)
        taken = [(each, weeks) for those, weeks in zip(others, wanted, strict=True) for each in those]
        free &= np.array([not (own or others) for own, others in zip(mine, others, strict=True)], dtype=np.bool_)[
            place_of
        ]
    full = closings.closing(rows)
    return Reasons(
        remaining=remaining,
        capacities=full.get("capacity", ()),
        unit_ceilings=full.get("unit-ceiling", ()),
        agreements=full.get("agreement-ceiling", ()),
        supervisors=full.get("supervisor-load", ()),
        own_placements=tuple(sorted(own)),
        dearer_units=len(np.unique(ways.unit[rows[free]])),
        other_terms=by_term(taken),
    )


def _alike(ways: Ways, rows: Ints, units: Iterable[UnitId]) -> tuple[list[tuple[int, int]], Ints]:
    """Return the (unit, start) that a student's placements at some units tell apart, and for each way which it is.

    All other units are alike to them, and any of them stands for all.
    """
    index = ways.columns.unit_index
    apart = np.zeros(len(index), dtype=np.bool_)
    apart[[index[unit] for unit in units]] = True
    place = ways.start[rows] + np.where(
        apart[ways.unit[rows]], (1 + ways.unit[rows]) * (1 + ways.start.max(initial=0)), 0
    )
    _, example, place_of = np.unique(place, return_index=True, return_inverse=True)
    return list(zip(ways.unit[rows[example]].tolist(), ways.start[rows[example]].tolist(), strict=True)), place_of


def by_term(taken: Iterable[tuple[Taken, range]]) -> tuple[Full, ...]:
    """Return those of some wanted weeks that other terms have taken, by the code of each term."""
    weeks: defaultdict[str, set[int]] = defaultdict(set)
    for each, wanted in taken:
        weeks[each.term].update(week for week in wanted if week in each.weeks)
    return tuple(Full(term, tuple(sorted(those))) for term, those in sorted(weeks.items()))


def _left(rule: Admission, units: Ints) -> Remaining:
    """Count the different units that a rule left."""
    return Remaining(rule.key, int(np.count_nonzero(np.bincount(units))))
