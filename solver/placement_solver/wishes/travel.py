"""Journeys are short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.journeys import minutes_between
from placement_solver.wishes.base import Cost
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class TravelWish(Cost):
    """Each minute of a journey, one way, costs."""

    key = "travel"
    name = Words("Restid", "Travel")
    meaning = Words(
        "Resorna är korta. Varje minut enkel väg kostar vikten.",
        "Journeys are short. Each minute one way costs the weight.",
    )
    source = Source("Boende och bidrag vid VFU", "Luleå tekniska universitet", 2021)

    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return the weight times the minutes."""
        return columns.problem.weights.travel * columns.journeys(options)

    def of_unplaced(self, columns: Columns) -> Ints:
        """Return zeros: a student without a place does not travel."""
        return np.zeros(len(columns.problem.requests), dtype=np.int64)

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times the minutes, over all journeys."""
        minutes = 0
        for placement in placements:
            student = problem.student[problem.request[placement.request].student]
            minutes += minutes_between(problem, student, problem.unit[placement.unit])
        return problem.weights.travel * minutes
