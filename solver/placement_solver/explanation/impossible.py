"""Which requests no run can place: no option passes every rule on single placements and has room beside other terms.

Nothing is searched for. A request is looked at alone, as if no other request of the term had been placed, so what is
told here holds whatever the plan. The options are tried a block at a time, and most requests pass in the first block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import SOMEBODY, Columns, Options
from placement_solver.explanation.reasons import NARROWING, Ways
from placement_solver.lists import Lists
from placement_solver.rules import ADMISSIONS, LIMITS, NO_OVERLAP, PIN, SUPERVISOR_LOAD
from placement_solver.search.gatherings import save_at_most
from placement_solver.search.options import expand, slots_of
from placement_solver.wishes import COSTS, SHORTFALLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from placement_solver.arrays import Bools, Ints
    from placement_solver.problem import Problem, RequestId
    from placement_solver.rules import Limit

_PERSONAL = tuple(rule for rule in ADMISSIONS if rule.personal and rule is not PIN)
ORDER = tuple(dict.fromkeys(rule.key for rule in (*NARROWING, NO_OVERLAP, *LIMITS)))
"""The rules in the order in which they are asked: a request whose first rule comes late has come near a placement."""
_NO_UNITS = "capacity"
"""The rule that is named where there are no units at all."""
_FIRST_BLOCK, _AT_ONCE = 16, 400_000


def find_impossible(problem: Problem) -> Mapping[RequestId, str | None]:
    """Return the requests that cannot be placed, in the problem's order, each with the first rule that leaves no unit.

    None stands for a request with possible placements, each of which costs more than leaving the request out. A pinned
    request is placed where its pin says.
    """
    if not problem.units:
        return {request.id: _NO_UNITS for request in problem.requests}
    columns = Columns(problem)
    free = np.flatnonzero(~PIN.must_place(columns))
    lost: dict[int, str | None] = {}
    for members in _by_class(columns, free):
        without = _without_option(columns, members)
        if len(without):
            lost |= _first_rules(columns, without)
    return {problem.requests[number].id: lost[number] for number in sorted(lost)}


def _by_class(columns: Columns, requests: Ints) -> Iterator[Ints]:
    """Yield some requests class by class."""
    order = requests[np.argsort(columns.request_class[requests], kind="stable")]
    for members in np.split(order, np.flatnonzero(np.diff(columns.request_class[order])) + 1):
        if len(members):
            yield members


def _without_option(columns: Columns, members: Ints) -> Ints:
    """Return those of a class's requests for which there is no option that has room and is worth its cost."""
    slots = slots_of(columns, int(members[0]))
    for limit in LIMITS:
        slots = slots.take(_has_room(columns, limit, slots))
    given = _given(columns, slots) + save_at_most(columns, slots)
    unplaced = sum((wish.of_unplaced(columns) for wish in COSTS), np.zeros(len(columns.problem.requests), np.int64))
    begin, size = 0, _FIRST_BLOCK
    # Neighbouring slots are at one unit, so a block takes slots from all over the county.
    order = np.random.default_rng(0).permutation(len(slots))
    while begin < len(slots) and len(members):
        rows = order[begin : begin + size]
        options, at = _crossed(slots.take(rows), members), np.tile(rows, len(members))
        for rule in _PERSONAL:
            admitted = rule.admits(columns, options)
            options, at = options.take(admitted), at[admitted]
        cost = sum((wish.of_options(columns, options) for wish in COSTS), -given[at])
        served = options.request[cost < unplaced[options.request]]
        members = members[~np.isin(members, served)]
        begin, size = begin + len(rows), max(1, min(2 * size, _AT_ONCE // max(1, len(members))))
    return members


def _crossed(slots: Options, members: Ints) -> Options:
    """Return every slot as an option of every request."""
    times = len(members)
    return Options(
        np.repeat(members, len(slots)),
        np.tile(slots.unit, times),
        np.tile(slots.start, times),
        np.tile(slots.supervisor, times),
    )


def _given(columns: Columns, slots: Options) -> Ints:
    """Return what each slot gives towards the floors, at most."""
    given = np.zeros(len(slots), dtype=np.int64)
    for wish in SHORTFALLS:
        needs = wish.needs(columns, slots)
        np.add.at(given, needs.option, needs.amount * needs.weight)
    return given


def _first_rules(columns: Columns, lost: Ints) -> dict[int, str | None]:
    """Return the first rule that leaves each of a class's requests no unit; None if every rule leaves one."""
    ways = Ways(columns, int(lost[0]))
    options = ways.options(int(lost[0]), np.arange(len(ways)))
    has_room = [(limit.key, _has_room(columns, limit, options)) for limit in LIMITS]
    return {number: _first_rule(columns, ways, has_room, number) for number in lost.tolist()}


def _first_rule(columns: Columns, ways: Ways, has_room: Sequence[tuple[str, Bools]], number: int) -> str | None:
    """Return the first rule that leaves a request no unit: of those that judge options, then of what has room."""
    remaining, rows = ways.narrow(number)
    for step in remaining:
        if not step.units:
            return step.rule
    rows = rows[NO_OVERLAP.admits(columns, ways.options(number, rows))]
    if not len(rows):
        return NO_OVERLAP.key
    for key, those in has_room:
        rows = rows[those[rows]]
        if not len(rows):
            return key
    return None


def _has_room(columns: Columns, limit: Limit, options: Options) -> Bools:
    """Return for each option whether what a rule limits has room for it beside what other terms have taken."""
    if limit is SUPERVISOR_LOAD:
        return _has_supervisor(columns, options)
    uses = limit.uses(columns, options)
    use, cell = expand(uses)
    short = uses.option[use[uses.supply[cell] < uses.amount[use]]]
    has_room: Bools = np.bincount(short, minlength=len(options)) == 0
    return has_room


def _has_supervisor(columns: Columns, options: Options) -> Bools:
    """Return for each option whether one suitable supervisor is on duty with room in all its weeks, if one is needed.

    The search's pools would not tell: there, two supervisors may share the weeks of one placement.
    """
    needed = options.supervisor == SOMEBODY
    desk = columns.desks(columns.supervisor_unit, columns.supervisor_profession)
    desks = len(columns.problem.units) * len(columns.profession_index)
    at_desk = Lists.of(zip(desk.tolist(), range(len(desk)), strict=True), desks)
    option, who = at_desk.at(columns.desks(options.unit, columns.request_profession[options.request]))
    request, start, end = options.request[option], options.start[option], columns.ends(options)[option]
    full = np.zeros((len(desk), columns.weeks + 1), dtype=np.int64)
    np.cumsum(columns.supervisor_room <= 0, axis=1, out=full[:, 1:])
    suits = (
        (columns.supervisor_credits[who] >= columns.request_credits[request])
        & (columns.duty[who, start] >= columns.request_weeks[request])
        & (full[who, end] == full[who, start])
    )
    has_supervisor: Bools = ~needed | (np.bincount(option[suits], minlength=len(options)) > 0)
    return has_supervisor
