"""Some courses are given only at university healthcare units (universitetssjukvårdsenheter)."""

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


class UniversityHealthcare(Admission):
    """Where the request requires it, the unit is a university healthcare unit."""

    key = "university-healthcare"
    name = Words("Universitetssjukvård", "University healthcare")
    meaning = Words(
        "Om kursen kräver universitetssjukvård är enheten en universitetssjukvårdsenhet.",
        "Where the course requires university healthcare, the unit is a university healthcare unit.",
    )
    source = Source(
        "Mål och strategier för universitetssjukvården i Sydöstra sjukvårdsregionen",
        "Samverkansrådet RALF SÖ",
        2018,
    )

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Allow every unit for requests that do not require university healthcare."""
        asked = columns.request_university_healthcare[options.request]
        return ~asked | columns.unit_university_healthcare[options.unit]

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement that requires university healthcare and is at another kind of unit."""
        for placement in placements:
            asked = problem.request[placement.request].university_healthcare
            if asked and not problem.unit[placement.unit].university_healthcare:
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request}: {placement.unit} är ingen universitetssjukvårdsenhet",
                        f"{placement.request}: {placement.unit} is not a university healthcare unit",
                    ),
                )
