"""The database's disk becomes full under an import, a run and a publication, and has room again some seconds later.

Whoever calls meanwhile is told so, or is served. What was refused has not happened, not even half of it, and works once
there is room; a run that was at work goes on. Nothing is started anew for that, but a PostgreSQL that has given up.
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import httpx
import psycopg

from tests.chaos.commits import IMPORTS, faults_in_trail, published, rows_in, sheet
from tests.chaos.database import HEALTHY_SECONDS, ready, wrong_with
from tests.chaos.kills import STUCK_SECONDS, twin_of
from tests.chaos.service import PATIENCE, PAUSE
from tests.databases import DURABLE, Cluster, NoServerError, connection, newest_binaries
from tests.small_disks import fill, small_disk

if TYPE_CHECKING:
    from tests.chaos.service import Service

LONGEST_FULL = 2.0
"""A disk is full for up to so many seconds, or for as long as a run takes."""
SMALL_MB, CLUSTER_MB = 64, 256
"""The size of a disk for SQLite, and for a whole PostgreSQL."""
TOLD = (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.INSUFFICIENT_STORAGE)
SMALL_LOG = f"{DURABLE} -c min_wal_size=32MB -c max_wal_size=64MB"
"""A PostgreSQL that keeps few files for its log, of 16 MB each."""
FILES_OF_LOG = 12
"""More files than it keeps."""
RUN = "run"
READS = ("/v1/terms", "/v1/units?limit=50", "/v1/runs", "/v1/organisations?limit=20")


@dataclass
class FullDisks:
    """What came of it: answers by status while the disk was full, deeds by what became of them, and what was wrong."""

    answers: Counter[int] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many calls were told that there is no room, or that the database is away."""
        return sum(self.answers[status] for status in TOLD)

    def __str__(self) -> str:
        """Tell it on one line."""
        answers = ", ".join(f"{status} {number}" for status, number in sorted(self.answers.items()))
        deeds = ", ".join(f"{what} {number}" for what, number in sorted(self.deeds.items()))
        return f"{deeds}; answers on a full disk: {answers}; wrong: {self.wrong}"


@dataclass(frozen=True)
class Disk:
    """A small disk with a database.

    ``use_up`` uses what room the database has kept for itself; ``revive`` starts it where it has given up.
    """

    place: Path
    use_up: Callable[[], object] = lambda: None
    revive: Callable[[], object] = lambda: None

    @contextmanager
    def full(self, after: float, *, used_up: bool) -> Iterator[None]:
        """Let the disk have no room from so many seconds after the block has begun until it ends."""
        filling = threading.Timer(after, self._fill, (used_up,))
        filling.start()
        if after == 0:
            filling.join()
        try:
            yield
        finally:
            filling.join()
            (self.place / "filler").unlink()
            self.revive()

    def _fill(self, used_up: bool) -> None:  # noqa: FBT001 (given by position, as a timer gives it)
        for database in self.place.glob("*.sqlite3"):
            with closing(sqlite3.connect(database)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # otherwise its log has room of its own
        fill(self.place)
        if used_up:
            self.use_up()


@dataclass(frozen=True)
class Ask:
    """A call that changes something, the seconds within which the disk becomes full, and how long it then is."""

    name: str
    path: str
    body: object
    within: float = 0.2
    longest: float = LONGEST_FULL


class Trial:
    """The rounds of one service on one disk."""

    def __init__(self, service: Service, disk: Disk, draw: Random) -> None:
        """Nothing has been tried yet."""
        self._service, self._disk, self._draw = service, disk, draw
        self._brought: dict[str, dict[str, int]] = {}
        self.outcome = FullDisks()

    def ask(self, ask: Ask, *, full: bool) -> httpx.Response:
        """Make a call on a disk that is full or becomes so, and again once there is room; return the last answer."""
        key = f"{ask.name}-{self._draw.random()}"
        after = 0 if full else self._draw.uniform(0, ask.within)
        lasts = after + self._draw.uniform(LONGEST_FULL / 2, ask.longest)
        before = rows_in(self._service.engine)
        with self._disk.full(after, used_up=self._draw.random() < 0.5):
            acknowledged = self._insist(ask, key, lasts)
        if (took := ready(self._service)) > HEALTHY_SECONDS:
            self.outcome.wrong.append(f"ready only {took:.1f} s after there was room")
        between = rows_in(self._service.engine)
        answer = self._service.call("POST", ask.path, ask.body, key)
        if not answer.is_success:
            self.outcome.wrong.append(f"{ask.name} with room again: {answer.status_code} {answer.text[:200]}")
        elif ask.name == RUN:
            told = self._service.ended(answer.json()["id"], 2 * STUCK_SECONDS)
            self.outcome.deeds[f"{told['status']} after {told['attempts']} attempts"] += 1
        after_it = rows_in(self._service.engine)
        self.outcome.deeds[f"{ask.name} {'acknowledged' if acknowledged else 'refused'} on a full disk"] += 1
        self._compare(ask.name, before, between, after_it, acknowledged=acknowledged)
        return answer

    def _insist(self, ask: Ask, key: str, seconds: float) -> bool:
        """Make a call until it succeeds, and read, for so many seconds; tell whether the call has succeeded."""
        until, done = time.monotonic() + seconds, False
        while time.monotonic() < until:
            done = done or self._once("POST", ask.path, ask.body, key)
            for path in READS:
                self._once("GET", path)
            time.sleep(0.1)
        return done

    def _once(self, method: str, path: str, body: object = None, key: str | None = None) -> bool:
        try:
            answer = self._service.once(method, path, body, key)
        except httpx.TransportError as error:
            self.outcome.wrong.append(f"{method} {path}: {error!r}")
            return False
        self.outcome.answers[answer.status_code] += 1
        if why := wrong_with(answer, TOLD):
            self.outcome.wrong.append(f"{method} {path}: {why}")
        return answer.is_success

    def _compare(
        self, name: str, before: dict[str, int], between: dict[str, int], after: dict[str, int], *, acknowledged: bool
    ) -> None:
        """Hold what a call has brought to the other rounds; what it has brought meanwhile is all of it, or nothing."""
        brought = {table: number - before[table] for table, number in after.items() if number != before[table]}
        if brought != self._brought.setdefault(name, brought):
            self.outcome.wrong.append(f"{name} brought {brought}, not {self._brought[name]}")
        if name != RUN and between != after and (acknowledged or between != before):
            meanwhile = {table: number - before[table] for table, number in between.items() if number != before[table]}
            self.outcome.wrong.append(f"{name} had brought {meanwhile}, not {brought}, while the disk was full")


def fill_at_random(service: Service, disk: Disk, rounds: int, draw: Random) -> FullDisks:
    """In each round let the disk become full under an import, a run and a publication.

    It is full before the calls in the first round and in half of the others; in the first, the run is at work by then.
    """
    trial = Trial(service, disk, draw)
    published(service)
    twin, undisturbed = twin_of(service)
    terms = f"/v1/terms/{service.term}"
    order = Ask(RUN, f"{terms}/runs", {"timeLimitSeconds": 60, "workers": 1}, undisturbed, undisturbed + LONGEST_FULL)
    for number in range(rounds):
        full = number == 0 or draw.random() < 0.5
        trial.ask(Ask("import", IMPORTS, sheet(service, f"{number}-{draw.random()}")), full=full)
        run = trial.ask(order, full=full and number > 0).json()["id"]
        told = service.run(run)
        if any(told[name] != twin[name] for name in ("status", "objective", "bound", "unplaced")):
            trial.outcome.wrong.append(f"round {number}: {told}")
        trial.ask(Ask("publication", f"{terms}/publications", {"runId": run, "publishedBy": "Ada Lind"}), full=full)
    trial.outcome.wrong += faults_in_trail(service)
    return trial.outcome


@contextmanager
def cluster_on_a_small_disk() -> Iterator[tuple[Cluster, Disk]]:
    """Start a PostgreSQL of our own, with all that it has on a small disk.

    Raises:
        NoServerError: this machine has none.
        NoSmallDiskError: this machine, or this user, can have none.

    """
    binaries = newest_binaries()
    with tempfile.TemporaryDirectory(prefix="placement-disk-") as folder, small_disk(Path(folder), CLUSTER_MB) as place:
        home = place / "server"
        home.mkdir()
        cluster = Cluster(home, binaries, SMALL_LOG)
        cluster.make()
        cluster.start()
        try:
            yield cluster, Disk(place, lambda: _use_up_log(cluster), lambda: _start_again(cluster))
        finally:
            with suppress(NoServerError):  # it may have given up
                cluster.stop()


def _use_up_log(cluster: Cluster) -> None:
    """Begin one file of the server's log after another, until there is none: it then gives up."""
    with suppress(psycopg.Error), connection(cluster.url) as admin:
        for _ in range(FILES_OF_LOG):
            admin.execute("SELECT pg_current_xact_id()")
            admin.execute("SELECT pg_switch_wal()")


def _start_again(cluster: Cluster) -> None:
    """Start a server that has given up for want of room, or is about to; wait until it lets us in."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(NoServerError):  # it is still there
            cluster.start()
        with suppress(psycopg.OperationalError):
            connection(cluster.url).close()
            return
        time.sleep(PAUSE)
    message = f"PostgreSQL does not start: {(cluster.home / 'server.log').read_text()[-2_000:]}"
    raise AssertionError(message)
