"""How well, how fast and in how much memory made-up terms are planned, each in a process of its own.

``make bench`` runs it whole; ``python -m tests.bench.terms small`` only the scales that it is given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from placement.callers import SYSTEM
from placement.database import engine_for, migrate, open_session, read_session
from placement.demo.build import build_term
from placement.gather import gather
from placement_solver.documents import read_plan, write_problem

if TYPE_CHECKING:
    from placement.demo.scales import ScaleName
    from placement_solver.problem import Problem

TERMS: tuple[tuple[ScaleName, int], ...] = (("small", 1), ("small", 2), ("small", 3), ("county", 1))
TIME_LIMIT = 180
HEADING = ("scale", "seed", "requests", "units", "unplaced", "objective", "bound", "gap %", "seconds", "MiB")
PLACEMENT = Path(sys.executable).with_name("placement")


def make_up(scale: ScaleName, seed: int, directory: Path) -> Problem:
    """Make a term up in a database of its own and gather it."""
    url = f"sqlite:///{directory / 'term.sqlite3'}"
    migrate(url)
    engine = engine_for(url)
    try:
        with open_session(engine) as session:
            term = build_term(session, scale, seed).id
        with read_session(engine) as session:
            return gather(session, SYSTEM, term)
    finally:
        engine.dispose()


def plan(problem: Path, solution: Path) -> tuple[float, float]:
    """Solve a problem, have the plan checked, and return the seconds and the MiB that solving took."""
    began = time.perf_counter()
    child = os.posix_spawn(
        PLACEMENT,
        [str(PLACEMENT), "solve", str(problem), "--out", str(solution), "--time-limit", str(TIME_LIMIT)],
        os.environ,
    )
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    if status:
        message = f"{problem.name}: placement solve ended with {os.waitstatus_to_exitcode(status)}"
        raise SystemExit(message)
    subprocess.run([PLACEMENT, "check", problem, solution], check=True, stdout=subprocess.DEVNULL)
    return seconds, used.ru_maxrss / 1024


def main(scales: list[str]) -> None:
    """Plan every term of the scales asked for, or of all, and print a line for each."""
    print("".join(f"{word:>11}" for word in HEADING), flush=True)
    for scale, seed in TERMS:
        if scales and scale not in scales:
            continue
        with TemporaryDirectory() as name:
            directory = Path(name)
            problem = make_up(scale, seed, directory)
            document, answer = directory / "problem.json", directory / "plan.json"
            document.write_text(write_problem(problem))
            seconds, memory = plan(document, answer)
            found = read_plan(answer.read_text())
        figures = (
            scale,
            seed,
            len(problem.requests),
            len(problem.units),
            len(found.unplaced),
            found.objective,
            found.bound,
            f"{100 * found.gap:.3f}",
            f"{seconds:.1f}",
            f"{memory:.0f}",
        )
        print("".join(f"{figure:>11}" for figure in figures), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
