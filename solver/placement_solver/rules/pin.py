"""A placement that a coordinator has decided by hand is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.crowding import name_weeks
from placement_solver.rules.base import Admission, Breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class Pin(Admission):
    """Every pin is kept: the request is placed at its unit from its week, with the supervisor it names."""

    key = "pin"
    name = Words("Låst placering", "Pinned placement")
    meaning = Words(
        "En placering som är bestämd för hand ligger fast: enhet, vecka och, om den är namngiven, handledare.",
        "A placement decided by hand is kept: unit, week and, where one is named, supervisor.",
    )
    source = Source("Huvudstudieort på läkarprogrammet: särskilda skäl", "Linköpings universitet", 2016)
    personal = True

    def must_place(self, columns: Columns) -> Bools:
        """Return for each request whether it has to be placed."""
        pinned: Bools = columns.pins[:, 0] >= 0
        return pinned

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Allow a pinned request only its pin. Where the pin names a supervisor, only that supervisor is allowed."""
        unit, start, supervisor = columns.pins[options.request].T
        kept = (unit == options.unit) & (start == options.start)
        named = (supervisor < 0) | (supervisor == options.supervisor)
        admitted: Bools = (unit < 0) | (kept & named)
        return admitted

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each pin that is not kept."""
        placed: dict[str, list[Placement]] = {}
        for placement in placements:
            placed.setdefault(placement.request, []).append(placement)
        for pin in problem.pins:
            kept = [
                placement.unit == pin.unit
                and placement.start == pin.start
                and pin.supervisor in (None, placement.supervisor)
                for placement in placed.get(pin.request, ())
            ]
            if not kept or not all(kept):
                week, name = name_weeks(problem, [pin.start]), pin.supervisor
                yield Breach(
                    self.key,
                    (pin.request,),
                    Words(
                        f"{pin.request}: är låst till {pin.unit} från {week}, handledare: {name or 'valfri'}",
                        f"{pin.request}: is pinned to {pin.unit} from {week}, supervisor: {name or 'any'}",
                    ),
                )
