"""Five kinds of disruption to a term whose plan is in force, drawn by number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from placement_solver.problem import Problem, RequestId, StudentId, by_week

if TYPE_CHECKING:
    import random

    from placement_solver.plan import Placement

Disruption = Callable[["random.Random", Problem, Sequence["Placement"]], Problem]
CLOSING = 0.3
"""A ward closes after this share of the term: from week 6 of 20."""


def close_a_ward(chance: random.Random, problem: Problem, placements: Sequence[Placement]) -> Problem:
    """Close a ward with many students from a week on."""
    closed = int(CLOSING * problem.term.weeks)
    busy = Counter(placement.unit for placement in placements if placement.start >= closed)
    ward = chance.choice(sorted(busy, key=lambda unit: (-busy[unit], unit))[: 1 + len(busy) // 3])
    return replace(
        problem,
        capacities=tuple(
            replace(offer, places=(*by_week(offer.places, closed)[:closed], *(0,) * (problem.term.weeks - closed)))
            if offer.unit == ward
            else offer
            for offer in problem.capacities
        ),
    )


def lose_supervisors(chance: random.Random, problem: Problem, placements: Sequence[Placement]) -> Problem:
    """Let some supervisors who have students leave, at least one."""
    busy = sorted({placement.supervisor for placement in placements if placement.supervisor is not None})
    gone = set(chance.sample(busy, min(len(busy), 1 + len(busy) // 400)))
    pins = tuple(replace(pin, supervisor=None) if pin.supervisor in gone else pin for pin in problem.pins)
    current = tuple(replace(line, supervisor=None) if line.supervisor in gone else line for line in problem.current)
    taken = tuple(replace(each, supervisor=None) if each.supervisor in gone else each for each in problem.taken)
    left = tuple(supervisor for supervisor in problem.supervisors if supervisor.id not in gone)
    return replace(problem, supervisors=left, pins=pins, current=current, taken=taken)


def end_an_agreement(chance: random.Random, problem: Problem, placements: Sequence[Placement]) -> Problem:
    """Let an agreement that some placements need end early, or remove it."""
    institution = {student.id: student.institution for student in problem.students}
    needed = sorted(
        {
            (institution[problem.request[placement.request].student], problem.unit[placement.unit].provider)
            for placement in placements
        }
    )
    parties = chance.choice(needed)
    ends = chance.choice((None, *range(1, problem.term.weeks)))
    agreements = []
    for agreement in problem.agreements:
        if (agreement.institution, agreement.provider) != parties:
            agreements.append(agreement)
        elif ends is not None and agreement.first_week <= ends:
            agreements.append(replace(agreement, last_week=min(agreement.last_week, ends)))
    return replace(problem, agreements=tuple(agreements))


def withdraw_requests(chance: random.Random, problem: Problem, placements: Sequence[Placement]) -> Problem:
    """Withdraw the requests of some placed students, who have failed or left."""
    had = sorted(placement.request for placement in placements)
    gone = set(chance.sample(had, 1 + len(had) // 100)) - {pin.request for pin in problem.pins}
    left = tuple(
        replace(request, after=tuple(earlier for earlier in request.after if earlier not in gone))
        for request in problem.requests
        if request.id not in gone
    )
    current = tuple(line for line in problem.current if line.request not in gone)
    return replace(problem, requests=left, current=current)


def take_students_back(chance: random.Random, problem: Problem, placements: Sequence[Placement]) -> Problem:
    """Add requests of students who are like some placed ones and ask for the same."""
    like = chance.sample(sorted(placement.request for placement in placements), 1 + len(placements) // 200)
    requests = [problem.request[request] for request in like]
    students = [replace(problem.student[r.student], id=StudentId(f"{r.student}-again-{r.id}")) for r in requests]
    return replace(
        problem,
        students=(*problem.students, *students),
        requests=(
            *problem.requests,
            *(
                replace(request, id=RequestId(f"{request.id}-again"), student=student.id, after=())
                for request, student in zip(requests, students, strict=True)
            ),
        ),
    )


DISRUPTIONS: dict[str, Disruption] = {
    "ward": close_a_ward,
    "supervisor": lose_supervisors,
    "agreement": end_an_agreement,
    "withdrawn": withdraw_requests,
    "returned": take_students_back,
}
