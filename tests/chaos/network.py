"""The network between the workers and PostgreSQL cut without a word, and healed: runs end as their twin did.

The workers are in a network of their own (a namespace of the kernel); a cut is its one cable taken out. That takes the
rights of root.
"""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.chaos.kills import STUCK_SECONDS, twin_of
from tests.chaos.service import Process
from tests.databases import as_application

if TYPE_CHECKING:
    from random import Random

    from tests.chaos.service import Service
    from tests.databases import Cluster

IP = "/usr/sbin/ip"
HERE, THERE = "10.83.7.1", "10.83.7.2"
"""The addresses of the database and of the workers on the cable between them."""
SHORT_SECONDS = 2.0
LONGEST_CUT = 15.0
"""A cut lasts up to the one, or, every third time, up to the other, which is longer than a worker may be silent."""


class NoNetworkError(Exception):
    """No network of our own can be made; the message says why."""


@dataclass
class Cuts:
    """What some rounds came to: runs, cuts, attempts beyond the first, and what went wrong."""

    runs: int = 0
    cuts: list[float] = field(default_factory=list)
    begun_again: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        longest = max(self.cuts, default=0.0)
        return (
            f"{self.runs} runs, {len(self.cuts)} cuts of up to {longest:.1f} s; begun again: {self.begun_again}; "
            f"wrong: {self.wrong}"
        )


@dataclass(frozen=True)
class Cable:
    """The one cable of a network of our own."""

    namespace: str
    end: str

    def cut(self) -> None:
        """Take it out: what is sent is lost, and nobody is told."""
        ip("link", "set", self.end, "down")

    def heal(self) -> None:
        """Put it in again."""
        ip("link", "set", self.end, "up")


@dataclass
class Remote(Process):
    """A process in a network of its own."""

    namespace: str = ""

    def command(self) -> list[str]:
        """Return what is started, without its words."""
        return [IP, "netns", "exec", self.namespace, *super().command()]


@contextmanager
def network() -> Iterator[Cable]:
    """Make a network with one cable to ours.

    Raises:
        NoNetworkError: this machine, or this user, can have none.

    """
    if not Path(IP).exists():
        message = "there is no ip command"
        raise NoNetworkError(message)
    name = f"plc{secrets.token_hex(3)}"
    cable = Cable(name, f"{name}a")
    ip("netns", "add", name)
    try:
        ip("link", "add", cable.end, "type", "veth", "peer", "name", f"{name}b", "netns", name)
        ip("address", "add", f"{HERE}/30", "dev", cable.end)
        ip("link", "set", cable.end, "up")
        for words in (("address", "add", f"{THERE}/30", "dev", f"{name}b"), ("link", "set", f"{name}b", "up")):
            ip("-n", name, *words)
        yield cable
    finally:
        ip("netns", "delete", name)  # and with it the cable


def ip(*words: str) -> None:
    """Change the networks of the machine."""
    done = subprocess.run([IP, *words], check=False, capture_output=True, text=True)
    if done.returncode:
        message = f"ip {' '.join(words)}: {done.stderr.strip()}"
        raise NoNetworkError(message)


def let_in(cluster: Cluster) -> None:
    """Let the workers' network into a server that listens on its end of the cable."""
    with (cluster.home / "cluster" / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {THERE}/32 trust\n")
    with psycopg.connect(str(cluster.url.set(drivername="postgresql")), autocommit=True) as admin:
        admin.execute("SELECT pg_reload_conf()")


def worker_beyond(service: Service, cluster: Cluster, cable: Cable) -> Remote:
    """Return a worker at the other end of the cable, like the service's own processes otherwise."""
    url = as_application(cluster.url)
    over_the_cable: dict[str, Any] = {name: value for name, value in url.query.items() if name != "host"}
    address = url.set(host=HERE, query=over_the_cable).render_as_string(hide_password=False)
    api = service.processes["api"]
    log = api.log.with_name("worker-beyond.log")
    return Remote(("worker",), address, log, api.lease, api.settings, namespace=cable.namespace)


def cut_at_random(service: Service, cable: Cable, rounds: int, draw: Random) -> Cuts:
    """Order a run in each round, and cut the cable of its worker at a random moment."""
    outcome = Cuts()
    twin, undisturbed = twin_of(service)
    for number in range(rounds):
        run = service.order(f"cut-{number}-{draw.random()}")
        time.sleep(draw.uniform(0, undisturbed))
        lasts = draw.uniform(SHORT_SECONDS, LONGEST_CUT) if number % 3 == 2 else draw.uniform(0, SHORT_SECONDS)
        cable.cut()
        time.sleep(lasts)
        cable.heal()
        told = service.ended(run, STUCK_SECONDS + undisturbed)
        outcome.runs += 1
        outcome.cuts.append(lasts)
        outcome.begun_again += told["attempts"] > 1
        if any(told[name] != twin[name] for name in ("status", "objective", "bound", "unplaced")):
            outcome.wrong.append(f"round {number}: {told}")
    return outcome
