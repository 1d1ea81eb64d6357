"""Which offers and agreements cover a placement; everything that judges a finished plan asks here."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import (
        Agreement,
        Capacity,
        InstitutionId,
        Problem,
        ProviderId,
        Student,
        Unit,
        UnitId,
    )


def covers(capacity: Capacity, student: Student) -> bool:
    """Tell whether an offer is open to a student's profession and institution."""
    return student.profession in capacity.professions and (
        capacity.institutions is None or student.institution in capacity.institutions
    )


def applies(agreement: Agreement, student: Student, unit: Unit, weeks: range) -> bool:
    """Tell whether an agreement between the student's institution and the unit's provider covers a stay at the unit."""
    return (
        (agreement.professions is None or student.profession in agreement.professions)
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
    between: defaultdict[tuple[InstitutionId, ProviderId], list[Agreement]] = defaultdict(list)
    for agreement in problem.agreements:
        between[agreement.institution, agreement.provider].append(agreement)
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
