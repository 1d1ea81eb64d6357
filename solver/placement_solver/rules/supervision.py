"""Where a course requires a trained supervisor (handledare), the placement names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import SOMEBODY
from placement_solver.rules.base import Admission, Breach
from placement_solver.words import Source, Words, say_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, SupervisorId


class SupervisionRule(Admission):
    """Where the request requires one, a supervisor is named: at the unit, trained, of the profession, on duty."""

    key = "supervision"
    name = Words("Utbildad handledare", "Trained supervisor")
    meaning = Words(
        "Om kursen kräver handledare har studenten en namngiven handledare: vid enheten, av studentens yrke, med "
        "minst den handledarutbildning (hp) som krävs och i tjänst placeringens alla veckor.",
        "Where the course requires a supervisor, the student has a named one: at the unit, of the student's "
        "profession, with at least the pedagogical training (hp) required and on duty in every week of the placement.",
    )
    source = Source("Rekommenderad handledarutbildning", "Region Stockholm", 2024)

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Judge a named supervisor exactly. Where none is named yet, require that some supervisor would suit."""
        asked = columns.request_asks_supervision[options.request]
        admitted: Bools = ~asked & (options.supervisor != SOMEBODY)
        named = np.flatnonzero(asked & (options.supervisor >= 0))
        admitted[named] = self._named_suits(columns, options.take(named))
        open_ = np.flatnonzero(asked & (options.supervisor == SOMEBODY))
        admitted[open_] = self._somebody_suits(columns, options.take(open_))
        return admitted

    def _named_suits(self, columns: Columns, options: Options) -> Bools:
        request, supervisor = options.request, options.supervisor
        suits: Bools = (
            (columns.supervisor_unit[supervisor] == options.unit)
            & (columns.supervisor_profession[supervisor] == columns.request_profession[request])
            & (columns.supervisor_credits[supervisor] >= columns.request_credits[request])
            & (columns.duty[supervisor, options.start] >= columns.request_weeks[request])
        )
        return suits

    def _somebody_suits(self, columns: Columns, options: Options) -> Bools:
        """Tell whether some supervisor suits.

        A suitable supervisor belongs to every pool at or below the required level, so each of these pools must have
        a member who is on duty for all the weeks.
        """
        pools = columns.pools
        option, pool = pools.at_desk.at(columns.desks(options.unit, columns.request_profession[options.request]))
        asked = pools.level[pool] <= columns.request_credits[options.request[option]]
        option, pool = option[asked], pool[asked]
        steadfast = pools.longest[pool, options.start[option]] >= columns.request_weeks[options.request[option]]
        pools_asked = np.bincount(option, minlength=len(options))
        suits: Bools = (pools_asked > 0) & (np.bincount(option[steadfast], minlength=len(options)) == pools_asked)
        return suits

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement that requires a supervisor and has no suitable one."""
        for placement in placements:
            asked = problem.request[placement.request].supervision
            if asked is None:
                continue
            if placement.supervisor is None:
                why = Words("handledare saknas", "there is no supervisor")
            else:
                name = placement.supervisor
                faults = list(self._faults(problem, placement, name, asked.credits))
                if not faults:
                    continue
                why = Words(
                    f"handledaren {', '.join(fault.sv for fault in faults)} ({name})",
                    f"the supervisor {', '.join(fault.en for fault in faults)} ({name})",
                )
            request = placement.request
            yield Breach(self.key, (request,), Words(f"{request}: {why.sv}", f"{request}: {why.en}"))

    def _faults(self, problem: Problem, placement: Placement, name: SupervisorId, asked: float) -> Iterator[Words]:
        """Yield in words what is wrong with a placement's supervisor, of whom some credits are asked."""
        request, supervisor = problem.request[placement.request], problem.supervisor[name]
        if supervisor.unit != placement.unit:
            yield Words(
                f"finns vid {supervisor.unit}, inte {placement.unit}", f"is at {supervisor.unit}, not {placement.unit}"
            )
        if supervisor.profession != problem.student[request.student].profession:
            yield Words(f"är {supervisor.profession}", f"has the profession {supervisor.profession}")
        if supervisor.credits < asked:
            has, needs = say_number(supervisor.credits), say_number(asked)
            yield Words(f"har {has.sv} hp men {needs.sv} krävs", f"has {has.en} hp but {needs.en} are required")
        weeks = set(range(placement.start, placement.start + request.weeks))
        if not weeks <= set(range(problem.term.weeks) if supervisor.weeks is None else supervisor.weeks):
            yield Words("är inte i tjänst alla veckor", "is not on duty in every week")
