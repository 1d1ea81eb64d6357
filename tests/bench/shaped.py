"""How near the plans are on counties of every shape (`shapes`): 24 fixed ones, and fresh and small ones each time.

A problem is planned anew for each time limit: what a search finds in ten of 180 seconds is not what it finds when it
has ten. The fresh ones are drawn from the clock, so that no search can be shaped on them.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from placement_solver.documents import read_problem
from placement_solver.progress import gap_between
from tests.bench.race import race
from tests.bench.shapes import FIXED, Shape, draw_document, draw_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.bench.records import Row

FRESH = "fresh"
FRESH_COUNT = 10
HUNDRED = "hundred"
"""A hundred small ones, which are planned with the shortest limit alone."""
HUNDRED_COUNT = 100
SEED = 1
LIMITS = (10, 60, 180)


@dataclass(frozen=True, slots=True)
class Class:
    """A size of problems: at most so many requests, with the gap wanted after each of `LIMITS`, and MiB.

    After 10 seconds the plan counts, against the best bound known; later what is proven.
    """

    most: int
    gaps: tuple[float, ...]
    mib: int


CLASSES = (
    Class(500, (0.0005, 0.0), 400),
    Class(2_500, (0.01, 0.001, 0.0005), 1_024),
    Class(5_000, (0.05, 0.003, 0.0005), 1_536),
    Class(10_000, (0.03, 0.005, 0.001), 1_536),
    Class(60_000, (1.0, 0.05, 0.01), 8_192),
)


def class_of(requests: int) -> Class:
    """Return the class of a problem with so many requests."""
    return next(each for each in CLASSES if requests <= each.most)


def names() -> tuple[str, ...]:
    """Return the fixed shapes, the fresh ones together, and the small ones together."""
    return (*FIXED, FRESH, HUNDRED)


def measure(name: str, folder: Path) -> Iterator[Row]:
    """Plan a fixed shape, or the fresh ones, once for each time limit; of the small ones each with the first."""
    if name in FIXED:
        yield from _plan(name, FIXED[name], SEED, folder)
        return
    began = int(time.time())
    for number in range(FRESH_COUNT if name == FRESH else HUNDRED_COUNT):
        seed = began + number
        most = CLASSES[number % 4 if name == FRESH else 0].most
        shape = draw_shape(seed, Random(f"size {seed}").randint(most // 2 if name == FRESH else most // 10, most))
        yield from _plan(f"{name}-{number}", shape, seed, folder, LIMITS if name == FRESH else LIMITS[:1])


def _plan(name: str, shape: Shape, seed: int, folder: Path, limits: Sequence[int] = LIMITS) -> Iterator[Row]:
    document = draw_document(shape, seed)
    file = folder / f"{name}.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    problem = read_problem(file.read_text(encoding="utf-8"))
    wanted = class_of(len(problem.requests))
    for limit, _ in zip(limits, wanted.gaps, strict=False):
        outcome = race("placement", problem, file, limit)
        yield {
            "name": f"{name}/{limit}",
            "seed": seed,
            "requests": len(problem.requests),
            "limit": limit,
            **outcome.figures,
            "mean_gap": mean_gap(outcome.curve, outcome.bound, limit),
        }
        if outcome.objective is not None and outcome.objective == outcome.bound:
            break  # a proven plan needs no more time


def mean_gap(curve: Sequence[tuple[float, int, int, int]], bound: int | None, limit: float) -> float | None:
    """Return the primal integral over the time: the mean gap of the best plan so far to the last bound; 1 before it.

    Source: Berthold, "Measuring the impact of primal heuristics" (2013).
    """
    if bound is None:
        return None
    total, since, gap = 0.0, 0.0, 1.0
    for at, objective, _, _ in curve:
        total += gap * (min(at, limit) - since)
        since, gap = min(at, limit), min(gap, gap_between(objective, bound))
    return round((total + gap * (limit - since)) / limit, 5)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a problem from all its limits: the gap after each, and what is missed of what is wanted."""

    name: str
    requests: int
    gaps: tuple[float | None, ...]
    mean_gap: float | None
    mib: int
    missed: tuple[str, ...]

    @property
    def worst(self) -> float:
        """The last gap, as it is sorted by; 1 where there is no plan."""
        return 1.0 if self.gaps[-1] is None else self.gaps[-1]


def standings(rows: Sequence[Row]) -> list[Standing]:
    """Put the rows of each problem together, in the order of their sizes."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row["name"].rpartition("/")[0], []).append(row)
    found = [_standing(name, sorted(those, key=lambda row: int(row["limit"]))) for name, those in by_name.items()]
    return sorted(found, key=lambda each: each.requests)


def _standing(name: str, rows: Sequence[Row]) -> Standing:
    wanted = class_of(rows[0]["requests"])
    best = max((row["bound"] or 0 for row in rows), default=0)
    gaps, missed = [], []
    for row, most in zip(rows, wanted.gaps, strict=False):
        gap = None
        if row["objective"] is not None:
            gap = gap_between(row["objective"], best if row["limit"] == LIMITS[0] else row["bound"])
        gaps.append(gap)
        if gap is None or gap > most:
            missed.append(f"{row['limit']} s")
    if best > min((row["objective"] for row in rows if row["objective"] is not None), default=best):
        missed.append("a bound above a plan")
    mib = max(row["mib"] for row in rows)
    if mib > wanted.mib:
        missed.append("MiB")
    return Standing(name, rows[0]["requests"], tuple(gaps), rows[-1]["mean_gap"], mib, tuple(missed))
