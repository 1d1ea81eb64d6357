"""A search that goes on from what an earlier one had come to begins there, and what it hands on is a plan."""

from __future__ import annotations

from queue import Queue
from typing import Any

import pytest

from placement_solver.check import check, check_plan, objective_terms
from placement_solver.plan import Placement, Plan
from placement_solver.problem import Decision, Problem, RequestId, Supervision, SupervisorId, UnitId
from placement_solver.progress import Progress, Relay, SoFar
from placement_solver.rules import PIN
from placement_solver.search import handing_on
from placement_solver.search.handing_on import HandingOn
from placement_solver.search.settings import SearchSettings
from placement_solver.solve import find_solution
from tests.effort import fresh, has_long_form
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.quick import QUICK
from tests.solver.small import WARD, capacity, placed, problem, request, student, supervisor, unit
from tests.solver.test_parts import APART, counties

HOUR = 3600.0
NO_TIME = 0.0


def searched(term: Problem, relay: Relay, **limits: Any) -> Plan:  # noqa: ANN401  (any of find_solution's)
    asked: dict[str, Any] = {"time_limit": HOUR, "seed": 0, "workers": 1, "settings": QUICK} | limits
    return find_solution(term, relay=relay, **asked).plan


def so_far(term: Problem, plan: Plan, bound: int = 0) -> SoFar:
    return SoFar(sum(objective_terms(term, plan.placements).values()), bound, plan.placements)


@has_long_form("60 terms", "1,000 terms")
def test_with_no_time_left_the_earlier_plan_stands() -> None:
    tried = 0
    for number in fresh(60, 1_000):
        term = drawn(number)
        if best_objective(term) is not None:
            plan = searched(term, Relay())
            again = searched(term, Relay(so_far(term, plan)), time_limit=NO_TIME)
            assert again.objective == plan.objective, number
            assert check_plan(term, again) == (), number
            tried += 1
    assert tried >= 30


@has_long_form("60 terms", "1,000 terms")
def test_of_a_plan_of_another_problem_stays_what_this_one_allows() -> None:
    """The plan names requests, units and supervisors that are not there, and breaks rules."""
    for number in fresh(60, 1_000):
        term, other = drawn(number), drawn(number + 1)
        if best_objective(term) is not None and best_objective(other) is not None:
            foreign = so_far(other, searched(other, Relay()))
            assert searched(term, Relay(foreign)).objective == best_objective(term), number


@pytest.mark.parametrize("time_limit", [NO_TIME, HOUR])
def test_a_decided_placement_keeps_the_supervisor_whose_colleague_another_student_needs(time_limit: float) -> None:
    """Nobody has decided who supervises Anna. Bo needs more credits than Anna, and only Astrid has them."""
    term = problem(
        students=(student(), student("bo")),
        requests=(
            request(starts=(0,), supervision=Supervision(credits=1.5)),
            request("bo-1", student="bo", starts=(0,), supervision=Supervision(credits=7.5)),
        ),
        capacities=(capacity(places=2),),
        supervisors=(supervisor("astrid", credits=7.5), supervisor("birgit", credits=1.5)),
        pins=(Decision(RequestId("anna-1"), WARD, 0),),
    )
    earlier = so_far(term, searched(term, Relay()))
    assert {each.request: each.supervisor for each in earlier.placements} == {"anna-1": "birgit", "bo-1": "astrid"}
    assert searched(term, Relay(earlier), time_limit=time_limit).placements == earlier.placements


def test_what_still_can_be_is_kept_and_the_rest_left_out() -> None:
    term = problem(
        students=(student(), student("bo")),
        units=(unit(), unit("other")),
        requests=(request(starts=(0,)), request("bo-1", student="bo", starts=(0,))),
        capacities=(capacity(places=1), capacity("other-offer", unit="other", places=1)),
    )
    anna, bo = term.requests
    begin = SoFar(
        0,
        0,
        (
            placed(bo.id, "other"),
            placed(anna.id, "other"),
            Placement(RequestId("nobody"), UnitId(WARD), 0, None),
            Placement(anna.id, UnitId("gone"), 0, SupervisorId("gone")),
        ),
    )
    plan = searched(term, Relay(begin), time_limit=NO_TIME)
    assert {each.request: each.unit for each in plan.placements} == {bo.id: "other", anna.id: WARD}


def test_the_bound_is_taken_over_too() -> None:
    term = drawn(3)
    plan = searched(term, Relay())
    poor = SoFar(0, plan.bound - 1, ())
    assert searched(term, Relay(poor), time_limit=NO_TIME).bound >= plan.bound - 1


@pytest.mark.parametrize("settings", [QUICK, APART], ids=["as one", "in parts"])
def test_what_is_handed_on_is_a_plan_and_a_bound(monkeypatch: pytest.MonkeyPatch, settings: SearchSettings) -> None:
    """Only the pins of a part that has not begun are missing; a search that goes on takes them first."""
    monkeypatch.setattr(handing_on, "SECONDS", 0.0)
    told: list[Progress] = []
    kept: list[SoFar] = []
    term = counties(2)
    plan = searched(term, Relay(keep=kept.append), on_progress=told.append, settings=settings)
    assert kept
    for each in kept:
        assert {breach.rule for breach in check(term, each.placements)} <= ({PIN.key} if settings is APART else set())
        assert each.objective == sum(objective_terms(term, each.placements).values())
        assert each.bound <= plan.objective
    assert kept[-1].objective >= plan.objective


def test_the_last_improvement_is_handed_on_though_none_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_on, "SECONDS", 0.2)
    standing, kept = [(9, 1)], Queue[SoFar]()
    hands = HandingOn(kept.put, lambda: standing[0], lambda: SoFar(*standing[0], ()))
    with hands.meanwhile():
        hands.begin()
        standing[0] = (8, 1)  # a moment later: too soon to be handed on at once
        assert [kept.get(timeout=60).objective for _ in range(2)] == [9, 8]
        standing[0] = (8, 7)
        assert kept.get(timeout=60).bound == 7
    assert kept.empty(), "nothing new, nothing told"


def test_each_part_goes_on_from_its_share() -> None:
    term = counties(2)
    plan = searched(term, Relay(), settings=APART)
    begun: list[Progress] = []
    again = searched(term, Relay(so_far(term, plan)), settings=APART, on_progress=begun.append)
    assert begun[0].objective == plan.objective == again.objective
    assert begun[0].unplaced == len(plan.unplaced)
