"""The standing part of a plan in force is taken at once, and the requests in each other's way are found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from placement_solver.columns import Columns
from placement_solver.problem import Decision, Problem, RequestId, Supervision, SupervisorId, UnitId
from placement_solver.search.clock import Clock
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.in_force import inherit, rows_in_force, stay
from placement_solver.search.mending import Mending
from placement_solver.search.obstacles import Holders, surroundings
from placement_solver.search.options import open_market
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn
from tests.solver.enumeration import every_plan
from tests.solver.small import capacity, problem, request, student, supervisor, unit
from tests.solver.test_draft import recounted

ANNA, BO = 0, 1


def line(name: str = "anna-1", at: str = "ward", start: int = 0, by: str | None = None) -> Decision:
    return Decision(RequestId(name), UnitId(at), start, None if by is None else SupervisorId(by))


def begun(term: Problem) -> Draft:
    columns = Columns(term)
    return Draft(open_market(columns), Teams(columns))


def test_a_plan_that_still_holds_stands_whole_and_its_room_is_counted_right() -> None:
    stood = 0
    for number in range(200):
        term = drawn(number)
        plans = [] if term.pins else sorted(every_plan(term), key=len)
        for plan in plans[-1:]:
            current = tuple(Decision(p.request, p.unit, p.start, p.supervisor) for p in plan)
            draft = begun(replace(term, current=current, weights=replace(term.weights, unplaced=10**9)))
            inheritance = inherit(draft)
            assert len(inheritance.contested) == 0
            assert {p.request for p in draft.placements()} == {p.request for p in plan}
            assert (draft.room.tolist(), draft.team_room.tolist(), draft.given.tolist()) == recounted(draft)
            stood += len(plan)
    assert stood > 200


def test_those_who_cannot_all_stay_are_contested_and_as_many_as_can_be_stay() -> None:
    draft = begun(problem(capacities=(capacity(places=1),), current=(line(), line("bo-1"))))
    inheritance = inherit(draft)
    assert inheritance.contested.tolist() == inheritance.rivals.tolist() == [ANNA, BO]
    assert [stay(draft, inheritance, who) for who in (BO, ANNA)] == [True, False]


def test_a_supervisor_with_too_many_students_now_leaves_them_contested() -> None:
    asks = Supervision(7.5)
    term = problem(
        requests=(request(supervision=asks), request("bo-1", supervision=asks)),
        current=(line(by="karin"), line("bo-1", start=1, by="karin")),
    )
    draft = begun(term)
    inheritance = inherit(draft)
    assert (len(inheritance.standing), inheritance.contested.tolist(), len(inheritance.unsupervised)) == (
        0,
        [ANNA, BO],
        0,
    )
    assert [stay(draft, inheritance, who) for who in (ANNA, BO)] == [True, False]


def test_a_request_that_lost_its_supervisor_yields_to_one_that_did_not() -> None:
    asks = Supervision(7.5)
    term = problem(
        requests=(request(supervision=asks), request("bo-1", supervision=asks)),
        current=(line(), line("bo-1", start=1, by="karin")),
    )
    draft = begun(term)
    inheritance = inherit(draft)
    assert (inheritance.standing.tolist(), inheritance.unsupervised.tolist()) == ([BO], [ANNA])
    assert not stay(draft, inheritance, ANNA)


def test_a_students_own_placements_that_clash_now_are_contested() -> None:
    term = problem(
        requests=(request(), request("anna-2", after=(RequestId("anna-1"),))),
        current=(line(start=2), line("anna-2", start=1)),
    )
    draft = begun(term)
    inheritance = inherit(draft)
    assert inheritance.contested.tolist() == [0, 1]
    assert [stay(draft, inheritance, who) for who in (0, 1)] == [True, False]


def test_a_placement_that_is_pinned_elsewhere_has_no_option_in_force() -> None:
    term = problem(pins=(line(start=1),), current=(line(), line("bo-1")))
    assert (rows_in_force(open_market(Columns(term))) == NONE).tolist() == [True, False]


def test_full_places_are_reported_as_the_requests_that_hold_them() -> None:
    term = problem(capacities=(capacity(places=1),), current=(line("bo-1"),), requests=(request(), request("bo-1")))
    draft = begun(term)
    inherit(draft)
    holders = Holders(draft)
    in_the_way = {
        int(draft.market.slots.start[draft.market.slot[row]]): [those.tolist() for those in holders.in_the_way(row)]
        for row in draft.market.rows_of(np.array([ANNA])).tolist()
    }
    assert in_the_way == {0: [[BO], [BO]], 1: [[BO]], 2: [], 3: [], 4: []}


def test_taken_supervisors_are_reported_as_the_requests_they_supervise() -> None:
    """Karin and Eva together have room in every week, but neither is on duty and free in all of them."""
    asks = Supervision(7.5)
    term = problem(
        students=(student(), student("bo"), student("cy")),
        capacities=(capacity(places=9),),
        requests=(
            request(starts=(0,), weeks=4, supervision=asks),
            request("bo-1", supervision=asks),
            request("cy-1", supervision=asks),
        ),
        supervisors=(supervisor(), supervisor("eva", weeks=(0, 1, 2, 3))),
        current=(line("bo-1", start=0, by="karin"), line("cy-1", start=2, by="eva")),
    )
    draft = begun(term)
    inherit(draft)
    (row,) = draft.market.rows_of(np.array([ANNA])).tolist()
    assert [those.tolist() for those in Holders(draft).in_the_way(row)] == [[1, 2]]


def test_a_students_own_placements_are_reported_separately() -> None:
    term = problem(requests=(request(starts=(0, 2)), request("anna-2")), current=(line("anna-2"),))
    draft = begun(term)
    inherit(draft)
    first, later = draft.market.rows_of(np.array([0])).tolist()
    holders = Holders(draft)
    assert (holders.own_in_the_way(0, first), holders.own_in_the_way(0, later)) == ([1], [])


def test_around_a_request_without_a_place_those_that_could_move_come_first() -> None:
    """Of the students who fill the ward only Cy may be at the annex too, where Dee has the place that Cy needs."""
    term = problem(
        units=(unit(), unit("annex", kinds=("surgery",))),
        students=(student(), student("bo"), student("cy"), student("dee")),
        capacities=(capacity(places=2), capacity("annex-places", unit=UnitId("annex"), places=2)),
        requests=(
            request(starts=(0,)),
            request("bo-1", starts=(0,)),
            request("cy-1", starts=(0,), kinds=("medicine", "surgery")),
            request("dee-1", starts=(0,), kinds=("surgery",)),
        ),
        current=(line("bo-1"), line("cy-1"), line("dee-1", at="annex")),
    )
    draft = begun(term)
    inherit(draft)
    assert surroundings(draft, ANNA, 2).tolist() == [0, 2]
    assert surroundings(draft, ANNA, 10).tolist() == [0, 1, 2]
    full = begun(replace(term, capacities=(term.capacities[0], replace(term.capacities[1], places=1))))
    inherit(full)
    assert surroundings(full, ANNA, 10).tolist() == [0, 1, 2, 3]


def test_a_request_that_was_moved_without_need_moves_back() -> None:
    draft = begun(problem(capacities=(capacity(places=1),), current=(line(), line("bo-1", start=2))))
    mended = Mending(draft, np.zeros(2, dtype=np.bool_), 1000, clock=Clock(3600), seed=0, workers=1)
    both = draft.row.tolist()
    later = draft.market.rows_of(np.array([BO]))[-1]
    draft.release(BO)
    draft.take(BO, int(later), NONE)
    mended._return_home()
    assert draft.row.tolist() == both
