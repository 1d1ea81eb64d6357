"""Solving: the child process that solves one problem, so that nothing a solve does can hurt its parent.

``python -m placement.running.solving`` is started by `child`. Its order is three messages: a `SolveOrder`, the problem
document, and what it goes on from, or null. It answers with JSON: one message for each step forward, now and then one
with the plan so far, and at last one with the plan, its report and the wishes that it does not meet, or one with what
is wrong with the problem. Where the problem is to be split, each part is a message.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib.metadata import version
from time import monotonic

from placement.running.orders import Outcome, SolveMode, SolveOrder, read_order, read_so_far, write_so_far
from placement_solver.documents import read_problem, write_plan, write_problem, write_report
from placement_solver.explanation.unmet_wishes import find_unmet_wishes
from placement_solver.faults import InvalidProblem
from placement_solver.figures.pricing import Pricing
from placement_solver.figures.reporting import make_report
from placement_solver.parts.split import split
from placement_solver.plan import Plan, Solver
from placement_solver.problem import Problem
from placement_solver.processes import STOPPED, Parent, limit_memory, work_and_end
from placement_solver.progress import ALONE, Progress, Relay, SoFar
from placement_solver.repair import repair
from placement_solver.search.clock import StopSignal
from placement_solver.serving import serve_waiting_list
from placement_solver.solve import NAME, find_solution, join_parts

PATIENCE_SECONDS = 0.5
"""A child that is told to stop may take at most this long to its first plan: enough for a small term only."""


def main() -> None:
    """Carry out the one order that the parent sends."""
    parent = Parent()
    order = read_order(parent.order())
    if order.memory_mb is not None:
        limit_memory(order.memory_mb)
    work_and_end(lambda: _carry_out(order, parent))


def _carry_out(order: SolveOrder, parent: Parent) -> None:
    """Solve, and answer with plan and report or with what is wrong with the problem."""
    document, begin = parent.order(), json.loads(parent.order())
    stop, planned, deciding = StopSignal(), threading.Event(), threading.Lock()

    def on_stop() -> None:
        """Stop the search; end at once where there is no plan yet. A plan that has been told is never thrown away."""
        stop.set()
        planned.wait(PATIENCE_SECONDS)
        with deciding:
            if not planned.is_set():
                os._exit(STOPPED)

    def tell(progress: Progress) -> None:
        with deciding:
            planned.set()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        _answer(parent, progress=asdict(replace(progress, memory_mb=peak)))

    def keep(so_far: SoFar) -> None:
        _answer(parent, so_far=write_so_far(so_far))

    parent.heed(on_stop)
    try:
        problem = read_problem(document)
        if order.mode is SolveMode.SPLIT:
            for part in split(problem):
                _answer(parent, part=write_problem(part), requests=len(part.requests))
            return
        gc.freeze()  # the problem stays to the end, so the collector need not look through it again and again
        plan, pricing = _plan(problem, order, tell, stop, Relay(None if begin is None else read_so_far(begin), keep))
    except InvalidProblem as error:
        _answer(parent, faults=[(each.pointer, each.words.sv, each.words.en) for each in error.faults])
    else:
        report = make_report(problem, plan, pricing) if order.with_report else None
        unmet = find_unmet_wishes(problem, plan) if order.with_report else {}
        _answer(
            parent,
            plan=write_plan(plan),
            report="" if report is None else write_report(report),
            outcome=asdict(Outcome.of(plan)),
            unmet={request: [asdict(wish) for wish in wishes] for request, wishes in unmet.items()},
        )


def _plan(
    problem: Problem,
    order: SolveOrder,
    tell: Callable[[Progress], None],
    stop: StopSignal,
    relay: Relay = ALONE,
) -> tuple[Plan, Pricing | None]:
    """Plan the term anew, mend what is in force, serve the waiting list or join parts; only some have prices.

    Only a plan that is made anew goes on from an earlier search: the others are quick.
    """
    if order.mode is SolveMode.JOIN:
        solver = Solver(
            NAME, version("placement"), order.seed, order.workers, order.time_limit, round(monotonic() - order.began, 3)
        )
        shares = relay.begin or SoFar(0, 0, ())
        return join_parts(problem, shares, solver, "stopped" if order.stopped else "time-limit"), None
    if order.mode is SolveMode.REPAIR:
        repaired = repair(
            problem,
            time_limit=order.time_limit,
            seed=order.seed,
            workers=order.workers,
            on_progress=tell,
            stop=stop,
            began=order.began,
        )
        return repaired.plan, None
    if order.mode is SolveMode.SERVE:
        served = serve_waiting_list(
            problem, time_limit=order.time_limit, on_progress=tell, stop=stop, began=order.began
        )
        return served.plan, served.pricing
    solution = find_solution(
        problem,
        time_limit=order.time_limit,
        seed=order.seed,
        workers=order.workers,
        on_progress=tell,
        stop=stop,
        began=order.began,
        relay=relay,
    )
    return solution.plan, solution.pricing


def _answer(parent: Parent, **told: object) -> None:
    parent.answer(json.dumps(told).encode())


if __name__ == "__main__":
    main()
