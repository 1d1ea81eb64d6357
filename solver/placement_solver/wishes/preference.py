"""Students are placed at the units they prefer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.wishes.base import Cost
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class Preference(Cost):
    """Each step down a request's list of units costs; a unit not on the list costs the whole list."""

    key = "preference"
    name = Words("Önskemål", "Preference")
    meaning = Words(
        "Studenter får sina önskemål. Varje steg ner på listan kostar vikten; en enhet utanför kostar hela listan.",
        "Students get units they prefer. Each step down the list costs the weight; a unit off it costs the whole list.",
    )
    source = Source("Huvudstudieort på läkarprogrammet: rangordning", "Linköpings universitet", 2016)

    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return the weight times the rank."""
        ranks = columns.preference_ranks[options.request, options.unit].astype(np.int64)
        return columns.problem.weights.preference * ranks

    def of_unplaced(self, columns: Columns) -> Ints:
        """Return zeros: only a placement can differ from a preference."""
        return np.zeros(len(columns.problem.requests), dtype=np.int64)

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times the ranks of the units, over all placements."""
        ranks = 0
        for placement in placements:
            wished = problem.request[placement.request].preferences
            ranks += wished.index(placement.unit) if placement.unit in wished else len(wished)
        return problem.weights.preference * ranks
