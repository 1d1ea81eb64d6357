"""A unit has a ceiling for all its students together, whatever their profession and lärosäte."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.crowding import find_crowded_weeks
from placement_solver.rules.base import Limit, Line, Uses, cells_by_week, crowd_breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.rules.base import Breach


class UnitCeiling(Limit):
    """In no week does the unit have more placements than its ceiling, those of other terms included."""

    key = "unit-ceiling"
    name = Words("Enhetens tak", "Ceiling of the unit")
    meaning = Words(
        "Enheten har aldrig fler studenter samtidigt än sitt tak, oavsett yrke, lärosäte och termin.",
        "The unit never has more students at the same time than its ceiling, whatever their profession, lärosäte and "
        "term.",
    )
    source = Source("ALF-avtalet, 5 §: miljöer anpassade för studenternas lärande", "Utbildningsdepartementet", 2014)

    def lines(self, columns: Columns) -> tuple[Line, ...]:
        """Return the units that have a ceiling."""
        return tuple(
            Line(unit.id, unit.id, unit.provider, ()) for unit in columns.problem.units if unit.max_students is not None
        )

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Use one of the unit's places in each week, where the unit has a ceiling."""
        units = columns.problem.units
        limited = [i for i, unit in enumerate(units) if unit.max_students is not None]
        line_of: Ints = np.full(len(units), -1, dtype=np.int64)
        line_of[limited] = np.arange(len(limited))
        line = line_of[options.unit]
        option = np.flatnonzero(line >= 0)
        return Uses(
            option=option,
            line=line[option],
            first=options.start[option],
            until=columns.ends(options)[option],
            amount=np.ones(len(option), dtype=np.int64),
            cell=cells_by_week(len(limited), columns.weeks),
            supply=columns.unit_room[limited].reshape(-1),
        )

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each unit with too many students in some week."""
        at: defaultdict[str, list[Placement]] = defaultdict(list)
        for placement in placements:
            at[placement.unit].append(placement)
        for unit in problem.units:
            if unit.max_students is None:
                continue
            others = problem.taken_at[unit.id]
            crowded = find_crowded_weeks(problem, unit.max_students, at[unit.id], others)
            if crowded:
                limit = Words(
                    f"{unit.id}: fler studenter än enhetens tak", f"{unit.id}: more students than the unit's ceiling"
                )
                yield crowd_breach(self.key, problem, unit.id, limit, crowded, others)
