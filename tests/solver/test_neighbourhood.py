"""A neighbourhood: the requests that are in each other's way around a part of the gap."""

from __future__ import annotations

import numpy as np

from placement_solver.search.draft import NONE, Draft
from placement_solver.search.neighbourhood import neighbourhood
from placement_solver.search.priced_market import PricedMarket
from placement_solver.search.prices import SCALE, Prices
from placement_solver.search.settings import USUAL
from tests.solver.crossed import ANNA, BO, CAI, badly_placed, crossed, empty_draft, place, unpriced, view_of
from tests.solver.small import problem, request


def around(draft: Draft, priced: PricedMarket, size: int, taken: set[int]) -> list[int]:
    fresh = np.ones(len(draft.row) + len(priced.idle(draft)))
    chosen = neighbourhood(np.random.default_rng(1), priced, draft, fresh, size, taken, USUAL.rounds)
    return [int(request) for request in chosen]


def test_without_regrets_there_is_no_neighbourhood() -> None:
    draft = empty_draft(problem(capacities=()))
    assert around(draft, unpriced(draft), 5, set()) == []


def test_a_neighbourhood_has_the_holders_of_what_its_request_would_rather_have() -> None:
    draft = badly_placed()
    assert around(draft, unpriced(draft), 2, set()) == [ANNA, BO]
    assert around(draft, unpriced(draft), 3, set()) == [ANNA, BO], "Cai is in nobody's way"


def test_the_beginning_of_a_round_is_less_fresh_for_the_next() -> None:
    draft = badly_placed()
    fresh = np.ones(len(draft.row) + len(unpriced(draft).idle(draft)))
    neighbourhood(np.random.default_rng(1), unpriced(draft), draft, fresh, 2, set(), USUAL.rounds)
    assert sorted(fresh[: len(draft.row)].tolist()) == [0.5, 1.0, 1.0]


def test_a_neighbourhood_has_no_request_of_another_worker() -> None:
    draft = badly_placed()
    assert around(draft, unpriced(draft), 3, {BO}) == [ANNA]
    assert around(draft, unpriced(draft), 3, {ANNA, BO}) == []


def test_a_students_other_requests_come_along() -> None:
    draft = empty_draft(problem(requests=(request(starts=(0,)), request("bo-1"), request("anna-2", starts=(3,)))))
    for number in (1, 2):
        draft.take(number, int(draft.market.first[number]), NONE)
    assert around(draft, unpriced(draft), 1, set()) == [0, 2]
    assert around(draft, unpriced(draft), 1, {2}) == [], "nor is a request taken without its sibling"


def test_around_unused_priced_room_are_the_requests_that_could_use_it() -> None:
    draft = empty_draft(crossed())
    place(draft, ANNA, at=0)
    place(draft, BO, at=1)
    place(draft, CAI, at=2, start=1)
    market = draft.market
    (slot,) = market.slot[market.rows_of(np.array([CAI]))[:1]].tolist()
    first_week = int(market.scarcity.cell[market.scarcity.first[slot]])
    prices = Prices.nothing(market)
    prices.cell[first_week] = SCALE
    priced = view_of(market, prices)
    assert draft.room[first_week] == 2
    assert around(draft, priced, 1, set()) == [CAI]
