"""A draft keeps every rule and counts its room right, whatever is taken and released in whatever order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from placement_solver.check import check
from placement_solver.columns import Columns
from placement_solver.problem import Decision, Problem, RequestId, Supervision, SupervisorId, UnitId
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.options import open_market
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn
from tests.solver.enumeration import cost_of
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor, unit

ANNA, BO = 0, 1


def empty_draft(term: Problem) -> Draft:
    columns = Columns(term)
    return Draft(open_market(columns), Teams(columns))


def recounted(draft: Draft) -> tuple[list[int], list[list[int]], list[int]]:
    """Compute the room in cells, the room in teams and what floors are given, from the placements alone."""
    market, those = draft.market, np.flatnonzero(draft.row != NONE)
    slots = market.slot[draft.row[those]]
    room = market.scarcity.supply - market.scarcity.used(slots)
    team_room = draft.teams.supply.copy()
    given = np.zeros(len(market.floor.need), dtype=np.int64)
    for who, slot in zip(those.tolist(), slots.tolist(), strict=True):
        start = int(market.slots.start[slot])
        if draft.team[who] != NONE:
            team_room[draft.team[who], start : start + int(market.columns.request_weeks[who])] -= 1
        mine = market.floor.slot == slot
        np.add.at(given, market.floor.line[mine], market.floor.amount[mine])
    return room.tolist(), team_room.tolist(), given.tolist()


def wander(draft: Draft, chance: random.Random, steps: int) -> Counter[str]:
    """Take and release at random what has room according to the draft; count what happened."""
    happened: Counter[str] = Counter()
    for _ in range(steps):
        who = chance.randrange(len(draft.row))
        rows = draft.market.rows_of(np.array([who]))
        if draft.row[who] != NONE:
            draft.release(who)
            happened["released"] += 1
        elif len(rows):
            row = int(chance.choice(rows.tolist()))
            team = draft.free_team(row)
            free = team is not None and draft.can_take(row, team)
            if free and draft.compatible(who, np.array([row]))[0]:
                before, cost = draft.objective, int(draft.cost_of_adding(np.array([row]))[0])
                draft.take(who, row, NONE if team is None else team)
                assert draft.objective == before + cost
                happened["taken"] += 1
            else:
                happened["refused"] += 1
    return happened


def test_whatever_is_taken_and_released_the_draft_is_a_plan_and_its_room_is_right() -> None:
    happened: Counter[str] = Counter()
    for number in range(80):
        term = replace(drawn(number), pins=())
        draft, chance = empty_draft(term), random.Random(number)
        for _ in range(4):
            happened += wander(draft, chance, 5)
            assert (draft.room.tolist(), draft.team_room.tolist(), draft.given.tolist()) == recounted(draft)
            placements = draft.placements()
            assert check(term, placements) == ()
            assert draft.objective == cost_of(term, placements)
            named = {placement.request for placement in placements}
            assert [term.requests[number].id not in named for number in range(len(term.requests))] == [
                number in draft.unplaced for number in range(len(term.requests))
            ]
    assert min(happened.values()) > 200, happened


def test_a_copy_is_independent() -> None:
    draft = empty_draft(problem())
    twin = draft.copy()
    twin.take(ANNA, 0, NONE)
    assert draft.unplaced.tolist() == [ANNA, BO]
    assert (draft.room >= twin.room).all()
    assert (draft.room > twin.room).any()
    assert draft.objective == 2000


def test_releasing_a_request_that_is_not_placed_changes_nothing() -> None:
    draft = empty_draft(problem())
    draft.release(ANNA)
    assert draft.unplaced.tolist() == [ANNA, BO]


def test_a_full_week_lets_no_further_option_fit() -> None:
    draft = empty_draft(problem(capacities=(capacity(places=(1, 1, 2, 2, 2, 2)),)))
    draft.take(ANNA, 0, NONE)
    rows = draft.market.rows_of(np.array([BO]))
    assert draft.fits(rows).tolist() == [False, False, True, True, True]
    assert not draft.can_take(int(rows[1]), NONE)
    assert draft.can_take(int(rows[2]), NONE)


def test_a_supervisor_who_is_taken_in_one_of_the_weeks_is_not_free() -> None:
    asks = Supervision(7.5)
    term = problem(
        requests=(request(supervision=asks, starts=(0,)), request("bo-1", supervision=asks, starts=(1, 2))),
        supervisors=(supervisor(), supervisor("lars", credits=15.0, weeks=(0, 1, 2))),
    )
    draft = empty_draft(term)
    (anna,), (overlapping, later) = (draft.market.rows_of(np.array([who])).tolist() for who in (ANNA, BO))
    karin, lars = 0, 1
    assert draft.free_team(anna) == karin
    draft.take(ANNA, anna, karin)
    assert not draft.can_take(overlapping, karin)
    assert draft.free_team(overlapping) == lars
    assert draft.free_team(later) == karin
    draft.team_room[lars] = 0
    assert draft.free_team(overlapping) is None


def test_an_option_that_needs_no_supervisor_has_no_team() -> None:
    draft = empty_draft(problem())
    assert draft.fitting_teams(0) == ()
    assert draft.free_team(0) == NONE


def test_a_students_other_placement_leaves_room_only_outside_its_weeks() -> None:
    draft = empty_draft(problem(requests=(request(starts=(1,)), request("anna-2", starts=(0, 2, 3)), request("bo-1"))))
    rows = draft.market.rows_of(np.array([1]))
    assert draft.compatible(1, rows).tolist() == [True, True, True], "nothing is placed yet"
    draft.take(0, 0, NONE)
    assert draft.compatible(1, rows).tolist() == [False, False, True]
    assert draft.compatible(2, draft.market.rows_of(np.array([2]))).all(), "Bo is somebody else"


def two_units(**changes: object) -> Problem:
    """The ward, with one place, and a home with two that is 20 minutes further away."""
    units = (unit(), unit("home", lat=59.09))
    return problem(units=units, capacities=(capacity(places=1), capacity("home", unit=UnitId("home"))), **changes)


def test_the_cheapest_option_that_has_room_is_taken() -> None:
    draft = empty_draft(two_units(requests=(request(starts=(0,)), request("bo-1", starts=(0,)))))
    worth = draft.market.cost[draft.market.rows_of(np.array([ANNA]))]
    assert worth[1] > worth[0]
    assert draft.place_cheapest(ANNA, worth, 1000)
    assert draft.placements() == (placed(),)
    assert draft.place_cheapest(BO, worth, 1000)
    assert draft.placements() == (placed(), placed("bo-1", "home"))


def test_an_option_that_costs_the_limit_or_more_is_not_taken() -> None:
    draft = empty_draft(two_units())
    worth = draft.market.cost[draft.market.rows_of(np.array([ANNA]))]
    assert not draft.place_cheapest(ANNA, worth, int(worth.min()))
    assert draft.placements() == ()


def test_no_request_is_placed_where_no_supervisor_is_free() -> None:
    asks = Supervision(7.5)
    requests = (
        request(supervision=asks, starts=(0,), weeks=1),
        request("bo-1", supervision=asks, starts=(2,), weeks=1),
        request("cai-1", supervision=asks, starts=(0,), weeks=3),
    )
    staff = (supervisor(weeks=(0, 1, 2)), supervisor("lars", weeks=(0, 1, 2, 3)))
    term = problem(
        students=(student(), student("bo"), student("cai")),
        requests=requests,
        supervisors=staff,
        capacities=(capacity(places=9),),
    )
    draft = empty_draft(term)
    for who, team in ((0, 0), (1, 1)):
        draft.take(who, int(draft.market.first[who]), team)
    assert draft.fits(draft.market.rows_of(np.array([2]))).all(), "together they have room, but neither all three weeks"
    assert not draft.place_cheapest(2, np.zeros(1, dtype=np.int64), 1)


def test_adding_towards_a_floor_saves_what_was_short() -> None:
    term = problem(
        agreements=(agreement(min_student_weeks=3),), requests=(request(starts=(0,)), request("bo-1", starts=(0,)))
    )
    draft = empty_draft(term)
    assert draft.objective == 2000 + 3 * 40
    assert draft.cost_of_adding(np.array([0])).tolist() == [10 - 1000 - 2 * 40]
    draft.take(ANNA, 0, NONE)
    assert draft.cost_of_adding(np.array([1])).tolist() == [10 - 1000 - 1 * 40], "one week was short"
    draft.take(BO, 1, NONE)
    assert draft.objective == cost_of(term, draft.placements()) == 20


@pytest.mark.parametrize("named", [None, SupervisorId("lars")])
def test_a_pinned_supervisor_is_named_even_where_the_course_asks_for_none(named: SupervisorId | None) -> None:
    term = problem(
        pins=(Decision(RequestId("anna-1"), WARD, 0, named),),
        supervisors=(supervisor(), supervisor("lars", weeks=(5,))),
    )
    draft = empty_draft(term)
    (row,) = draft.market.rows_of(np.array([ANNA])).tolist()
    team = draft.free_team(row)
    assert team is not None
    draft.take(ANNA, row, team)
    assert draft.placements() == (placed(by=named),)
