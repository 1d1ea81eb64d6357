"""The weeks with more students than places, those of other terms included; what judges a finished plan counts here."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from placement_solver.problem import by_week

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, Taken


def find_crowded_weeks(
    problem: Problem, places: int | tuple[int, ...], placements: Sequence[Placement], taken: Iterable[Taken]
) -> dict[int, list[Placement]]:
    """Return the weeks in which there are more placements than places, with the term's own placements.

    ``taken`` are placements of other terms at the same places. A week in which they alone are too many is not crowded.
    """
    present: defaultdict[int, list[Placement]] = defaultdict(list)
    for placement in placements:
        for week in range(placement.start, placement.start + problem.request[placement.request].weeks):
            present[week].append(placement)
    elsewhere = Counter(week for each in taken for week in each.weeks)
    room = by_week(places, problem.term.weeks)
    return {
        week: present[week]
        for week in sorted(present)
        if week in range(len(room)) and len(present[week]) + elsewhere[week] > room[week]
    }


def name_crowd(crowded: dict[int, list[Placement]]) -> tuple[str, ...]:
    """Return the requests that are placed in any of the crowded weeks, each once, in order."""
    return tuple(sorted({placement.request for present in crowded.values() for placement in present}))


def name_weeks(problem: Problem, weeks: Iterable[int]) -> str:
    """Write weeks as in the calendar: ``2027-W03, 2027-W04``. A week outside the term is written as its number."""
    term = problem.term
    return ", ".join(str(term.first_week.plus(week)) if 0 <= week < term.weeks else str(week) for week in weeks)
