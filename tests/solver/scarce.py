"""Terms that lack exactly one resource, and terms with one more place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placement_solver.problem import Supervision, by_week
from tests.solver.small import capacity, problem, request

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from placement_solver.problem import Capacity, Problem

NURSE = Supervision(1.5)


def rivals(places: int | tuple[int, ...] = 1, **changes: Any) -> Problem:  # noqa: ANN401  (any field of the problem)
    """Two students who both need the ward in the first two weeks: each costs 1,000 without a place and 10 with one."""
    requests = (request(starts=(0,)), request("bo-1", starts=(0,)))
    return problem(capacities=(capacity(places=places),), **({"requests": requests} | changes))


SUPERVISED = {
    "requests": (request(starts=(0,), supervision=NURSE), request("bo-1", starts=(0,), supervision=NURSE)),
}


def with_places(term: Problem, chosen: Callable[[Capacity], bool], weeks: Container[int]) -> Problem:
    """Add one place in some weeks to every offer that is chosen."""

    def raised(offer: Capacity) -> Capacity:
        places = by_week(offer.places, term.term.weeks)
        return replace(offer, places=tuple(n + (week in weeks) for week, n in enumerate(places)))

    return replace(term, capacities=tuple(raised(each) if chosen(each) else each for each in term.capacities))
