"""The weeks with more students than places; everything that judges a finished plan counts here."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from placement_solver.problem import by_week

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


def find_crowded_weeks(
    problem: Problem, places: int | tuple[int, ...], placements: Sequence[Placement]
) -> dict[int, list[Placement]]:
    """Return the weeks of the term in which there are more placements than places, with those placements."""
    present: defaultdict[int, list[Placement]] = defaultdict(list)
    for placement in placements:
        for week in range(placement.start, placement.start + problem.request[placement.request].weeks):
            present[week].append(placement)
    room = by_week(places, problem.term.weeks)
    return {
        week: present[week] for week in sorted(present) if week in range(len(room)) and len(present[week]) > room[week]
    }


def name_crowd(crowded: dict[int, list[Placement]]) -> tuple[str, ...]:
    """Return the requests that are placed in any of the crowded weeks, each once, in order."""
    return tuple(sorted({placement.request for present in crowded.values() for placement in present}))


def name_weeks(problem: Problem, weeks: Iterable[int]) -> str:
    """Write weeks as in the calendar: ``2027-W03, 2027-W04``. A week outside the term is written as its number."""
    term = problem.term
    return ", ".join(str(term.first_week.plus(week)) if 0 <= week < term.weeks else str(week) for week in weeks)
