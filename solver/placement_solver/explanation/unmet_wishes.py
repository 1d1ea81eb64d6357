"""Why placed students did not get the units that they wished for more: what stood in the way at each of them.

It is worked out for a whole plan at once, with the plan's own occupancy. A student who moved would free what they use
now, so their own placement is never in their own way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement_solver.columns import Columns
from placement_solver.explanation.hindrances import first_refusal
from placement_solver.explanation.occupancy import Occupancy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placement_solver.columns import Options
    from placement_solver.plan import Placement, Plan
    from placement_solver.problem import Problem, Request, RequestId, Unit, UnitId


@dataclass(frozen=True, slots=True)
class UnmetWish:
    """A unit that a placed request wished for more than the one it has, and why it is not there.

    ``rule`` is the first rule that leaves no start at the unit. Otherwise ``full`` are the rules of what was full, and
    ``busy`` says that other placements of the student were in the way, at one start of the course or another. Both are
    empty where a start was free for the student: then the plan as a whole is better as it is.
    """

    unit: UnitId
    rule: str | None = None
    full: tuple[str, ...] = ()
    busy: bool = False


def find_unmet_wishes(problem: Problem, plan: Plan) -> Mapping[RequestId, tuple[UnmetWish, ...]]:
    """Return, for each placed request with wishes before its unit, those wishes in its order and what is in the way.

    The plan is one that keeps every rule. What is pinned was decided by hand, so it has no reasons here.
    """
    pinned = {each.request for each in problem.pins}
    free = (each for each in plan.placements if each.request not in pinned)
    placed = [(each, _wished_more(problem.request[each.request], each)) for each in free]
    if not any(more for _, more in placed):
        return {}
    columns, occupancy = Columns(problem), Occupancy(problem, plan.placements)
    return {
        each.request: tuple(_unmet(columns, occupancy, problem.request[each.request], unit) for unit in more)
        for each, more in placed
        if more
    }


def _wished_more(request: Request, placement: Placement) -> tuple[UnitId, ...]:
    """Return the units that a request prefers to its own, the most wished for first."""
    wishes = request.preferences
    return wishes[: wishes.index(placement.unit)] if placement.unit in wishes else wishes


def _unmet(columns: Columns, occupancy: Occupancy, request: Request, wished: UnitId) -> UnmetWish:
    """Return what is in the way of a request at a unit."""
    at = columns.unit_index[wished]
    rule, options = first_refusal(columns, columns.request_index[request.id], at)
    if rule is not None:
        return UnmetWish(wished, rule)
    return _in_the_way(columns, occupancy, request, columns.problem.units[at], options)


def _in_the_way(columns: Columns, occupancy: Occupancy, request: Request, unit: Unit, options: Options) -> UnmetWish:
    """Return what is full or taken at the starts that the rules leave; nothing if one of them is free."""
    shared = int(columns.request_class[columns.request_index[request.id]])
    full: set[str] = set()
    busy = False
    for start in options.start.tolist():
        own = occupancy.own_in_the_way(request, unit.id, start) - {request.id}
        elsewhere = occupancy.taken_from(request.student, range(start, start + request.weeks))
        closed = {
            each.rule
            for each in occupancy.full_for(shared, request, unit, start)
            if request.id not in occupancy.holders(each)
        }
        if not (own or elsewhere or closed):
            return UnmetWish(unit.id)
        full |= closed
        busy = busy or bool(own or elsewhere)
    return UnmetWish(unit.id, None, tuple(sorted(full)), busy)
