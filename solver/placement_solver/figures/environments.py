"""Learning environments: where students meet other professions, are many, and have a peer, week by week.

The figures are computed whether or not the objective asks for such environments, so that two plans can be compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from placement_solver.report import EnvironmentFigures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, Request

DENSE = 4
"""Students. A unit with so many in a week is student-dense, as Röda Korsets Högskola describes its student unit."""


def weigh_environments(problem: Problem, placements: Sequence[Placement]) -> EnvironmentFigures:
    """Return how many of a plan's weeks at units are interprofessional, student-dense or in even pairs.

    Students whom other terms have at the unit are company and count among the many, but their weeks are not the plan's.
    """
    own: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    paired: Counter[tuple[str, str, int]] = Counter()
    for placement, request, week in _weeks(problem, placements):
        own[placement.unit, week][problem.student[request.student].profession] += 1
        if request.pair_group is not None:
            paired[request.pair_group, placement.unit, week] += 1
    others: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for each in problem.taken:
        for week in each.weeks:
            others[each.unit, week][each.profession] += 1
    several = [place for place, students in own.items() if len(students.keys() | others[place].keys()) > 1]
    dense = sum(students.total() + others[place].total() >= DENSE for place, students in own.items())
    odd = sum(students % 2 for students in paired.values())
    student_weeks = sum(students.total() for students in own.values())
    together = sum(own[place].total() for place in several)
    return EnvironmentFigures(
        unit_weeks=len(own),
        interprofessional=len(several),
        interprofessional_share=_share(len(several), len(own)),
        dense=dense,
        dense_share=_share(dense, len(own)),
        student_weeks=student_weeks,
        together=together,
        together_share=_share(together, student_weeks),
        paired=len(paired),
        odd=odd,
        odd_share=_share(odd, len(paired)),
    )


def _weeks(problem: Problem, placements: Sequence[Placement]) -> Iterator[tuple[Placement, Request, int]]:
    """Yield each week of each placement."""
    for placement in placements:
        request = problem.request[placement.request]
        for week in range(placement.start, placement.start + request.weeks):
            yield placement, request, week


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
