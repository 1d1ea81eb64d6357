"""Agreements reach their floors: the student-weeks that providers count on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.covers import find_agreements, find_taken
from placement_solver.wishes.base import Needs, Shortfall
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class AgreementFloor(Shortfall):
    """Each student-week that an agreement falls short of its floor costs.

    The floor is agreed for the weeks of the term. So the student-weeks that other terms have in those weeks count.
    """

    key = "agreement_floor"
    name = Words("Avtalens golv", "Floors of agreements")
    meaning = Words(
        "Avtalen når sina golv. Varje studentvecka som saknas kostar vikten. Studentveckor som andra terminer har i "
        "terminens veckor räknas med.",
        "Agreements reach their floors. Each missing student-week costs the weight. Student-weeks that other terms "
        "have in the weeks of the term count too.",
    )
    source = Source("Ersättning för VFU: avtalade volymer", "Gislaveds kommun", 2019)

    def needs(self, columns: Columns, options: Options) -> Needs:
        """Count the option's weeks towards the floor of the agreement that covers it."""
        floors = np.array([a.min_student_weeks for a in columns.problem.agreements], dtype=np.int64)
        floors = np.maximum(0, floors - columns.agreement_taken)
        wanted = floors > 0
        option, agreement = columns.covering_agreements(options)
        counted = wanted[agreement]
        option, agreement = option[counted], agreement[counted]
        return Needs(
            option=option,
            line=(np.cumsum(wanted) - 1)[agreement],
            amount=columns.request_weeks[options.request[option]],
            need=floors[wanted],
            weight=columns.problem.weights.agreement_floor,
        )

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times all student-weeks missing below floors."""
        taken = find_taken(problem)
        missing = {each.id: each.min_student_weeks - taken[each.id].total() for each in problem.agreements}
        for placement, agreements in find_agreements(problem, placements):
            for agreement in agreements:
                missing[agreement.id] -= problem.request[placement.request].weeks
        return problem.weights.agreement_floor * sum(max(0, weeks) for weeks in missing.values())
