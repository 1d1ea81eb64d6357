"""Computes the report on a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.figures.fairness import weigh_fairness
from placement_solver.figures.worth import weigh_worth
from placement_solver.report import Report

if TYPE_CHECKING:
    from placement_solver.figures.pricing import Pricing
    from placement_solver.plan import Plan
    from placement_solver.problem import Problem


def make_report(problem: Problem, plan: Plan, pricing: Pricing | None) -> Report:
    """Report on a plan that keeps every rule, with the prices of its problem where there are any."""
    return Report(
        problem_sha256=plan.problem_sha256,
        objective=plan.objective,
        bound=plan.bound,
        fairness=weigh_fairness(problem, plan.placements),
        prices=None if pricing is None else weigh_worth(pricing, plan.objective),
    )
