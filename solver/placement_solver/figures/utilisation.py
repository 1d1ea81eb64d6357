"""Utilisation: what is placed with each provider, under each agreement and with each supervisor.

What other terms have taken is not offered to this one. Under an agreement it counts as used, as in the rules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from placement_solver.covers import covers, find_agreements, find_taken
from placement_solver.figures.spread import MEDIAN, percentile
from placement_solver.problem import by_week
from placement_solver.report import AgreementFigures, MunicipalFigures, ProviderFigures, SupervisorFigures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Capacity, Problem, Taken, Unit


def weigh_providers(problem: Problem, placements: Sequence[Placement]) -> tuple[ProviderFigures, ...]:
    """Return the figures of each provider with student-weeks offered or placed, in the order of the problem."""
    offers: defaultdict[str, list[Capacity]] = defaultdict(list)
    for capacity in problem.capacities:
        offers[capacity.unit].append(capacity)
    offered, placed = Counter[str](), Counter[str]()
    for unit in problem.units:
        offered[unit.provider] += _offered(problem, unit, offers[unit.id])
    for placement in placements:
        placed[problem.unit[placement.unit].provider] += problem.request[placement.request].weeks
    return tuple(
        ProviderFigures(each.id, each.kind, much, here, _share(here, much))
        for each in problem.providers
        for much, here in ((offered[each.id], placed[each.id]),)
        if much or here
    )


def weigh_municipalities(providers: Sequence[ProviderFigures]) -> MunicipalFigures:
    """Return the municipalities' shares of all student-weeks offered and placed."""
    own = [each for each in providers if each.kind == "municipality"]
    return MunicipalFigures(
        _share(sum(each.offered for each in own), sum(each.offered for each in providers)),
        _share(sum(each.placed for each in own), sum(each.placed for each in providers)),
    )


def weigh_agreements(problem: Problem, placements: Sequence[Placement]) -> tuple[AgreementFigures, ...]:
    """Return the figures of each agreement, in the order of the problem."""
    used: Counter[str] = Counter({name: taken.total() for name, taken in find_taken(problem).items()})
    for placement, agreements in find_agreements(problem, placements):
        used.update({agreement.id: problem.request[placement.request].weeks for agreement in agreements})
    return tuple(
        AgreementFigures(
            agreement=each.id,
            institution=each.institution,
            provider=each.provider,
            student_weeks=used[each.id],
            floor=each.min_student_weeks,
            ceiling=each.max_student_weeks,
            short=max(0, each.min_student_weeks - used[each.id]),
        )
        for each in problem.agreements
    )


def weigh_supervisors(problem: Problem, placements: Sequence[Placement]) -> SupervisorFigures:
    """Return how the student-weeks are shared among named supervisors."""
    weeks: Counter[str] = Counter()
    for placement in placements:
        if placement.supervisor is not None:
            weeks[placement.supervisor] += problem.request[placement.request].weeks
    loads, all_of_them = list(weeks.values()), len(problem.supervisors)
    return SupervisorFigures(
        supervisors=all_of_them,
        used=len(loads),
        unused_share=(all_of_them - len(loads)) / all_of_them if all_of_them else 0.0,
        least=min(loads, default=0),
        median=percentile(loads, MEDIAN) if loads else 0,
        most=max(loads, default=0),
    )


def _offered(problem: Problem, unit: Unit, offers: Sequence[Capacity]) -> int:
    """Return the student-weeks that a unit offers, at most its ceiling in each week, less what other terms have taken.

    An offer within a wider one is not counted again. Of offers to the same students, the first counts. Of offers that
    overlap, neither within the other, both count.
    """
    widest = [
        offer
        for number, offer in enumerate(offers)
        if not any(_within(offer, other) for other in offers[:number])
        and not any(_within(offer, other) and not _within(other, offer) for other in offers[number + 1 :])
    ]
    here = problem.taken_at[unit.id]
    rows = [_left(problem, offer.places, [each for each in here if covers(offer, each)]) for offer in widest]
    together = [sum(row[week] for row in rows) for week in range(problem.term.weeks)]
    if unit.max_students is None:
        return sum(together)
    return sum(map(min, together, _left(problem, unit.max_students, here)))


def _left(problem: Problem, places: int | tuple[int, ...], taken: Iterable[Taken]) -> list[int]:
    """Return what other terms leave of some places, week by week."""
    used = Counter(week for each in taken for week in each.weeks)
    return [max(0, each - used[week]) for week, each in enumerate(by_week(places, problem.term.weeks))]


def _within(offer: Capacity, other: Capacity) -> bool:
    """Tell whether everyone who may use one offer may also use the other."""
    return set(offer.professions) <= set(other.professions) and (
        other.institutions is None
        or (offer.institutions is not None and set(offer.institutions) <= set(other.institutions))
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
