"""When to stop: at the time limit, or earlier where that is asked for."""

from __future__ import annotations

import threading
import time

import pytest
from ortools.sat.python import cp_model_helper as cp_sat

from placement_solver.search.clock import Clock, StopSignal


class Watched(cp_sat.SolveWrapper):
    """A CP-SAT solver that notes when it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = threading.Event()

    def stop_search(self) -> None:
        self.stopped.set()


def test_a_clock_without_time_is_over_but_not_interrupted() -> None:
    clock = Clock(0.0)
    assert clock.is_over()
    assert clock.remaining == 0
    assert not clock.interrupted


def test_a_clock_with_time_runs() -> None:
    clock = Clock(3600.0)
    assert not clock.is_over()
    assert 0 < clock.remaining <= 3600 - clock.elapsed + 1
    assert clock.elapsed >= 0


def test_a_clock_leaves_time_for_what_comes_after() -> None:
    clock = Clock(60.0)
    clock.leave(50.0)
    assert clock.remaining <= 10
    clock.leave(70.0)
    assert clock.is_over()
    assert clock.ended_because == "time-limit"
    clock.leave(0.0)
    assert clock.remaining > 50


def test_a_request_to_stop_ends_the_time_that_is_left() -> None:
    stop = StopSignal()
    clock = Clock(3600.0, stop)
    stop.set()
    assert clock.interrupted
    assert clock.is_over()
    assert clock.remaining == 0


def test_a_clock_may_have_run_since_an_earlier_moment() -> None:
    clock = Clock(60.0, began=time.monotonic() - 61)
    assert clock.elapsed >= 61
    assert clock.is_over()


def test_a_request_to_stop_reaches_a_running_solver_at_once() -> None:
    stop, solver = StopSignal(), Watched()
    with Clock(3600.0, stop).stopping(solver):
        assert not solver.stopped.is_set()
        stop.set()
        assert solver.stopped.is_set()


def test_an_earlier_request_stops_a_solver_as_it_begins() -> None:
    stop, solver = StopSignal(), Watched()
    stop.set()
    with Clock(3600.0, stop).stopping(solver):
        assert solver.stopped.is_set()


def test_a_solver_that_has_ended_is_no_longer_told() -> None:
    stop, solver = StopSignal(), Watched()
    with Clock(3600.0, stop).stopping(solver):
        pass
    stop.set()
    assert not solver.stopped.is_set()


def test_no_thread_has_to_start_for_a_solver_to_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot_start(_: threading.Thread) -> None:
        message = "memory has run out"
        raise AssertionError(message)

    monkeypatch.setattr(threading.Thread, "start", cannot_start)
    with Clock(3600.0, StopSignal()).stopping(Watched()):
        pass


def test_a_solver_that_is_not_stopped_finishes() -> None:
    solver = Watched()
    with Clock(3600.0, StopSignal()).stopping(solver):
        response = solver.solve(cp_sat.CpModelProto())  # type: ignore[no-untyped-call]
    assert response.status == cp_sat.CpSolverStatus.OPTIMAL
    assert not solver.stopped.is_set()


def test_an_error_in_a_solver_is_raised() -> None:
    with pytest.raises(ZeroDivisionError), Clock(3600.0).stopping(Watched()):
        raise ZeroDivisionError
