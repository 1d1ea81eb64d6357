"""One contender on one problem: wall time from file to file, memory, and the verdict of the independent check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import psutil

from placement_solver.check import check, objective_terms
from placement_solver.plan import Placement
from placement_solver.processes import environment
from tests.bench.contender import GRACE_SECONDS, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.problem import Problem
    from tests.bench.records import Row

MOST_MIB = 10_240
LOOK_SECONDS = 0.1
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Usage:
    """How a process ended, its seconds, and ``mib``: the peak memory of it and all it started, taken together."""

    seconds: float
    mib: int
    ending: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A contender's result on a problem; the objective is None if there is no plan."""

    usage: Usage
    objective: int | None
    bound: int | None
    unplaced: int | None
    curve: tuple[tuple[float, int, int, int], ...]

    @property
    def figures(self) -> Row:
        """What a row of any part says of it."""
        return {
            "seconds": self.usage.seconds,
            "mib": self.usage.mib,
            "ending": self.usage.ending,
            "objective": self.objective,
            "bound": self.bound,
            "unplaced": self.unplaced,
        }


def race(contender: str, problem: Problem, file: Path, seconds: float, seed: int = 0) -> Outcome:
    """Let a contender plan a problem in a process of its own, and check and score its placements."""
    answer = file.with_name(f"{contender}-{seed}.answer.json")
    answer.unlink(missing_ok=True)
    task = Task(contender, str(file), str(answer), time.monotonic(), seconds, seed)
    command = [sys.executable, "-m", "tests.bench.contender", json.dumps(asdict(task))]
    usage = watch(command, seconds + 2 * GRACE_SECONDS)
    if not answer.exists():
        return Outcome(usage, None, None, None, ())
    told = json.loads(answer.read_text(encoding="utf-8"))
    placements = [Placement(**line) for line in told["placements"]]
    objective = judge(problem, placements)
    curve = tuple((line[0], line[1], line[2], line[3]) for line in told["curve"])
    return Outcome(usage, objective, told["bound"], len(problem.requests) - len(placements), curve)


def judge(problem: Problem, placements: Sequence[Placement]) -> int:
    """Return the objective of placements as the problem's wishes score it; exit if a rule is broken."""
    breaches = check(problem, placements)
    if breaches:
        message = f"no plan: {len(breaches)} breaches, the first: {breaches[0].words.en}"
        raise SystemExit(message)
    return sum(objective_terms(problem, placements).values())


def watch(command: Sequence[str], most_seconds: float) -> Usage:
    """Run a command to its end; kill it, and all that it started, if it takes too much time or memory."""
    began, peak, ending = time.monotonic(), 0, ""
    with (
        TemporaryFile() as words,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=words, env=environment()) as child,
    ):
        while not (ended := os.wait4(child.pid, os.WNOHANG))[0]:
            peak = max(peak, sum(_memory(process) for process in _family(child.pid)))
            if peak > MOST_MIB * MIB:
                ending = f"ended: more than {MOST_MIB} MiB"
            elif time.monotonic() - began > most_seconds:
                ending = f"ended: no answer after {most_seconds:.0f} s"
            if ending:
                for process in _family(child.pid):
                    process.kill()
            time.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(ended[1])
        words.seek(0)
        last = words.read().decode().strip().rpartition("\n")[2]
    ending = ending or (f"failed: {last}" if child.returncode else "answered")
    return Usage(round(seconds, 1), round(max(peak / MIB, ended[2].ru_maxrss / 1024)), ending)


def _family(pid: int) -> list[psutil.Process]:
    """Return a process and all processes that it has started."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _memory(process: psutil.Process) -> int:
    """Return the resident memory of a process in bytes; 0 once the process is gone."""
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
