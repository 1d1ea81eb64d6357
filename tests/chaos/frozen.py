"""A worker frozen past its lease and thawed: another takes its run over, and nothing that it writes then counts."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlmodel import Session, col, func, select

from placement.database import read_session
from placement.tables import Plan, Run
from tests.chaos.kills import STUCK_SECONDS, twin_of

if TYPE_CHECKING:
    from random import Random

    from tests.chaos.service import Process, Service


@dataclass
class Frozen:
    """What some rounds came to: runs, takeovers and what went wrong."""

    runs: int = 0
    taken_over: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        return f"{self.runs} runs, taken over: {self.taken_over}; wrong: {self.wrong}"


def freeze_at_random(service: Service, rounds: int, draw: Random, lease: float) -> Frozen:
    """Freeze the worker that has the run at a random moment, thaw it after its lease, and wait for the run's end."""
    outcome = Frozen()
    twin, undisturbed = twin_of(service)
    workers = [process for name, process in service.processes.items() if name.startswith("worker")]
    for number in range(rounds):
        run = service.order(f"freeze-{number}-{draw.random()}")
        holder = _holder_of(service, run, workers)
        time.sleep(draw.uniform(0, undisturbed / 5))  # long before its end, however busy the machine was for the twin
        os.kill(holder.pid, signal.SIGSTOP)
        time.sleep(lease + draw.uniform(2, 4))
        os.kill(holder.pid, signal.SIGCONT)
        told = service.ended(run, STUCK_SECONDS + undisturbed)
        time.sleep(draw.uniform(0, 1))  # whatever the thawed one still wants to write
        outcome.runs += 1
        outcome.taken_over += told["attempts"] > 1
        if any(told[name] != twin[name] for name in ("status", "objective", "bound", "unplaced")):
            outcome.wrong.append(f"round {number}: {told}")
        with read_session(service.engine) as session:
            if _plans_of(session, run) != 1:
                outcome.wrong.append(f"round {number}: not one plan")
    return outcome


def _holder_of(service: Service, run: str, workers: list[Process]) -> Process:
    """Wait until a worker has a run, and return it."""
    until = time.monotonic() + STUCK_SECONDS
    while time.monotonic() < until:
        with read_session(service.engine) as session:
            worker = session.exec(select(Run.worker).where(Run.id == run)).one() or "::"
        for process in workers:
            if worker.rsplit(":", 2)[1] == str(process.pid):
                return process
        time.sleep(0.02)
    message = f"no worker has taken run {run}"
    raise AssertionError(message)


def _plans_of(session: Session, run: str) -> int:
    return session.exec(select(func.count()).select_from(Plan).where(col(Plan.run_id) == run)).one()
