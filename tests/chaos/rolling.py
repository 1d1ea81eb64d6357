"""An upgrade while the service is used: processes of two versions on one database, and no run is lost."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.command import downgrade
from sqlmodel import Session, func, select

from placement.database import migrate, migrations_of, read_session
from placement.tables import Plan, Run
from tests.chaos.kills import STUCK_SECONDS, twin_of
from tests.chaos.service import Process, free_port
from tests.databases import APPLICATION

if TYPE_CHECKING:
    from random import Random

    from tests.chaos.service import Service

ROOT = Path(__file__).parents[2]
OLDER = "6ba58811"
"""The last commit before PostgreSQL had a queue; its workers claim the rows themselves."""
REVISION = "5a0c7be3d914"
"""The newest tables that it knows."""
ROOMS = ("src", "api", "migrations", "solver")


class NoOlderVersionError(Exception):
    """The older version is not here: the checkout has not its history."""


@dataclass
class Rolled:
    """What came of it: runs by who took them first, and what went wrong."""

    runs: int = 0
    of_older_workers: int = 0
    begun_again: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        return (
            f"{self.runs} runs, seen with a worker of the older version: {self.of_older_workers}; "
            f"begun again: {self.begun_again}; wrong: {self.wrong}"
        )


def older_code(folder: Path) -> Path:
    """Put the older version's code into a folder, and return it.

    Raises:
        NoOlderVersionError: the checkout has not its history.

    """
    packed = subprocess.run(
        ["/usr/bin/env", "git", "archive", OLDER, *ROOMS], cwd=ROOT, capture_output=True, check=False
    )
    if packed.returncode:
        raise NoOlderVersionError(packed.stderr.decode().strip())
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder / "older", filter="data")
    return folder / "older"


def roll(service: Service, owner: str, folder: Path, runs: int, draw: Random) -> Rolled:
    """Let an older version serve, upgrade its database, and replace its processes one by one while runs are ordered.

    ``owner`` is the database's address for the role that owns the tables.
    """
    outcome = Rolled()
    twin, undisturbed = twin_of(service)
    code = older_code(folder)
    for process in service.processes.values():
        process.end()
    downgrade(migrations_of(owner), REVISION)
    older = older_service(service, folder, code)
    try:
        ordered = [older.order(f"alone-{draw.random()}")]
        time.sleep(draw.uniform(0, undisturbed))
        migrate(owner, APPLICATION)
        for process in service.processes.values():
            process.start()
        for number in range(runs):
            through = older if number % 2 else service
            ordered.append(through.order(f"beside-{number}-{draw.random()}"))
            outcome.of_older_workers += _are_with(service, older.processes["worker-0"])
            time.sleep(draw.uniform(0, undisturbed / 2))
        for process in (older.processes["worker-0"], older.processes["api"]):
            process.end()
            ordered.append(service.order(f"after-{process.words[0]}-{draw.random()}"))
        for run in ordered:
            told = service.ended(run, (STUCK_SECONDS + undisturbed) * len(ordered))
            outcome.runs += 1
            outcome.begun_again += told["attempts"] > 1
            if any(told[name] != twin[name] for name in ("status", "objective", "bound", "unplaced")):
                outcome.wrong.append(f"{run}: {told}")
    finally:
        for process in older.processes.values():
            process.end()
    with read_session(service.engine) as session:
        if (plans := _plans(session)) != len(ordered) + 1:
            outcome.wrong.append(f"{plans} plans of {len(ordered) + 1} runs")
    return outcome


def older_service(service: Service, folder: Path, code: Path) -> Service:
    """Start an API and a worker of the older version beside a service, on its database."""
    port, api = free_port(), service.processes["api"]
    settings = api.settings | {"PYTHONPATH": os.pathsep.join(str(code / room) for room in ROOMS)}
    commands = {"api": ("serve", "--port", str(port)), "worker-0": ("worker",)}
    processes = {
        name: Process(words, api.url, folder / f"older-{name}.log", None, settings) for name, words in commands.items()
    }
    for process in processes.values():
        process.start()
    return replace(service, address=f"http://127.0.0.1:{port}", processes=processes)


def _are_with(service: Service, worker: Process) -> int:
    """Count the runs that a worker has."""
    with read_session(service.engine) as session:
        return len(session.exec(select(Run.id).where(Run.worker.like(f"%:{worker.pid}:%"))).all())  # type: ignore[union-attr]


def _plans(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Plan)).one()
