"""A request gets at most one placement."""

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


class OnePlacement(Itinerary):
    """There is at most one placement for a request."""

    key = "one-placement"
    name = Words("En placering", "One placement")
    meaning = Words(
        "En begäran får högst en placering.",
        "A request gets at most one placement.",
    )
    source = Source("VIL-samordnare: förfrågan och besked om utbildningsplatser", "Stockholms läns landsting", 2015)

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Occupy the one cell of the request."""
        option = np.arange(len(options))
        return claims(columns, option, options.request, np.zeros_like(option), np.ones_like(option))

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each request that is placed more than once."""
        units: defaultdict[str, list[str]] = defaultdict(list)
        for placement in placements:
            units[placement.request].append(placement.unit)
        for request, at in units.items():
            if len(at) > 1:
                yield Breach(
                    self.key,
                    (request,),
                    Words(
                        f"{request}: har {len(at)} placeringar ({', '.join(at)})",
                        f"{request}: has {len(at)} placements ({', '.join(at)})",
                    ),
                )
