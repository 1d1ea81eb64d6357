"""Whatever the prices are, the bound they prove holds: no plan costs less."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.columns import Columns
from placement_solver.problem import Decision, Problem, RequestId, Supervision
from placement_solver.search.climb import find_prices
from placement_solver.search.options import Market, open_market
from placement_solver.search.prices import (
    SCALE,
    Priced,
    Prices,
    bound_at,
    bound_at_scale,
    in_full,
    least_costs,
    reduced_costs,
    slot_prices,
)
from placement_solver.search.settings import USUAL, ClimbSettings
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.small import WARD, agreement, capacity, problem, request, student, supervisor

ROUNDS = 100


@cache
def market_of(number: int) -> Market:
    return open_market(Columns(drawn(number)))


@cache
def best(number: int) -> int:
    objective = best_objective(drawn(number))
    assert objective is not None
    return objective


def find(
    market: Market, upper: int = 10**9, rounds: int = ROUNDS, climb: ClimbSettings = USUAL.climb
) -> tuple[Priced, list[int]]:
    """Find prices and return them with every bound that was reported."""
    told: list[int] = []
    priced = find_prices(market, upper, rounds=rounds, stopped=lambda: False, on_bound=told.append, settings=climb)
    return priced, told


@has_long_form("200 examples", "2,000 examples")
@drawn_by_hypothesis(200, 2_000)
@given(number=st.integers(0, 59), data=st.data())
def test_no_prices_prove_a_bound_above_the_best_plan(number: int, data: st.DataObject) -> None:
    market = market_of(number)
    several = st.sampled_from((0, 0, 1, SCALE // 3, 10 * SCALE, 70 * SCALE, 1000 * SCALE))
    cells, floors = len(market.scarcity.supply), len(market.floor.need)
    weight = market.floor.weight * SCALE
    shares = st.sampled_from((0, 1, 2, 3))
    cell = data.draw(st.lists(several, min_size=cells, max_size=cells))
    floor = data.draw(st.lists(shares.map(lambda thirds: thirds * weight // 3), min_size=floors, max_size=floors))
    at = Prices(np.array(cell, dtype=np.int64), np.array(floor, dtype=np.int64))
    assert bound_at(market, at) <= best(number)


def test_the_prices_found_prove_no_more_than_the_best_plan_and_no_less_than_none() -> None:
    tight = 0
    for number in range(60):
        market = market_of(number)
        priced, told = find(market)
        assert told == sorted(set(told)), "every bound told is better than the last"
        assert told[-1] == priced.bound == bound_at(market, priced.prices)
        assert bound_at(market, Prices.nothing(market)) <= priced.bound <= best(number)
        assert (priced.prices.cell >= 0).all()
        assert ((priced.prices.floor >= 0) & (priced.prices.floor <= market.floor.weight * SCALE)).all()
        tight += priced.bound == best(number)
    assert tight > 10, "some bounds meet the best plan"


def test_the_options_of_a_request_share_at_most_the_whole_of_it() -> None:
    for number in range(30):
        market = market_of(number)
        priced, _ = find(market)
        shares = np.bincount(market.request, weights=priced.share, minlength=len(market.unplaced))
        assert (priced.share >= 0).all()
        assert (shares <= 1 + 1e-6).all()
        assert np.allclose(shares[market.must_place], 1.0), "a pin is taken whole"


def test_without_prices_everyone_goes_to_the_cheapest_option() -> None:
    market = open_market(Columns(problem()))
    nothing = Prices.nothing(market)
    assert slot_prices(market, nothing).tolist() == [0] * 5
    assert reduced_costs(market, nothing).tolist() == [10 * SCALE] * 10
    assert least_costs(market, reduced_costs(market, nothing)).tolist() == [10 * SCALE] * 2
    assert bound_at_scale(market, nothing) == 20 * SCALE


def scarce() -> Problem:
    """Three students ask for the ward in the same two weeks, and there are two places."""
    requests = tuple(
        request(name, starts=(0,), priority=number) for number, name in enumerate(("anna-1", "bo-1", "cai-1"), 1)
    )
    return problem(students=(student(), student("bo"), student("cai")), requests=requests)


def test_prices_on_what_is_scarce_make_leaving_someone_out_count() -> None:
    market = open_market(Columns(scarce()))
    priced, _ = find(market, upper=1020)
    assert priced.bound == 1020, "two at 10 minutes, and the least urgent left out"


def test_a_bound_is_rounded_up_to_a_whole_objective() -> None:
    market = open_market(Columns(scarce()))
    cell = np.zeros(len(market.scarcity.supply), dtype=np.int64)
    cell[market.scarcity.cell[0]] = 1
    at = Prices(cell, np.zeros(len(market.floor.need), dtype=np.int64))
    assert bound_at_scale(market, at) == 30 * SCALE + 1
    assert bound_at(market, at) == 31


def test_a_floor_out_of_reach_is_proven_to_cost() -> None:
    term = problem(agreements=(agreement(min_student_weeks=7),))
    priced, _ = find(open_market(Columns(term)))
    assert priced.bound == 20 + 3 * 40, "two requests of two weeks give four of the seven"


def test_a_pin_counts_though_leaving_the_request_out_would_cost_less() -> None:
    term = problem(
        pins=(Decision(RequestId("anna-1"), WARD, 0),),
        students=(student(lat=70.0), student("bo")),
        agreements=(agreement(max_student_weeks=2),),
    )
    market = open_market(Columns(term))
    minutes = int(market.columns.minutes[0, 0])
    priced, _ = find(market)
    assert priced.bound > minutes > 1000


def test_the_climb_ends_where_the_bound_meets_the_plan() -> None:
    market = open_market(Columns(problem()))
    priced, told = find(market, upper=20)
    assert told == [20]
    assert not priced.share.any(), "not one round was needed"


def test_the_climb_ends_when_it_is_told_to() -> None:
    answers = iter([False, False, False, True])
    market = open_market(Columns(scarce()))
    priced = find_prices(market, 10**9, rounds=ROUNDS, stopped=lambda: next(answers, True), on_bound=lambda _: None)
    assert priced.bound <= 1020
    assert not priced.share.any(), "a climb cut short has no average answer"


def test_a_term_without_requests_has_prices_too() -> None:
    priced, _ = find(open_market(Columns(problem(requests=(), agreements=(agreement(min_student_weeks=1),)))))
    assert 0 <= priced.bound <= 40


@pytest.mark.parametrize("changes", [{"capacities": ()}, {"units": (), "capacities": (), "supervisors": ()}])
def test_a_market_without_options_has_its_bound_too(changes: dict[str, tuple[()]]) -> None:
    term = problem(**changes, agreements=(agreement(min_student_weeks=1),))
    priced, _ = find(open_market(Columns(term)))
    assert priced.bound == 1000 * len(term.requests) + 40


def test_a_sample_can_stand_for_all_requests_and_the_bound_holds() -> None:
    for number in range(20):
        priced, _ = find(market_of(number), climb=ClimbSettings(sample=2))
        assert priced.bound <= best(number)


def test_supervisors_who_are_too_few_have_a_price() -> None:
    asks = Supervision(7.5)
    term = problem(
        requests=(request(supervision=asks, starts=(0,)), request("bo-1", supervision=asks, starts=(0,))),
        supervisors=(supervisor(), supervisor("lars", credits=1.5)),
        capacities=(capacity(places=9),),
    )
    priced, _ = find(open_market(Columns(term)), upper=1010)
    assert priced.bound == 1010


def test_in_full_the_prices_prove_the_same_bound() -> None:
    for number in range(40):
        market = market_of(number)
        priced, _ = find(market)
        assert bound_at_scale(*in_full(market, priced.prices)) == bound_at_scale(market, priced.prices)
