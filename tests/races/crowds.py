"""Crowds: many callers, each with a token, who use a served county at the same moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy import Engine

from placement.callers import SYSTEM, Role
from placement.database import open_session
from placement.store.tokens import create_token
from tests.api.serving import address_of
from tests.starting import quick_command

T = TypeVar("T")
PATIENCE = 120.0
"""Seconds after which a call that has had no answer is a fault."""
APP = "placement_api.served:create_served_app"


@dataclass(frozen=True)
class Crowd:
    """Callers of a served county: the address, and a token for each."""

    http: httpx.Client
    tokens: Sequence[str]

    def call(self, who: int, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Make one call as one of the crowd; the names of headers are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {self.tokens[who % len(self.tokens)]}"
        return self.http.request(method, path, json=body, headers=named)

    def rush(self, deeds: Sequence[Callable[[], T]]) -> list[T]:
        """Do all deeds at the same moment, and return what each came to."""
        gate = threading.Barrier(len(deeds))

        def do(deed: Callable[[], T]) -> T:
            gate.wait()
            return deed()

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(do, deeds))


@contextmanager
def served_to(url: str, tokens: Sequence[str], processes: int = 1, app: str = APP) -> Iterator[Crowd]:
    """Serve a database in processes of its own to a crowd, which ends with the block."""
    with serving(url, processes, app) as (address, _), a_line_to(address) as http:
        yield Crowd(http, tokens)


@contextmanager
def a_line_to(address: str) -> Iterator[httpx.Client]:
    """Open as many connections to a server as callers need."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    with httpx.Client(base_url=address, timeout=PATIENCE, limits=limits, trust_env=False) as http:
        yield http


@contextmanager
def serving(url: str, processes: int = 1, app: str = APP) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve a database with ``placement serve``, without background tasks; yield the address and the process.

    Another app than the service is served in the same way, and loaded anew for it.
    """
    command: list[str | Path] = [quick_command(), "serve", "--port", "0", "--processes", str(processes)]
    if app != APP:
        command = [sys.executable, "-m", "uvicorn", app, "--factory", "--port", "0", "--workers", str(processes)]
    server = subprocess.Popen(
        command,
        env=os.environ | {"PLACEMENT_DATABASE_URL": url, "PLACEMENT_RUNNER": "none"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that its processes can be stopped together
    )
    assert server.stderr is not None
    log = server.stderr
    drain = threading.Thread(target=lambda: [None for _ in log], daemon=True)
    try:
        address = address_of(log, processes)
        drain.start()  # a full pipe would stop the server
        yield address, server
        server.terminate()
        server.wait(60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(60)
        if drain.ident is not None:
            drain.join(60)
        log.close()


def issue(
    engine: Engine, role: Role, number: int, *, organisation: str | None = None, unit: str | None = None
) -> list[str]:
    """Issue this many tokens of one role."""
    with open_session(engine) as session:
        return [create_token(session, SYSTEM, role, organisation=organisation, unit=unit) for _ in range(number)]
