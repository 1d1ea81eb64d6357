"""Who uses or asks for places, as groups and never as persons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placement_solver.problem import Problem, RequestId


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """The requests of one institution and profession for the same kinds of units."""

    institution: str
    profession: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """How many requests of a party use a resource."""

    party: Party
    requests: int


def party_of(problem: Problem, name: RequestId) -> Party:
    """Return the party that a request belongs to."""
    request = problem.request[name]
    student = problem.student[request.student]
    return Party(student.institution, student.profession, tuple(sorted(request.kinds)))


def count_holdings(problem: Problem, requests: Iterable[RequestId]) -> tuple[Holding, ...]:
    """Count requests by party, the largest first."""
    counts = Counter(party_of(problem, request) for request in requests)
    return tuple(Holding(party, count) for party, count in sorted(counts.items(), key=lambda line: (-line[1], line[0])))
