"""The two engines of OR-Tools that decide a model whole: CP-SAT, and the mixed-integer solver HiGHS.

Both get the same model of whole variables, linear rows and an objective of whole numbers. CP-SAT reckons in integers,
is quick on small models, and can be stopped at any moment. HiGHS lives from the linear relaxation, which is nearly
tight here: it proves models that CP-SAT cannot, within the tolerances of its floating-point numbers.
"""

from __future__ import annotations

import contextlib
import json
import math
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from ortools.math_opt import model_pb2
from ortools.sat.python import cp_model

from placement_solver.search.clock import Clock

_TOLERANCE = 0.01
"""How far above a whole number HiGHS may put its bound before that number counts as passed."""


@dataclass
class Model:
    """Variables of 0 … ``upper``, rows ``least ≤ Σ amount · variable ≤ most``, and costs to be minimised."""

    upper: list[int] = field(default_factory=list)
    rows: list[tuple[list[int], list[int], int, int]] = field(default_factory=list)
    costs: dict[int, int] = field(default_factory=dict)
    hint: dict[int, int] = field(default_factory=dict)

    def variable(self, upper: int = 1) -> int:
        """Add a variable and return its number."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def linear(self, variables: list[int], amounts: list[int], least: int, most: int) -> None:
        """Add a row."""
        self.rows.append((variables, amounts, least, most))

    def at_most_one(self, variables: list[int]) -> None:
        """Let at most one of some variables of 0 or 1 be 1."""
        self.rows.append((variables, [1] * len(variables), 0, 1))

    def exactly_one(self, variables: list[int]) -> None:
        """Let exactly one of some variables of 0 or 1 be 1."""
        self.rows.append((variables, [1] * len(variables), 1, 1))


@dataclass(frozen=True)
class Found:
    """What an engine found: a value for each variable, or None, and a bound on the costs, or None.

    ``proven`` tells that nothing cheaper exists (with no values: nothing at all); ``effort`` is deterministic time, the
    same everywhere, where the engine counts it.
    """

    values: list[int] | None
    bound: int | None
    proven: bool
    effort: float


Engine = Callable[[Model], Found]


def by_cp_sat(
    model: Model, *, clock: Clock, seconds: float, workers: int, seed: int, effort: float = math.inf
) -> Found:
    """Decide a model with CP-SAT in so many seconds, or so much deterministic time.

    The model goes straight into CP-SAT's protocol buffer: its ordinary API takes five times as long.
    """
    cp = cp_model.CpModel()
    proto = cp.proto
    for upper in model.upper:
        proto.variables.add().domain.extend([0, upper])
    for variables, amounts, least, most in model.rows:
        row = proto.constraints.add()
        if most == 1 and all(amount == 1 for amount in amounts) and all(model.upper[v] == 1 for v in variables):
            (row.exactly_one if least == 1 else row.at_most_one).literals.extend(variables)
        else:
            row.linear.vars.extend(variables)
            row.linear.coeffs.extend(amounts)
            row.linear.domain.extend([least, most])
    proto.objective.vars.extend(list(model.costs))
    proto.objective.coeffs.extend(list(model.costs.values()))
    proto.solution_hint.vars.extend(list(model.hint))
    proto.solution_hint.values.extend(list(model.hint.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_time_in_seconds = max(0.0, min(seconds, clock.remaining))
    solver.parameters.max_deterministic_time = effort
    with clock.stopping(solver):
        status = solver.solve(cp)
    response = solver.response_proto
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # Stopped early, CP-SAT may report a bound of 0 that it has not proven.
        return Found(None, None, status == cp_model.INFEASIBLE, response.deterministic_time)
    bound = int(response.inner_objective_lower_bound)
    return Found(list(response.solution), bound, status == cp_model.OPTIMAL, response.deterministic_time)


def by_highs(model: Model, *, clock: Clock, seconds: float) -> Found:
    """Decide a model with HiGHS in so many seconds, in a process of its own that ends when the clock stops."""
    nothing = Found(None, None, proven=False, effort=0.0)
    limit = min(seconds, clock.remaining)
    if limit <= 0:
        return nothing
    document = _as_mip(model).SerializeToString()
    order = f"{len(document)} {limit}\n".encode()
    command = [sys.executable, "-P", "-m", "placement_solver.search.highs"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603  (our own)
        told: list[bytes] = []
        reader = threading.Thread(target=_hear, args=(child, order + document, told))
        reader.start()
        while reader.is_alive() and not clock.is_over():
            reader.join(0.05)
        child.kill()
        reader.join()
    if not told or not told[0].endswith(b"\n"):  # ended before its answer was whole
        return nothing
    answer = json.loads(told[0])
    if not answer["found"]:
        return Found(None, None, answer["reason"] == "INFEASIBLE", 0.0)
    values = [0] * len(model.upper)
    for variable, value in answer["values"].items():
        values[int(variable)] = value
    bound = math.ceil(answer["bound"] - _TOLERANCE) if math.isfinite(answer["bound"]) else None
    return Found(values, bound, answer["reason"] == "OPTIMAL", 0.0)


def _hear(child: subprocess.Popen[bytes], order: bytes, told: list[bytes]) -> None:
    """Hand an order over and wait for the one line of the answer; stdin stays open, for the child ends with it."""
    assert child.stdin is not None  # noqa: S101  (both are pipes)
    assert child.stdout is not None  # noqa: S101
    with contextlib.suppress(BrokenPipeError):  # killed while still reading
        child.stdin.write(order)
        child.stdin.flush()
        told.append(child.stdout.readline())


def _as_mip(model: Model) -> model_pb2.ModelProto:
    """Write a model as MathOpt's document, rows of the matrix in order."""
    proto = model_pb2.ModelProto()
    numbers = range(len(model.upper))
    proto.variables.ids.extend(numbers)
    proto.variables.lower_bounds.extend([0.0] * len(numbers))
    proto.variables.upper_bounds.extend(map(float, model.upper))
    proto.variables.integers.extend([True] * len(numbers))
    costs = sorted((variable, float(cost)) for variable, cost in model.costs.items() if cost)
    proto.objective.linear_coefficients.ids.extend(variable for variable, _ in costs)
    proto.objective.linear_coefficients.values.extend(cost for _, cost in costs)
    proto.linear_constraints.ids.extend(range(len(model.rows)))
    proto.linear_constraints.lower_bounds.extend(float(least) for _, _, least, _ in model.rows)
    proto.linear_constraints.upper_bounds.extend(float(most) for _, _, _, most in model.rows)
    matrix = proto.linear_constraint_matrix
    for number, (variables, amounts, _, _) in enumerate(model.rows):
        entries = sorted(zip(variables, amounts, strict=True))
        matrix.row_ids.extend([number] * len(entries))
        matrix.column_ids.extend(variable for variable, _ in entries)
        matrix.coefficients.extend(float(amount) for _, amount in entries)
    return proto
