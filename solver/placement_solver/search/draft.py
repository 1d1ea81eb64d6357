"""A plan in the making: where each request is placed so far, and exactly what room is left.

Every change keeps all rules: an option is taken only where its cells, a team of supervisors and the student's own
other placements leave room. So whatever the search is doing when it is stopped, the draft is a plan.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges, segment_minima, segment_sums
from placement_solver.plan import Placement

if TYPE_CHECKING:
    from placement_solver.arrays import Bools, Ints
    from placement_solver.search.options import Market
    from placement_solver.search.teams import Teams

NONE = -1


class Draft:
    """A partial plan over a market's options.

    For each request ``row`` is the option taken and ``team`` the supervisors' team (`NONE` where there is none).
    ``room`` is what is left of each cell, ``team_room`` the places left of each team in each week, ``given`` what the
    placements give towards each floor, and ``counts`` what they add up to in each line of the gatherings.
    """

    def __init__(self, market: Market, teams: Teams) -> None:
        """Begin with no request placed."""
        self.market = market
        self.teams = teams
        requests = len(market.unplaced)
        self.row = np.full(requests, NONE, dtype=np.int64)
        self.team = np.full(requests, NONE, dtype=np.int64)
        self.room = market.scarcity.supply.copy()
        self.team_room = teams.supply.copy()
        self.given = np.zeros(len(market.floor.need), dtype=np.int64)
        self.counts = np.zeros(len(market.gatherings.weight), dtype=np.int64)

    def copy(self) -> Draft:
        """Return an independent copy."""
        twin = Draft.__new__(Draft)
        twin.market, twin.teams = self.market, self.teams
        twin.row, twin.team = self.row.copy(), self.team.copy()
        twin.room, twin.team_room, twin.given = self.room.copy(), self.team_room.copy(), self.given.copy()
        twin.counts = self.counts.copy()
        return twin

    @property
    def objective(self) -> int:
        """The objective of the draft as a plan, as the search computes it."""
        placed = self.row != NONE
        shortfall = np.maximum(0, self.market.floor.need - self.given).sum() * self.market.floor.weight
        gathered = self.market.gatherings.cost(self.counts).sum()
        alone = self.market.cost[self.row[placed]].sum() + self.market.unplaced[~placed].sum()
        return int(alone + shortfall + gathered)

    @property
    def unplaced(self) -> Ints:
        """The requests that have no placement."""
        return np.flatnonzero(self.row == NONE)

    def rows_of(self, requests: Ints) -> Ints:
        """Return the options taken for some requests, leaving out those that have none."""
        rows = self.row[requests]
        taken: Ints = rows[rows != NONE]
        return taken

    def take(self, request: int, row: int, team: int) -> None:
        """Place a request by an option that has room, with a team (`NONE` for nobody)."""
        self._book(row, team, 1)
        self.row[request], self.team[request] = row, team

    def take_all(self, requests: Ints, rows: Ints, teams: Ints) -> None:
        """Place many unplaced requests at once. Their options and teams must have room for all of them together."""
        market, floor = self.market, self.market.floor
        slots = market.slot[rows]
        self.room -= market.scarcity.used(slots)
        counts = floor.first[slots + 1] - floor.first[slots]
        gives = ranges(floor.first[slots], counts)
        np.add.at(self.given, floor.line[gives], floor.amount[gives])
        self.counts += market.gatherings.counted(slots)
        weeks = market.columns.request_weeks[requests]
        team, week = np.repeat(teams, weeks), ranges(market.slots.start[slots], weeks)
        np.subtract.at(self.team_room, (team[team != NONE], week[team != NONE]), 1)
        self.row[requests], self.team[requests] = rows, teams

    def release(self, request: int) -> None:
        """Remove a request's placement, if it has one."""
        if self.row[request] != NONE:
            self._book(int(self.row[request]), int(self.team[request]), -1)
            self.row[request] = self.team[request] = NONE

    def _book(self, row: int, team: int, sign: int) -> None:
        market = self.market
        slot = market.slot[row]
        uses = slice(market.scarcity.first[slot], market.scarcity.first[slot + 1])
        self.room[market.scarcity.cell[uses]] -= sign * market.scarcity.amount[uses]
        gives = slice(market.floor.first[slot], market.floor.first[slot + 1])
        self.given[market.floor.line[gives]] += sign * market.floor.amount[gives]
        adds = slice(market.gatherings.first[slot], market.gatherings.first[slot + 1])
        self.counts[market.gatherings.line[adds]] += sign * market.gatherings.amount[adds]
        if team != NONE:
            start, end = self._span(row)
            self.team_room[team, start:end] -= sign

    def _span(self, row: int) -> tuple[int, int]:
        start = int(self.market.slots.start[self.market.slot[row]])
        return start, start + int(self.market.columns.request_weeks[self.market.request[row]])

    def fits(self, rows: Ints) -> Bools:
        """Return for each option whether its cells have room; teams and itineraries are not looked at."""
        scarcity = self.market.scarcity
        slots = self.market.slot[rows]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        uses = ranges(scarcity.first[slots], counts)
        left = self.room[scarcity.cell[uses]] - scarcity.amount[uses]
        return segment_minima(left, np.concatenate([[0], np.cumsum(counts)]), np.zeros(len(rows), dtype=np.int64)) >= 0

    def cost_of_adding(self, rows: Ints) -> Ints:
        """Return how the objective would change if one of these options were added for its unplaced request."""
        market, floor = self.market, self.market.floor
        slots = market.slot[rows]
        counts = floor.first[slots + 1] - floor.first[slots]
        gives = ranges(floor.first[slots], counts)
        short = np.maximum(0, floor.need - self.given)[floor.line[gives]]
        saved = segment_sums(np.minimum(short, floor.amount[gives]), np.concatenate([[0], np.cumsum(counts)]))
        change: Ints = market.cost[rows] - market.unplaced[market.request[rows]] - saved * floor.weight
        return change + market.gatherings.change(self.counts, slots) if market.gatherings else change

    def can_take(self, row: int, team: int) -> bool:
        """Return whether an option's cells and a team have room; itineraries are not looked at."""
        start, end = self._span(row)
        return bool(self.fits(np.array([row]))[0]) and (team == NONE or int(self.team_room[team, start:end].min()) > 0)

    def free_team(self, row: int) -> int | None:
        """Return a team with room for an option, `NONE` if it needs no supervisor, or None if no team has room."""
        teams = self.fitting_teams(row)
        if not teams:
            return NONE
        start, end = self._span(row)
        return next((team for team in teams if self.team_room[team, start:end].min() > 0), None)

    def fitting_teams(self, row: int) -> tuple[int, ...]:
        """Return the teams that may supervise an option, least trained first; empty if it needs no supervisor."""
        market = self.market
        slot = market.slot[row]
        return self.teams.fitting(
            int(market.request[row]),
            int(market.slots.unit[slot]),
            int(market.slots.start[slot]),
            int(market.slots.supervisor[slot]),
        )

    def compatible(self, request: int, rows: Ints) -> Bools:
        """Return for each of a request's options whether the student's other placements allow it."""
        taken = np.array(
            [self.row[other] for other in self.market.siblings.get(request, ()) if self.row[other] != NONE],
            dtype=np.int64,
        )
        if not len(taken):
            return np.ones(len(rows), dtype=np.bool_)
        both = np.concatenate([taken, rows])
        option, cell = self.market.itineraries(both)
        occupied = np.unique(cell[option < len(taken)])
        blocked = np.unique(option[np.isin(cell, occupied)])
        free = np.ones(len(both), dtype=np.bool_)
        free[blocked] = False
        return free[len(taken) :]

    def place_cheapest(self, request: int, cost: Ints, limit: int) -> bool:
        """Place a request by the option with room whose ``cost`` is lowest and below ``limit``.

        ``cost`` has an entry for each of the request's options, in the market's order. Returns whether it was placed.
        """
        rows = np.arange(self.market.first[request], self.market.first[request + 1])
        rows = rows[cost < limit]
        rows = rows[self.fits(rows)]
        rows = rows[self.compatible(request, rows)]
        begin = self.market.first[request]
        for row in rows[np.argsort(cost[rows - begin], kind="stable")]:
            team = self.free_team(int(row))
            if team is not None:
                self.take(request, int(row), team)
                return True
        return False

    def placements(self) -> tuple[Placement, ...]:
        """Return the draft as placements with named supervisors, in the order of the problem's requests."""
        market, problem = self.market, self.market.columns.problem
        stays: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        placed = np.flatnonzero(self.row != NONE).tolist()
        for request in placed:
            if self.team[request] != NONE:
                stays[int(self.team[request])].append((*self._span(int(self.row[request])), request))
        named = {
            request: index for team, those in stays.items() for request, index in self.teams.name(team, those).items()
        }
        slots = market.slot[self.row[placed]]
        units, starts = market.slots.unit[slots].tolist(), market.slots.start[slots].tolist()
        return tuple(
            Placement(
                problem.requests[request].id,
                problem.units[unit].id,
                start,
                problem.supervisors[named[request]].id if request in named else None,
            )
            for request, unit, start in zip(placed, units, starts, strict=True)
        )
