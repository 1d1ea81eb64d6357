"""Fairness: places, journeys and preferences by lärosäte and by home, and how evenly they are spread.

Every figure is computed from the problem and the placements alone. A share is a number from 0 to 1; percentiles are
by nearest rank (`spread.percentile`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from placement_solver.figures import utilisation
from placement_solver.figures.environments import weigh_environments
from placement_solver.figures.homes import find_homes
from placement_solver.figures.spread import MEDIAN, NINETIETH, jain, percentile
from placement_solver.journeys import minutes_between
from placement_solver.report import Evenness, Fairness, Group, Journeys, Programme, Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, Request, RequestId, Student
    from placement_solver.report import Figure, GroupedBy

    _Placed = dict[RequestId, Placement]

HOUR = 60
"""Minutes. A journey with more than this is over an hour."""


def weigh_fairness(problem: Problem, placements: Sequence[Placement]) -> Fairness:
    """Compute the figures of fairness of some placements, whose ids must all exist."""
    placed = {placement.request: placement for placement in placements}
    homes = find_homes(problem)

    def grouped(name: Callable[[Student], str | None]) -> tuple[Group, ...]:
        members: defaultdict[str | None, list[Request]] = defaultdict(list)
        for request in problem.requests:
            members[name(problem.student[request.student])].append(request)
        names = sorted(members, key=lambda each: (each is None, each or ""))
        return tuple(_group(problem, each, members[each], placed) for each in names)

    institutions, from_homes = grouped(lambda student: student.institution), grouped(lambda student: homes[student.id])
    providers = utilisation.weigh_providers(problem, placements)
    return Fairness(
        everyone=_group(problem, None, problem.requests, placed),
        institutions=institutions,
        homes=from_homes,
        programmes=_programmes(problem, placed),
        evenness=(*_evenness("institution", institutions), *_evenness("home", from_homes)),
        providers=providers,
        municipal=utilisation.weigh_municipalities(providers),
        agreements=utilisation.weigh_agreements(problem, placements),
        supervisors=utilisation.weigh_supervisors(problem, placements),
        environments=weigh_environments(problem, placements),
    )


def _group(problem: Problem, name: str | None, requests: Sequence[Request], placed: _Placed) -> Group:
    theirs = [(request, placed.get(request.id)) for request in requests]
    minutes = [
        minutes_between(problem, problem.student[request.student], problem.unit[placement.unit])
        for request, placement in theirs
        if placement is not None
    ]
    return Group(
        name=name,
        requests=len(theirs),
        placed=len(minutes),
        placed_share=len(minutes) / len(theirs) if theirs else 0.0,
        journeys=_journeys(minutes) if minutes else None,
        wishes=_wishes([pair for pair in theirs if pair[0].preferences]),
    )


def _journeys(minutes: Sequence[int]) -> Journeys:
    return Journeys(
        median=percentile(minutes, MEDIAN),
        ninetieth=percentile(minutes, NINETIETH),
        longest=max(minutes),
        over_hour=sum(each > HOUR for each in minutes) / len(minutes),
    )


def _wishes(wishing: Sequence[tuple[Request, Placement | None]]) -> Wishes | None:
    """Return the shares of preferences met. An unplaced request has none met."""
    if not wishing:
        return None
    ranks = [
        request.preferences.index(placement.unit)
        for request, placement in wishing
        if placement is not None and placement.unit in request.preferences
    ]
    return Wishes(len(wishing), ranks.count(0) / len(wishing), len(ranks) / len(wishing))


def _programmes(problem: Problem, placed: _Placed) -> tuple[Programme, ...]:
    counts: Counter[tuple[str, str, bool]] = Counter()
    for request in problem.requests:
        student = problem.student[request.student]
        counts[student.institution, student.profession, request.id in placed] += 1
    names = sorted({(institution, profession) for institution, profession, _ in counts})
    return tuple(Programme(*name, counts[*name, True], counts[*name, False]) for name in names)


def _evenness(by: GroupedBy, groups: Iterable[Group]) -> list[Evenness]:
    """Compute how evenly each figure is spread over the groups that have it. The first of tied groups is the worst."""
    known = list(groups)
    shares = [(group.placed_share, group.name) for group in known]
    wishes = [(group.wishes.first, group.name) for group in known if group.wishes is not None]
    journeys = [(-group.journeys.median, group.name) for group in known if group.journeys is not None]
    figures: tuple[tuple[Figure, Sequence[tuple[float, str | None]]], ...] = (
        ("placed", shares),
        ("first_wish", wishes),
        ("median_journey", journeys),
    )
    return [
        Evenness(figure, by, jain([abs(value) for value, _ in values]), min(values, key=lambda pair: pair[0])[1])
        for figure, values in figures
        if values
    ]
