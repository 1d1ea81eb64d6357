"""An agreement has a ceiling: the most student-weeks that the provider takes in a term."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.covers import find_agreements
from placement_solver.rules.base import Breach, Limit, Line, Uses, cells_by_term
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class AgreementCeiling(Limit):
    """The student-weeks that an agreement covers are at most its ceiling."""

    key = "agreement-ceiling"
    by_week = False
    name = Words("Avtalets tak", "Ceiling of the agreement")
    meaning = Words(
        "De studentveckor som ett avtal omfattar är sammanlagt inte fler än avtalets volym för terminen.",
        "The student-weeks that an agreement covers total at most its volume for the term.",
    )
    source = Source(
        "Avsiktsförklaring om samverkan mellan lärosäten och kommuner i Storstockholm: volymer",
        "Kommunförbundet Stockholms län",
        2016,
    )

    def lines(self, columns: Columns) -> tuple[Line, ...]:
        """Return the agreements that have a ceiling."""
        return tuple(
            Line(agreement.id, None, agreement.provider, agreement.professions or ())
            for agreement in columns.problem.agreements
            if agreement.max_student_weeks is not None
        )

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Count the option's weeks against the agreement that covers it, once for the term."""
        ceilings = {i: agreement.max_student_weeks for i, agreement in enumerate(columns.problem.agreements)}
        limited = {i: ceiling for i, ceiling in ceilings.items() if ceiling is not None}
        line_of = np.full(len(ceilings), -1, dtype=np.int64)
        line_of[list(limited)] = np.arange(len(limited))
        option, agreement = columns.covering_agreements(options)
        line = line_of[agreement]
        option, line = option[line >= 0], line[line >= 0]
        return Uses(
            option=option,
            line=line,
            first=np.zeros(len(option), dtype=np.int64),
            until=np.ones(len(option), dtype=np.int64),
            amount=columns.request_weeks[options.request[option]],
            cell=cells_by_term(len(limited), columns.weeks),
            supply=np.array(list(limited.values()), dtype=np.int64),
        )

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each agreement whose ceiling is exceeded."""
        covered: dict[str, list[Placement]] = {agreement.id: [] for agreement in problem.agreements}
        for placement, agreements in find_agreements(problem, placements):
            for agreement in agreements:
                covered[agreement.id].append(placement)
        for agreement in problem.agreements:
            ceiling = agreement.max_student_weeks
            used = sum(problem.request[placement.request].weeks for placement in covered[agreement.id])
            if ceiling is not None and used > ceiling:
                yield Breach(
                    self.key,
                    tuple(placement.request for placement in covered[agreement.id]),
                    Words(
                        f"{agreement.id}: {used} studentveckor, men avtalets tak är {ceiling}",
                        f"{agreement.id}: {used} student-weeks, but the agreement's ceiling is {ceiling}",
                    ),
                )
