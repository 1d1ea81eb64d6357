"""Figures: what a coordinator asks of a plan first, counted from the problem and the plan alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from placement_solver.covers import find_agreements
from placement_solver.journeys import minutes_between
from placement_solver.plan import Plan, Reasons
from placement_solver.problem import Problem

FULL = ("capacities", "unit_ceilings", "agreements", "supervisors", "own_placements")
"""The parts of a plan's reasons that name what is full, in reading order."""
DEARER = "dearer_units"


@dataclass(frozen=True, slots=True)
class Tally:
    """Something counted for one lärosäte."""

    institution: str


@dataclass(frozen=True, slots=True)
class Group(Tally):
    """How many of a lärosäte's requests in a profession are placed, and how many are not."""

    profession: str
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Travel:
    """How far the placed students travel: the median minutes, and the share of journeys that are long."""

    median: float
    long_share: float
    long_after: int


@dataclass(frozen=True, slots=True)
class Volume(Tally):
    """A lärosäte's agreements: the student-weeks they carry, and how many miss a floor or reach a ceiling."""

    student_weeks: int
    with_floor: int
    below_floor: int
    missing: int
    with_ceiling: int
    full: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why requests are unplaced: the rule that left them no unit, or what is full, and how many it concerns."""

    key: str
    requests: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan comes to."""

    placed: int
    unplaced: int
    gap: float
    groups: tuple[Group, ...]
    travel: Travel | None
    volumes: tuple[Volume, ...]
    municipal_share: float
    causes: tuple[Cause, ...]


def figures_of(problem: Problem, plan: Plan) -> Figures:
    """Count what a plan comes to; without any placement there is no travel and no share."""
    return Figures(
        placed=len(plan.placements),
        unplaced=len(plan.unplaced),
        gap=plan.gap,
        groups=_groups(problem, plan),
        travel=_travel(problem, plan),
        volumes=_volumes(problem, plan),
        municipal_share=_municipal_share(problem, plan),
        causes=_causes(plan),
    )


def _groups(problem: Problem, plan: Plan) -> tuple[Group, ...]:
    placed = _by_group(problem, [placement.request for placement in plan.placements])
    unplaced = _by_group(problem, [left.request for left in plan.unplaced])
    return tuple(Group(*group, placed[group], unplaced[group]) for group in sorted(placed | unplaced))


def _by_group(problem: Problem, requests: Sequence[str]) -> Counter[tuple[str, str]]:
    wanted = set(requests)
    students = (problem.student[each.student] for each in problem.requests if each.id in wanted)
    return Counter((student.institution, student.profession) for student in students)


def _travel(problem: Problem, plan: Plan) -> Travel | None:
    minutes = [
        minutes_between(problem, problem.student[problem.request[placed.request].student], problem.unit[placed.unit])
        for placed in plan.placements
    ]
    if not minutes:
        return None
    long_after = problem.travel.long_after
    return Travel(median(minutes), sum(each > long_after for each in minutes) / len(minutes), long_after)


def _volumes(problem: Problem, plan: Plan) -> tuple[Volume, ...]:
    used: Counter[str] = Counter()
    for placement, agreements in find_agreements(problem, plan.placements):
        used.update({agreement.id: problem.request[placement.request].weeks for agreement in agreements})
    of_institution = defaultdict(list)
    for agreement in problem.agreements:
        of_institution[agreement.institution].append(agreement)
    return tuple(
        Volume(
            institution=institution,
            student_weeks=sum(used[each.id] for each in agreements),
            with_floor=sum(each.min_student_weeks > 0 for each in agreements),
            below_floor=sum(used[each.id] < each.min_student_weeks for each in agreements),
            missing=sum(max(0, each.min_student_weeks - used[each.id]) for each in agreements),
            with_ceiling=sum(each.max_student_weeks is not None for each in agreements),
            full=sum(used[each.id] == each.max_student_weeks for each in agreements),
        )
        for institution, agreements in sorted(of_institution.items())
    )


def _municipal_share(problem: Problem, plan: Plan) -> float:
    """Return the share of the placed student-weeks that lie at the municipalities' units."""
    municipal = {provider.id for provider in problem.providers if provider.kind == "municipality"}
    weeks = Counter[bool]()
    for placed in plan.placements:
        weeks[problem.unit[placed.unit].provider in municipal] += problem.request[placed.request].weeks
    return weeks[True] / weeks.total() if weeks else 0.0


def _causes(plan: Plan) -> tuple[Cause, ...]:
    causes = Counter(cause for left in plan.unplaced for cause in causes_of(left.reasons))
    return tuple(Cause(key, requests) for key, requests in causes.most_common())


def causes_of(reasons: Reasons) -> tuple[str, ...]:
    """Name the rule that left no unit; where units are left, everything that is full there."""
    for remaining in reasons.remaining:
        if remaining.units == 0:
            return (remaining.rule,)
    full = tuple(part for part in FULL if getattr(reasons, part))
    return (*full, DEARER) if reasons.dearer_units else full
