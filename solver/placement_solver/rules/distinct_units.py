"""A student who is to meet different units is never placed twice at the same one within a term."""

from __future__ import annotations

from collections import defaultdict
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


class DistinctUnits(Itinerary):
    """A student with ``distinct_units`` has each placement at another unit."""

    key = "distinct-units"
    name = Words("Olika enheter", "Different units")
    meaning = Words(
        "En student som ska möta olika verksamheter placeras aldrig två gånger vid samma enhet under en termin. "
        "Placeringar i andra terminer räknas inte.",
        "A student who is to meet different settings is never placed twice at the same unit within a term. Placements "
        "in other terms do not count.",
    )
    source = Source("VFU i arbetsterapeutprogrammet", "Umeå universitet", 2026)

    by_unit = True

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Occupy the one cell of the student and the unit, where the student has more than one request."""
        several = columns.student_distinct & (columns.student_requests > 1)
        student = columns.request_student[options.request]
        option = np.flatnonzero(several[student])
        return claims(
            columns,
            option,
            line=student[option] * len(columns.problem.units) + options.unit[option],
            first=np.zeros(len(option), dtype=np.int64),
            until=np.ones(len(option), dtype=np.int64),
        )

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each unit where such a student is placed more than once."""
        requests: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for placement in placements:
            student = problem.student[problem.request[placement.request].student]
            if student.distinct_units:
                requests[student.id, placement.unit].append(placement.request)
        for (_, unit), own in requests.items():
            if len(own) > 1:
                yield Breach(
                    self.key,
                    tuple(own),
                    Words(
                        f"studenten placeras {len(own)} gånger vid {unit} ({', '.join(own)})",
                        f"the student is placed {len(own)} times at {unit} ({', '.join(own)})",
                    ),
                )
