"""The service as an installation runs it, in processes that can be killed and started again at the same address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import URL, Engine
from sqlmodel import select

from placement.callers import SYSTEM, Role
from placement.database import engine_for, migrate, open_session
from placement.demo.build import build_term
from placement.demo.scales import ScaleName
from placement.keys import new_key
from placement.store.tokens import create_token
from placement.tables import Term
from placement_api.media_types import CSV
from tests.api.serving import COMMAND
from tests.databases import APPLICATION, MAKE_APPLICATION, as_application, connection

PATIENCE = 60.0
"""Seconds after which a call that was never answered is a fault."""
PAUSE = 0.05
ORPHAN_SECONDS = 5.0
"""A child process whose parent was killed has to end within this many seconds."""
ALTERED = Path(__file__).with_name("altered.py")


@dataclass
class Process:
    """A command of the service that is started again after it was killed, with the same words.

    ``lease``, ``order`` and ``large`` alter it (`altered`).
    """

    words: tuple[str, ...]
    url: str
    log: Path
    lease: float | None = None
    settings: dict[str, str] = field(default_factory=dict)
    order: Path | None = None
    large: int | None = None
    running: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Return what is started, without its words."""
        altered = ["" if each is None else str(each) for each in (self.lease, self.order, self.large)]
        return [sys.executable, "-P", str(ALTERED), *altered] if any(altered) else [str(COMMAND)]

    def start(self) -> None:
        """Start it, and do not wait."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [*self.command(), *self.words],
                env=os.environ | {"PLACEMENT_DATABASE_URL": self.url} | self.settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self.running is not None
        return self.running.pid

    def kill(self) -> list[psutil.Process]:
        """Kill it with SIGKILL, and return the processes that it had started: they have to end by themselves."""
        assert self.running is not None
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.pid).children(recursive=True)
            self.running.kill()
            self.running.wait()
            return children
        return []

    def end(self) -> None:
        """Stop it in order."""
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()
            self.running.wait(60)


@dataclass(frozen=True)
class Service:
    """A served term of the demo: its database, its address, a coordinator's token, and the processes.

    Where runs are ``shared``, each is split into its parts, which the workers search at once.
    """

    engine: Engine
    address: str
    token: str
    term: str
    processes: dict[str, Process]
    shared: bool = False

    def once(self, method: str, path: str, body: object = None, key: str | None = None) -> httpx.Response:
        """Make a call once; a body of bytes is CSV.

        Raises:
            httpx.TransportError: it is not answered.

        """
        headers = {"Authorization": f"Bearer {self.token}"} | ({} if key is None else {"Idempotency-Key": key})
        address = f"{self.address}{path}"
        with httpx.Client(headers=headers, timeout=PATIENCE, trust_env=False) as http:
            if isinstance(body, bytes):
                return http.request(method, address, content=body, headers={"Content-Type": CSV})
            return http.request(method, address, json=body)

    def call(self, method: str, path: str, body: object = None, key: str | None = None) -> httpx.Response:
        """Make a call until it is answered by neither silence nor 503, as a careful client does."""
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(httpx.TransportError):
                answer = self.once(method, path, body, key)
                if answer.status_code not in (409, 503) or time.monotonic() > until:
                    return answer
            if time.monotonic() > until:
                last = {name: process.log.read_text().strip()[-500:] for name, process in self.processes.items()}
                message = f"{method} {path} was not answered for {PATIENCE:.0f} s; what the processes said last: {last}"
                raise AssertionError(message)
            time.sleep(PAUSE)

    def order(self, key: str, seconds: int = 60) -> str:
        """Order a run with one worker and return its id."""
        body = {"timeLimitSeconds": seconds, "workers": 1}
        answer = self.call("POST", f"/v1/terms/{self.term}/runs", body, key)
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        return str(answer.json()["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        """Return a run as it stands."""
        told: dict[str, Any] = self.call("GET", f"/v1/runs/{run_id}").json()
        return told

    def ended(self, run_id: str, seconds: float) -> dict[str, Any]:
        """Wait at most so many seconds for a run to end, and return it as it then stands."""
        until = time.monotonic() + seconds
        while (told := self.run(run_id))["status"] in {"queued", "running"}:
            assert time.monotonic() < until, f"run {run_id} is stuck: {told}"
            time.sleep(PAUSE)
        return told


def for_the_service(server: URL, made: URL) -> str:
    """Make all tables in a database, and return the address at which the service connects to it."""
    with connection(server) as admin:
        admin.execute(MAKE_APPLICATION)
    migrate(made.render_as_string(hide_password=False), APPLICATION)
    return as_application(made).render_as_string(hide_password=False)


@contextmanager
def serving(
    url: str,
    folder: Path,
    *,
    apart: bool,
    lease: float | None = None,
    workers: int = 1,
    ordered: bool = False,
    shared: bool = False,
    scale: ScaleName = "thirtieth",
) -> Iterator[Service]:
    """Serve a small term of the demo: in one process, or with workers ``apart`` from the process that answers calls.

    Processes that are ``ordered`` to die at a commit do so, and runs that are to be ``shared`` are split though they
    are small (`altered`).
    """
    engine = engine_for(url)
    with open_session(engine) as session:
        if session.exec(select(Term)).first() is None:
            build_term(session, scale, seed=1)
        term = session.exec(select(Term)).one().id
        token = create_token(session, SYSTEM, Role.COORDINATOR)
    port = free_port()
    settings = {
        "PLACEMENT_RUNNER": "none" if apart else "embedded",
        "PLACEMENT_REMEDIES": "on-demand",
        "PLACEMENT_CALLS_PER_MINUTE": "0",
        "PLACEMENT_DEAR_CALLS_PER_MINUTE": "0",
        "PLACEMENT_SECRET_KEYS": os.environ.get("PLACEMENT_SECRET_KEYS", "") or new_key(),
    }
    commands: dict[str, tuple[str, ...]] = {"api": ("serve", "--port", str(port))}
    commands |= {f"worker-{number}": ("worker",) for number in range(workers if apart else 0)}
    processes = {
        name: Process(
            words,
            url,
            folder / f"{name}.log",
            lease,
            settings,
            folder / f"{name}.order" if ordered else None,
            0 if shared else None,
        )
        for name, words in commands.items()
    }
    for process in processes.values():
        process.start()
    try:
        yield Service(engine, f"http://127.0.0.1:{port}", token, term, processes, shared)
    finally:
        for process in processes.values():
            process.end()
        engine.dispose()


def free_port() -> int:
    """Return a port of the loopback that nobody listens on: a process that is started again has to have the same."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def gone(children: list[psutil.Process]) -> list[psutil.Process]:
    """Wait for the processes that a killed one had started, and return those that did not end by themselves."""
    _, alive = psutil.wait_procs(children, timeout=ORPHAN_SECONDS)
    return alive
