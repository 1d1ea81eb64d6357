"""The plan in force changes little."""

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


class Change(Cost):
    """Each line of the plan in force that is not kept costs."""

    key = "change"
    name = Words("Ändringar", "Changes")
    meaning = Words(
        "Planen i kraft ändras lite. Varje placering som tas bort eller byter enhet eller vecka kostar vikten.",
        "The plan in force changes little. Each placement removed, or moved to another unit or week, costs the weight.",
    )
    source = Source("Studentenkät om VFU: andelen med sent schema", "Vårdförbundet", 2019)

    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return the weight for each option whose unit or start differs from the plan in force."""
        unit, start, _ = columns.current[options.request].T
        changed: Ints = (unit >= 0) & ((unit != options.unit) | (start != options.start))
        return columns.problem.weights.change * changed.astype(np.int64)

    def of_unplaced(self, columns: Columns) -> Ints:
        """Return the weight for each request that is placed in the plan in force."""
        return columns.problem.weights.change * (columns.current[:, 0] >= 0).astype(np.int64)

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times the lines of the plan in force that are not kept."""
        held = {(placement.request, placement.unit, placement.start) for placement in placements}
        changed = [line for line in problem.current if (line.request, line.unit, line.start) not in held]
        return problem.weights.change * len(changed)
