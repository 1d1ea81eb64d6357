"""Everybody gets a place."""

from __future__ import annotations

from tests.solver.small import cost, placed, problem, request


def test_a_plan_in_which_everybody_has_a_place_costs_nothing() -> None:
    assert cost("unplaced", problem(), placed("anna-1"), placed("bo-1")) == 0


def test_an_unplaced_request_costs_the_weight_times_its_priority() -> None:
    term = problem(requests=(request("anna-1", priority=3), request("bo-1")))
    assert cost("unplaced", term, placed("bo-1")) == 3000
    assert cost("unplaced", term) == 4000
