"""Tiny plans in force and their disruptions, drawn by number, and the fewest changes needed, by enumeration."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from placement_solver.check import check, objective_terms
from placement_solver.documents import problem_document, problem_of
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Placement, Plan, Reasons, Solver, Unplaced
from placement_solver.problem import Problem, RequestId
from tests.solver.disruptions import DISRUPTIONS
from tests.solver.drawn import drawn
from tests.solver.enumeration import every_plan

UNEXPLAINED = Reasons((), (), (), (), (), (), 0)


@dataclass(frozen=True)
class Case:
    """A plan in force, the term it was made for, and the term as it is now."""

    kind: str
    was: Problem
    now: Problem
    plan: Plan

    @property
    def waiting(self) -> set[RequestId]:
        """The requests that had no place before."""
        return {line.request for line in self.plan.unplaced}


def in_force(problem: Problem, *placements: Placement) -> Plan:
    """Make a plan of some placements, as if the solver had made it."""
    placed = {placement.request for placement in placements}
    terms = objective_terms(problem, placements)
    return Plan(
        problem_sha256=problem.sha256,
        solver=Solver("by hand", "1", 0, 1, 1.0, 1.0),
        status="feasible",
        objective=sum(terms.values()),
        bound=0,
        terms=terms,
        placements=placements,
        unplaced=tuple(Unplaced(request.id, UNEXPLAINED) for request in problem.requests if request.id not in placed),
    )


def drawn_case(number: int) -> Case | None:
    """Draw a term, one of its fuller plans, and a disruption; None where the draw gives no valid case."""
    chance = random.Random(number)
    was = drawn(number)
    plans = sorted(every_plan(was), key=len)
    kind = chance.choice(sorted(DISRUPTIONS))
    placements = chance.choice(plans[-max(1, len(plans) // 4) :]) if plans else ()
    if not placements or (kind == "supervisor" and all(placement.supervisor is None for placement in placements)):
        return None
    if kind == "ward" and all(placement.start < int(0.3 * was.term.weeks) for placement in placements):
        return None
    try:
        now = problem_of(problem_document(DISRUPTIONS[kind](chance, was, placements)))
    except InvalidProblem:  # a pin is broken
        return None
    return Case(kind, was, now, in_force(was, *placements))


def fewest_changes(case: Case) -> tuple[int, int]:
    """Return the least total priority of unplaced requests and, with that, the fewest changed lines, over all plans.

    Nobody whose placement still stands is left out; those who waited before do not count.
    """
    problem = case.now
    known = [placement for placement in case.plan.placements if placement.request in problem.request]
    broken = {request for breach in check(replace(problem, pins=()), known) for request in breach.requests}
    standing = {placement.request for placement in known} - broken
    return min(
        weigh(case, plan) for plan in every_plan(problem) if standing <= {placement.request for placement in plan}
    )


def weigh(case: Case, placements: tuple[Placement, ...]) -> tuple[int, int]:
    """Return the total priority of the unplaced requests, and how many lines in force some placements change."""
    placed = {placement.request for placement in placements}
    left_out = (r for r in case.now.requests if r.id not in placed and r.id not in case.waiting)
    held = {(placement.request, placement.unit, placement.start) for placement in placements}
    lines = (line for line in case.plan.placements if line.request in case.now.request)
    changed = sum((line.request, line.unit, line.start) not in held for line in lines)
    return sum(request.priority for request in left_out), changed
