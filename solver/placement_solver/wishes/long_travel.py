"""Long journeys are few, and not very long."""

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


class LongTravel(Cost):
    """Each minute of a journey beyond the limit for a long one costs extra."""

    key = "long_travel"
    name = Words("Lång restid", "Long travel")
    meaning = Words(
        "Långa resor är få. Varje minut utöver gränsen för lång resa kostar vikten.",
        "Long journeys are few. Each minute beyond the limit for a long journey costs the weight.",
    )
    source = Source("Studentenkät om VFU: andelen med mer än en timmes resa", "Vårdförbundet", 2019)

    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return the weight times the minutes beyond the limit."""
        too_many: Ints = np.maximum(0, columns.journeys(options) - columns.problem.travel.long_after)
        return columns.problem.weights.long_travel * too_many

    def of_unplaced(self, columns: Columns) -> Ints:
        """Return zeros: a student without a place does not travel."""
        return np.zeros(len(columns.problem.requests), dtype=np.int64)

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times the minutes beyond the limit, over all journeys."""
        too_many = 0
        for placement in placements:
            student = problem.student[problem.request[placement.request].student]
            minutes = minutes_between(problem, student, problem.unit[placement.unit])
            too_many += max(0, minutes - problem.travel.long_after)
        return problem.weights.long_travel * too_many
