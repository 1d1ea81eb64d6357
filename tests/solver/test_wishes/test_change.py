"""A plan that people have read changes little."""

from __future__ import annotations

from placement_solver.problem import Decision, RequestId, SupervisorId
from tests.solver.small import WARD, cost, placed, problem

IN_FORCE = problem(current=(Decision(RequestId("anna-1"), WARD, 3, SupervisorId("karin")),))


def test_a_placement_that_stays_costs_nothing_even_with_another_supervisor() -> None:
    assert cost("change", IN_FORCE, placed(start=3)) == 0


def test_another_unit_or_another_week_is_one_change() -> None:
    assert cost("change", IN_FORCE, placed(at="home", start=3)) == 100
    assert cost("change", IN_FORCE, placed(start=2)) == 100
    assert cost("change", IN_FORCE, placed(at="home", start=2)) == 100


def test_a_placement_taken_away_is_a_change() -> None:
    assert cost("change", IN_FORCE) == 100


def test_a_request_that_had_no_place_may_get_any() -> None:
    assert cost("change", IN_FORCE, placed(start=3), placed("bo-1", at="home")) == 0
