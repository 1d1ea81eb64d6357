"""The engines: both find and prove the same, and a stop ends whichever is at work."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from functools import partial

import pytest

from placement_solver.search.clock import Clock
from placement_solver.search.engines import Engine, Model, by_cp_sat, by_highs


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


def test_a_variable_of_more_than_one_and_a_row_with_a_least_are_understood_by_both() -> None:
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
def test_without_time_nothing_is_found_and_nothing_proven(number: int) -> None:
    found = engines(0.0)[number](assignment(15, 3, random.Random(0)))
    assert found.values is None
    assert found.bound is None
    assert not found.proven


def test_a_stop_ends_highs_at_once_and_leaves_its_answer_unread() -> None:
    stop = threading.Event()
    clock = Clock(3600.0, stop)
    hard = assignment(400, 40, random.Random(1))
    threading.Timer(1.0, stop.set).start()
    found = by_highs(hard, clock=clock, seconds=3600.0)
    assert found.values is None
    assert not found.proven


def test_highs_ends_when_nobody_is_left_to_answer() -> None:
    command = [sys.executable, "-P", "-m", "placement_solver.search.highs"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        told, _ = child.communicate(b"0 3600\n", timeout=60)
    assert not told or json.loads(told)["found"]
    assert child.returncode in (0, 1)
