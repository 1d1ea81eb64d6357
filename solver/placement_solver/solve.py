"""Solves a term: a valid problem in, a checked plan with its proof out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from placement_solver.check import check_plan, objective_terms
from placement_solver.columns import Columns
from placement_solver.explanation.reasons import explain
from placement_solver.figures.pricing import Pricing
from placement_solver.parts.parallel import solve_apart
from placement_solver.parts.split import split
from placement_solver.plan import Plan, Solver
from placement_solver.progress import ALONE, Progress, Relay, gap_between
from placement_solver.search import compiling
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.options import open_market
from placement_solver.search.phases import Search
from placement_solver.search.settings import USUAL
from placement_solver.search.teams import Teams

if TYPE_CHECKING:
    from placement_solver.plan import EndedBecause, Placement, Status
    from placement_solver.problem import Problem
    from placement_solver.progress import Listener, SoFar
    from placement_solver.search.settings import SearchSettings

NAME = "placement-solver"
_STATUS: dict[EndedBecause, Status] = {"proven": "optimal", "stopped": "interrupted"}


class BrokenPlanError(RuntimeError):
    """The solver made a plan that its own independent check refuses: a fault of the solver, never of the input."""


@dataclass(frozen=True)
class Solution:
    """A plan, and the market at the prices that went into its proof.

    ``pricing`` is None if there was no time for prices, or if independent parts were priced separately.
    """

    plan: Plan
    pricing: Pricing | None


def solve(
    problem: Problem,
    *,
    time_limit: float = 180.0,
    seed: int = 0,
    workers: int = 2,
    on_progress: Listener | None = None,
    stop: StopSignal | None = None,
    settings: SearchSettings = USUAL,
) -> Plan:
    """Plan a whole term.

    ``time_limit`` is in seconds; setting ``stop``, from any thread, ends the search early with the best plan so far and
    the status ``interrupted``. The plan has passed the independent check; one that has not is never returned
    (`BrokenPlanError`). Raises `InvalidProblem` if the pins cannot all be supervised at once.
    """
    solution = find_solution(
        problem,
        time_limit=time_limit,
        seed=seed,
        workers=workers,
        on_progress=on_progress,
        stop=stop,
        settings=settings,
    )
    return solution.plan


def find_solution(
    problem: Problem,
    *,
    time_limit: float,
    seed: int,
    workers: int,
    on_progress: Listener | None = None,
    stop: StopSignal | None = None,
    began: float | None = None,
    settings: SearchSettings = USUAL,
    relay: Relay = ALONE,
) -> Solution:
    """Plan a whole term as `solve` does, and keep what everything scarce is worth.

    The time limit counts from ``began`` (a moment of `time.monotonic`) if that is given, so that it includes reading
    the problem and starting the process. ``relay`` says what the search goes on from, and takes what it has come to.
    """
    clock = Clock(time_limit, stop, began)
    if len(problem.requests) >= settings.annealing.least:
        compiling.begin()
    listener = on_progress or (lambda _: None)
    parts = split(problem) if len(problem.requests) > settings.phases.together else (problem,)
    if len(parts) > 1:
        pricing = None
        shares = solve_apart(parts, clock, listener, settings, seed=seed, workers=workers, relay=relay)
        placed = {placement.request: placement for share in shares for placement in share.placements}
        placements = tuple(placed[request.id] for request in problem.requests if request.id in placed)
        proven = sum(share.bound for share in shares)
    else:
        columns = Columns(problem)
        search = Search(open_market(columns), Teams(columns), clock, listener, settings, relay)
        search.run(seed=seed, workers=workers)
        pricing = None if search.prices is None else Pricing(search.market, search.prices)
        placements, proven = search.best.placements(), search.bound
    ended_because = clock.ended_because
    objective = sum(objective_terms(problem, placements).values())
    unplaced = len(problem.requests) - len(placements)
    listener(
        Progress("check", objective, min(proven, objective), gap_between(objective, proven), unplaced, clock.elapsed)
    )
    solver = Solver(NAME, version("placement"), seed, workers, time_limit, round(clock.elapsed, 3))
    plan = make_plan(problem, placements, proven, solver, ended_because)
    listener(Progress("done", objective, plan.bound, plan.gap, unplaced, clock.elapsed))
    return Solution(plan, pricing)


def join_parts(problem: Problem, shares: SoFar, solver: Solver, ended_because: EndedBecause) -> Plan:
    """Make the plan of a whole problem from what its independent parts (`split`) came to together."""
    placed = {placement.request: placement for placement in shares.placements}
    placements = tuple(placed[request.id] for request in problem.requests if request.id in placed)
    return make_plan(problem, placements, shares.bound, solver, ended_because)


def make_plan(
    problem: Problem, placements: tuple[Placement, ...], proven: int, solver: Solver, ended_because: EndedBecause
) -> Plan:
    """Make a scored, explained and checked plan of placements and of a bound that is proven for the problem.

    ``ended_because`` says why the search ended, unless the bound proves the plan to be the best.
    Raises `BrokenPlanError` if the check refuses it.
    """
    terms = objective_terms(problem, placements)
    objective = sum(terms.values())
    bound = min(proven, objective)
    if bound == objective:
        ended_because = "proven"
    plan = Plan(
        problem_sha256=problem.sha256,
        solver=solver,
        status=_STATUS.get(ended_because, "feasible"),
        objective=objective,
        bound=bound,
        terms=terms,
        placements=placements,
        unplaced=explain(problem, placements),
        ended_because=ended_because,
    )
    breaches = check_plan(problem, plan)
    if breaches:
        raise BrokenPlanError("; ".join(breach.words.en for breach in breaches))
    return plan
