"""Journeys are short."""

from __future__ import annotations

from placement_solver.problem import Travel
from tests.solver.small import cost, placed, problem, student, unit


def test_each_minute_of_each_journey_costs() -> None:
    assert cost("travel", problem(), placed("anna-1"), placed("bo-1")) == 20, "ten minutes each, to begin with"


def test_nobody_placed_is_nobody_travelling() -> None:
    assert cost("travel", problem()) == 0


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    term = problem(units=(unit(lat=60.0),))
    assert cost("travel", term, placed()) == 10 + 222, "2 × 111.19 km rounds to 222"


def test_half_a_minute_counts_as_a_whole_one() -> None:
    travel = Travel(base_minutes=0, minutes_per_km=2, max_travel=None, long_after=60)
    a_quarter_of_a_km = 0.2501 / 111.1949
    assert cost("travel", problem(units=(unit(lat=59.0 + a_quarter_of_a_km),), travel=travel), placed()) == 1


def test_the_matrix_counts_where_it_knows_both_zones() -> None:
    travel = Travel(base_minutes=0, minutes_per_km=2, max_travel=None, long_after=60, matrix={"island": {"town": 95}})
    term = problem(students=(student(zone="island"),), units=(unit(zone="town"), unit("home")), travel=travel)
    assert cost("travel", term, placed(at="ward")) == 95
    assert cost("travel", term, placed(at="home")) == 0
