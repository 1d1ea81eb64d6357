"""What more workers are worth: ``python -m tests.bench workers``.

Four coordinators, with a token each, order 50 runs of a term of the demo at once: 20, 15, 10 and 5. They are carried
out by 1, 2 and then 4 processes of ``placement worker`` on one PostgreSQL, one run at a time in each, with one thread a
run and the same time limit. All processes share the machine. What is told are ratios to one worker, how long who
ordered few waited beside who ordered many, and what a run costs beside its search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session, read_session
from placement.demo.build import build_term
from placement.demo.scales import ScaleName
from placement.store.tokens import create_token
from placement.tables import Run, RunStatus
from tests.chaos.service import for_the_service, serving
from tests.databases import DURABLE, cluster_of_the_machine, new_database

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from tests.chaos.service import Service

WORKERS = (1, 2, 4)
ORDERS = (20, 15, 10, 5)
SCALE: ScaleName = "eighth"
LIMIT = 4
FIRST = 20
"""Of so many runs that began first it is told whose they were."""


@dataclass(frozen=True)
class Crowd:
    """What came of 50 runs: the seconds until all were over, and of each run who ordered it and its moments."""

    workers: int
    seconds: float
    runs: list[Run]

    def tell(self, alone: Crowd) -> str:
        """Tell it on some lines, beside what one worker took."""
        begun = sorted(self.runs, key=lambda run: run.started_at or run.requested_at)
        whose = {by: sum(run.requested_by == by for run in begun[:FIRST]) for by in _orderers(self.runs)}
        waits = {by: median(_wait(run) for run in self.runs if run.requested_by == by) for by in whose}
        beside = [_lasted(run) - (run.elapsed_seconds or 0.0) for run in self.runs]
        busy = sum(map(_lasted, self.runs)) / (self.workers * self.seconds)
        return (
            f"{self.workers} workers: {60 * len(self.runs) / self.seconds:.1f} runs a minute, "
            f"{alone.seconds / self.seconds:.2f} times one worker; of the first {FIRST} that began, "
            f"{', '.join(map(str, whose.values()))} were of those who ordered {', '.join(map(str, ORDERS))}; "
            f"they waited {', '.join(f'{wait:.0f}' for wait in waits.values())} s (median); "
            f"beside its search a run took {mean(beside):.1f} s; workers were at work {busy:.0%} of the time; "
            f"gap {mean(_gap(run) for run in self.runs):.2%}"
        )


def _orderers(runs: list[Run]) -> list[str]:
    """Return who ordered, the one with most runs first."""
    names = {run.requested_by for run in runs}
    return sorted(names, key=lambda name: -sum(run.requested_by == name for run in runs))


def _wait(run: Run) -> float:
    return ((run.started_at or run.requested_at) - run.requested_at).total_seconds()


def _lasted(run: Run) -> float:
    began, ended = run.started_at or run.requested_at, run.finished_at or run.requested_at
    return (ended - began).total_seconds()


def _gap(run: Run) -> float:
    return 0.0 if not run.objective else (run.objective - (run.bound or 0)) / run.objective


@contextmanager
def working(server: URL, workers: int, build: Callable[[Session], object]) -> Iterator[Service]:
    """Let so many workers serve a new database, into which ``build`` has written a term."""
    with new_database(server) as made, TemporaryDirectory() as folder:
        url = for_the_service(server, made)
        engine = engine_for(url)
        with open_session(engine) as session:
            build(session)
        engine.dispose()
        with serving(url, Path(folder), apart=True, workers=workers) as service:
            yield service


def crowd(server: URL, workers: int) -> Crowd:
    """Have the 50 runs carried out by so many workers."""
    with working(server, workers, lambda session: build_term(session, SCALE, seed=1)) as service:
        with open_session(service.engine) as session:
            tokens = [create_token(session, SYSTEM, Role.COORDINATOR) for _ in ORDERS]
        warm_up(service, workers)
        began = time.monotonic()
        coordinators = [replace(service, token=token) for token in tokens]
        ordered = {each.order(f"{number}-{turn}", LIMIT) for number, turn, each in _by_turns(coordinators)}
        while (runs := _over(service, ordered)) is None:
            time.sleep(0.2)
        return Crowd(workers, time.monotonic() - began, runs)


def warm_up(service: Service, workers: int) -> None:
    """Let every worker carry out something, so that none is still starting."""
    for run in [service.order(f"warm-{number}", LIMIT) for number in range(2 * workers)]:
        service.ended(run, 300)


def _by_turns(coordinators: list[Service]) -> list[tuple[int, int, Service]]:
    """Return who orders when: those with many runs order all of theirs first."""
    return [
        (number, turn, each)
        for number, (each, many) in enumerate(zip_longest(coordinators, ORDERS))
        for turn in range(many)
    ]


def _over(service: Service, ordered: set[str]) -> list[Run] | None:
    """Return the ordered runs once all have succeeded; None before."""
    with read_session(service.engine) as session:
        runs = _runs(session, ordered)
    return runs if all(run.status is RunStatus.SUCCEEDED for run in runs) else None


def _runs(session: Session, ordered: set[str]) -> list[Run]:
    return list(session.exec(select(Run).where(col(Run.id).in_(ordered))))


def main() -> None:
    """Measure each number of workers, and print what came of it."""
    with cluster_of_the_machine(DURABLE, on_disk=True) as cluster:
        alone: Crowd | None = None
        for workers in WORKERS:
            measured = crowd(cluster.url, workers)
            alone = alone or measured
            print(measured.tell(alone), flush=True)


if __name__ == "__main__":
    main()
