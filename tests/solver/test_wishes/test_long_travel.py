"""Long journeys are few, and not very long."""

from __future__ import annotations

from placement_solver.problem import Travel
from tests.solver.small import cost, placed, problem


def with_journeys_of(minutes: int) -> int:
    travel = Travel(base_minutes=minutes, minutes_per_km=0, max_travel=None, long_after=60)
    return cost("long_travel", problem(travel=travel), placed("anna-1"), placed("bo-1"))


def test_a_journey_of_an_hour_is_not_long() -> None:
    assert with_journeys_of(60) == 0


def test_each_minute_beyond_an_hour_costs_thrice() -> None:
    assert with_journeys_of(64) == 3 * (4 + 4)
