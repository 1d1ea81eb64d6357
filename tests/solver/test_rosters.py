"""Rosters: one team supervises a whole stay, which a pool of supervisor-weeks does not ensure."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.columns import Columns
from placement_solver.problem import Supervision
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.options import open_market
from placement_solver.search.prices import SCALE, bound_at
from placement_solver.search.relaxation import settle_prices
from placement_solver.search.rosters import Rosters
from tests.solver.drawn import drawn
from tests.solver.drawn_plans import drafts
from tests.solver.enumeration import best_objective
from tests.solver.small import capacity, problem, request, student, supervisor

if TYPE_CHECKING:
    from placement_solver.arrays import Ints
    from placement_solver.problem import Problem
    from placement_solver.search.options import Market


def never() -> bool:
    return False


def bounds(market: Market) -> tuple[int, int]:
    """Return the bound of the relaxation with pools alone, and with teams."""
    settled = settle_prices(market, 10**9, seconds=math.inf, stopped=never, on_bound=lambda _: None)
    assert settled.relaxation is not None
    settled.relaxation.share_teams()
    assert settled.relaxation.solve()
    best = settled.relaxation.best
    assert best.bound == bound_at(market, best.prices)
    return settled.bound, best.bound


def two_who_relieve_each_other() -> Problem:
    """Two supervisors of one student each, on duty in weeks 0-3 and 2-5; three students, for two weeks each.

    Weeks 1-2 only the first can take, weeks 3-4 only the second; so nobody is left for weeks 2-3, though both are there
    and each is free in one of them.
    """
    starts = {"anna": 1, "bo": 3, "cecilia": 2}
    return problem(
        students=tuple(student(name) for name in starts),
        requests=tuple(
            request(f"{name}-1", starts=(start,), supervision=Supervision(7.5)) for name, start in starts.items()
        ),
        supervisors=(supervisor("eva", weeks=(0, 1, 2, 3)), supervisor("per", weeks=(2, 3, 4, 5))),
        capacities=(capacity(places=5),),
    )


def worth_of(rosters: Rosters, draft: Draft, price: Ints) -> tuple[int, int]:
    """Return the toll that a draft's placements pay at some prices, and what the teams' places are worth at them."""
    slots = draft.market.slot[draft.row[draft.row != NONE]]
    return int(rosters.toll(price)[slots].sum()), int(price @ rosters.supply)


def test_no_plan_pays_more_toll_than_the_teams_places_are_worth() -> None:
    paid = 0
    for number in range(150):
        plans = drafts(number, 4)
        rosters = plans[0].market.rosters
        throws = np.random.default_rng(number)
        for draft in plans:
            price = throws.integers(0, 50, len(rosters.supply)) * throws.integers(0, 2, len(rosters.supply))
            toll, worth = worth_of(rosters, draft, price)
            assert toll <= worth
            paid += toll
    assert paid


def test_the_bound_with_teams_holds_for_the_best_plan_there_is_and_is_no_lower() -> None:
    for number in range(120):
        best = best_objective(drawn(number))
        assert best is not None
        pooled, by_team = bounds(open_market(Columns(drawn(number))))
        assert pooled <= by_team <= best


def test_a_stay_needs_one_team_for_all_its_weeks() -> None:
    pooled, by_team = bounds(open_market(Columns(two_who_relieve_each_other())))
    best = best_objective(two_who_relieve_each_other())
    assert pooled < by_team == best


def test_a_unit_with_a_single_team_is_counted_by_its_pool() -> None:
    alike = two_who_relieve_each_other()
    alike = replace(alike, supervisors=tuple(replace(each, weeks=None) for each in alike.supervisors))
    rosters = open_market(Columns(alike)).rosters
    assert (rosters.stay == -1).all()
    assert not len(rosters.supply)
    assert not rosters.toll(np.empty(0, dtype=np.int64)).any()


def test_a_stay_costs_as_much_as_its_cheapest_team() -> None:
    rosters = open_market(Columns(two_who_relieve_each_other())).rosters
    dear = rosters.toll(np.full(len(rosters.supply), SCALE, dtype=np.int64))
    assert set(dear.tolist()) == {2 * SCALE}, "a place in each of two weeks"
    assert not rosters.toll(np.zeros(len(rosters.supply), dtype=np.int64)).any()
