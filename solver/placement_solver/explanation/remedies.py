"""What would give an unplaced request a place: the smallest change of each kind, each proven by making it.

Everything that could give way is enumerated, so the smallest is the smallest: of all that one kind of change alone
would do, none is smaller. Where no single kind does, the combinations of fewest kinds are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement_solver.explanation.candidates import Candidate, Candidates
from placement_solver.explanation.displacement import rearrange
from placement_solver.explanation.occupancy import Loads
from placement_solver.explanation.plan_as_draft import open_wide
from placement_solver.explanation.proof import prove

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from placement_solver.columns import Columns
    from placement_solver.explanation.relaxations import Change, Need
    from placement_solver.plan import Placement, Plan
    from placement_solver.problem import Problem, RequestId

ROOM, MOVES = "room", "moves"


@dataclass(frozen=True, slots=True)
class Move:
    """One other student's placement before and after; where only the supervisor differs, nobody travels elsewhere."""

    before: Placement
    after: Placement


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that gives a request its ``placement``, and what it does to the objective.

    ``kinds`` are the kinds of change: those of `needs.KINDS`, or ``moves``, or ``room`` where nothing has to change but
    the objective rises. ``changes`` mend the problem document, ``moves`` the plan. ``smallest`` tells that nothing
    smaller of these kinds does; of moves it is the number that counts, and it may be no more than the fewest found.
    """

    kinds: tuple[str, ...]
    needs: tuple[Need, ...]
    changes: tuple[Change, ...]
    placement: Placement
    moves: tuple[Move, ...]
    objective_before: int
    objective_after: int
    smallest: bool


def find_remedies(
    problem: Problem, columns: Columns, plan: Plan, request: RequestId, *, seconds: float
) -> tuple[Remedy, ...]:
    """Return what would place an unplaced request of a checked plan, the smallest of each kind.

    ``seconds`` bound the search for several others who could move; everything else is enumerated.
    """
    number = columns.request_index[request]
    best = smallest_by_kinds(Candidates(columns, Loads(problem, plan.placements), number))
    if () in best:
        return (_changed(problem, plan, best[()]),)
    single = [_changed(problem, plan, best[kinds]) for kinds in best if len(kinds) == 1]
    moved = list(_moved(problem, columns, plan, number, seconds))
    if single or moved:
        return (*single, *moved)
    fewest = min(map(len, best), default=0)
    return tuple(_changed(problem, plan, candidate) for kinds, candidate in best.items() if len(kinds) == fewest)


def smallest_by_kinds(candidates: Iterable[Candidate]) -> dict[tuple[str, ...], Candidate]:
    """Return for each set of kinds of change the candidate that needs the smallest."""
    best: dict[tuple[str, ...], Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.kinds)
        if known is None or candidate.rank < known.rank:
            best[candidate.kinds] = candidate
    return dict(sorted(best.items()))


def _changed(problem: Problem, plan: Plan, candidate: Candidate) -> Remedy:
    """Make a candidate's changes and prove that it can then be placed with everybody else standing."""
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


def _moved(problem: Problem, columns: Columns, plan: Plan, number: int, seconds: float) -> Iterator[Remedy]:
    """Yield the fewest moves that make room, where any were found."""
    found = rearrange(open_wide(problem, columns), plan.placements, number, seconds)
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
