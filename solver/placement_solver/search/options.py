"""The options: every way to place a request that the rules admit, with what it costs and what it uses.

An option is a (request, slot); a *slot* is a (class of requests, unit, start). What an option uses of anything scarce
depends only on its slot, so a county's three million options share some hundred thousand slots. Supervisors have no
names here: an option that needs one uses *pools* of supervisor-weeks, which is a relaxation. `draft` and the models of
`exact` count supervisors exactly, by teams.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import Bools, Ints, ranges, segment_minima, segment_sums
from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.rules import ADMISSIONS, ITINERARIES, LIMITS, PIN
from placement_solver.rules.supervisor_load import SupervisorLoad
from placement_solver.search.exclusions import Exclusions, find_exclusions
from placement_solver.search.gatherings import Gatherings, gather, save_at_most
from placement_solver.search.meetings import Meetings
from placement_solver.search.rosters import Rosters
from placement_solver.wishes import COSTS, SHORTFALLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.rules.base import Itinerary, Uses

CLASS_ADMISSIONS = tuple(rule for rule in ADMISSIONS if not rule.personal)
PERSONAL_ADMISSIONS = tuple(rule for rule in ADMISSIONS if rule.personal)


@dataclass(frozen=True)
class Scarcity:
    """What slots use of everything scarce, over all limits.

    Slot s uses ``amount[k]`` of the cell ``cell[k]`` for k in ``first[s] … first[s + 1] - 1``; ``supply[cell]`` is how
    much of the cell there is.
    """

    first: Ints
    cell: Ints
    amount: Ints
    supply: Ints

    @cached_property
    def slot(self) -> Ints:
        """Return the slot of each use."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    @cached_property
    def fits(self) -> Bools:
        """Tell for each slot whether there is enough of every cell for it alone."""
        left = self.supply[self.cell] - self.amount
        return segment_minima(left, self.first, np.zeros(len(self.first) - 1, np.int64)) >= 0

    def per_slot(self, prices: Ints) -> Ints:
        """Return what each slot's uses are worth at a price for each cell."""
        return segment_sums(prices[self.cell] * self.amount, self.first)

    def used(self, slots: Ints) -> Ints:
        """Return how much of each cell some slots use together; a slot counts as often as it is listed."""
        times = np.bincount(slots, minlength=len(self.first) - 1)
        return np.bincount(self.cell, weights=times[self.slot] * self.amount, minlength=len(self.supply)).astype(
            np.int64
        )


@dataclass(frozen=True)
class Floor:
    """Sums that the slots should reach together; each unit of shortfall costs ``weight``.

    Slot s gives ``amount[k]`` towards ``line[k]`` for k in ``first[s] … first[s + 1] - 1``.
    """

    first: Ints
    slot: Ints
    line: Ints
    amount: Ints
    need: Ints
    weight: int


@dataclass(frozen=True)
class Market:
    """All options of a problem, sorted by request, with their costs and what their slots use.

    Options of request r are rows ``first[r] … first[r + 1] - 1``. ``unplaced`` is the cost of leaving a request out,
    which is not allowed where ``must_place`` holds. Two kinds of options are missing: those that cost no less than
    leaving the request out, with all that they could save in floors and gatherings, and those that use more of a cell
    than its supply. Cells that the same
    slots use by the same amounts are one cell in ``scarcity``; ``in_full`` has all cells, as the limits number them.
    """

    columns: Columns
    slots: Options
    request: Ints
    slot: Ints
    cost: Ints
    first: Ints
    unplaced: Ints
    must_place: Bools
    scarcity: Scarcity
    in_full: Scarcity
    floor: Floor
    gatherings: Gatherings

    def options(self, rows: Ints) -> Options:
        """Return some options as (request, unit, start, supervisor)."""
        slots = self.slot[rows]
        return Options(
            self.request[rows], self.slots.unit[slots], self.slots.start[slots], self.slots.supervisor[slots]
        )

    def rows_of(self, requests: Ints) -> Ints:
        """Return the rows of all options of some requests."""
        return ranges(self.first[requests], self.first[requests + 1] - self.first[requests])

    @cached_property
    def is_plain(self) -> bool:
        """Whether every option uses one cell at most, some more of it than others, and nothing else is scarce."""
        return (
            int(np.diff(self.scarcity.first).max(initial=0)) <= 1
            and len(np.unique(self.scarcity.amount)) > 1
            and bool((self.slots.supervisor == NOBODY).all())
            and not len(self.floor.need)
            and not self.gatherings
            and not self.siblings
        )

    @cached_property
    def siblings(self) -> dict[int, tuple[int, ...]]:
        """Return the student's other requests, for each request of a student who has several."""
        by_student: dict[int, list[int]] = defaultdict(list)
        for request, student in enumerate(self.columns.request_student.tolist()):
            by_student[student].append(request)
        return {
            request: tuple(other for other in requests if other != request)
            for requests in by_student.values()
            if len(requests) > 1
            for request in requests
        }

    @cached_property
    def rosters(self) -> Rosters:
        """Return the teams that could supervise each slot's stay."""
        return Rosters(self.columns, self.slots)

    @cached_property
    def exclusions(self) -> Exclusions:
        """Return what excludes each other among one student's placements."""
        return find_exclusions(self)

    @cached_property
    def meetings(self) -> Meetings:
        """Return what excludes each other among one student's placements because of the unit."""
        return Meetings(self)

    def itineraries(self, rows: Ints, *, among: Sequence[Itinerary] = ITINERARIES) -> tuple[Ints, Ints]:
        """Return (position among ``rows``, cell) pairs: options that share a cell exclude each other by some rules."""
        options = self.options(rows)
        position, cell, offset = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
        for rule in among:
            uses = rule.uses(self.columns, options)
            number, cells = expand(uses)
            position.append(uses.option[number])
            cell.append(cells + offset)
            offset += len(uses.supply)
        return np.concatenate(position), np.concatenate(cell)


def open_market(columns: Columns, room: Ints | None = None) -> Market:
    """Enumerate and price every option of a problem.

    ``room``, if given, is how much of each cell (as the limits number them) an option may use instead of its supply;
    then everybody who could meet is counted, as by `count_all`.
    """
    unplaced = np.zeros(len(columns.problem.requests), dtype=np.int64)
    for wish in COSTS:
        unplaced += wish.of_unplaced(columns)
    must_place = PIN.must_place(columns)
    slots: list[Options] = []
    members: list[Ints] = []
    for group in _groups(columns, must_place):
        slots.append(slots_of(columns, int(group[0])))
        members.append(group)
    offsets = np.cumsum([0, *(len(table) for table in slots)])
    all_slots = _stacked(slots)
    floor = _floor(columns, all_slots)
    in_full = _scarcity(columns, all_slots)
    scarcity = _merged(in_full)
    gatherings = gather(columns, all_slots, scarcity if room is None else None)
    ever_fits = scarcity.fits if room is None else replace(in_full, supply=room).fits
    worth = np.bincount(floor.slot, weights=floor.amount, minlength=len(all_slots)).astype(np.int64) * floor.weight
    worth += save_at_most(columns, all_slots)

    requests, slot_rows, costs = [], [], []
    for group, whole, offset in zip(members, slots, offsets[:-1], strict=True):
        fitting = np.flatnonzero(ever_fits[offset : offset + len(whole)])
        table = whole.take(fitting)
        for part in np.array_split(group, max(1, len(group) * len(table) // 400_000)):
            options = Options(
                np.repeat(part, len(table)),
                np.tile(table.unit, len(part)),
                np.tile(table.start, len(part)),
                np.tile(table.supervisor, len(part)),
            )
            rows = np.tile(offset + fitting, len(part))
            for rule in PERSONAL_ADMISSIONS:
                admitted = rule.admits(columns, options)
                options, rows = options.take(admitted), rows[admitted]
            cost = gatherings.alone[rows]
            for wish in COSTS:
                cost += wish.of_options(columns, options)
            useful = must_place[options.request] | (cost - worth[rows] < unplaced[options.request])
            requests.append(options.request[useful].astype(np.int32))
            slot_rows.append(rows[useful].astype(np.int32))
            costs.append(cost[useful])
    columns.let_go()
    request = np.concatenate([np.empty(0, np.int32), *requests])
    order = np.argsort(request, kind="stable")
    request = request[order]
    return Market(
        columns=columns,
        slots=all_slots,
        request=request,
        slot=np.concatenate([np.empty(0, np.int32), *slot_rows])[order],
        cost=np.concatenate([np.empty(0, np.int64), *costs])[order],
        first=np.searchsorted(request, np.arange(len(columns.problem.requests) + 1)),
        unplaced=unplaced,
        must_place=must_place,
        scarcity=scarcity,
        in_full=in_full,
        floor=floor,
        gatherings=gatherings,
    )


def count_all(market: Market) -> Market:
    """Return a market that also counts who meets where there is room for one alone, because more room may be added."""
    gatherings = gather(market.columns, market.slots)
    alone = (gatherings.alone - market.gatherings.alone)[market.slot]
    return replace(market, cost=market.cost + alone, gatherings=gatherings)


def _groups(columns: Columns, pinned: Bools) -> Iterator[Ints]:
    """Yield the requests class by class; a pinned request, which has a single option, is a group of its own."""
    classes = columns.request_class
    order = np.argsort(classes, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(classes[order])) + 1):
        if len(group):
            if len(free := group[~pinned[group]]):
                yield free
            for request in group[pinned[group]]:
                yield np.array([request])


def slots_of(columns: Columns, request: int) -> Options:
    """Return the slots of a request's class, by the rules that do not depend on the single student."""
    starts = np.flatnonzero(columns.start_allowed[columns.request_starts[request]])
    units = np.flatnonzero(columns.kind_admits[columns.request_kinds[request]])
    named = columns.pinned_supervisor.get(request)
    supervisor = named if named is not None else SOMEBODY if columns.request_asks_supervision[request] else NOBODY
    rows = len(starts) * len(units)
    slots = Options(
        np.full(rows, request, dtype=np.int64),
        np.repeat(units, len(starts)),
        np.tile(starts, len(units)),
        np.full(rows, supervisor, dtype=np.int64),
    )
    for rule in CLASS_ADMISSIONS:
        slots = slots.take(rule.admits(columns, slots))
    return slots


def supply_of(columns: Columns) -> Ints:
    """Return how much there is of every cell, as the limits number them."""
    return _scarcity(columns, _stacked([])).supply


def _stacked(tables: list[Options]) -> Options:
    empty = np.empty(0, dtype=np.int64)
    return Options(
        np.concatenate([empty, *(table.request for table in tables)]),
        np.concatenate([empty, *(table.unit for table in tables)]),
        np.concatenate([empty, *(table.start for table in tables)]),
        np.concatenate([empty, *(table.supervisor for table in tables)]),
    )


def _scarcity(columns: Columns, slots: Options) -> Scarcity:
    """Return what slots use of all limits' cells, numbered consecutively; supervisors are counted in pools."""
    slot, cell, amount, supply = [], [], [], []
    offset = 0
    for rule in LIMITS:
        uses = rule.pooled_uses(columns, slots) if isinstance(rule, SupervisorLoad) else rule.uses(columns, slots)
        used_by, used = expand(uses)
        slot.append(uses.option[used_by])
        cell.append(used + offset)
        amount.append(uses.amount[used_by])
        supply.append(uses.supply)
        offset += len(uses.supply)
    return Scarcity(
        *_by_slot(np.concatenate(slot), np.concatenate(cell), np.concatenate(amount), len(slots)),
        np.concatenate(supply),
    )


def _merged(in_full: Scarcity) -> Scarcity:
    """Keep one of the cells that the same slots use by the same amounts, such as an offer's weeks in a course's window.

    It is the scarcest of them: what fits it fits the others too.
    """
    kept, became = alike(in_full)
    uses = kept[became[in_full.cell]] == in_full.cell
    counts = np.bincount(in_full.slot[uses], minlength=len(in_full.first) - 1)
    return Scarcity(
        np.concatenate([[0], np.cumsum(counts)]),
        became[in_full.cell[uses]],
        in_full.amount[uses],
        in_full.supply[kept],
    )


def alike(in_full: Scarcity) -> tuple[Ints, Ints]:
    """Group the cells that the same slots use by the same amounts.

    Returns the scarcest cell of each group, and the group of each cell (-1 if no slot uses it). Two cells are compared
    by sums of random numbers, two for each slot.
    """
    cells, slots = len(in_full.supply), len(in_full.first) - 1
    of_slot = np.random.default_rng(0).integers(2**62, size=(2, slots), dtype=np.uint64)
    marks = np.zeros((2, cells), dtype=np.uint64)
    for mark, each in zip(marks, of_slot, strict=True):
        np.add.at(mark, in_full.cell, each[in_full.slot] * in_full.amount.astype(np.uint64))
    used = np.unique(in_full.cell)
    order = used[np.lexsort((used, in_full.supply[used], marks[1, used], marks[0, used]))]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = np.any(np.diff(marks[:, order], axis=1) != 0, axis=0)
    became = np.full(cells, -1, dtype=np.int64)
    became[order] = np.cumsum(new) - 1
    return order[new], became


def expand(uses: Uses) -> tuple[Ints, Ints]:
    """Expand uses week by week: return the use and the cell of each week."""
    weeks = uses.until - uses.first
    number = np.repeat(np.arange(len(weeks)), weeks)
    week = np.arange(len(number)) - np.repeat(np.cumsum(weeks) - weeks, weeks) + uses.first[number]
    return number, uses.cell[uses.line[number], week]


def _by_slot(slot: Ints, cell: Ints, amount: Ints, slots: int) -> tuple[Ints, Ints, Ints]:
    """Sort uses by slot and add up each slot's uses of a cell; return where each slot begins, cells and amounts."""
    if not len(slot):
        return np.zeros(slots + 1, dtype=np.int64), cell, amount
    order = np.lexsort((cell, slot))
    slot, cell, amount = slot[order], cell[order], amount[order]
    heads = np.flatnonzero(np.concatenate([[True], (np.diff(slot) != 0) | (np.diff(cell) != 0)]))
    slot, cell, amount = slot[heads], cell[heads], np.add.reduceat(amount, heads)
    return np.searchsorted(slot, np.arange(slots + 1)), cell, amount


def _floor(columns: Columns, slots: Options) -> Floor:
    """Return, sorted by slot, what the slots give towards the floors."""
    (needs,) = (wish.needs(columns, slots) for wish in SHORTFALLS)
    first, line, amount = _by_slot(needs.option, needs.line, needs.amount, len(slots))
    return Floor(first, np.repeat(np.arange(len(slots)), np.diff(first)), line, amount, needs.need, needs.weight)
