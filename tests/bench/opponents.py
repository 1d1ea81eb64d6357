"""Side by side: Placement and its peers with the same problem, cores, time and independent check."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.bench.race import race
from tests.bench.terms import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.records import Row

SECONDS = {"small": 60, "eighth": 60, "county": 180, "tight": 180}
"""The problems, and the seconds that each contender has."""
DRAWS = 5
CONTENDERS = (
    "placement",
    "cp-sat",
    "highs",
    "timefold",
    "first-come",
    *(f"random-{draw}" for draw in range(1, DRAWS + 1)),
)


def measure(name: str, folder: Path) -> Iterator[Row]:
    """Let every contender plan one problem and yield a row for each."""
    problem, file = write(name, folder)
    for contender in CONTENDERS:
        row: Row = {"name": f"{name}/{contender}", "limit": SECONDS[name], "requests": len(problem.requests)}
        if contender == "timefold" and "PLACEMENT_BENCH_TIMEFOLD" not in os.environ:
            yield row | {"ending": "not installed"}
            continue
        kind, _, draw = contender.partition("-") if contender.startswith("random") else (contender, "", "0")
        outcome = race(kind, problem, file, SECONDS[name], int(draw))
        yield row | outcome.figures
