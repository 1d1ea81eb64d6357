"""A student has at most one placement in any week."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.rules.base import Breach, Itinerary, claims
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.rules.base import Uses


class NoOverlap(Itinerary):
    """A student's placements share no week."""

    key = "no-overlap"
    name = Words("Inga krockar", "No overlap")
    meaning = Words(
        "En students placeringar har ingen vecka gemensam.",
        "A student's placements share no week.",
    )
    source = Source("Statsbidrag för VFU: en VFU-vecka räknas som heltid", "Socialstyrelsen", 2023)

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Occupy the student's weeks, where the student has more than one request."""
        several = columns.student_requests > 1
        student = columns.request_student[options.request]
        option = np.flatnonzero(several[student])
        return claims(columns, option, student[option], options.start[option], columns.ends(options)[option])

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each pair of one student's placements that share a week."""
        of: defaultdict[str, list[Placement]] = defaultdict(list)
        for placement in placements:
            of[problem.request[placement.request].student].append(placement)
        for student, own in of.items():
            for one, other in combinations(own, 2):
                one_ends = one.start + problem.request[one.request].weeks
                other_ends = other.start + problem.request[other.request].weeks
                if one.start < other_ends and other.start < one_ends:
                    yield Breach(
                        self.key,
                        (one.request, other.request),
                        Words(
                            f"{student}: {one.request} och {other.request} pågår samma vecka",
                            f"{student}: {one.request} and {other.request} share a week",
                        ),
                    )
