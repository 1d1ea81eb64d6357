"""Why requests have no placement: how many units each rule left, and what is full at the units that remain."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.explanation.occupancy import Obstacle, Occupancy
from placement_solver.plan import Full, Reasons, Remaining, Unplaced
from placement_solver.rules import ADMISSIONS, NO_OVERLAP, PIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placement_solver.arrays import Bools, Ints
    from placement_solver.explanation.occupancy import Obstacle
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, RequestId, Taken, UnitId
    from placement_solver.rules import Admission

NARROWING: tuple[Admission, ...] = tuple(rule for rule in ADMISSIONS if rule not in (NO_OVERLAP, PIN))
"""The admissions in the order in which they narrow the units down. A student's own placements are told apart."""
_UNSEEN = -1
_NONE = np.zeros(0, dtype=np.int64)
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
        self.unit, self.start = self._options.unit, self._options.start
        self._kind = np.full(len(self._options), _UNSEEN, dtype=np.int64)
        self._kinds: dict[tuple[Obstacle, ...], int] = {}
        self._cells: list[Ints] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._resources: list[tuple[str, str]] = []
        self._in_order = _NONE
        self._sorted_out: dict[tuple[int, ...], dict[str, tuple[Full, ...]]] = {}
        self._described: dict[tuple[int, bytes], Full] = {}

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

    def in_the_way(self, occupancy: Occupancy, rows: Ints) -> tuple[tuple[int, ...], Bools]:
        """Return the kinds of some ways, and for each way whether nothing is full.

        Ways at which the same is full are of a kind, because there are far fewer kinds than ways.
        """
        for row in rows[self._kind[rows] == _UNSEEN].tolist():
            self._kind[row] = self._kind_of(self._find(occupancy, row))
        kinds = self._kind[rows]
        return tuple(np.unique(kinds).tolist()), kinds == self._kinds.get((), _UNSEEN)

    def sort_out(self, occupancy: Occupancy, kinds: tuple[int, ...]) -> dict[str, tuple[Full, ...]]:
        """Return what is full at some kinds of ways together, rule by rule, with the weeks."""
        if kinds not in self._sorted_out:
            full_in = np.zeros((len(self._resources), 1 + self.columns.weeks), dtype=np.bool_)
            np.put(full_in, np.concatenate([self._cells[kind] for kind in kinds] or [_NONE]), v=True)
            together: defaultdict[str, list[Full]] = defaultdict(list)
            if len(self._in_order) < len(self._resources):
                self._in_order = np.array([self._numbers[name] for name in sorted(self._numbers)], dtype=np.int64)
            found = self._in_order[full_in[self._in_order, 0]]
            packed, width = np.packbits(full_in[found], axis=1).tobytes(), 1 + self.columns.weeks // 8
            for position, resource in enumerate(found.tolist()):
                rule, name = self._resources[resource]
                key = (resource, packed[position * width : (position + 1) * width])
                if key not in self._described:
                    weeks = np.flatnonzero(full_in[resource, 1:]).tolist()
                    self._described[key] = _full(occupancy, rule, name, tuple(weeks))
                together[rule].append(self._described[key])
            self._sorted_out[kinds] = {rule: tuple(those) for rule, those in together.items()}
        return self._sorted_out[kinds]

    def _kind_of(self, obstacles: tuple[Obstacle, ...]) -> int:
        """Return the kind of the ways at which just this is full.

        Its cells are the numbers of (resource, 0), which says that the resource is full, and of (resource, 1 + week).
        """
        if obstacles not in self._kinds:
            cells: list[int] = []
            for obstacle in obstacles:
                name = (obstacle.rule, obstacle.id)
                resource = self._numbers.setdefault(name, len(self._resources))
                if resource == len(self._resources):
                    self._resources.append(name)
                begin = resource * (1 + self.columns.weeks)
                cells += (begin, *(begin + 1 + week for week in obstacle.weeks))
            self._kinds[obstacles] = len(self._cells)
            self._cells.append(np.array(cells, dtype=np.int64))
        return self._kinds[obstacles]

    def _find(self, occupancy: Occupancy, row: int) -> tuple[Obstacle, ...]:
        request, unit = self.columns.problem.requests[self._example], self.columns.problem.units[self.unit[row]]
        return occupancy.full_for(self._shared, request, unit, int(self.start[row]))


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
    kinds, free = ways.in_the_way(occupancy, rows)
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
    full = ways.sort_out(occupancy, kinds)
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


def _full(occupancy: Occupancy, rule: str, name: str, weeks: tuple[int, ...]) -> Full:
    """Describe a full resource, with the other terms that have taken it or part of it."""
    obstacle = Obstacle(rule, name, weeks)
    terms = occupancy.terms_in(obstacle)
    return Full(name, obstacle.weeks, terms, shared=bool(terms and occupancy.holders(obstacle)))


def _left(rule: Admission, units: Ints) -> Remaining:
    """Count the different units that a rule left."""
    return Remaining(rule.key, int(np.count_nonzero(np.bincount(units))))
