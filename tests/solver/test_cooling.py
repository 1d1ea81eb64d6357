"""How a search cools down: evenly in the steps it has, and faster where the clock leaves it fewer."""

from __future__ import annotations

import pytest

from placement_solver.search import cooling
from placement_solver.search.cooling import heat_at


def steps_at(pace: float, steps: float, seconds: float, monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """Return all steps where each takes ``pace`` seconds."""
    now = [0.0]
    monkeypatch.setattr(cooling, "monotonic", lambda: now[0])
    taken = []
    for step in cooling.cooling(steps, seconds):
        taken.append(step)
        now[0] += pace
    return taken


def test_with_time_enough_all_steps_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    assert steps_at(1.0, 4, 100.0, monkeypatch) == [(0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0)]


def test_with_half_the_time_it_cools_down_in_half_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = steps_at(1.0, 100, 50.0, monkeypatch)
    assert 48 <= len(steps) <= 51
    assert steps[-1][1] == 1.0


def test_with_no_time_it_ends_after_its_second_step(monkeypatch: pytest.MonkeyPatch) -> None:
    assert steps_at(1.0, 100, 0.0, monkeypatch) == [(0.0, 0.01), (0.01, 1.0)]


def test_a_step_that_is_larger_than_all_of_it_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert steps_at(1.0, 0.5, 10.0, monkeypatch) == [(0.0, 1.0)]


def test_heat_falls_by_the_same_factor_in_each_step() -> None:
    assert [heat_at(cooled, 8.0, 2.0) for cooled in (0.0, 0.5, 1.0)] == [8.0, pytest.approx(4.0), 2.0]
