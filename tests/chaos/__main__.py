"""Break the service for as long as it takes: ``python -m tests.chaos`` makes every trial, some hours in all.

``python -m tests.chaos frozen --times 5`` makes one, with fewer rounds. Each prints a line when it is over. The status
is 1 if a promise was broken. ``PLACEMENT_TEST_SEED`` repeats a run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from placement.database import migrate
from placement.keys import new_key
from tests.chaos import network as cutting
from tests.chaos.commits import Commits, deeds_of, kill_at_commits
from tests.chaos.database import Outages, stop_at_random
from tests.chaos.frozen import Frozen, freeze_at_random
from tests.chaos.full_disk import SMALL_MB, Disk, FullDisks, cluster_on_a_small_disk, fill_at_random
from tests.chaos.hostile import SLOW_SECONDS, Hostile, burden, give_little_memory, hang
from tests.chaos.kills import Outcome, kill_at_random
from tests.chaos.migrating import PAST, Migrations, kill_migrations
from tests.chaos.network import Cuts
from tests.chaos.rolling import Rolled, roll
from tests.chaos.service import for_the_service, serving
from tests.chaos.unequal import Unequal, make_unequal, plan_beside_small_ones
from tests.databases import (
    DURABLE,
    MAKE_APPLICATION,
    cluster_of_the_machine,
    connection,
    first_server,
    ladder,
    new_database,
)
from tests.effort import SEED
from tests.small_disks import small_disk

LEASE = 3.0
EVERY = 1_000
"""More rounds than there are commits of a deed, or past revisions: each has its own."""
Told = Outcome | Frozen | Outages | Commits | FullDisks | Migrations | Cuts | Rolled | Hostile | Unequal


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


def kills_shared(times: int) -> Outcome:
    """Kill the process that answers calls, or one of two workers that search the parts of a run, on PostgreSQL."""
    return _killed("postgresql", times, apart=True, workers=2, shared=True)


def _killed(kind: str, times: int, *, apart: bool, workers: int = 1, shared: bool = False) -> Outcome:
    with (
        TemporaryDirectory() as folder,
        migrated(kind, Path(folder)) as url,
        serving(url, Path(folder), apart=apart, workers=workers, shared=shared) as service,
    ):
        return kill_at_random(service, times, SEED)


def frozen(times: int) -> Frozen:
    """Freeze one of two workers on PostgreSQL past its lease, and thaw it."""
    return _frozen(times, shared=False)


def frozen_shared(times: int) -> Frozen:
    """Freeze one of two workers that search the parts of a run past its lease, and thaw it."""
    return _frozen(times, shared=True)


def _frozen(times: int, *, shared: bool) -> Frozen:
    with (
        TemporaryDirectory() as folder,
        migrated("postgresql", Path(folder)) as url,
        serving(url, Path(folder), apart=True, lease=LEASE, workers=2, shared=shared) as service,
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


def commits_embedded(times: int) -> Commits:
    """Kill the one process of an installation on SQLite at each of its commits, or at so many of each deed."""
    return _killed_at_commits("sqlite", times, apart=False)


def commits_apart(times: int) -> Commits:
    """Kill the process that answers calls, or the worker, at each of its commits on PostgreSQL."""
    return _killed_at_commits("postgresql", times, apart=True)


def _killed_at_commits(kind: str, times: int, *, apart: bool) -> Commits:
    with (
        TemporaryDirectory() as folder,
        migrated(kind, Path(folder)) as url,
        serving(url, Path(folder), apart=apart, lease=LEASE if apart else None, ordered=True) as service,
    ):
        return kill_at_commits(service, deeds_of(service), times, Random(SEED))


def disk_sqlite(times: int) -> FullDisks:
    """Fill the disk of an installation on SQLite."""
    with (
        TemporaryDirectory() as folder,
        TemporaryDirectory() as mounted,
        small_disk(Path(mounted), SMALL_MB) as place,
        migrated("sqlite", place) as url,
        serving(url, Path(folder), apart=False) as service,
    ):
        return fill_at_random(service, Disk(place), times, Random(SEED))


def disk_postgresql(times: int) -> FullDisks:
    """Fill the disk that a whole PostgreSQL is on, so that it now and then gives up."""
    with (
        TemporaryDirectory() as folder,
        cluster_on_a_small_disk() as (cluster, disk),
        serving(for_the_service(cluster.url, cluster.url), Path(folder), apart=True) as service,
    ):
        return fill_at_random(service, disk, times, Random(SEED))


def migrations_sqlite(times: int) -> Migrations:
    """Kill migrations of an SQLite file from so many past revisions, the newest first."""
    with TemporaryDirectory() as folder:
        return kill_migrations(f"sqlite:///{Path(folder) / 'chaos.sqlite3'}", PAST[:times], Random(SEED))


def migrations_postgresql(times: int) -> Migrations:
    """Kill migrations of a PostgreSQL database from so many past revisions, the newest first."""
    with first_server(ladder(None)) as server, new_database(server) as made:
        with connection(server) as admin:
            admin.execute(MAKE_APPLICATION)
        return kill_migrations(made.render_as_string(hide_password=False), PAST[:times], Random(SEED))


def network(times: int) -> Cuts:
    """Cut the network between the only worker and PostgreSQL."""
    listening = f"{DURABLE} -c listen_addresses={cutting.HERE}"
    with (
        cutting.network() as cable,
        cluster_of_the_machine(listening) as cluster,
        TemporaryDirectory() as folder,
        serving(for_the_service(cluster.url, cluster.url), Path(folder), apart=True, workers=0) as service,
    ):
        cutting.let_in(cluster)
        service.processes["worker"] = cutting.worker_beyond(service, cluster, cable)
        service.processes["worker"].start()
        return cutting.cut_at_random(service, cable, times, Random(SEED))


def rolling(times: int) -> Rolled:
    """Upgrade a database while two versions use it, and order so many runs meanwhile."""
    with (
        first_server(ladder(None)) as server,
        new_database(server) as made,
        TemporaryDirectory() as folder,
        serving(for_the_service(server, made), Path(folder), apart=True) as service,
    ):
        return roll(service, made.render_as_string(hide_password=False), Path(folder), times, Random(SEED))


def hostile(times: int) -> Hostile:
    """Order runs that cannot have the memory that they need."""
    with (
        TemporaryDirectory() as folder,
        migrated("postgresql", Path(folder)) as url,
        serving(url, Path(folder), apart=True, scale="half") as service,
    ):
        give_little_memory(service)
        outcome = burden(service, times)
        if outcome.p95 > SLOW_SECONDS:
            outcome.wrong.append(f"others waited {outcome.p95:.2f} s")
        return outcome


def unequal(times: int) -> Unequal:
    """Order runs for which only one of three workers has memory enough."""
    with (
        TemporaryDirectory() as folder,
        migrated("postgresql", Path(folder)) as url,
        serving(url, Path(folder), apart=True, workers=3, scale="half") as service,
    ):
        make_unequal(service)
        return plan_beside_small_ones(service, times)


def hostile_time(times: int) -> Hostile:
    """Order runs whose solver processes never end."""
    with (
        TemporaryDirectory() as folder,
        migrated("postgresql", Path(folder)) as url,
        serving(url, Path(folder), apart=True) as service,
    ):
        outcome = hang(service, times)
        if outcome.p95 > SLOW_SECONDS:
            outcome.wrong.append(f"others waited {outcome.p95:.2f} s")
        return outcome


TRIALS: dict[str, tuple[Callable[[int], Told], int]] = {
    "kills-embedded": (kills_embedded, 200),
    "kills-apart": (kills_apart, 200),
    "kills-shared": (kills_shared, 200),
    "frozen": (frozen, 100),
    "frozen-shared": (frozen_shared, 100),
    "database": (database, 5_000),
    "commits-embedded": (commits_embedded, EVERY),
    "commits-apart": (commits_apart, EVERY),
    "disk-sqlite": (disk_sqlite, 50),
    "disk-postgresql": (disk_postgresql, 50),
    "migrations-sqlite": (migrations_sqlite, EVERY),
    "migrations-postgresql": (migrations_postgresql, EVERY),
    "network": (network, 50),
    "rolling": (rolling, 20),
    "hostile": (hostile, 10),
    "hostile-time": (hostile_time, 10),
    "unequal": (unequal, 10),
}
"""Each trial, and how many rounds it has unless told otherwise; of ``database``, how many calls."""


def main(words: list[str]) -> int:
    """Make the trials that the words name, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("trials", nargs="*", choices=[[], *TRIALS], metavar="TRIAL", help=", ".join(TRIALS))
    parser.add_argument("--times", type=int, help="so many rounds of each")
    asked = parser.parse_args(words)
    os.environ.setdefault("PLACEMENT_SECRET_KEYS", new_key())  # the same in every process that a trial starts
    broken = False
    for name, (trial, usual) in TRIALS.items():
        if not asked.trials or name in asked.trials:
            outcome = trial(asked.times or usual)
            broken = broken or bool(outcome.wrong)
            print(f"{name}, seed {SEED}: {outcome}", flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
