"""A small term whose places are crossed, and views of its market at prices: what tests of the rounds share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from placement_solver.arrays import Floats
from placement_solver.columns import Columns
from placement_solver.problem import Problem, UnitId
from placement_solver.search.climb import find_prices
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.options import Market, open_market
from placement_solver.search.priced_market import PricedMarket
from placement_solver.search.prices import Priced, Prices
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn
from tests.solver.small import capacity, problem, request, student, unit

ANNA, BO, CAI = 0, 1, 2
HOME = UnitId("home")
EACH = 30
"""More options than any request of these terms has."""


def crossed() -> Problem:
    """Anna lives by the ward and Bo by the home, with one place each; Cai's course is elsewhere, with room for all."""
    return problem(
        units=(unit(), unit("home", lat=59.09), unit("hut", kinds=("elderly-care",))),
        capacities=(capacity(places=1), capacity("home", unit=HOME, places=1), capacity("hut", unit=UnitId("hut"))),
        students=(student(), student("bo", lat=59.09), student("cai", lat=59.3)),
        requests=(
            request(starts=(0,)),
            request("bo-1", starts=(0,)),
            request("cai-1", starts=(0, 1), kinds=("elderly-care",)),
        ),
    )


def empty_draft(term: Problem) -> Draft:
    columns = Columns(term)
    return Draft(open_market(columns), Teams(columns))


def place(draft: Draft, request: int, at: int, start: int = 0) -> None:
    """Take a request's option at a unit from a week."""
    rows = draft.market.rows_of(np.array([request]))
    options = draft.market.options(rows)
    (row,) = rows[(options.unit == at) & (options.start == start)].tolist()
    draft.take(request, row, NONE)


def badly_placed() -> Draft:
    draft = empty_draft(crossed())
    place(draft, ANNA, at=1)
    place(draft, BO, at=0)
    place(draft, CAI, at=2)
    return draft


def view_of(market: Market, prices: Prices, share: Floats | None = None) -> PricedMarket:
    return PricedMarket(market, Priced(prices, 0, np.zeros(len(market.request)) if share is None else share))


def unpriced(draft: Draft) -> PricedMarket:
    return view_of(draft.market, Prices.nothing(draft.market))


@cache
def priced_market(number: int) -> tuple[Market, Prices]:
    market = open_market(Columns(drawn(number)))
    priced = find_prices(market, 10**9, rounds=50, stopped=lambda: False, on_bound=lambda _: None)
    return market, priced.prices


def in_two_professions() -> Problem:
    """`crossed`, with two students of medicine who have their own place beside the ward."""
    term = crossed()
    others = ("dag", "eli")
    return replace(
        term,
        students=(*term.students, *(student(name, profession="physician") for name in others)),
        requests=(*term.requests, *(request(f"{name}-1", starts=(0,)) for name in others)),
        capacities=(*term.capacities, capacity("rounds", professions=("physician",), places=1)),
    )
