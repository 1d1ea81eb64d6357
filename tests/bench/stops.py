"""Whether a solve ends when it should: at its time limit, on Ctrl-C in every phase, and when memory runs out.

``python -m tests.bench.stops`` does 99 runs with time limits, 39 with Ctrl-C and 21 with little memory; ``… 5 limits
interrupts`` does 5 runs of each named trial. Each run is a process of its own, measured from file to file, and every
plan is checked. The status is 1 if a run breaks a promise.
"""

from __future__ import annotations

import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, write_problem
from tests.bench.problems import make_up
from tests.bench.shapes import FIXED, make

PLACEMENT = Path(sys.executable).with_name("placement")
GRACE_SECONDS = 5.0
"""A run may take at most this many seconds more than its limit, from file to file."""
INTERRUPT_SECONDS = 2.0
"""A run must end at most this many seconds after Ctrl-C."""
LONGEST = 60.0
"""A run that exceeds its limit by this many seconds hangs and is killed."""
LONGEST_LIMIT = 8
READING, DONE = "reading", "done"
"""Before the first progress line and after the last; a run that is interrupted after the last must leave a plan."""
PHASES = {
    "small": ((READING, 3), ("prices", 3), ("search", 3), ("proof", 3)),
    "county": ((READING, 3), ("prices", 3), ("search", 3), ("search", 30)),
    "county-tight": ((READING, 5), ("prices", 10), ("search", 30), ("search", 90)),
}
"""Phases in which runs are interrupted, and the most seconds after a phase starts; a county seldom reaches a proof."""
SHAPE = "county-tight"
"""A county that is not the demo's: 2.8 million options, and blocks that one engine works on for a minute."""


@dataclass(frozen=True)
class Run:
    """The outcome of a run: seconds in all, seconds after Ctrl-C, the phase at Ctrl-C, and what the run left."""

    seconds: float
    after: float
    phase: str
    status: int
    ending: str


def run(problem: Path, *options: str, limit: float, interrupt_after: float | None = None, phase: str = "") -> Run:
    """Solve; with ``interrupt_after``, send Ctrl-C that many seconds after the phase is reported or reading starts."""
    plan = problem.with_suffix(".plan")
    plan.unlink(missing_ok=True)
    command = [str(PLACEMENT), "solve", str(problem), "--out", str(plan), "--time-limit", str(limit), *options]
    began = time.monotonic()
    told: list[str] = [READING]
    lines: list[str] = []
    reached = threading.Event()

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:

        def listen() -> None:
            for line in process.stderr or ():
                lines.append(line)
                if " · " in line:
                    told.append(line.split(" ")[0])
                if told[-1] == phase:
                    reached.set()
            reached.set()

        listener = threading.Thread(target=listen)
        listener.start()
        sent, at = began, READING
        if interrupt_after is not None:
            wait_for_child(process) if phase == READING else reached.wait()
            time.sleep(interrupt_after)
            sent, at = time.monotonic(), told[-1]
            process.send_signal(signal.SIGINT)
        try:
            process.wait(limit + LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
        ended = time.monotonic()
        listener.join()
    return Run(ended - began, ended - sent, at, process.returncode, judge(problem, plan, lines))


def wait_for_child(process: subprocess.Popen[str]) -> None:
    """Wait until the command has started the solver process: from then on Ctrl-C keeps the plan."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and not children.read_text():
        time.sleep(0.01)


def judge(problem: Path, plan: Path, lines: list[str]) -> str:
    """Return what a run left: the plan's status, ``BREACH`` if the check refuses it, or the last line on stderr."""
    if not plan.exists():
        return lines[-1].strip() if lines else "nothing"
    decided = read_plan(plan.read_bytes())
    return "BREACH" if check_plan(read_problem(problem.read_bytes()), decided) else decided.status


def try_limits(problems: list[Path], runs: int) -> bool:
    """Solve with time limits from one second up, and print by how much the runs exceed them."""
    chance = random.Random(0)
    over: defaultdict[str, list[float]] = defaultdict(list)
    failed = 0
    for number in range(runs):
        problem, limit = problems[number % len(problems)], round(chance.uniform(1, LONGEST_LIMIT), 1)
        went = run(problem, limit=limit)
        over[problem.stem].append(went.seconds - limit)
        if went.status or went.ending == "BREACH" or went.seconds > limit + GRACE_SECONDS:
            failed += 1
            print(f"  {problem.stem}, limit {limit} s: {went.seconds:.1f} s, {went.ending}", flush=True)
    print(f"time limit + {GRACE_SECONDS:.0f} s: {runs - failed} of {runs} runs")
    for name, seconds in over.items():
        spread = (min(seconds), statistics.median(seconds), max(seconds))
        print("  {}: least {:+.1f} s, median {:+.1f} s, most {:+.1f} s".format(name, *spread))
    return not failed


def try_interrupts(problems: list[Path], runs: int) -> bool:
    """Send Ctrl-C at a random moment of every phase, and print how long the run takes to end with its best plan.

    A run that is interrupted before its first plan says so and ends.
    """
    chance = random.Random(0)
    after: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    failed = without = 0
    for number in range(runs):
        problem = problems[number % len(problems)]
        phase, longest = PHASES[problem.stem][number // len(problems) % 4]
        went = run(problem, limit=600.0, interrupt_after=chance.uniform(0, longest), phase=phase)
        after[problem.stem, went.phase].append(went.after)
        kept = went.ending in {"interrupted", "optimal", "feasible"} and (went.status == 0 or went.phase == DONE)
        nothing_yet = went.phase == READING and went.ending.startswith("Stopped before there was a plan")
        without += nothing_yet
        if not (kept or nothing_yet) or went.after > INTERRUPT_SECONDS:
            failed += 1
            print(f"  {problem.stem}, {went.phase}: {went.after:.1f} s, {went.status}, {went.ending}", flush=True)
    print(f"Ctrl-C + {INTERRUPT_SECONDS:.0f} s, best plan kept: {runs - failed} of {runs} runs; {without} had none yet")
    for (name, phase), seconds in sorted(after.items()):
        print(f"  {name}, {phase}: {len(seconds)} runs, most {max(seconds):.1f} s")
    return not failed


def try_memory(problems: list[Path], runs: int) -> bool:
    """Find the least sufficient memory by bisection; a run must end with a plan or with a clear message."""
    failed = 0
    for problem in problems:
        least, most = 64, 2048
        for _ in range(runs):
            limit = (least + most) // 2
            went = run(problem, "--memory-limit", str(limit), limit=10.0)
            planned = went.ending in {"optimal", "feasible"}
            least, most = (least, limit) if planned else (limit, most)
            clear = planned or (went.status > 0 and went.ending.startswith("Memory ran out"))
            failed += not clear
            print(f"  {problem.stem}, {limit} MiB: {went.seconds:.1f} s, {went.ending}", flush=True)
        print(f"  {problem.stem} is planned with {most} MiB, not with {least}")
    print(f"memory limit: {failed} ends without plan or clear message")
    return not failed


TRIALS = {"limits": (try_limits, 99), "interrupts": (try_interrupts, 39), "memory": (try_memory, 7)}
"""The trials, and the usual number of runs (of memory: for each problem)."""


def main(runs: int | None, names: list[str]) -> None:
    """Do ``runs`` runs, or the usual number, of each named trial, or of all trials."""
    with TemporaryDirectory() as directory:
        problems = [Path(directory, f"{name}.json") for name in PHASES]
        drawn = make_up("small", 1), make_up("county", 1), make(FIXED[SHAPE], 1)
        for file, problem in zip(problems, drawn, strict=True):
            file.write_text(write_problem(problem), encoding="utf-8")
        kept = [trial(problems, runs or usual) for trial, usual in (TRIALS[name] for name in names or TRIALS)]
    sys.exit(not all(kept))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else None, sys.argv[2:])
