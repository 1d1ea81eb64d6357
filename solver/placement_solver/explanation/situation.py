"""A situation: a checked plan with all that is the same whichever of its requests remedies are looked for.

Opening every option of a county and sorting who uses what takes seconds, so it is done once, and only if it is asked
for. Nothing in a situation is changed by a search.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from placement_solver.explanation.occupancy import Occupancy
from placement_solver.explanation.plan_as_draft import Holders, KeptTeams, draft_of, open_whole_market

if TYPE_CHECKING:
    from placement_solver.columns import Columns
    from placement_solver.plan import Plan
    from placement_solver.problem import Problem
    from placement_solver.search.draft import Draft


class Situation:
    """A problem, a checked plan of it, and what searches for remedies have in common."""

    def __init__(self, problem: Problem, columns: Columns, plan: Plan) -> None:
        self.problem, self.columns, self.plan = problem, columns, plan

    @cached_property
    def occupancy(self) -> Occupancy:
        """Who uses what in the plan."""
        return Occupancy(self.problem, self.plan.placements)

    @cached_property
    def draft(self) -> Draft:
        """The plan as a draft over every option that the rules admit."""
        market = open_whole_market(self.problem, self.columns)
        return draft_of(market, KeptTeams(market.columns, self.plan.placements), self.plan.placements)

    @cached_property
    def holders(self) -> Holders:
        """The requests that use the draft's cells and teams."""
        return Holders(self.draft)
