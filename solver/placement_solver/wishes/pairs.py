"""Students of a course that teaches in pairs are an even number at a unit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.wishes.base import Counts, Gathering
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class Pairs(Gathering):
    """Each week in which an odd number of a pair group's students are at a unit costs: one of them has no peer."""

    key = "pairs"
    name = Words("Jämna par", "Even pairs")
    meaning = Words(
        "Studenterna på en kurs som undervisar i par är ett jämnt antal på enheten. Varje vecka som en enhet har ett "
        "udda antal av kursens studenter kostar vikten, för då saknar en student någon att bilda par med. Är vikten 0 "
        "ingår termen inte.",
        "Students of a course that teaches in pairs are an even number at the unit. Each week in which a unit has an "
        "odd number of the course's students costs the weight, because one student then has nobody to pair with. With "
        "the weight 0 the term is left out.",
    )
    source = Source("Peer learning: två studenter per handledare", "Jönköping University", 2026)

    def is_asked(self, problem: Problem) -> bool:
        """Tell whether the weight is above 0."""
        return problem.weights.pairs > 0

    def counts(self, columns: Columns, options: Options) -> Counts:
        """Count, for each pair group, unit and week, the students."""
        grouped = np.flatnonzero(columns.request_pair_group[options.request] >= 0)
        weeks = (columns.ends(options) - options.start)[grouped]
        option = np.repeat(grouped, weeks)
        group = columns.request_pair_group[options.request[option]]
        week = ranges(options.start[grouped], weeks)
        lines, line = np.unique(
            (group * len(columns.problem.units) + options.unit[option]) * columns.weeks + week, return_inverse=True
        )
        return Counts(
            option=option,
            line=line.reshape(-1),
            amount=np.ones(len(option), dtype=np.int64),
            lines=len(lines),
            weight=columns.problem.weights.pairs,
            odd=True,
        )

    def saves_at_most(self, columns: Columns, options: Options) -> Ints:
        """Return the weight for each week in which it could be the peer of a student who has none."""
        grouped = columns.request_pair_group[options.request] >= 0
        weeks: Ints = (columns.ends(options) - options.start) * grouped
        return columns.problem.weights.pairs * weeks

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times the weeks in which a unit has an odd number of a pair group's students."""
        there: Counter[tuple[str, str, int]] = Counter()
        for placement in placements:
            request = problem.request[placement.request]
            if request.pair_group is not None:
                for week in range(placement.start, min(placement.start + request.weeks, problem.term.weeks)):
                    there[request.pair_group, placement.unit, week] += 1
        return problem.weights.pairs * sum(students % 2 for students in there.values())
