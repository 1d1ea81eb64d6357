"""The options: every way to place a request that can matter, with what it costs and what it uses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from placement_solver.check import check
from placement_solver.columns import Columns
from placement_solver.plan import Placement
from placement_solver.problem import Decision, Problem, RequestId, Supervision, SupervisorId, UnitId
from placement_solver.search.draft import Draft
from placement_solver.search.options import Market, open_market
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn
from tests.solver.enumeration import cost_of, ways_to_place
from tests.solver.small import WARD, agreement, capacity, problem, request, student, supervisor, unit

TERMS = 60


def market_of(term: Problem) -> Market:
    return open_market(Columns(term))


def places(market: Market) -> list[tuple[int, int, int]]:
    """Return (request, unit, start) of every option, in the market's order."""
    options = market.options(np.arange(len(market.request)))
    return list(zip(options.request.tolist(), options.unit.tolist(), options.start.tolist(), strict=True))


def as_placement(term: Problem, place: tuple[int, int, int]) -> Placement:
    request, unit, start = place
    return Placement(term.requests[request].id, term.units[unit].id, start, None)


def test_an_option_is_in_the_market_where_the_rules_admit_it_and_it_may_be_worth_its_cost() -> None:
    seen: Counter[str] = Counter()
    for term in map(drawn, range(TERMS)):
        market = market_of(term)
        offered, pinned = set(places(market)), {pin.request for pin in term.pins}
        nothing = cost_of(term, ())
        for number, asked in enumerate(term.requests):
            ways = {(way.unit, way.start) for way in ways_to_place(term, asked)}
            mine = {(term.units[u].id, start) for r, u, start in offered if r == number}
            assert mine <= ways
            assert mine or asked.id not in pinned
            for unit_id, start in ways - mine:
                assert cost_of(term, (Placement(asked.id, unit_id, start, None),)) >= nothing
                seen["left out"] += 1
            seen["offered"] += len(mine)
    assert min(seen["left out"], seen["offered"]) > 20


def test_the_cost_of_an_option_is_the_cost_of_its_placement() -> None:
    for number in range(TERMS):
        agreements = tuple(replace(under, min_student_weeks=0) for under in drawn(number).agreements)
        term = replace(drawn(number), agreements=agreements)
        market = market_of(term)
        nothing = cost_of(term, ())
        assert int(market.unplaced.sum()) == nothing
        costs = Draft(market, Teams(market.columns)).cost_of_adding(np.arange(len(market.request)))
        for place, added in zip(places(market), costs.tolist(), strict=True):
            assert cost_of(term, (as_placement(term, place),)) - nothing == added


def test_options_are_sorted_by_request() -> None:
    for term in map(drawn, range(TERMS)):
        market = market_of(term)
        requests = np.arange(len(term.requests))
        assert market.rows_of(requests).tolist() == list(range(len(market.request)))
        for number in requests.tolist():
            assert set(market.request[market.rows_of(np.array([number]))].tolist()) <= {number}


def test_options_of_one_student_share_a_cell_exactly_where_they_exclude_each_other() -> None:
    seen: Counter[bool] = Counter()
    for term in map(drawn, range(TERMS)):
        bare = replace(term, pins=(), capacities=(), agreements=())
        market = market_of(term)
        rows = np.arange(len(market.request))
        position, cell = market.itineraries(rows)
        cells = [set(cell[position == row].tolist()) for row in rows.tolist()]
        for (row, one), (other_row, other) in combinations(enumerate(places(market)), 2):
            both = (as_placement(bare, one), as_placement(bare, other))
            rules = {breach.rule for breach in check(bare, both)}
            exclude = bool(rules & {"one-placement", "no-overlap", "order", "distinct-units"})
            assert exclude == bool(cells[row] & cells[other_row]), (both, rules)
            seen[exclude] += 1
    assert min(seen.values()) > 200


def test_siblings_are_the_same_students_other_requests() -> None:
    term = problem(requests=(request(), request("bo-1"), request("anna-2"), request("anna-3")))
    assert market_of(term).siblings == {0: (2, 3), 2: (0, 3), 3: (0, 2)}


def test_a_pinned_request_has_only_its_pin_and_must_be_placed() -> None:
    term = problem(
        capacities=(capacity(), capacity("home", unit=UnitId("home"))),
        pins=(Decision(RequestId("bo-1"), WARD, 3, SupervisorId("karin")),),
    )
    market = market_of(term)
    assert market.must_place.tolist() == [False, True]
    mine = market.options(market.rows_of(np.array([1])))
    assert (mine.unit.tolist(), mine.start.tolist(), mine.supervisor.tolist()) == ([0], [3], [0])
    assert len(market.rows_of(np.array([0]))) == 5


def test_a_pin_dearer_than_leaving_the_request_out_stays_in_the_market() -> None:
    dear = replace(problem().weights, unplaced=1)
    assert places(market_of(problem(weights=dear))) == []
    pinned = problem(weights=dear, pins=(Decision(RequestId("bo-1"), WARD, 3),))
    assert places(market_of(pinned)) == [(1, 0, 3)]


def test_what_a_floor_is_worth_can_bring_a_dear_option_in() -> None:
    cheap = replace(problem().weights, unplaced=1)
    (bo,) = (request("bo-1", starts=(0,)),)
    assert places(market_of(problem(weights=cheap, requests=(bo,)))) == []
    floor = problem(weights=cheap, requests=(bo,), agreements=(agreement(min_student_weeks=2),))
    assert places(market_of(floor)) == [(0, 0, 0)]


def test_slots_use_up_what_is_scarce_once_for_all_requests_of_a_class() -> None:
    term = problem(
        units=(unit(max_students=3),),
        agreements=(agreement(max_student_weeks=7),),
        requests=(
            request(starts=(1,), supervision=Supervision(1.5)),
            request("bo-1", starts=(1,), supervision=Supervision(1.5)),
        ),
    )
    market = market_of(term)
    scarcity = market.in_full
    assert len(market.slots) == 1
    assert market.slot.tolist() == [0, 0]
    used = scarcity.used(market.slot)
    there_is = Counter((int(amount), int(scarcity.supply[cell])) for cell, amount in enumerate(used) if amount)
    assert there_is == {(2, 2): 2, (2, 3): 2, (2, 1): 2, (4, 7): 1}, "places, ceiling, Karin's weeks; the agreement"
    assert scarcity.slot.tolist() == [0] * 7
    assert scarcity.per_slot(np.ones(len(scarcity.supply), dtype=np.int64)).tolist() == [2 + 2 + 2 + 2]


def test_two_offers_that_cover_a_placement_are_both_used() -> None:
    term = problem(requests=(request(starts=(0,)),), capacities=(capacity(), capacity("kept", places=1)))
    market = market_of(term)
    used = market.in_full.used(market.slot)
    assert sorted(market.in_full.supply[used > 0].tolist()) == [1, 1, 2, 2]


def test_of_cells_that_the_same_slots_use_alike_only_the_scarcest_is_kept() -> None:
    asks = request(starts=(1,), supervision=Supervision(1.5))
    term = problem(units=(unit(max_students=3),), agreements=(agreement(max_student_weeks=7),), requests=(asks,))
    scarcity = market_of(term).scarcity
    assert sorted(zip(scarcity.amount.tolist(), scarcity.supply[scarcity.cell].tolist(), strict=True)) == [
        (1, 1),
        (2, 7),
    ]


def test_what_fits_the_scarcest_cell_fits_all_cells_used_alike() -> None:
    chance = np.random.default_rng(1)
    fitted = set()
    for number in range(200):
        market = market_of(drawn(number))
        for size in range(1, 4):
            slots = chance.integers(len(market.slots), size=size) if len(market.slots) else np.empty(0, np.int64)
            fits = bool((market.scarcity.used(slots) <= market.scarcity.supply).all())
            assert fits == bool((market.in_full.used(slots) <= market.in_full.supply).all())
            fitted.add(fits)
    assert fitted == {False, True}


@pytest.mark.parametrize(
    "nothing", [{"units": (), "capacities": (), "supervisors": ()}, {"requests": ()}, {"students": (), "requests": ()}]
)
def test_a_market_may_be_empty(nothing: dict[str, tuple[()]]) -> None:
    term = problem(**nothing)
    market = market_of(term)
    assert len(market.request) == 0
    assert market.first.tolist() == [0] * (len(term.requests) + 1)
    assert market.unplaced.tolist() == [1000] * len(term.requests)


def test_a_student_nobody_offers_places_has_no_option() -> None:
    term = problem(students=(student(), student("bo", profession="midwife")), supervisors=(supervisor(),))
    market = market_of(term)
    assert set(market.request.tolist()) == {0}


@pytest.mark.parametrize(
    "nowhere",
    [
        {"capacities": (capacity(places=(2, 2, 0, 2, 2, 2)),)},
        {"units": (unit(max_students=(1, 1, 0, 1, 1, 1)),)},
        {"supervisors": (supervisor(max_students=0), supervisor("lars", weeks=(0, 1, 3, 4, 5)))},
    ],
)
def test_a_week_without_any_place_leaves_no_option_that_needs_it(nowhere: dict[str, tuple[Any]]) -> None:
    asks = request(supervision=Supervision(7.5))
    assert places(market_of(problem(requests=(asks,), **nowhere))) == [(0, 0, 0), (0, 0, 3), (0, 0, 4)]


def test_an_agreement_for_fewer_weeks_than_the_course_has_leaves_no_option() -> None:
    assert places(market_of(problem(agreements=(agreement(max_student_weeks=1),)))) == []
