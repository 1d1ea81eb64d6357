"""In no week does a unit take more students than it has offered places for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.covers import covers, find_capacities
from placement_solver.crowding import find_crowded_weeks
from placement_solver.rules.base import Admission, Breach, Limit, Line, Uses, cells_by_week, crowd_breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import CapacityId, Problem


class CapacityRule(Admission, Limit):
    """At least one capacity covers the placement, and no capacity has more placements in a week than places.

    An offer says how many students the unit takes in a week in all, whichever term they belong to. So placements of
    other terms take places too.
    """

    key = "capacity"
    name = Words("Utbildningsplatser", "Places offered")
    meaning = Words(
        "Enheten har erbjudit platser för studentens yrke och lärosäte. De räcker i varje vecka, även till de "
        "placeringar som andra terminer har.",
        "The unit has offered places for the student's profession and institution. They suffice in every week, for the "
        "placements of other terms too.",
    )
    source = Source("VIL-samordnare: förfrågan och besked om utbildningsplatser", "Stockholms läns landsting", 2015)

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Allow options for whose institution, profession and unit there is a capacity."""
        party = columns.parties(options)
        return np.diff(columns.capacities.first)[party] > 0

    def lines(self, columns: Columns) -> tuple[Line, ...]:
        """Return each offer's owner."""
        unit = columns.problem.unit
        return tuple(
            Line(offer.id, offer.unit, unit[offer.unit].provider, offer.professions)
            for offer in columns.problem.capacities
        )

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Take one place of every capacity that covers the option, in each of its weeks."""
        option, capacity = columns.capacities.at(columns.parties(options))
        capacities = columns.problem.capacities
        return Uses(
            option=option,
            line=capacity,
            first=options.start[option],
            until=columns.ends(options)[option],
            amount=np.ones(len(option), dtype=np.int64),
            cell=cells_by_week(len(capacities), columns.weeks),
            supply=columns.capacity_room.reshape(-1),
        )

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement that no capacity covers, and each capacity with too many placements in some week."""
        placed: defaultdict[CapacityId, list[Placement]] = defaultdict(list)
        for placement, capacities in find_capacities(problem, placements):
            for capacity in capacities:
                placed[capacity.id].append(placement)
            if not capacities:
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request}: {placement.unit} har inga platser för yrket och lärosätet",
                        f"{placement.request}: {placement.unit} has no places for the profession and lärosäte",
                    ),
                )
        for capacity in problem.capacities:
            others = [each for each in problem.taken_at[capacity.unit] if covers(capacity, each)]
            crowded = find_crowded_weeks(problem, capacity.places, placed[capacity.id], others)
            if crowded:
                limit = Words(
                    f"{capacity.id}: fler studenter än erbjudna platser",
                    f"{capacity.id}: more students than places offered",
                )
                yield crowd_breach(self.key, problem, capacity.id, limit, crowded, others)
