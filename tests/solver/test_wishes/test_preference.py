"""Students come where they wish to be."""

from __future__ import annotations

from tests.solver.small import WARD, cost, placed, problem, request, unit

HOME = unit("home").id
WISHES = problem(
    units=(unit(), unit("home"), unit("clinic")),
    requests=(request("anna-1", preferences=(HOME, WARD)), request("bo-1")),
)


def test_the_first_wish_costs_nothing() -> None:
    assert cost("preference", WISHES, placed(at="home")) == 0


def test_the_second_wish_costs_one_step() -> None:
    assert cost("preference", WISHES, placed(at="ward")) == 20


def test_a_unit_that_was_not_wished_for_costs_the_whole_list() -> None:
    assert cost("preference", WISHES, placed(at="clinic")) == 40


def test_a_student_without_preferences_costs_nothing_anywhere() -> None:
    assert cost("preference", WISHES, placed("bo-1", at="clinic")) == 0
