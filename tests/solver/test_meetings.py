"""Meetings: who is to see different units is placed once at each, in every plan and in what the bound allows."""

from __future__ import annotations

import math

import numpy as np

from placement_solver.columns import Columns
from placement_solver.search.draft import NONE
from placement_solver.search.options import Market, open_market
from placement_solver.search.relaxation import settle_prices
from tests.solver.drawn import drawn
from tests.solver.drawn_plans import drafts
from tests.solver.small import capacity, problem, request, student


def bounds(market: Market) -> tuple[int, int]:
    """Return what the relaxation proves, without cuts and with them."""
    settled = settle_prices(market, 10**9, seconds=math.inf, stopped=lambda: False, on_bound=lambda _: None)
    assert settled.relaxation is not None
    return settled.bound, settled.relaxation.cut(lambda: 10**9, stopped=lambda: False).bound


def twice_at_the_ward(*, distinct: bool) -> Market:
    """Anna has two placements, and the ward is the only unit of the kind."""
    term = problem(
        students=(student(distinct_units=distinct),),
        requests=(request("anna-1", starts=(0,)), request("anna-2", starts=(3,))),
        capacities=(capacity(),),
    )
    return open_market(Columns(term))


def test_the_bound_leaves_out_a_second_placement_at_the_same_unit() -> None:
    plain, cut = bounds(twice_at_the_ward(distinct=True))
    assert plain < 1_000, "what depends on the unit is no part of the relaxation to begin with"
    assert cut >= 1_000


def test_a_student_who_may_come_back_has_no_meetings() -> None:
    market = twice_at_the_ward(distinct=False)
    assert market.meetings.count == 0
    assert bounds(market)[1] < 1_000


def test_both_placements_at_the_unit_are_in_its_meeting() -> None:
    market = twice_at_the_ward(distinct=True)
    meetings = market.meetings
    assert meetings.count == 1
    position, option = meetings.members(np.array([0]))
    assert position.tolist() == [0] * len(option)
    assert set(market.request[option].tolist()) == {0, 1}
    assert meetings.uses(option)[0].tolist() == list(range(len(option)))


def test_a_plan_has_one_option_of_a_meeting_at_most() -> None:
    met = 0
    for number in range(80):
        for draft in drafts(number, 3):
            meetings = draft.market.meetings
            _, of = meetings.uses(draft.row[draft.row != NONE])
            met += len(of)
            assert (np.bincount(of, minlength=meetings.count) <= 1).all()
    assert met


def test_every_meeting_has_options_of_two_requests() -> None:
    for number in range(40):
        market = open_market(Columns(drawn(number)))
        meetings = market.meetings
        for one in range(meetings.count):
            _, options = meetings.members(np.array([one]))
            assert len(np.unique(market.request[options])) > 1
