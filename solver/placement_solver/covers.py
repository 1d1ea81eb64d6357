"""Which offers and agreements cover a placement, of this term or of another; what judges a finished plan asks here."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import (
        Agreement,
        AgreementId,
        Capacity,
        InstitutionId,
        Problem,
        ProviderId,
        Student,
        Taken,
        Unit,
        UnitId,
    )


def covers(capacity: Capacity, who: Student | Taken) -> bool:
    """Tell whether an offer is open to the profession and institution of a student or of another term's placement."""
    return who.profession in capacity.professions and (
        capacity.institutions is None or who.institution in capacity.institutions
    )


def applies(agreement: Agreement, who: Student | Taken, unit: Unit, weeks: range) -> bool:
    """Tell whether an agreement between someone's institution and the unit's provider covers a stay at the unit."""
    return (
        (agreement.professions is None or who.profession in agreement.professions)
        and (agreement.units is None or unit.id in agreement.units)
        and agreement.first_week <= weeks[0]
        and weeks[-1] <= agreement.last_week
    )


def find_capacities(problem: Problem, placements: Sequence[Placement]) -> Iterator[tuple[Placement, list[Capacity]]]:
    """Yield each placement with its unit's capacities for the student's profession and institution."""
    offered: defaultdict[UnitId, list[Capacity]] = defaultdict(list)
    for capacity in problem.capacities:
        offered[capacity.unit].append(capacity)
    for placement in placements:
        student = problem.student[problem.request[placement.request].student]
        yield (
            placement,
            [capacity for capacity in offered[placement.unit] if covers(capacity, student)],
        )


def find_agreements(problem: Problem, placements: Sequence[Placement]) -> Iterator[tuple[Placement, list[Agreement]]]:
    """Yield each placement with its parties' agreements for its profession, its unit and all its weeks."""
    between = agreements_by_parties(problem)
    for placement in placements:
        request = problem.request[placement.request]
        student = problem.student[request.student]
        unit = problem.unit[placement.unit]
        yield (
            placement,
            [
                agreement
                for agreement in between[student.institution, unit.provider]
                if applies(agreement, student, unit, range(placement.start, placement.start + request.weeks))
            ],
        )


def find_taken(problem: Problem) -> dict[AgreementId, Counter[Taken]]:
    """Return for each agreement how many weeks it covers of each placement that another term has in this term's weeks.

    A volume is agreed for the weeks of a term. So the student-weeks of another term's placements in those weeks count
    too, one by one: such a placement may have begun before the agreement did.
    """
    between = agreements_by_parties(problem)
    under: dict[AgreementId, Counter[Taken]] = {agreement.id: Counter() for agreement in problem.agreements}
    for each in problem.taken:
        unit = problem.unit[each.unit]
        for agreement in between[each.institution, unit.provider]:
            weeks = sum(applies(agreement, each, unit, range(week, week + 1)) for week in each.weeks)
            if weeks:
                under[agreement.id][each] += weeks
    return under


def count_taken(problem: Problem, agreement: Agreement) -> int:
    """Return the student-weeks of other terms that an agreement would cover, which the problem need not have."""
    return sum(
        applies(agreement, each, problem.unit[each.unit], range(week, week + 1))
        for each in problem.taken
        if (each.institution, problem.unit[each.unit].provider) == (agreement.institution, agreement.provider)
        for week in each.weeks
    )


def agreements_by_parties(problem: Problem) -> defaultdict[tuple[InstitutionId, ProviderId], list[Agreement]]:
    """Return the agreements of each institution and provider, whatever they cover."""
    between: defaultdict[tuple[InstitutionId, ProviderId], list[Agreement]] = defaultdict(list)
    for agreement in problem.agreements:
        between[agreement.institution, agreement.provider].append(agreement)
    return between


def overlap(one: Agreement, other: Agreement) -> bool:
    """Tell whether two agreements of the same parties could cover the same placement; a valid problem has none such."""
    return (
        one.first_week <= other.last_week
        and other.first_week <= one.last_week
        and _share(one.professions, other.professions)
        and _share(one.units, other.units)
    )


def _share(some: tuple[str, ...] | None, others: tuple[str, ...] | None) -> bool:
    """Tell whether two lists have something in common. None means everything."""
    if some is None or others is None:
        return some != () and others != ()
    return not set(some).isdisjoint(others)
