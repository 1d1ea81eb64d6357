"""The engines: both find and prove the same, and a request to stop ends either."""

from __future__ import annotations

import random
import threading
from functools import partial

import highspy
import pytest

from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.engines import Engine, Found, Model, by_cp_sat, by_highs


def engines(seconds: float = 60.0) -> tuple[Engine, Engine]:
    return (
        partial(by_cp_sat, clock=Clock(seconds), seconds=seconds, workers=1, seed=1),
        partial(by_highs, clock=Clock(seconds), seconds=seconds),
    )


def assignment(jobs: int, agents: int, chance: random.Random) -> Model:
    """Give each job to at most one agent, who has room for some; leaving one out saves nothing."""
    model = Model()
    taken = [[model.variable() for _ in range(agents)] for _ in range(jobs)]
    sizes = [[chance.randint(5, 25) for _ in range(agents)] for _ in range(jobs)]
    model.costs = {variable: chance.randint(-60, -10) for row in taken for variable in row}
    for row in taken:
        model.at_most_one(row)
    for agent in range(agents):
        room = sum(size[agent] for size in sizes) * 8 // (10 * agents)
        model.linear([row[agent] for row in taken], [size[agent] for size in sizes], 0, room)
    return model


def cost(model: Model, values: list[int]) -> int:
    return sum(values[variable] * each for variable, each in model.costs.items())


def keeps_its_rows(model: Model, values: list[int]) -> bool:
    return all(
        least <= sum(values[variable] * amount for variable, amount in zip(variables, amounts, strict=True)) <= most
        for variables, amounts, least, most in model.rows
    )


def test_both_engines_prove_the_same_optimum() -> None:
    for number in range(4):
        model = assignment(15, 3, random.Random(number))
        answers = [engine(model) for engine in engines()]
        for found in answers:
            assert found.proven
            assert found.values is not None
            assert keeps_its_rows(model, found.values)
            assert found.bound == cost(model, found.values)
        assert answers[0].bound == answers[1].bound


def test_both_engines_understand_integer_variables_and_rows_with_a_lower_limit() -> None:
    for engine in engines():
        model = Model()
        short, taken = model.variable(7), model.variable()
        model.linear([short, taken], [1, 4], 7, 100)
        model.exactly_one([taken])
        model.costs = {short: 10, taken: 0}
        found = engine(model)
        assert found.values == [3, 1]
        assert found.bound == 30


def test_both_prove_that_nothing_exists() -> None:
    for engine in engines():
        model = Model()
        one = model.variable()
        model.exactly_one([one])
        model.linear([one], [1], 0, 0)
        found = engine(model)
        assert found.values is None
        assert found.proven


@pytest.mark.parametrize("number", [0, 1], ids=["cp-sat", "highs"])
def test_without_time_nothing_is_proven(number: int) -> None:
    found = engines(0.0)[number](assignment(15, 3, random.Random(0)))
    assert not found.proven
    assert found.bound is None or found.bound < 0


def test_highs_out_of_time_returns_its_starting_solution() -> None:
    model = assignment(400, 40, random.Random(1))
    model.hint = dict.fromkeys(range(len(model.upper)), 0)
    found = by_highs(model, clock=Clock(0.0), seconds=0.0)
    assert found.values is None or keeps_its_rows(model, found.values)


def test_a_stop_ends_highs_with_what_it_has() -> None:
    stop = StopSignal()
    hard = assignment(400, 40, random.Random(1))
    threading.Timer(1.0, stop.set).start()
    found = by_highs(hard, clock=Clock(3600.0, stop), seconds=3600.0)
    assert found.values is None or keeps_its_rows(hard, found.values)
    assert not found.proven


def test_highs_ends_with_what_it_has_where_the_process_has_grown_too_much() -> None:
    hard = assignment(400, 40, random.Random(1))
    whole = partial(by_highs, clock=Clock(3600.0), seconds=3600.0)
    assert not whole(hard, mebibytes=-1.0).proven


@pytest.mark.parametrize("step", ["passModel", "run"])
def test_where_memory_runs_out_highs_has_no_answer(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(highspy.Highs, step, run_out)
    found = by_highs(assignment(15, 3, random.Random(0)), clock=Clock(60.0), seconds=60.0)
    assert found == Found(None, None, proven=False, effort=0.0)


def test_a_narrowed_model_is_decided_among_what_its_relaxation_and_its_hint_use() -> None:
    model = assignment(40, 8, random.Random(2))
    whole = by_highs(model, clock=Clock(60.0), seconds=60.0)
    hint = {3: 1, 12: 1}
    model = assignment(40, 8, random.Random(2))
    model.hint = hint
    narrowed = by_highs(model, clock=Clock(60.0), seconds=60.0, most=1)
    assert whole.values is not None
    assert narrowed.values is not None
    assert keeps_its_rows(assignment(40, 8, random.Random(2)), narrowed.values)
    assert sum(model.costs[variable] * value for variable, value in hint.items()) > cost(model, narrowed.values)
    assert cost(model, whole.values) <= cost(model, narrowed.values) < 0.9 * cost(model, whole.values)


def test_what_is_left_out_of_a_model_says_nothing_of_its_bound() -> None:
    found = by_highs(assignment(40, 8, random.Random(2)), clock=Clock(60.0), seconds=60.0, most=60)
    assert found.values is not None
    assert found.bound is None


def test_a_model_that_is_not_too_large_is_decided_whole() -> None:
    found = by_highs(assignment(15, 3, random.Random(0)), clock=Clock(60.0), seconds=60.0, most=45)
    assert found.proven
    assert found.bound is not None
