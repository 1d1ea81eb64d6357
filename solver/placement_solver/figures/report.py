"""The report of a plan: what it comes to for those whom it concerns, and what one more of anything would be worth.

The document behind these classes is ``placement-report/1``, published as `report.schema.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement_solver.figures.fairness import Fairness, weigh_fairness
from placement_solver.figures.worth import Worth, weigh_worth

if TYPE_CHECKING:
    from placement_solver.figures.pricing import Pricing
    from placement_solver.plan import Plan
    from placement_solver.problem import Problem

FORMAT = "placement-report/1"


@dataclass(frozen=True, slots=True)
class Report:
    """What a plan of one problem comes to; ``prices`` is None where none were sought or found."""

    problem_sha256: str
    objective: int
    bound: int
    fairness: Fairness
    prices: Worth | None


def make_report(problem: Problem, plan: Plan, pricing: Pricing | None) -> Report:
    """Report a plan that keeps every rule, with the prices of its problem where there are any."""
    return Report(
        problem_sha256=plan.problem_sha256,
        objective=plan.objective,
        bound=plan.bound,
        fairness=weigh_fairness(problem, plan.placements),
        prices=None if pricing is None else weigh_worth(pricing, plan.objective),
    )
