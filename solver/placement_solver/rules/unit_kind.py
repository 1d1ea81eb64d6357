"""The unit is of one of the kinds that the course requires."""

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


class UnitKind(Admission):
    """The unit has at least one of the request's kinds."""

    key = "unit-kind"
    name = Words("Rätt slags enhet", "Right kind of unit")
    meaning = Words(
        "Enheten är av minst ett av de slag som kursen kräver, till exempel äldreomsorg.",
        "The unit is of at least one of the kinds that the course requires, such as elderly care.",
    )
    source = Source("Behörighetskrav och kursplaner, sjuksköterskeprogrammet", "Karolinska Institutet", 2024)

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Look up whether the unit has one of the required kinds."""
        return columns.kind_admits[columns.request_kinds[options.request], options.unit]

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement at a unit with none of the required kinds."""
        for placement in placements:
            asked, unit = problem.request[placement.request].kinds, problem.unit[placement.unit]
            if not set(asked) & set(unit.kinds):
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request}: {unit.id} är inte av något slag som krävs ({', '.join(asked)})",
                        f"{placement.request}: {unit.id} is of none of the kinds required ({', '.join(asked)})",
                    ),
                )
