"""An agreement has a ceiling: the most student-weeks that the provider takes in a term."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.covers import find_agreements, find_taken
from placement_solver.rules.base import Breach, Limit, Line, Uses, cells_by_term
from placement_solver.taken import add_terms
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class AgreementCeiling(Limit):
    """The student-weeks that an agreement covers are at most its ceiling.

    The ceiling is agreed for the weeks of the term. So the student-weeks that other terms have in those weeks count.
    """

    key = "agreement-ceiling"
    by_week = False
    name = Words("Avtalets tak", "Ceiling of the agreement")
    meaning = Words(
        "De studentveckor som ett avtal omfattar under terminens veckor är sammanlagt inte fler än avtalets volym för "
        "terminen. Studentveckor som hör till andra terminer räknas med.",
        "The student-weeks that an agreement covers in the weeks of the term total at most its volume for the term. "
        "Student-weeks that belong to other terms count too.",
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
        agreements = columns.problem.agreements
        limited = {i: most for i, most in enumerate(each.max_student_weeks for each in agreements) if most is not None}
        taken = columns.agreement_taken[list(limited)]
        line_of = np.full(len(agreements), -1, dtype=np.int64)
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
            supply=np.maximum(0, np.array(list(limited.values()), dtype=np.int64) - taken),
        )

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each agreement whose ceiling is exceeded."""
        covered: dict[str, list[Placement]] = {agreement.id: [] for agreement in problem.agreements}
        for placement, agreements in find_agreements(problem, placements):
            for agreement in agreements:
                covered[agreement.id].append(placement)
        taken = find_taken(problem)
        for agreement in problem.agreements:
            ceiling, others = agreement.max_student_weeks, taken[agreement.id]
            own = tuple(placement.request for placement in covered[agreement.id])
            used = sum(problem.request[request].weeks for request in own) + others.total()
            if ceiling is not None and own and used > ceiling:
                words = Words(
                    f"{agreement.id}: {used} studentveckor, men avtalets tak är {ceiling}",
                    f"{agreement.id}: {used} student-weeks, but the agreement's ceiling is {ceiling}",
                )
                yield Breach(self.key, own, add_terms(words, tuple(others)), tuple(others), agreement.id)
