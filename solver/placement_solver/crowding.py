"""The weeks with more students than places, those of other terms included; what judges a finished plan counts here."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from placement_solver.problem import by_week
from placement_solver.taken import add_terms
from placement_solver.weeks import write_span
from placement_solver.words import Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

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


def say_crowded(problem: Problem, limit: Words, weeks: Collection[int], taken: Sequence[Taken]) -> Words:
    """Say in which weeks a limit, in words, is exceeded, and that other terms have taken part of it."""
    span = name_weeks(problem, weeks)
    return add_terms(Words(f"{limit.sv} ({span})", f"{limit.en} ({span})"), taken)


def name_weeks(problem: Problem, weeks: Iterable[int]) -> str:
    """Write weeks as in the calendar: ``2027-W03–W05``. A week outside the term is written as its number."""
    term, numbers = problem.term, sorted(weeks)
    span = write_span(term.first_week, (week for week in numbers if 0 <= week < term.weeks))
    return ", ".join([span] * bool(span) + [str(week) for week in numbers if not 0 <= week < term.weeks])
