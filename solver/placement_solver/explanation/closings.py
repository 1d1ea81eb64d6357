"""What closes the ways to place a class of requests: what is full at their units, and in which of their weeks.

`Occupancy.full_for` says the same of one way. A county has tens of thousands of ways and thousands of requests without
a placement, so here all ways of a class are judged together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.covers import applies
from placement_solver.explanation.occupancy import Obstacle
from placement_solver.plan import Full

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from placement_solver.arrays import Bools, Ints
    from placement_solver.explanation.occupancy import Occupancy
    from placement_solver.problem import Request, Unit

_AGREEMENT, _SUPERVISOR = "agreement-ceiling", "supervisor-load"


@dataclass(frozen=True, slots=True)
class _Line:
    """What one resource may close at one unit, which has the number ``at`` among the units of the ways.

    ``full`` are the weeks in which it is full. A supervisor closes only starts in whose weeks all of them are on
    ``duty`` (None: always). ``starts`` are the starts that an agreement closes; it has no weeks.
    """

    rule: str
    id: str
    at: int
    full: Collection[int] = ()
    duty: Sequence[int] | None = None
    starts: Sequence[int] = ()


class Closings:
    """What closes each of some ways, (unit, start), to place a request, or any other of its class."""

    def __init__(self, occupancy: Occupancy, request: Request, unit: Ints, start: Ints) -> None:
        """Find what closes the ways; ``unit`` and ``start`` have the number of the unit and the first week of each."""
        self._occupancy, self._request, self._weeks = occupancy, request, occupancy.problem.term.weeks
        units, self._at = np.unique(unit, return_inverse=True)
        self._starts, self._begin = np.unique(start, return_inverse=True)
        self._stays = np.zeros((len(self._starts), self._weeks), dtype=np.bool_)
        for stay, first in zip(self._stays, self._starts.tolist(), strict=True):
            stay[first : first + request.weeks] = True
        there = (occupancy.problem.units[number] for number in units.tolist())
        lines = [line for at, each in enumerate(there) for line in self._lines(at, each)]
        lines.sort(key=lambda line: (line.rule, line.id))
        self._line_at = np.array([line.at for line in lines], dtype=np.int64)
        self._full = np.zeros((len(lines), self._weeks), dtype=np.bool_)
        _mark(self._full, [line.full for line in lines])
        self._closed = self._find_closed(lines, len(units))
        self._resource = [(line.rule, line.id) for line in lines]
        rules = [line.rule for line in lines]
        self._rules = {rule: (bisect_left(rules, rule), bisect_right(rules, rule)) for rule in set(rules)}
        closed = np.zeros((len(units), len(self._starts)), dtype=np.bool_)
        np.logical_or.at(closed, self._line_at, self._closed)
        self._open: Bools = ~closed
        self._known: dict[bytes, dict[str, tuple[Full, ...]]] = {}
        self._described: list[dict[bytes, Full]] = [{} for _ in lines]

    def open(self, rows: Ints) -> Bools:
        """Return for each of some ways whether nothing closes it."""
        those: Bools = self._open[self._at[rows], self._begin[rows]]
        return those

    def closing(self, rows: Ints) -> dict[str, tuple[Full, ...]]:
        """Return what closes any of some ways, by its rule and in the order of the names, with the weeks."""
        wanted = np.zeros_like(self._open)
        wanted[self._at[rows], self._begin[rows]] = True
        closed = self._closed & wanted[self._line_at]
        key = closed.tobytes()
        if key not in self._known:
            self._known[key] = self._describe(closed)
        return self._known[key]

    def _lines(self, at: int, unit: Unit) -> Iterator[_Line]:
        """Yield what may close a start at a unit."""
        occupancy, asked = self._occupancy, self._request.supervision
        student = occupancy.problem.student[self._request.student]
        for capacity in occupancy.offers_to(student, unit.id):
            if full := occupancy.full_weeks("capacity", capacity.id, capacity.places):
                yield _Line("capacity", capacity.id, at, full)
        if unit.max_students is not None and (full := occupancy.full_weeks("unit-ceiling", unit.id, unit.max_students)):
            yield _Line("unit-ceiling", unit.id, at, full)
        for agreement in occupancy.agreements_between(student, unit):
            most, used = agreement.max_student_weeks, occupancy.student_weeks(agreement.id) + self._request.weeks
            if most is not None and used > most:
                stays = [range(first, first + self._request.weeks) for first in self._starts.tolist()]
                covered = [stay for stay, weeks in enumerate(stays) if applies(agreement, student, unit, weeks)]
                yield _Line(_AGREEMENT, agreement.id, at, starts=covered)
        if asked is not None:
            for each in occupancy.trained(unit.id, student.profession, asked.credits):
                full = occupancy.full_weeks(_SUPERVISOR, each.id, each.max_students)
                yield _Line(_SUPERVISOR, each.id, at, full, each.weeks)

    def _find_closed(self, lines: Sequence[_Line], units: int) -> Bools:
        """Return for each line which starts it closes.

        Supervisors close a start only where none of those who are on duty in all its weeks has room.
        """
        duty = np.zeros_like(self._full)
        _mark(duty, [range(self._weeks) if line.duty is None else line.duty for line in lines])
        there, busy = ~self._in_any_week(~duty), self._in_any_week(self._full)
        supervises = np.array([line.rule == _SUPERVISOR for line in lines], dtype=np.bool_)
        supervised = np.zeros((units, len(self._starts)), dtype=np.bool_)
        np.logical_or.at(supervised, self._line_at[supervises], (there & ~busy)[supervises])
        closed: Bools = there & busy & ~(supervises[:, None] & supervised[self._line_at])
        _mark(closed, [line.starts for line in lines])
        return closed

    def _in_any_week(self, weeks: Bools) -> Bools:
        """Return for each line and start whether any of the line's weeks is a week of the start."""
        shared: Bools = weeks.astype(np.float32) @ self._stays.T.astype(np.float32) > 0
        return shared

    def _describe(self, closed: Bools) -> dict[str, tuple[Full, ...]]:
        """Describe the resources that close the starts given for each line."""
        found = np.flatnonzero(closed.any(axis=1))
        if not len(found):
            return {}
        packed = np.packbits(closed[found], axis=1)
        starts = packed.view(f"V{packed.shape[1]}").ravel().tolist()
        full = []
        for line, those in zip(found.tolist(), starts, strict=True):
            known = self._described[line]
            if those not in known:
                known[those] = self._describe_one(line, closed[line])
            full.append(known[those])
        of_rule = {rule: full[slice(*np.searchsorted(found, ends))] for rule, ends in self._rules.items()}
        # An agreement has a line for each unit, but is told once.
        return {rule: tuple(those if rule != _AGREEMENT else dict.fromkeys(those)) for rule, those in of_rule.items()}

    def _describe_one(self, line: int, closed: Bools) -> Full:
        """Describe a line's resource as it closes some starts, with the other terms that have taken of it."""
        rule, name = self._resource[line]
        weeks = np.flatnonzero((closed @ self._stays) & self._full[line]).tolist()
        obstacle = Obstacle(rule, name, tuple(weeks))
        terms = self._occupancy.terms_in(obstacle)
        return Full(name, obstacle.weeks, terms, shared=bool(terms and self._occupancy.holders(obstacle)))


def _mark(matrix: Bools, columns: Sequence[Collection[int]]) -> None:
    """Set the columns given for each line."""
    lines = np.repeat(np.arange(len(columns)), [len(those) for those in columns])
    matrix[lines, [column for those in columns for column in those]] = True
