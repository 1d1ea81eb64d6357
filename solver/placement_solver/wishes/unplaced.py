"""Everybody gets a place."""

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


class Unplaced(Cost):
    """Each request without a placement costs its priority."""

    key = "unplaced"
    name = Words("Utan plats", "Unplaced")
    meaning = Words(
        "Alla får en plats. Varje begäran utan plats kostar vikten gånger begärans prioritet.",
        "Everybody gets a place. Each request left unplaced costs the weight times its priority.",
    )
    source = Source("Studentenkät om VFU: andelen som inte erbjöds någon plats", "Vårdförbundet", 2021)

    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return zeros: a placed request costs nothing here."""
        return np.zeros(len(options), dtype=np.int64)

    def of_unplaced(self, columns: Columns) -> Ints:
        """Return the weight times the priority of each request."""
        priorities = np.array([request.priority for request in columns.problem.requests], dtype=np.int64)
        return columns.problem.weights.unplaced * priorities

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times the priorities of all unplaced requests."""
        placed = {placement.request for placement in placements}
        left = (request.priority for request in problem.requests if request.id not in placed)
        return problem.weights.unplaced * sum(left)
