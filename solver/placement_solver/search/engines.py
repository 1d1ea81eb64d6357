"""The two engines that solve a model: CP-SAT of OR-Tools, and the mixed-integer solver HiGHS.

Both get the same model: integer variables, linear rows and an integer objective. CP-SAT computes in integers, is quick
on small models, and can be stopped at any moment. HiGHS relies on the linear relaxation, which is nearly tight here. It
proves models that CP-SAT cannot, within the tolerances of its floating-point numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain

import highspy
import numpy as np
from ortools.sat.python import cp_model_helper as cp_sat  # the usual cp_model loads pandas: 1.5 seconds

from placement_solver.search.clock import Clock
from placement_solver.search.memory import Growth, give_back

_TOLERANCE = 0.01
"""How far above a whole number HiGHS may put its bound before that number counts as passed."""
_UNUSED = 1e-6
"""A variable of HiGHS's solution that is no larger is 0."""
_ITERATIONS = 50_000
"""This many simplex iterations of HiGHS are about as much work as one unit of CP-SAT's deterministic time."""


class UnfinishedError(Exception):
    """A model was stopped while it was being written."""


@dataclass
class Model:
    """Variables of 0 … ``upper``, rows ``least ≤ Σ amount · variable ≤ most``, and costs to be minimised.

    A ``hint`` is a solution to begin with: the variables that are not 0 in it. None: there is no such solution.
    Once ``stopped()``, what would add a row raises `UnfinishedError`: a block of a large county has some 100,000.
    """

    stopped: Callable[[], bool] = lambda: False

    upper: list[int] = field(default_factory=list)
    rows: list[tuple[list[int], list[int], int, int]] = field(default_factory=list)
    costs: dict[int, int] = field(default_factory=dict)
    hint: dict[int, int] | None = None

    def variable(self, upper: int = 1) -> int:
        """Add a variable and return its number."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def linear(self, variables: list[int], amounts: list[int], least: int, most: int) -> None:
        """Add a row."""
        if self.stopped():
            raise UnfinishedError
        self.rows.append((variables, amounts, least, most))

    def at_most_one(self, variables: list[int]) -> None:
        """Add a row: at most one of some 0-1 variables is 1."""
        self.linear(variables, [1] * len(variables), 0, 1)

    def exactly_one(self, variables: list[int]) -> None:
        """Add a row: exactly one of some 0-1 variables is 1."""
        self.linear(variables, [1] * len(variables), 1, 1)


@dataclass(frozen=True)
class Found:
    """What an engine found: a value for each variable, or None, and a bound on the costs, or None.

    ``proven`` means that no cheaper solution exists (without values: no solution at all). ``effort`` is deterministic
    time, the same on every machine.
    """

    values: list[int] | None
    bound: int | None
    proven: bool
    effort: float


Engine = Callable[[Model], Found]


def by_cp_sat(
    model: Model, *, clock: Clock, seconds: float, workers: int, seed: int, effort: float = math.inf
) -> Found:
    """Solve a model with CP-SAT, within ``seconds`` and the deterministic time ``effort``."""
    proto = cp_sat.CpModelProto()
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
    if model.hint is not None:  # CP-SAT uses complete hints only
        proto.solution_hint.vars.extend(range(len(model.upper)))
        proto.solution_hint.values.extend([model.hint.get(variable, 0) for variable in range(len(model.upper))])
    parameters = cp_sat.SatParameters()
    parameters.num_workers = workers
    parameters.random_seed = seed
    parameters.catch_sigint_signal = False
    parameters.linearization_level = 2  # nearly tight: with the whole relaxation at hand proofs take half the time
    parameters.add_lp_constraints_lazily = False
    parameters.cp_model_probing_level = 0
    parameters.max_time_in_seconds = max(0.0, min(seconds, clock.remaining))
    parameters.max_deterministic_time = effort
    solver = cp_sat.SolveWrapper()
    solver.set_parameters(parameters)
    with clock.stopping(solver):
        response = solver.solve(proto)  # type: ignore[no-untyped-call]
    if response.status not in (cp_sat.CpSolverStatus.OPTIMAL, cp_sat.CpSolverStatus.FEASIBLE):
        # Stopped early, CP-SAT may report a bound of 0 that it has not proven.
        return Found(None, None, response.status == cp_sat.CpSolverStatus.INFEASIBLE, response.deterministic_time)
    bound = int(response.inner_objective_lower_bound)
    proven = response.status == cp_sat.CpSolverStatus.OPTIMAL
    return Found(list(response.solution), bound, proven, response.deterministic_time)


def by_highs(
    model: Model,
    *,
    clock: Clock,
    seconds: float,
    nodes: int = 2**31 - 1,
    seed: int = 0,
    near: int = 1,
    most: float = math.inf,
    mebibytes: float = math.inf,
    stopped: Callable[[], bool] | None = None,
) -> Found:
    """Solve a model with HiGHS, within ``seconds`` and ``nodes``; without an answer if memory does not suffice.

    An answer less than ``near`` above the bound counts as proven. ``stopped`` ends it earlier than the clock does, and
    so does a process that has grown by more than ``mebibytes``: what is proven by then counts.

    Of a model with more than ``most`` variables only those are decided that the hint or the linear relaxation uses, and
    others up to that number, those with the least reduced costs first. All others stay 0: there is no bound then, and
    what is proven is proven of the rest.

    The model's rows are gone afterwards: HiGHS has its own copy, and a block's take 100 MiB. HiGHS's memory, some 100
    MiB more, is given back to the machine.
    """
    growth, is_stopped = Growth(mebibytes), stopped or clock.is_over
    try:
        return _by_highs(model, clock, seconds, nodes, seed, near, most, lambda: is_stopped() or growth.is_over())
    finally:
        give_back()


def _by_highs(
    model: Model,
    clock: Clock,
    seconds: float,
    nodes: int,
    seed: int,
    near: int,
    most: float,
    stopped: Callable[[], bool],
) -> Found:
    until = clock.elapsed + min(seconds, clock.remaining)
    narrowed = len(model.upper) > most
    highs = quiet_highs(stopped, 0)
    highs.setOptionValue("mip_max_nodes", nodes)
    highs.setOptionValue("random_seed", seed)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", near - _TOLERANCE)
    try:
        mip = _as_mip(model)
        model.rows.clear()
        if narrowed and not _narrow(mip, model, most, quiet_highs(stopped, until - clock.elapsed)):
            return Found(None, None, proven=False, effort=0.0)
        highs.setOptionValue("time_limit", max(0.0, until - clock.elapsed))
        highs.passModel(mip)
        if model.hint is not None:
            start = highspy.HighsSolution()
            start.col_value = [float(model.hint.get(variable, 0)) for variable in range(len(model.upper))]
            highs.setSolution(start)
        highs.run()
    except MemoryError:
        return Found(None, None, proven=False, effort=0.0)
    status, info = highs.getModelStatus(), highs.getInfo()
    effort = info.simplex_iteration_count / _ITERATIONS
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found(None, None, status == highspy.HighsModelStatus.kInfeasible, effort)
    values = np.rint(highs.getSolution().col_value).astype(np.int64).tolist()
    known = math.isfinite(info.mip_dual_bound) and not narrowed
    bound = math.ceil(info.mip_dual_bound - _TOLERANCE) if known else None
    return Found(values, bound, status == highspy.HighsModelStatus.kOptimal, effort)


def _narrow(mip: highspy.HighsLp, model: Model, most: float, highs: highspy.Highs) -> bool:
    """Fix variables of a program at 0 until about ``most`` are left; return whether the relaxation was solved."""
    integrality, mip.integrality_ = mip.integrality_, []
    highs.passModel(mip)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return False
    solution = highs.getSolution()
    dearer = np.array(solution.col_dual)
    dearer[np.array(solution.col_value) > _UNUSED] = -math.inf
    dearer[[variable for variable, value in (model.hint or {}).items() if value]] = -math.inf
    order = np.argsort(dearer, kind="stable")
    kept = max(int(most), int(np.count_nonzero(np.isneginf(dearer))))
    upper = np.array(mip.col_upper_)
    upper[order[kept:]] = 0.0
    mip.col_upper_ = upper
    mip.integrality_ = integrality
    return True


def quiet_highs(stopped: Callable[[], bool], seconds: float) -> highspy.Highs:
    """Return a HiGHS with one thread and no output that ends after ``seconds`` or once ``stopped()``."""
    highs = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("time_limit", max(0.0, seconds)),
    ):
        highs.setOptionValue(option, value)

    def watch(event: highspy.HighsCallbackEvent) -> None:
        if stopped():
            event.interrupt()

    highs.cbSimplexInterrupt += watch
    highs.cbMipInterrupt += watch
    return highs


def _as_mip(model: Model) -> highspy.HighsLp:
    """Return a model in the form that HiGHS reads, the matrix row by row."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.upper), len(model.rows)
    costs = np.zeros(len(model.upper))
    costs[list(model.costs)] = list(model.costs.values())
    lp.col_cost_ = costs
    lp.col_lower_ = np.zeros(len(model.upper))
    lp.col_upper_ = np.array(model.upper, dtype=np.float64)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(model.upper)
    lp.row_lower_ = np.array([least for _, _, least, _ in model.rows], dtype=np.float64)
    lp.row_upper_ = np.array([most for _, _, _, most in model.rows], dtype=np.float64)
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.cumsum([0, *(len(variables) for variables, _, _, _ in model.rows)])
    matrix.index_ = np.fromiter(chain.from_iterable(variables for variables, _, _, _ in model.rows), dtype=np.int32)
    matrix.value_ = np.fromiter(chain.from_iterable(amounts for _, amounts, _, _ in model.rows), dtype=np.float64)
    return lp
