"""Remedies: the smallest change of each kind that would give an unplaced request a place, proven by making it.

Every relaxation is enumerated, so no smaller change of the same kind would do. Where no single kind of change is
enough, the combinations of the fewest kinds are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement_solver.explanation.candidates import Candidate, Candidates
from placement_solver.explanation.displacement import rearrange
from placement_solver.explanation.proof import prove
from placement_solver.explanation.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from placement_solver.columns import Columns
    from placement_solver.explanation.relaxations import Change, Relaxation
    from placement_solver.plan import Placement, Plan
    from placement_solver.problem import Problem, RequestId

ROOM, MOVES = "room", "moves"


@dataclass(frozen=True, slots=True)
class Move:
    """Another request's placement before and after. If only the supervisor differs, unit and weeks stay."""

    before: Placement
    after: Placement


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that gives a request its ``placement``, and what it does to the objective.

    ``kinds`` are the kinds of change: those of `relaxations.KINDS`, or ``moves``, or ``room`` where nothing has to
    change but the objective rises. ``changes`` are made in the problem document, ``moves`` in the plan. ``smallest`` is
    true where no smaller change of these kinds is enough; the size of moves is their number, and ``smallest`` is false
    where fewer moves might exist than were found.
    """

    kinds: tuple[str, ...]
    needs: tuple[Relaxation, ...]
    changes: tuple[Change, ...]
    placement: Placement
    moves: tuple[Move, ...]
    objective_before: int
    objective_after: int
    smallest: bool


def find_remedies(
    problem: Problem, columns: Columns, plan: Plan, request: RequestId, *, seconds: float
) -> tuple[Remedy, ...]:
    """Return the remedies for one unplaced request of a checked plan; see `remedies_in`."""
    return remedies_in(Situation(problem, columns, plan), request, seconds=seconds)


def remedies_in(situation: Situation, request: RequestId, *, seconds: float) -> tuple[Remedy, ...]:
    """Return the remedies for an unplaced request of a situation, the smallest of each kind.

    ``seconds`` limits the search for several others who could move; everything else is enumerated.
    """
    problem, columns, plan = situation.problem, situation.columns, situation.plan
    number = columns.request_index[request]
    best = smallest_by_kinds(Candidates(columns, situation.occupancy, number))
    if () in best:
        return (_changed(problem, plan, best[()]),)
    single = [_changed(problem, plan, best[kinds]) for kinds in best if len(kinds) == 1]
    moved = list(_moved(situation, number, seconds))
    if single or moved:
        return (*single, *moved)
    fewest = min(map(len, best), default=0)
    return tuple(_changed(problem, plan, candidate) for kinds, candidate in best.items() if len(kinds) == fewest)


def smallest_by_kinds(candidates: Iterable[Candidate]) -> dict[tuple[str, ...], Candidate]:
    """Return, for each set of kinds of change, the candidate with the smallest changes."""
    best: dict[tuple[str, ...], Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.kinds)
        if known is None or candidate.rank < known.rank:
            best[candidate.kinds] = candidate
    return dict(sorted(best.items()))


def _changed(problem: Problem, plan: Plan, candidate: Candidate) -> Remedy:
    """Make a candidate's changes and prove that it can then be placed while all others keep their placements."""
    changes = tuple(change for need in candidate.needs for change in need.changes(problem))
    proof = prove(problem, plan, changes, (*plan.placements, candidate.placement))
    return Remedy(
        kinds=candidate.kinds or (ROOM,),
        needs=candidate.needs,
        changes=changes,
        placement=candidate.placement,
        moves=(),
        objective_before=plan.objective,
        objective_after=proof.objective,
        smallest=True,
    )


def _moved(situation: Situation, number: int, seconds: float) -> Iterator[Remedy]:
    """Yield the fewest moves that make room, if any were found."""
    problem, plan = situation.problem, situation.plan
    found = rearrange(situation, number, seconds)
    if found is None:
        return
    proof = prove(problem, plan, (), found.placements)
    before = {placement.request: placement for placement in plan.placements}
    after = {placement.request: placement for placement in found.placements}
    yield Remedy(
        kinds=(MOVES,),
        needs=(),
        changes=(),
        placement=after[problem.requests[number].id],
        moves=tuple(Move(old, after[request]) for request, old in before.items() if after[request] != old),
        objective_before=plan.objective,
        objective_after=proof.objective,
        smallest=found.fewest,
    )
