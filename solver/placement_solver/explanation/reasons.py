"""Why requests have no placement: how many units each rule left, and what is full at the units that remain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import reduce
from itertools import takewhile
from operator import or_
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.explanation.occupancy import Obstacle, Occupancy
from placement_solver.plan import Full, Reasons, Remaining, Unplaced
from placement_solver.rules import ADMISSIONS, NO_OVERLAP, PIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placement_solver.arrays import Ints
    from placement_solver.explanation.occupancy import Obstacle
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, RequestId, Taken
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
    ways = {shared: Ways(columns, example) for shared, example in enumerate(columns.class_example.tolist())}
    classes = columns.request_class.tolist()
    return tuple(
        Unplaced(request.id, _reasons(ways[classes[number]], occupancy, number))
        for number, request in enumerate(unplaced)
    )


class Ways:
    """The ways to place a class of requests, narrowed down rule by rule for each request.

    Rules that do not look at the single student are asked once for the whole class. What is full is also the same for
    the whole class.
    """

    def __init__(self, columns: Columns, example: int) -> None:
        """Narrow down the ways of one request by the rules that come before the first personal one."""
        self.columns = columns
        self._example, self._shared = example, int(columns.request_class[example])
        self._leading: list[Remaining] = []
        self._options = every_way(columns, example, np.arange(len(columns.problem.units)))
        for rule in _LEADING:
            self._options = self._options.take(rule.admits(columns, self._options))
            self._leading.append(_left(rule, self._options.unit))
        self._verdicts = [
            (rule, None if rule.personal else rule.admits(columns, self._options))
            for rule in NARROWING[len(_LEADING) :]
        ]
        self._places = list(zip(self._options.unit.tolist(), self._options.start.tolist(), strict=True))
        self._in_the_way: list[int | None] = [None] * len(self._options)
        self._obstacles: dict[Obstacle, int] = {}
        self._sorted_out: dict[int, dict[str, tuple[Full, ...]]] = {}
        self._described: dict[tuple[str, str, tuple[int, ...]], Full] = {}

    def __len__(self) -> int:
        """Return how many ways the leading rules have left."""
        return len(self._options)

    def narrow(self, number: int) -> tuple[tuple[Remaining, ...], Ints]:
        """Apply all admissions to one request; return how many units each left, and the ways that remain."""
        rows = np.arange(len(self._options))
        remaining = list(self._leading)
        for rule, verdict in self._verdicts:
            admitted = rule.admits(self.columns, self.options(number, rows)) if verdict is None else verdict[rows]
            rows = rows[admitted]
            remaining.append(_left(rule, self._options.unit[rows]))
        return tuple(remaining), rows

    def options(self, number: int, rows: Ints) -> Options:
        """Return some of the ways as one request's options."""
        return replace(self._options.take(rows), request=np.full(len(rows), number, dtype=np.int64))

    def places(self, rows: Ints) -> list[tuple[int, int]]:
        """Return some of the ways as (unit, start)."""
        return [self._places[row] for row in rows.tolist()]

    def in_the_way(self, occupancy: Occupancy, rows: Ints) -> list[int]:
        """Return the obstacles of each of some ways, as the bits of a number; 0 where there is room."""
        return [self._found(occupancy, row) for row in rows.tolist()]

    def sort_out(self, occupancy: Occupancy, bits: int) -> dict[str, tuple[Full, ...]]:
        """Return what the bits of some ways together say is full, rule by rule, with the weeks."""
        if bits not in self._sorted_out:
            full: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
            for obstacle, bit in self._obstacles.items():
                if bits >> bit & 1:
                    full[obstacle.rule][obstacle.id].update(obstacle.weeks)
            self._sorted_out[bits] = {
                rule: tuple(
                    self._full(occupancy, rule, id_, tuple(sorted(weeks))) for id_, weeks in sorted(those.items())
                )
                for rule, those in full.items()
            }
        return self._sorted_out[bits]

    def _full(self, occupancy: Occupancy, rule: str, name: str, weeks: tuple[int, ...]) -> Full:
        key = (rule, name, weeks)
        if key not in self._described:
            self._described[key] = _full(occupancy, *key)
        return self._described[key]

    def _found(self, occupancy: Occupancy, row: int) -> int:
        known = self._in_the_way[row]
        if known is not None:
            return known
        request = self.columns.problem.requests[self._example]
        unit, start = self._places[row]
        bits = 0
        for obstacle in occupancy.full_for(self._shared, request, self.columns.problem.units[unit], start):
            bits |= 1 << self._obstacles.setdefault(obstacle, len(self._obstacles))
        self._in_the_way[row] = bits
        return bits


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


def _reasons(ways: Ways, occupancy: Occupancy, number: int) -> Reasons:
    """Narrow down the units rule by rule, then find what is full at those that remain."""
    problem = ways.columns.problem
    request = problem.requests[number]
    remaining, rows = ways.narrow(number)
    in_the_way = ways.in_the_way(occupancy, rows)
    own: list[set[RequestId]] = [set()] * len(rows)
    if occupancy.is_placed(request.student):
        own = [occupancy.own_in_the_way(request, problem.units[unit].id, start) for unit, start in ways.places(rows)]
    wanted = [range(start, start + request.weeks) for _, start in ways.places(rows)]
    taken: list[tuple[Taken, ...]] = [()] * len(rows)
    if problem.taken_of[request.student]:
        taken = [occupancy.taken_from(request.student, weeks) for weeks in wanted]
    free = [not (bits or mine or others) for bits, mine, others in zip(in_the_way, own, taken, strict=True)]
    full = ways.sort_out(occupancy, reduce(or_, in_the_way, 0))
    return Reasons(
        remaining=remaining,
        capacities=full.get("capacity", ()),
        unit_ceilings=full.get("unit-ceiling", ()),
        agreements=full.get("agreement-ceiling", ()),
        supervisors=full.get("supervisor-load", ()),
        own_placements=tuple(sorted(set().union(*own))),
        dearer_units=len({unit for (unit, _), dearer in zip(ways.places(rows), free, strict=True) if dearer}),
        other_terms=by_term((each, weeks) for others, weeks in zip(taken, wanted, strict=True) for each in others),
    )


def by_term(taken: Iterable[tuple[Taken, range]]) -> tuple[Full, ...]:
    """Return those of some wanted weeks that other terms have taken, by the code of each term."""
    weeks: defaultdict[str, set[int]] = defaultdict(set)
    for each, wanted in taken:
        weeks[each.term].update(week for week in wanted if week in each.weeks)
    return tuple(Full(term, tuple(sorted(those))) for term, those in sorted(weeks.items()))


def _full(occupancy: Occupancy, rule: str, name: str, weeks: tuple[int, ...]) -> Full:
    """Describe a full resource, with the other terms that have taken it or part of it."""
    obstacle = Obstacle(rule, name, weeks)
    terms = occupancy.terms_in(obstacle)
    return Full(name, obstacle.weeks, terms, shared=bool(terms and occupancy.holders(obstacle)))


def _left(rule: Admission, units: Ints) -> Remaining:
    """Count the different units that a rule left."""
    return Remaining(rule.key, int(np.count_nonzero(np.bincount(units))))
