"""When to stop: the time limit, or whoever asks to stop sooner."""

from __future__ import annotations

import threading

import pytest
from ortools.sat.python import cp_model_helper as cp_sat

from placement_solver.search.clock import Clock


class Watched(cp_sat.SolveWrapper):
    """A CP-SAT solver that notes when it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = threading.Event()

    def stop_search(self) -> None:
        self.stopped.set()


def test_a_clock_with_no_time_is_over_but_nobody_interrupted_it() -> None:
    clock = Clock(0.0)
    assert clock.is_over()
    assert clock.remaining == 0
    assert not clock.interrupted


def test_a_clock_with_time_runs() -> None:
    clock = Clock(3600.0)
    assert not clock.is_over()
    assert 0 < clock.remaining <= 3600 - clock.elapsed + 1
    assert clock.elapsed >= 0


def test_a_word_to_stop_ends_the_time_that_is_left() -> None:
    stop = threading.Event()
    clock = Clock(3600.0, stop)
    stop.set()
    assert clock.interrupted
    assert clock.is_over()
    assert clock.remaining == 0


def test_a_word_to_stop_reaches_a_solver_at_work() -> None:
    stop, solver = threading.Event(), Watched()
    with Clock(3600.0, stop).stopping(solver):
        stop.set()
        assert solver.stopped.wait(60)


def test_a_solver_that_nobody_stops_finishes() -> None:
    solver = Watched()
    with Clock(3600.0, threading.Event()).stopping(solver):
        response = solver.solve(cp_sat.CpModelProto())  # type: ignore[no-untyped-call]
    assert response.status == cp_sat.CpSolverStatus.OPTIMAL
    assert not solver.stopped.is_set()


def test_a_solver_that_fails_does_so_openly() -> None:
    with pytest.raises(ZeroDivisionError), Clock(3600.0).stopping(Watched()):
        raise ZeroDivisionError
