"""A student is not placed at a blocked unit, such as their own workplace or a relative's ward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.rules.base import Admission, Breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class BlockedUnit(Admission):
    """The unit is not one of those that are blocked for the student."""

    key = "blocked-unit"
    name = Words("Spärrad enhet", "Blocked unit")
    meaning = Words(
        "Studenten placeras inte vid en enhet som är spärrad, till exempel den egna arbetsplatsen.",
        "The student is not placed at a unit that is blocked, such as the student's own workplace.",
    )
    source = Source("VFU i sjuksköterskeprogrammet", "Mälardalens universitet", 2020)
    personal = True

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Look up whether the unit is blocked for the student."""
        return ~columns.blocked[columns.request_student[options.request], options.unit]

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement at a unit that is blocked for its student."""
        for placement in placements:
            student = problem.student[problem.request[placement.request].student]
            if placement.unit in student.blocked_units:
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request}: {placement.unit} är spärrad för {student.id}",
                        f"{placement.request}: {placement.unit} is blocked for {student.id}",
                    ),
                )
