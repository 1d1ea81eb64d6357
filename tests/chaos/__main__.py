"""Break the service for as long as it takes: ``python -m tests.chaos`` makes every trial, some hours in all.

``python -m tests.chaos frozen --times 5`` makes one, with fewer rounds. Each prints a line when it is over. The status
is 1 if a promise was broken. ``PLACEMENT_TEST_SEED`` repeats a run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from placement.database import migrate
from tests.chaos.database import Outages, stop_at_random
from tests.chaos.frozen import Frozen, freeze_at_random
from tests.chaos.kills import Outcome, kill_at_random
from tests.chaos.service import for_the_service, serving
from tests.databases import (
    DURABLE,
    cluster_of_the_machine,
    first_server,
    ladder,
    new_database,
)
from tests.effort import SEED

LEASE = 3.0


@contextmanager
def migrated(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database with all its tables."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'chaos.sqlite3'}"
        migrate(url)
        yield url
        return
    with first_server(ladder(None)) as server, new_database(server) as made:
        yield for_the_service(server, made)


def kills_embedded(times: int) -> Outcome:
    """Kill the one process of an installation on SQLite."""
    return _killed("sqlite", times, apart=False)


def kills_apart(times: int) -> Outcome:
    """Kill the process that answers calls, or a worker, on PostgreSQL."""
    return _killed("postgresql", times, apart=True)


def _killed(kind: str, times: int, *, apart: bool) -> Outcome:
    with (
        TemporaryDirectory() as folder,
        migrated(kind, Path(folder)) as url,
        serving(url, Path(folder), apart=apart) as service,
    ):
        return kill_at_random(service, times, SEED)


def frozen(times: int) -> Frozen:
    """Freeze one of two workers on PostgreSQL past its lease, and thaw it."""
    with (
        TemporaryDirectory() as folder,
        migrated("postgresql", Path(folder)) as url,
        serving(url, Path(folder), apart=True, lease=LEASE, workers=2) as service,
    ):
        return freeze_at_random(service, times, Random(SEED), LEASE)


def database(times: int) -> Outages:
    """Stop PostgreSQL every 5–40 seconds for 0–2 seconds, as by a crash, during so many calls."""
    with (
        cluster_of_the_machine(DURABLE) as cluster,
        TemporaryDirectory() as folder,
        serving(for_the_service(cluster.url, cluster.url), Path(folder), apart=True) as service,
    ):
        return stop_at_random(service, cluster, times, (5, 40), Random(SEED))


TRIALS: dict[str, tuple[Callable[[int], Outcome | Frozen | Outages], int]] = {
    "kills-embedded": (kills_embedded, 200),
    "kills-apart": (kills_apart, 200),
    "frozen": (frozen, 100),
    "database": (database, 5_000),
}
"""Each trial, and how many rounds it has unless told otherwise; of the last one, how many calls."""


def main(words: list[str]) -> int:
    """Make the trials that the words name, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("trials", nargs="*", choices=[[], *TRIALS], metavar="TRIAL", help=", ".join(TRIALS))
    parser.add_argument("--times", type=int, help="so many rounds of each")
    asked = parser.parse_args(words)
    broken = False
    for name, (trial, usual) in TRIALS.items():
        if not asked.trials or name in asked.trials:
            outcome = trial(asked.times or usual)
            broken = broken or bool(outcome.wrong)
            print(f"{name}, seed {SEED}: {outcome}", flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
