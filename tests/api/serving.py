"""Serving: the service as users start it, on a free port, and following a run to its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.starting import quick_command

COMMAND = Path(sys.executable).with_name("placement")


@contextmanager
def served(url: str, processes: int = 1) -> Iterator[str]:
    """Serve a database in a process of its own on a free port, and stop that process at the end."""
    command = quick_command() if processes == 1 else COMMAND
    server = subprocess.Popen(
        [command, "serve", "--port", "0", "--processes", str(processes)],
        env=os.environ | {"PLACEMENT_DATABASE_URL": url, "PLACEMENT_RUNNER": "embedded"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        address = address_of(server.stderr, processes)
        with server.stderr:
            yield address
    finally:
        server.terminate()
        server.wait(60)


def address_of(log: Iterable[str], processes: int) -> str:
    """Read a server's log until all its processes answer, and return its address."""
    address, ready = "", 0
    for line in log:
        ready += "Application startup complete" in line
        if "Uvicorn running on" in line:
            address = line.partition("Uvicorn running on ")[2].split()[0]
        if address and ready == processes:
            return address
    message = "the server ended before it answered"
    raise AssertionError(message)


def follow(http: httpx.Client, run: str) -> list[tuple[str, dict[str, Any]]]:
    """Follow a run to its end, and return its events."""
    with http.stream("GET", f"{run}/events", headers={"Accept": "text/event-stream"}, timeout=60) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line and not line.startswith((":", "id: "))]
    kinds = [line.removeprefix("event: ") for line in lines[::2]]
    return list(zip(kinds, (json.loads(line.removeprefix("data: ")) for line in lines[1::2]), strict=True))
