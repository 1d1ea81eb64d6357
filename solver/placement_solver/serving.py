"""Serves the waiting list: what is in force stands, and waiting requests choose in turn among what is left.

The turn is the order of the problem's requests. Each request in turn gets the cheapest place that the rules, the pins
and all earlier requests leave room for (a serial dictatorship). It gets none that costs no less than going without. So
a later request never comes before an earlier one. Nothing is searched: a better plan for all together may exist, and
the bound says by how much at most.

Source: Abdulkadiroğlu and Sönmez, "Random serial dictatorship and the core from random endowments in house allocation
problems" (1998): in a given order, each chooses among what those before have left.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import Columns
from placement_solver.figures.pricing import Pricing
from placement_solver.plan import Solver
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.options import open_market
from placement_solver.search.phases import Search
from placement_solver.search.relaxation import settle_prices
from placement_solver.search.settings import USUAL
from placement_solver.search.teams import Teams
from placement_solver.solve import NAME, Solution, make_plan

if TYPE_CHECKING:
    from placement_solver.problem import Problem
    from placement_solver.progress import Listener
    from placement_solver.search.draft import Draft
    from placement_solver.search.settings import SearchSettings


def serve_waiting_list(
    problem: Problem,
    *,
    time_limit: float,
    on_progress: Listener | None = None,
    stop: StopSignal | None = None,
    began: float | None = None,
    settings: SearchSettings = USUAL,
) -> Solution:
    """Place the requests that are not pinned, in the order of the problem, each by the cheapest option left.

    The time limit is for the bound alone: every request is served, however short it is. It counts from ``began`` as in
    `find_solution`. The plan has passed the independent check (`BrokenPlanError`). Raises `InvalidProblem` if the pins
    cannot all be supervised at once.
    """
    clock = Clock(time_limit, stop, began)
    columns = Columns(problem)
    search = Search(open_market(columns), Teams(columns), clock, on_progress or (lambda _: None), settings)
    _serve_in_turn(search.best)
    search.tell("search")
    priced = settle_prices(
        search.market,
        search.best.objective,
        seconds=settings.phases.serving_price_share * clock.remaining,
        stopped=clock.is_over,
        on_bound=lambda _: None,
        settings=settings,
    )
    solver = Solver(NAME, version("placement"), 0, 1, time_limit, round(clock.elapsed, 3))
    plan = make_plan(problem, search.best.placements(), priced.bound, solver, clock.ended_because)
    return Solution(plan, Pricing(search.market, priced.prices))


def _serve_in_turn(draft: Draft) -> None:
    """Place each request without a place, in the order of the problem, by the cheapest option with room."""
    for request in draft.unplaced.tolist():
        rows = np.arange(draft.market.first[request], draft.market.first[request + 1])
        draft.place_cheapest(request, draft.cost_of_adding(rows), 0)
