"""Teams of supervisors who can stand in for each other, and the naming of supervisors once the plan is made.

A *team* is all supervisors of one unit and profession who satisfy the same requests and are on duty in the same weeks.
The search needs teams only, no names: placements are intervals of weeks and interval graphs are perfect, so placements
that exceed the team's places in no week can always be shared out among its members. A supervisor whom a pin names is
a team of one, and so is one who has students of another term, because no colleague has the same room week by week.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY

if TYPE_CHECKING:
    from placement_solver.columns import Columns


class Teams:
    """All teams of a problem.

    ``supply`` is a matrix (team, week) of places, in students at a time; ``desk`` is each team's (unit, profession).
    ``supply`` does not depend on duty; `fitting` does. The reason: for a request that asks for no supervisor, a pin may
    name one who is off duty.
    """

    def __init__(self, columns: Columns) -> None:
        """Sort the supervisors into teams."""
        self._columns = columns
        self._supervisors = columns.problem.supervisors
        levels = _levels_asked(columns)
        pinned = set(columns.pinned_supervisor.values())
        members: dict[tuple[int, int, int, frozenset[int], int | None], list[int]] = defaultdict(list)
        for index, supervisor in enumerate(self._supervisors):
            profession = columns.profession_index[supervisor.profession]
            level = sum(asked <= supervisor.credits for asked in levels.get(profession, ()))
            duty = frozenset(range(columns.weeks) if supervisor.weeks is None else supervisor.weeks)
            unit, alone = columns.unit_index[supervisor.unit], index in pinned or index in columns.shared_supervisors
            members[unit, profession, level, duty, index if alone else None].append(index)
        self.members = tuple(tuple(team) for team in members.values())
        self.desk = [(unit, profession) for unit, profession, *_ in members]
        self.of_supervisor = {index: team for team, indexes in enumerate(self.members) for index in indexes}
        self.supply = np.zeros((len(members), columns.weeks), dtype=np.int64)
        self._at: dict[tuple[int, int], list[tuple[float, frozenset[int], int]]] = defaultdict(list)
        for team, (unit, profession, _, duty, _) in enumerate(members):
            self.supply[team] = columns.supervisor_room[list(self.members[team])].sum(axis=0)
            least = min(self._supervisors[index].credits for index in self.members[team])
            self._at[unit, profession].append((least, duty, team))
        self._fitting: dict[tuple[int, int, float, int, int], tuple[int, ...]] = {}

    def fitting(self, request: int, unit: int, start: int, supervisor: int) -> tuple[int, ...]:
        """Return the teams that may supervise an option, least trained first; empty if it needs no supervisor."""
        if supervisor == NOBODY:
            return ()
        if supervisor != SOMEBODY:
            return (self.of_supervisor[supervisor],)
        columns = self._columns
        profession, asked = int(columns.request_profession[request]), float(columns.request_credits[request])
        weeks = int(columns.request_weeks[request])
        key = (unit, profession, asked, start, weeks)
        if key not in self._fitting:
            needed = frozenset(range(start, start + weeks))
            self._fitting[key] = tuple(
                team
                for least, duty, team in sorted(self._at[unit, profession], key=lambda known: (known[0], known[2]))
                if least >= asked and needed <= duty
            )
        return self._fitting[key]

    def name(self, team: int, stays: list[tuple[int, int, int]]) -> dict[int, int]:
        """Share placements out among a team's members, in order of their first weeks.

        Each stay is (start, end exclusive, request). The team must have places enough in every week. Returns the
        supervisor of each request.
        """
        places = [
            (0, turn, index)
            for index in self.members[team]
            for turn in range(min(self._supervisors[index].max_students, len(stays)))
        ]
        named: dict[int, int] = {}
        for start, end, request in sorted(stays):
            free_from, turn, index = heapq.heappop(places)
            if free_from > start:
                message = f"team {team} has no place free from week {start}"
                raise AssertionError(message)
            named[request] = index
            heapq.heappush(places, (end, turn, index))
        return named


def _levels_asked(columns: Columns) -> dict[int, set[float]]:
    """Return the credits that requests of each profession ask of their supervisors."""
    levels: dict[int, set[float]] = defaultdict(set)
    for profession, asked in zip(columns.request_profession.tolist(), columns.request_credits.tolist(), strict=True):
        if not math.isnan(asked):
            levels[profession].add(asked)
    return levels
