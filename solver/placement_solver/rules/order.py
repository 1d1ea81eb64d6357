"""A placement that builds on another starts after it has ended."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.rules.base import Breach, Itinerary, claims
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.rules.base import Uses


class Order(Itinerary):
    """A placed request starts only when every placed request named in its ``after`` has ended."""

    key = "order"
    name = Words("Ordning", "Order")
    meaning = Words(
        "En placering börjar först när de placeringar i samma termin som den bygger på är slut. En begäran utan plats "
        "hindrar inte, och inte heller en placering i en annan termin.",
        "A placement begins only when those of the same term that it builds on have ended. A request left unplaced is "
        "no obstacle, nor is a placement in another term.",
    )
    source = Source("Behörighetskrav och kursplaner, sjuksköterskeprogrammet", "Karolinska Institutet", 2024)

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Occupy, for each pair, all weeks until the end of the earlier one and all from the start of the later one."""
        earlier_pairs, later_pairs = columns.orders
        earlier, line_of_earlier = earlier_pairs.at(options.request)
        later, line_of_later = later_pairs.at(options.request)
        return claims(
            columns,
            np.concatenate([earlier, later]),
            line=np.concatenate([line_of_earlier, line_of_later]),
            first=np.concatenate([np.zeros(len(earlier), dtype=np.int64), options.start[later]]),
            until=np.concatenate([columns.ends(options)[earlier], np.full(len(later), columns.weeks)]),
        )

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement that begins before one named in its ``after`` has ended."""
        placed: defaultdict[str, list[Placement]] = defaultdict(list)
        for placement in placements:
            placed[placement.request].append(placement)
        for later in placements:
            for name in problem.request[later.request].after:
                for earlier in placed[name]:
                    if later.start < earlier.start + problem.request[name].weeks:
                        yield Breach(
                            self.key,
                            (earlier.request, later.request),
                            Words(
                                f"{later.request}: börjar innan {earlier.request} är slut",
                                f"{later.request}: begins before {earlier.request} has ended",
                            ),
                        )
