"""Solving: the child process that solves one problem, so that nothing a solve does can hurt who ordered it.

``python -m placement.running.solving`` reads an order from stdin, one line of JSON and then the problem document it
announces, and answers on stdout with a line of JSON for each step forward and one with plan and report. A line on
stdin asks it to end with the best plan so far; when stdin closes, its parent is gone and it ends at once. Where
memory runs out, or it is asked to stop long before it has any plan, it ends at once too, with a status of its own.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import resource
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from io import FileIO
from typing import TextIO

from placement.running.orders import EXHAUSTED, ORPHANED, STOPPED, SolveOrder
from placement_solver.documents import read_problem, write_plan, write_report
from placement_solver.faults import InvalidProblem
from placement_solver.figures.pricing import Pricing
from placement_solver.figures.report import make_report
from placement_solver.plan import Plan
from placement_solver.problem import Problem
from placement_solver.progress import Progress
from placement_solver.repair import repair
from placement_solver.search.clock import StopSignal
from placement_solver.serving import serve_waiting_list
from placement_solver.solve import find_solution

PATIENCE_SECONDS = 0.5
"""So long a child that is asked to stop may still take to its first plan: a small term's comes, a county's does not."""


def main() -> None:
    """Carry out the one order that stdin brings."""
    orders, answers = FileIO(0), _private_stdout()
    order = SolveOrder(**json.loads(orders.readline()))
    if order.memory_mb is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (order.memory_mb << 20, resource.RLIM_INFINITY))
    try:
        _carry_out(order, orders, answers)
        os._exit(0)  # its parent waits for its end: no last look through all that it holds, nor for a thread at work
    except Exception as error:
        if _tells_of_memory(error):
            os._exit(EXHAUSTED)  # whatever an orderly end does might want memory
        raise


def _carry_out(order: SolveOrder, orders: FileIO, answers: TextIO) -> None:
    """Solve, and answer with plan and report or with what is wrong with the problem."""
    document = _read(orders, order.problem_bytes)
    stop, planned, deciding = StopSignal(), threading.Event(), threading.Lock()
    threading.Thread(target=_obey, args=(orders, stop, planned, deciding), daemon=True).start()

    def tell(progress: Progress) -> None:
        with deciding:
            planned.set()
        _answer(answers, progress=asdict(progress))

    try:
        problem = read_problem(document)
        gc.freeze()  # the problem stays to the end: the collector need not look through it again and again
        plan, pricing = _plan(problem, order, tell, stop)
    except InvalidProblem as error:
        _answer(answers, faults=[(each.pointer, each.words.sv, each.words.en) for each in error.faults])
    else:
        report = make_report(problem, plan, pricing) if order.with_report else None
        _answer(answers, plan=write_plan(plan), report="" if report is None else write_report(report))


def _plan(
    problem: Problem, order: SolveOrder, tell: Callable[[Progress], None], stop: StopSignal
) -> tuple[Plan, Pricing | None]:
    """Plan the term anew, mend what is in force, or serve the waiting list; a repair has no prices."""
    if order.repairing:
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
    if order.serving:
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
    )
    return solution.plan, solution.pricing


def _tells_of_memory(error: Exception) -> bool:
    """Tell whether an error means that memory ran out: Python's own, a thread's or a process's that could not start."""
    return (
        isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno in {errno.ENOMEM, errno.EAGAIN})
        or (isinstance(error, RuntimeError) and "can't start new thread" in str(error))
    )


def _private_stdout() -> TextIO:
    """Keep stdout for the answers, and let what a library may print go to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _answer(answers: TextIO, **message: object) -> None:
    """Write one line, at once."""
    print(json.dumps(message), file=answers, flush=True)


def _read(orders: FileIO, size: int) -> bytes:
    """Read exactly so many bytes; end where the parent does."""
    parts = bytearray()
    while len(parts) < size:
        part = orders.read(size - len(parts))
        if not part:
            sys.exit(ORPHANED)
        parts += part
    return bytes(parts)


def _obey(orders: FileIO, stop: StopSignal, planned: threading.Event, deciding: threading.Lock) -> None:
    """Stop when told to, at once where there is nothing to keep; end when there is nobody left to tell.

    ``deciding`` sees to it that a plan that has been told of is never thrown away.
    """
    while orders.readline():
        stop.set()
        planned.wait(PATIENCE_SECONDS)
        with deciding:
            if not planned.is_set():
                os._exit(STOPPED)
    os._exit(ORPHANED)


if __name__ == "__main__":
    main()
