"""Those who have carried more come nearer, and more often where they wish to be."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest

from placement_solver.check import check_plan, objective_terms
from placement_solver.columns import Columns
from placement_solver.documents import problem_document, problem_of, read_plan, read_problem, write_plan, write_problem
from placement_solver.faults import InvalidProblem
from placement_solver.problem import Problem, RequestId, StudentId, UnitId
from placement_solver.search.options import open_market
from placement_solver.solve import solve
from placement_solver.wishes.carried_burden import CarriedBurden
from tests.solver.drawn import drawn
from tests.solver.small import WARD, agreement, capacity, cost, placed, problem, request, student, unit

HOME = unit("home").id
FAR = (60.0, 18.0)
"""Where it is 232 minutes to the ward (111 km, two minutes each, and ten)."""


def term(weight: int = 2, **burdens: int) -> Problem:
    """Anna and Bo live far from the ward, which Anna does not wish for; the clinic is as far away."""
    students = [student(name, lat=FAR[0], lon=FAR[1], burden=burdens.get(name, 0)) for name in ("anna", "bo")]
    return problem(
        units=(unit(), unit("home"), unit("clinic")),
        capacities=(capacity(), capacity("at-home", unit=HOME, places=1), capacity("clinic", unit=UnitId("clinic"))),
        students=tuple(students),
        requests=(request("anna-1", preferences=(HOME, WARD)), request("bo-1")),
        weights=replace(problem().weights, carried_burden=weight),
    )


def test_a_student_who_has_carried_nothing_costs_nothing_with_or_without_a_place() -> None:
    assert cost("carried_burden", term(bo=1_000), placed("anna-1")) == 2 * 1_440
    assert cost("carried_burden", term()) == 0


def test_the_minutes_and_five_for_each_step_down_the_list_count_in_proportion_to_the_points() -> None:
    assert cost("carried_burden", term(anna=1_000), placed("anna-1", at="home")) == 2 * 232
    assert cost("carried_burden", term(anna=500), placed("anna-1", at="ward")) == 2 * ((232 + 5) // 2)
    assert cost("carried_burden", term(anna=1), placed("anna-1", at="clinic")) == 0
    assert cost("carried_burden", term(anna=1_000), placed("anna-1", at="clinic")) == 2 * (232 + 10)


def test_without_a_place_it_costs_what_the_longest_journey_without_any_wish_met_would() -> None:
    assert cost("carried_burden", term(anna=1_000)) == 2 * (1_440 + 10)
    limited = term(anna=1_000)
    limited = replace(limited, travel=replace(limited.travel, max_travel=240))
    assert cost("carried_burden", limited) == 2 * (240 + 10)
    anna, bo = limited.students
    assert cost("carried_burden", replace(limited, students=(replace(anna, max_travel=90), bo))) == 2 * (90 + 10)


def test_no_placement_costs_more_than_none_so_that_nobody_is_left_out_for_having_carried_much() -> None:
    wish, tried = CarriedBurden(), 0
    for number in range(2, 200, 5):
        columns = Columns(drawn(number))
        market = open_market(columns)
        rows = market.options(np.arange(len(market.request)))
        unplaced = wish.of_unplaced(columns)[rows.request]
        assert (wish.of_options(columns, rows) <= unplaced).all()
        tried += int((unplaced > 0).sum())
    assert tried > 100


def test_where_all_else_is_equal_the_one_who_has_carried_more_gets_the_only_place() -> None:
    for name, weight in (("anna", 1), ("bo", 1)):
        scarce = problem(
            capacities=(capacity(places=1),),
            agreements=(agreement(max_student_weeks=2),),
            students=tuple(student(each, burden=300 if each == name else 200) for each in ("anna", "bo")),
            weights=replace(problem().weights, carried_burden=weight),
        )
        plan = solve(scarce, time_limit=60, workers=1)
        assert [line.request for line in plan.placements] == [f"{name}-1"]
        assert (plan.status, plan.bound) == ("optimal", plan.objective)
        assert check_plan(scarce, plan) == ()


def test_the_one_who_has_carried_more_gets_the_nearer_unit() -> None:
    for name in ("anna", "bo"):
        two = problem(
            units=(unit(), unit("far", lat=59.2)),
            capacities=(capacity(places=1), capacity("far", unit=UnitId("far"))),
            requests=(request("anna-1", starts=(0,)), request("bo-1", starts=(0,))),
            students=tuple(student(each, burden=900 if each == name else 0) for each in ("anna", "bo")),
            weights=replace(problem().weights, carried_burden=1),
        )
        at = {line.request: line.unit for line in solve(two, time_limit=60, workers=1).placements}
        assert at[RequestId(f"{name}-1")] == WARD


def test_a_document_without_it_is_byte_for_byte_what_it_was_and_so_is_its_plan() -> None:
    off = term(weight=0)
    assert "burden" not in write_problem(off)
    plan = solve(problem_of(problem_document(off)), time_limit=60, workers=1)
    assert "carried_burden" not in plan.terms
    assert "carried_burden" not in write_plan(plan)
    assert CarriedBurden.key not in objective_terms(off, plan.placements)


def test_points_alone_change_neither_plan_nor_objective() -> None:
    for number in range(2, 60, 5):
        weighed = drawn(number)
        off = replace(weighed, weights=replace(weighed.weights, carried_burden=0))
        without = replace(off, students=tuple(replace(each, burden=0) for each in off.students))
        assert solve(off, time_limit=60, workers=1).objective == solve(without, time_limit=60, workers=1).objective


def test_more_points_for_somebody_never_make_the_best_plan_cheaper() -> None:
    for number in range(2, 80, 5):
        less, chance = drawn(number), random.Random(number)
        who = chance.choice(less.students).id
        more = replace(
            less,
            students=tuple(
                replace(each, burden=min(1_000, each.burden + 300)) if each.id == who else each
                for each in less.students
            ),
        )
        assert solve(less, time_limit=60, workers=1).objective <= solve(more, time_limit=60, workers=1).objective


def test_it_is_written_and_read_again_with_its_plan() -> None:
    there = read_problem(write_problem(term(anna=700)))
    assert (there.student[StudentId("anna")].burden, there.weights.carried_burden) == (700, 2)
    plan = solve(there, time_limit=60, workers=1)
    assert read_plan(write_plan(plan)).terms["carried_burden"] == 2 * (700 * 232 // 1_000)


@pytest.mark.parametrize("value", [-1, 1_001, 1.5, True, "7"])
def test_points_are_whole_and_from_0_to_1_000(value: object) -> None:
    document = json.loads(write_problem(term(anna=1)))
    document["students"][0]["burden"] = value
    with pytest.raises(InvalidProblem) as refused:
        problem_of(document)
    assert [fault.pointer for fault in refused.value.faults] == ["/students/0/burden"]
    document["students"][0]["burden"] = None
    assert problem_of(document).students[0].burden == 0
