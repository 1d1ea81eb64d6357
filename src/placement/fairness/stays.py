"""Stays: what placements of a problem mean for their students: minutes, kilometres, and which wishes were met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from placement_solver.columns import Columns, Options
from placement_solver.journeys import kilometres_between, minutes_between
from placement_solver.problem import Problem, RequestId, UnitId
from placement_solver.rules import ADMISSIONS
from placement_solver.search.options import slots_of

_PERSONAL = tuple(rule for rule in ADMISSIONS if rule.personal)
AWAY_KM = 80
"""More than this from where travel starts is away: Luleå tekniska universitet pays for nights beyond it (2021)."""


@dataclass(frozen=True, slots=True)
class Stay:
    """What a placement means for its student.

    ``minutes`` are one way, as planned; ``long_after`` is the term's limit for a long journey. ``possible_wishes`` are
    the wished units that the rules allowed the student, and ``wish_rank`` is how many of them come before the unit.
    """

    student: str
    unit: str
    weeks: int
    minutes: int
    long_after: int
    km: int
    possible_wishes: int
    wish_rank: int


def weigh_stays(problem: Problem, placed: Iterable[tuple[RequestId, UnitId]]) -> Mapping[RequestId, Stay]:
    """Return what some placements mean for their students, as the problem has it."""
    placements = list(placed)
    possible = _possible_wishes(problem, [name for name, _ in placements])
    stays = {}
    for name, at in placements:
        request, unit = problem.request[name], problem.unit[at]
        student, wishes = problem.student[request.student], possible[name]
        stays[name] = Stay(
            student=student.id,
            unit=unit.id,
            weeks=request.weeks,
            minutes=minutes_between(problem, student, unit),
            long_after=problem.travel.long_after,
            km=ceil(kilometres_between(student, unit)),
            possible_wishes=len(wishes),
            wish_rank=wishes.index(unit.id) if unit.id in wishes else len(wishes),
        )
    return stays


def is_long(minutes: int, long_after: int) -> bool:
    """Tell whether a journey is a long one by its term's own limit."""
    return minutes > long_after


def is_away(km: int) -> bool:
    """Tell whether a placement is farther away than a student is expected to travel each day."""
    return km > AWAY_KM


def _possible_wishes(problem: Problem, requests: Iterable[RequestId]) -> Mapping[RequestId, list[UnitId]]:
    """Return the wished units at which the rules on single placements allow each request, in the student's order.

    Who else is placed does not matter. So a wish for a unit that could never be met counts for nothing. A pin is no
    rule about wishes: with the supervisor it names, it would close every other unit to the whole class of requests.
    """
    wishing = [name for name in requests if problem.request[name].preferences]
    possible: defaultdict[RequestId, list[UnitId]] = defaultdict(list)
    if not wishing:
        return possible
    columns = Columns(replace(problem, pins=()))
    slots: dict[int, Options] = {}
    for name in wishing:
        number = columns.request_index[name]
        group = int(columns.request_class[number])
        if group not in slots:
            slots[group] = slots_of(columns, number)
        wished = [columns.unit_index[unit] for unit in problem.request[name].preferences]
        options = slots[group].take(np.isin(slots[group].unit, wished))
        options = Options(np.full(len(options), number), options.unit, options.start, options.supervisor)
        for rule in _PERSONAL:
            options = options.take(rule.admits(columns, options))
        allowed = set(options.unit.tolist())
        possible[name] = [problem.units[unit].id for unit in wished if unit in allowed]
    return possible
