"""Where a course requires a trained supervisor (handledare), the placement names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import SOMEBODY
from placement_solver.rules.base import Admission, Breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


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
            faults = list(self._faults(problem, placement))
            if faults:
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request}: handledare {', '.join(fault.sv for fault in faults)}",
                        f"{placement.request}: supervisor {', '.join(fault.en for fault in faults)}",
                    ),
                )

    def _faults(self, problem: Problem, placement: Placement) -> Iterator[Words]:
        """Yield in words what is wrong with the supervision of a placement that requires it."""
        request = problem.request[placement.request]
        asked = request.supervision
        if asked is None:
            return
        if placement.supervisor is None:
            yield Words("saknas", "is missing")
            return
        supervisor = problem.supervisor[placement.supervisor]
        name, hp = supervisor.id, supervisor.credits
        weeks = set(range(placement.start, placement.start + request.weeks))
        if supervisor.unit != placement.unit:
            yield Words(
                f"{name} finns vid {supervisor.unit}, inte {placement.unit}",
                f"{name} is at {supervisor.unit}, not {placement.unit}",
            )
        if supervisor.profession != problem.student[request.student].profession:
            yield Words(f"{name} är {supervisor.profession}", f"{name} is {supervisor.profession}")
        if hp < asked.credits:
            yield Words(f"{name} har {hp:g} hp av {asked.credits:g}", f"{name} has {hp:g} hp of {asked.credits:g}")
        if not weeks <= set(range(problem.term.weeks) if supervisor.weeks is None else supervisor.weeks):
            yield Words(f"{name} är inte i tjänst alla veckor", f"{name} is not on duty in every week")
