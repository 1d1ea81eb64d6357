"""Requests placed one after another: a plan along the prices, and whatever can still be added to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.draft import NONE, Draft
from placement_solver.search.prices import SCALE

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.search.priced_market import PricedMarket


def place_along(view: PricedMarket, best: Draft, firm: float, stopped: Callable[[], bool]) -> Draft | None:
    """Make a plan along the prices: first the options of which their mixture has a ``firm`` share, then the cheapest.

    Who has to be placed keeps the option of the best plan. This plan is so much better than the first one that it may
    overrun the time limit a little; only a request to stop ends it, and then there is none.
    """
    market = view.market
    draft = Draft(market, best.teams)
    for request in np.flatnonzero(market.must_place).tolist():
        draft.take(request, int(best.row[request]), int(best.team[request]))
    for row in view.firm(firm).tolist():
        request = int(market.request[row])
        if draft.row[request] == NONE and draft.can_take(row, NONE):
            team = draft.free_team(row)
            if team is not None and draft.compatible(request, np.array([row]))[0]:
                draft.take(request, row, team)
    for request in view.by_worth().tolist():
        if stopped():
            return None
        if draft.row[request] == NONE:
            worth = view.reduced[market.first[request] : market.first[request + 1]]
            draft.place_cheapest(request, worth, int(market.unplaced[request]) * SCALE)
    complete(draft)
    return draft


def complete(draft: Draft) -> None:
    """Place every request that can be added, with none moved, at a lower objective: the plan is then maximal.

    A request that was too dear may pay once another has come for company, so where that counts it is asked again.
    """
    market = draft.market
    added = True
    while added:
        before = len(draft.unplaced)
        for request in draft.unplaced.tolist():
            rows = np.arange(market.first[request], market.first[request + 1])
            draft.place_cheapest(request, draft.cost_of_adding(rows), 0)
        added = bool(market.gatherings) and len(draft.unplaced) < before
