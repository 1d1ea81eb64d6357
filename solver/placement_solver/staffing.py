"""The weeks in which supervisors are on duty, and how many students they can take together before any is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.lists import Lists

if TYPE_CHECKING:
    from placement_solver.arrays import Floats, Ints
    from placement_solver.problem import Problem


@dataclass(frozen=True)
class Pools:
    """Pools of supervisors: all those of one unit and profession with at least the credits of one level.

    ``at_desk`` lists the pools of each (unit, profession), as `Columns.desks` numbers them, from the lowest level of
    credits that a request of the profession requires. A level with the same supervisors as the one below has no pool
    of its own. ``level`` is each pool's level of credits. ``supply`` and ``longest`` are matrices (pool, week): how
    many students the supervisors on duty take together, and the largest number of consecutive weeks, from that week
    on, for which one of them is on duty.
    """

    at_desk: Lists
    level: Floats
    supply: Ints
    longest: Ints


def pool_supervisors(desk: Ints, credit: Floats, room: Ints, duty: Ints, levels: list[list[float]]) -> Pools:
    """Pool the supervisors of each desk, a (unit, profession), at every level of credits that is required there.

    ``desk`` and ``credit`` have one entry for each supervisor. ``room`` is a matrix (supervisor, week) of how many
    students each takes, and ``duty`` that of `count_duty`. ``levels`` lists the required levels of each desk, from the
    lowest.
    """
    by_desk = np.argsort(desk, kind="stable")
    pairs: list[tuple[int, int]] = []
    pools: list[tuple[float, Ints]] = []
    for staff in np.split(by_desk, np.flatnonzero(np.diff(desk[by_desk])) + 1) if len(by_desk) else ():
        here, sizes = int(desk[staff[0]]), set()
        for level in levels[here]:
            members = staff[credit[staff] >= level]
            if len(members) not in sizes:
                sizes.add(len(members))
                pairs.append((here, len(pools)))
                pools.append((level, members))
    supply = np.zeros((len(pools), duty.shape[1]), dtype=np.int64)
    longest = np.zeros((len(pools), duty.shape[1]), dtype=np.int64)
    for number, (_, members) in enumerate(pools):
        supply[number] = (room[members] * (duty[members] > 0)).sum(axis=0)
        longest[number] = duty[members].max(axis=0, initial=0)
    at_desk = Lists.of(pairs, len(levels))
    return Pools(at_desk, np.array([level for level, _ in pools], dtype=np.float64), supply, longest)


def count_duty(problem: Problem) -> Ints:
    """Return a matrix (supervisor, week): consecutive weeks on duty, counted from that week."""
    weeks = problem.term.weeks
    duty = np.zeros((len(problem.supervisors), weeks + 1), dtype=np.int64)
    for row, supervisor in enumerate(problem.supervisors):
        on_duty = set(range(weeks) if supervisor.weeks is None else supervisor.weeks)
        for week in reversed(range(weeks)):
            duty[row, week] = duty[row, week + 1] + 1 if week in on_duty else 0
    return duty[:, :weeks]
