"""Every plan of a tiny problem, by plain enumeration with the independent check as the only judge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placement_solver.check import check, objective_terms
from placement_solver.plan import Placement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.problem import Decision, Problem, Request


def cost_of(problem: Problem, placements: Sequence[Placement]) -> int:
    """Return the objective of some placements."""
    return sum(objective_terms(problem, placements).values())


def ways_to_place(problem: Problem, request: Request) -> list[Placement]:
    """Return every placement of a request that by itself breaks no rule.

    A supervisor is named only where the request asks for one or a pin says so: naming one elsewhere makes no other
    plan possible.
    """
    unpinned = replace(problem, pins=())
    pin = next((pin for pin in problem.pins if pin.request == request.id), None)
    names = [None] if request.supervision is None else [supervisor.id for supervisor in problem.supervisors]
    if pin is not None and pin.supervisor is not None:
        names = [pin.supervisor]
    ways = [
        Placement(request.id, unit.id, start, name)
        for unit in problem.units
        for start in sorted(set(request.starts))
        for name in names
    ]
    return [way for way in ways if (pin is None or _keeps(pin, way)) and not check(unpinned, (way,))]


def _keeps(pin: Decision, way: Placement) -> bool:
    return (pin.unit, pin.start) == (way.unit, way.start)


def every_plan(problem: Problem) -> Iterator[tuple[Placement, ...]]:
    """Yield every plan that breaks no rule: placing more mends no rule except ``pin``."""
    unpinned = replace(problem, pins=())
    pinned = {pin.request for pin in problem.pins}
    choices = [
        [*ways_to_place(problem, request), *(() if request.id in pinned else (None,))] for request in problem.requests
    ]

    def extend(plan: tuple[Placement, ...], number: int) -> Iterator[tuple[Placement, ...]]:
        if number == len(choices):
            yield plan
            return
        for way in choices[number]:
            if way is None:
                yield from extend(plan, number + 1)
            elif not plan or not check(unpinned, (*plan, way)):
                yield from extend((*plan, way), number + 1)

    yield from extend((), 0)


def best_objective(problem: Problem) -> int | None:
    """Return the lowest objective of all plans, or None where there is no plan (the pins cannot all be supervised)."""
    return min((cost_of(problem, plan) for plan in every_plan(problem)), default=None)
