"""A plan that people have read changes little."""

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
    """Each line of the plan in force that no longer holds costs."""

    key = "change"
    name = Words("Ändringar", "Changes")
    meaning = Words(
        "Planen som gäller ändras lite; varje placering som tas bort eller byter enhet eller vecka kostar.",
        "The plan in force changes little; each placement now gone, or at another unit or week, costs.",
    )
    source = Source("Studentenkät om VFU: andelen med sent schema", "Vårdförbundet", 2019)

    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return the weight where the option is another than the plan in force has."""
        unit, start, _ = columns.current[options.request].T
        changed: Ints = (unit >= 0) & ((unit != options.unit) | (start != options.start))
        return columns.problem.weights.change * changed.astype(np.int64)

    def of_unplaced(self, columns: Columns) -> Ints:
        """Return the weight for each request that the plan in force has placed."""
        return columns.problem.weights.change * (columns.current[:, 0] >= 0).astype(np.int64)

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Count the lines of the plan in force that no longer hold."""
        held = {(placement.request, placement.unit, placement.start) for placement in placements}
        changed = [line for line in problem.current if (line.request, line.unit, line.start) not in held]
        return problem.weights.change * len(changed)
