"""A student of a decentralised programme is placed at the student's own site (studieort)."""

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


class Site(Admission):
    """The student and the unit have the same site, or neither has one."""

    key = "site"
    name = Words("Studieort", "Site")
    meaning = Words(
        "Enheten hör till studentens studieort. En student utan studieort placeras vid en enhet utan studieort.",
        "The unit belongs to the student's site. A student without a site is placed at a unit without one.",
    )
    source = Source("Huvudstudieort på läkarprogrammet", "Linköpings universitet", 2016)

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Compare the two sites."""
        same: Bools = columns.request_site[options.request] == columns.unit_site[options.unit]
        return same

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement at another site."""
        for placement in placements:
            student = problem.student[problem.request[placement.request].student]
            unit = problem.unit[placement.unit]
            if student.site != unit.site:
                home, there = _say_home(student.site), _say_place(unit.site)
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request}: {home.sv}, men {unit.id} hör {there.sv}",
                        f"{placement.request}: {home.en}, but {unit.id} belongs to {there.en}",
                    ),
                )


def _say_home(home: str | None) -> Words:
    """Say which site a student has."""
    if home is None:
        return Words("studenten har ingen studieort", "the student has no site")
    return Words(f"studieorten är {home}", f"the site is {home}")


def _say_place(there: str | None) -> Words:
    """Say which site a unit belongs to."""
    return Words("inte till någon studieort", "no site") if there is None else Words(f"till {there}", there)
