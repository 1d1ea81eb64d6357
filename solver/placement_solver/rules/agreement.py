"""An agreement between lärosäte and provider covers a placement in all its weeks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.covers import find_agreements
from placement_solver.rules.base import Admission, Breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class AgreementRule(Admission):
    """Exactly one agreement covers the placement."""

    key = "agreement"
    name = Words("Gällande avtal", "Agreement in force")
    meaning = Words(
        "Ett avtal mellan lärosätet och huvudmannen omfattar yrket, enheten och alla veckor.",
        "An agreement between institution and provider covers the profession, the unit and every week.",
    )
    source = Source(
        "Avsiktsförklaring om samverkan mellan lärosäten och kommuner i Storstockholm: avtal",
        "Kommunförbundet Stockholms län",
        2016,
    )

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Count the agreements that cover each option."""
        option, _ = columns.covering_agreements(options)
        covered: Bools = np.bincount(option, minlength=len(options)) == 1
        return covered

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement that is covered by no agreement, or by more than one."""
        for placement, agreements in find_agreements(problem, placements):
            if len(agreements) == 1:
                continue
            request, several = problem.request[placement.request], ", ".join(a.id for a in agreements)
            parties = f"{problem.student[request.student].institution} – {problem.unit[placement.unit].provider}"
            yield Breach(
                self.key,
                (request.id,),
                Words(
                    f"{request.id}: flera avtal omfattar placeringen ({several})",
                    f"{request.id}: several agreements cover the placement ({several})",
                )
                if agreements
                else Words(
                    f"{request.id}: inget avtal {parties} omfattar yrket, {placement.unit} och alla veckor",
                    f"{request.id}: no agreement {parties} covers the profession, {placement.unit} and all weeks",
                ),
            )
