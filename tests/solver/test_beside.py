"""Prices that settle in a thread of their own: the search waits for them, gets what they raise, and keeps its rules."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from queue import Queue
from threading import Event, get_native_id
from threading import enumerate as enumerate_threads
from typing import Any

import pytest

from placement_solver.check import check_plan
from placement_solver.progress import Progress
from placement_solver.search import compiling, phases
from placement_solver.search.beside import LOWEST_PRIORITY, Beside, Standby
from placement_solver.search.clock import StopSignal
from placement_solver.search.phases import Search
from placement_solver.search.prices import Priced
from placement_solver.search.relaxation import Relaxation, Settled, settle_prices
from placement_solver.search.rounds import improve
from placement_solver.search.settings import USUAL, SearchSettings, with_changes
from placement_solver.solve import find_solution, solve
from tests.bench.shapes import Shape, draw_shape, make

BESIDE = with_changes(USUAL, ["annealing.least=1", "phases.whole=0"])


def test_work_beside_has_ended_when_it_has() -> None:
    go = Event()

    def work() -> None:
        assert go.wait(60)

    beside = Beside(work, name="test")
    assert not beside.has_ended(0)
    go.set()
    assert beside.has_ended(60)


def test_work_beside_leaves_the_processor_to_others_where_it_is_told_to() -> None:
    found: list[int] = []
    usual = os.getpriority(os.PRIO_PROCESS, get_native_id())

    def look() -> None:
        found.append(os.getpriority(os.PRIO_PROCESS, get_native_id()))

    assert Beside(look, name="test").has_ended(60)
    assert Beside(look, name="test", nice=min(19, usual + 5)).has_ended(60)
    assert found == [usual, min(19, usual + 5)]


def test_what_work_beside_raises_is_raised_where_it_is_waited_for() -> None:
    def work() -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        Beside(work, name="test").has_ended(60)


def test_a_search_whose_prices_fail_fails_with_what_they_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Search, "price", fail)
    with pytest.raises(MemoryError):
        solve(make(Shape(requests=150), 1), time_limit=5, workers=2, settings=BESIDE)


@pytest.mark.parametrize("large", [10**9, 1], ids=["usual", "large"])
@pytest.mark.parametrize("seed", range(3))
def test_with_prices_beside_the_plan_keeps_every_rule_and_the_bound_holds(seed: int, large: int) -> None:
    compiling.begin()
    assert compiling.are_ready(60)
    term = make(draw_shape(seed, requests=120), seed)
    told: list[Progress] = []
    settings = with_changes(BESIDE, [f"phases.large={large}"])
    plan = solve(term, time_limit=1.5, workers=2, settings=settings, on_progress=told.append)
    assert not check_plan(term, plan)
    exact = solve(term, time_limit=10, workers=2)
    assert plan.bound <= exact.objective
    assert plan.objective >= exact.bound
    assert all(one.bound <= exact.objective for one in told)


def test_rounds_go_on_while_prices_are_being_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    compiling.begin()
    assert compiling.are_ready(60)
    improved = Event()

    def improving(*args: Any, settings: SearchSettings, **others: Any) -> bool:  # noqa: ANN401 (whatever it takes)
        if math.isinf(settings.blocks.worth):
            improved.set()
        return improve(*args, settings=settings, **others)

    def settling(*args: Any, on_climbed: Callable[[Priced], object], **others: Any) -> Settled:  # noqa: ANN401
        def climbed(priced: Priced) -> None:
            on_climbed(priced)
            assert improved.wait(60), "there are rounds before prices are settled"

        return settle_prices(*args, on_climbed=climbed, **others)

    monkeypatch.setattr(phases, "improve", improving)
    monkeypatch.setattr(phases, "settle_prices", settling)
    term = make(Shape(requests=200), 3)
    plan = solve(term, time_limit=5.0, workers=2, settings=BESIDE)
    assert improved.is_set()
    assert not check_plan(term, plan)


def test_once_the_search_has_ended_prices_end_too_and_tell_nothing_more() -> None:
    compiling.begin()
    assert compiling.are_ready(60)
    told: list[Progress] = []
    settings = with_changes(BESIDE, ["relaxation.climb=1000000", "climb.refresh=5"])
    term = make(Shape(requests=200), 3)
    plan = solve(term, time_limit=1.0, workers=2, settings=settings, on_progress=told.append)
    for thread in enumerate_threads():
        if thread.name == "prices":
            thread.join(30)
            assert not thread.is_alive()
    assert told[-1].phase == "done"
    assert told[-1].bound == plan.bound


def test_a_proven_plan_leaves_no_prices_at_work() -> None:
    compiling.begin()
    assert compiling.are_ready(60)
    term = make(Shape(requests=60, supply=3.0, several=0.0, ceilings=0.0), 1)
    settings = with_changes(USUAL, ["annealing.least=1"])
    plan = solve(term, time_limit=600, workers=2, settings=settings)
    assert plan.status == "optimal"
    for thread in enumerate_threads():
        if thread.name == "prices":
            thread.join(30)
            assert not thread.is_alive(), "it would go on for ten minutes"


def test_what_is_scarce_has_its_price_though_the_relaxation_was_not_solved_in_time() -> None:
    settings = with_changes(BESIDE, ["relaxation.time_share=0", "phases.large=1"])
    found = find_solution(make(Shape(requests=200), 3), time_limit=2.0, seed=0, workers=2, settings=settings)
    assert found.pricing is not None


def test_stopped_while_prices_settle_it_has_a_plan() -> None:
    stop = StopSignal()

    def listen(progress: Progress) -> None:
        if progress.phase == "prices":
            stop.set()

    term = make(Shape(requests=300), 2)
    plan = solve(term, time_limit=60, workers=2, settings=BESIDE, on_progress=listen, stop=stop)
    assert plan.status == "interrupted"
    assert not check_plan(term, plan)


def test_work_that_is_left_to_itself_leaves_the_processor_to_others() -> None:
    go, found = Event(), Queue[int]()

    def work() -> None:
        assert go.wait(60)
        found.put(os.getpriority(os.PRIO_PROCESS, get_native_id()))

    beside = Beside(work, name="test")
    assert not beside.leave()
    go.set()
    assert found.get(timeout=60) == LOWEST_PRIORITY


def test_a_proof_that_memory_does_not_suffice_for_takes_no_plan_away(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fail(*_: object, **__: object) -> None:
        tried.append(1)
        raise MemoryError

    monkeypatch.setattr(Relaxation, "count", fail)
    term = make(draw_shape(3, 150), 3)
    plan = solve(term, time_limit=5, workers=2, settings=BESIDE)
    assert tried
    assert not check_plan(term, plan)


def test_a_thread_on_standby_does_its_work_and_tells_what_it_raises() -> None:
    def fail() -> None:
        raise MemoryError

    standby = Standby("test")
    assert standby.do(lambda: 7).result(60) == 7
    with pytest.raises(MemoryError):
        standby.do(fail).result(60)
    assert standby.do(lambda: 8).result(60) == 8, "it goes on"
    standby.leave()
