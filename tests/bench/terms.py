"""How well, how fast and with how much memory whole terms are planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.documents import write_problem
from placement_solver.progress import gap_between
from tests.bench.families import student_weeks
from tests.bench.problems import PROBLEMS
from tests.bench.race import race

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from placement_solver.problem import Problem
    from tests.bench.records import Row

SECONDS = {
    "small": 60,
    "small-2": 60,
    "small-3": 60,
    "county": 180,
    "tight": 180,
    "loose": 180,
    "coupled": 180,
    "supervised": 180,
    "sites": 180,
    "nation": 900,
}
"""The terms, and the seconds that each has."""
CURVE = {"thirtieth": 60, "eighth": 180, "quarter": 180, "half": 180, "two-counties": 300, "four-counties": 600}
"""The sizes in between, and the seconds that each has."""
MOST_POINTS = 60


def write(name: str, folder: Path) -> tuple[Problem, Path]:
    """Make a problem and write its document."""
    problem = PROBLEMS[name][1]()
    file = folder / f"{name}.json"
    file.write_text(write_problem(problem), encoding="utf-8")
    return problem, file


def measure(name: str, folder: Path) -> Iterator[Row]:
    """Plan one term and yield its row."""
    seconds = (SECONDS | CURVE)[name]
    problem, file = write(name, folder)
    outcome = race("placement", problem, file, seconds)
    asked, offered = student_weeks(problem)
    yield {
        "name": name,
        "requests": len(problem.requests),
        "students": len(problem.students),
        "units": len(problem.units),
        "supervisors": len(problem.supervisors),
        "asked": asked,
        "offered": offered,
        "limit": seconds,
        **outcome.figures,
        "curve": thin(outcome.curve),
    }


def thin(curve: tuple[tuple[float, int, int, int], ...]) -> list[tuple[float, int, int, int]]:
    """Keep points whose gap is at least 2 % below the last kept one's; of more than `MOST_POINTS` keep every n-th."""
    kept = [curve[0]] if curve else []
    for line in curve[1:]:
        before = gap_between(kept[-1][1], kept[-1][2])
        if line is curve[-1] or gap_between(line[1], line[2]) < 0.98 * before:
            kept.append(line)
    return kept if len(kept) <= MOST_POINTS else [*kept[:: -(-len(kept) // MOST_POINTS)], kept[-1]]


def gap_at(curve: list[tuple[float, int, int, int]], seconds: float) -> float | None:
    """Return the proven gap after that many seconds, or None if there is no plan yet."""
    past = [gap_between(objective, bound) for at, objective, bound, _ in curve if at <= seconds]
    return past[-1] if past else None


def seconds_to(curve: list[tuple[float, int, int, int]], gap: float) -> float | None:
    """Return the seconds after which the proven gap was at most ``gap``, or None if it never was."""
    return next((at for at, objective, bound, _ in curve if gap_between(objective, bound) <= gap), None)
