"""Plans of drawn terms, to test what every plan must satisfy."""

from __future__ import annotations

import numpy as np

from placement_solver.columns import Columns
from placement_solver.search.draft import Draft
from placement_solver.search.options import open_market
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn


def drafts(number: int, count: int) -> list[Draft]:
    """Draw plans of a drawn term to which no placement can be added."""
    columns = Columns(drawn(number))
    market, teams = open_market(columns), Teams(columns)
    throws = np.random.default_rng(number)
    made = []
    for _ in range(count):
        draft = Draft(market, teams)
        for one in throws.permutation(len(market.unplaced)).tolist():
            worth = throws.integers(0, 100, market.first[one + 1] - market.first[one])
            draft.place_cheapest(one, worth, 1_000)
        made.append(draft)
    return made
