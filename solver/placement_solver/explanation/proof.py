"""The proof of a remedy: the change is written into the document, read again, and the changed plan is checked."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placement_solver.check import check_plan, objective_terms
from placement_solver.documents import problem_document, problem_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.explanation.relaxations import Change
    from placement_solver.plan import Placement, Plan
    from placement_solver.problem import Problem


class UnprovenRemedyError(RuntimeError):
    """The independent check refused a remedy: an error in the solver, never in the input."""


def prove(problem: Problem, plan: Plan, changes: Sequence[Change], placements: Sequence[Placement]) -> Plan:
    """Return the plan with some placements in the changed problem, or raise `UnprovenRemedyError`."""
    changed = problem_of(changed_document(problem, changes)) if changes else problem
    placed = {placement.request for placement in placements}
    terms = objective_terms(changed, placements)
    objective = sum(terms.values())
    bound = 0  # the old bound need not hold for the changed problem
    proof = replace(
        plan,
        problem_sha256=changed.sha256,
        status="optimal" if objective == bound else "feasible",
        objective=objective,
        bound=bound,
        terms=terms,
        placements=tuple(placements),
        unplaced=tuple(line for line in plan.unplaced if line.request not in placed),
    )
    breaches = check_plan(changed, proof)
    if breaches:
        raise UnprovenRemedyError("; ".join(breach.words.en for breach in breaches))
    return proof


def changed_document(problem: Problem, changes: Sequence[Change]) -> dict[str, Any]:
    """Return the problem's document with changes made. Each change sets a field of an entry or adds an entry."""
    document = problem_document(problem)
    for change in changes:
        _, section, place, *field = change.pointer.split("/")
        if place == "-":
            document[section].append(copy(change.new))
        else:
            document[section][int(place)][field[0]] = change.new
    return document
