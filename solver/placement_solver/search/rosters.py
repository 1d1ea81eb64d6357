"""Rosters: supervisors team by team in the relaxation, for units whose teams cannot stand in for each other.

A pool of supervisor-weeks says how many students a unit's supervisors take together in each week. It does not say that
one team must supervise the whole of a *stay* (the weeks of a slot, and the teams that may supervise it). So the
relaxation divides every stay among its teams, by fractions. With a price for each team and week, a stay costs at least
as much as its cheapest team: this is its toll. It is known for every slot, also for those outside the relaxation.

Source: Benders (1962) for prices of a subproblem that enter the master; Hall (1935) for the condition of the pools.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from placement_solver.arrays import ranges, segment_minima, segment_sums
from placement_solver.search.teams import Teams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placement_solver.arrays import Floats, Ints
    from placement_solver.columns import Columns, Options

N = TypeVar("N", np.int64, np.float64)


class Rosters:
    """Stays at units with several teams of a profession, and their *turns*: a turn is one team for one stay.

    ``stay`` is the stay of each slot. It is -1 where the slot needs no supervisor, and where the unit has a single team
    of the profession, so that the pool is exact. The turns of stay s are ``first[s]`` … ``first[s + 1] - 1``; turn
    ``turn[k]`` uses one of ``supply[cell[k]]``, a team's places in a week.
    """

    def __init__(self, columns: Columns, slots: Options) -> None:
        """Find the stays of a market's slots, and number the weeks of their teams."""
        teams = Teams(columns)
        weeks = columns.weeks
        at_desk = Counter(teams.desk)
        numbers: dict[tuple[tuple[int, ...], int, int], int] = {}
        of_slots = zip(
            slots.request.tolist(),
            slots.unit.tolist(),
            slots.start.tolist(),
            slots.supervisor.tolist(),
            columns.request_weeks[slots.request].tolist(),
            strict=True,
        )
        stay = []
        for request, unit, start, supervisor, length in of_slots:
            fitting = teams.fitting(request, unit, start, supervisor)
            several = any(at_desk[teams.desk[team]] > 1 for team in fitting)
            stay.append(
                numbers.setdefault((fitting, start, min(length, weeks - start)), len(numbers)) if several else -1
            )
        self.stay = np.array(stay, dtype=np.int64)
        self.first = np.cumsum([0, *(len(fitting) for fitting, _, _ in numbers)])
        lasting = np.repeat([length for _, _, length in numbers], np.diff(self.first)).astype(np.int64)
        begin = np.array([team * weeks + start for fitting, start, _ in numbers for team in fitting], dtype=np.int64)
        self._used, self.cell = np.unique(ranges(begin, lasting), return_inverse=True)
        self.turn = np.repeat(np.arange(len(lasting)), lasting)
        self.supply = self.left(teams.supply)

    def left(self, team_room: Ints) -> Ints:
        """Return the places left, out of a matrix (team, week), in the order of ``supply``."""
        return team_room.reshape(-1)[self._used]

    def users(self, cell: int) -> Ints:
        """Return the slots whose stays could use a team's places in a week, given by its position in ``supply``."""
        stays = np.searchsorted(self.first, self.turn[self.cell == cell], side="right") - 1
        return np.flatnonzero(np.isin(self.stay, stays))

    def most(self, worth: Floats) -> Floats:
        """Return for each slot the highest worth that the places of one of its teams have together."""
        of_stay = np.zeros(len(self.first) - 1)
        np.maximum.at(of_stay, np.repeat(np.arange(len(of_stay)), np.diff(self.first)), self._of_turns(worth))
        return self._of_slots(of_stay)

    def toll(self, price: Ints) -> Ints:
        """Return what each slot's stay costs with its cheapest team, at a price for each entry of ``supply``."""
        nothing = np.zeros(len(self.first) - 1, dtype=np.int64)
        return self._of_slots(segment_minima(self._of_turns(price), self.first, nothing))

    def _of_turns(self, worth: NDArray[N]) -> NDArray[N]:
        return segment_sums(worth[self.cell], np.searchsorted(self.turn, np.arange(self.first[-1] + 1)))

    def _of_slots(self, of_stay: NDArray[N]) -> NDArray[N]:
        """Return the value of each slot's stay, 0 for a slot without one."""
        return np.append(of_stay, of_stay.dtype.type(0))[self.stay]
