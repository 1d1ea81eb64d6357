"""A plan made by hand, with its figures and reasons computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.check import objective_terms
from placement_solver.columns import Columns
from placement_solver.explanation.reasons import explain
from placement_solver.explanation.remedies import Remedy, find_remedies
from placement_solver.plan import Placement, Plan, Solver
from placement_solver.problem import RequestId

if TYPE_CHECKING:
    from placement_solver.problem import Problem


def plan_of(term: Problem, *placements: Placement) -> Plan:
    """Make a plan of some placements, with nothing proven about it."""
    terms = objective_terms(term, placements)
    objective = sum(terms.values())
    return Plan(
        problem_sha256=term.sha256,
        solver=Solver("hand", "1", 0, 1, 1.0, 0.0),
        status="feasible" if objective else "optimal",
        objective=objective,
        bound=0,
        terms=terms,
        placements=placements,
        unplaced=explain(term, placements),
    )


def remedies(term: Problem, *placements: Placement, of: str = "anna-1") -> dict[tuple[str, ...], Remedy]:
    """Return the remedies for an unplaced request, by kinds of change."""
    found = find_remedies(term, Columns(term), plan_of(term, *placements), RequestId(of), seconds=60.0)
    return {remedy.kinds: remedy for remedy in found}
