"""A run that needs more memory than it may have, or never ends: it fails with a reason, and nobody else waits."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TYPE_CHECKING

import httpx
import psutil

from tests.chaos.kills import STUCK_SECONDS

if TYPE_CHECKING:
    from tests.chaos.service import Service

MEMORY_MB = 256
"""What a run may take: the least that can be set, and too little for a county."""
READS = ("/v1/terms", "/v1/units?limit=50", "/v1/runs", "/v1/organisations?limit=20")
SLOW_SECONDS = 0.3
"""Others' calls take no longer than this, of twenty all but one."""
SOLVER = "placement.running.solving"
GRACE_SECONDS = 65.0
"""A run is over so long after its time limit at the latest."""


@dataclass
class Hostile:
    """What came of it: how each run ended, how long others' calls took meanwhile, and what was wrong."""

    ended: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """The seconds within which nineteen of twenty calls were answered."""
        return quantiles(self.seconds, n=20)[-1]

    def __str__(self) -> str:
        """Tell it on one line."""
        return (
            f"{len(self.ended)} runs: {self.ended}; {len(self.seconds)} calls meanwhile, "
            f"p95 {1_000 * self.p95:.0f} ms; wrong: {self.wrong}"
        )


def give_little_memory(service: Service) -> None:
    """Start the service's processes again with less memory for runs than they need."""
    for process in service.processes.values():
        process.end()
        process.settings["PLACEMENT_RUN_MEMORY_MB"] = str(MEMORY_MB)
        process.start()


def burden(service: Service, rounds: int, seconds: int = 60) -> Hostile:
    """Order runs that cannot have the memory that they need, and call on as somebody else."""
    return _endure(service, rounds, seconds, "Memory ran out")


def hang(service: Service, rounds: int, seconds: int = 5) -> Hostile:
    """Order runs whose solver processes hear nothing and do not end, and call on as somebody else."""
    return _endure(service, rounds, seconds, "overran its time", lambda: _freeze_solver(service))


def _freeze_solver(service: Service) -> None:
    """Freeze the process that solves a run as soon as a worker has started it."""
    workers = [process for name, process in service.processes.items() if name.startswith("worker")]
    until = time.monotonic() + STUCK_SECONDS
    while time.monotonic() < until:
        for child in (child for worker in workers for child in psutil.Process(worker.pid).children()):
            if SOLVER in child.cmdline():
                os.kill(child.pid, signal.SIGSTOP)
                return
        time.sleep(0.02)
    message = "no worker has started a solver"
    raise AssertionError(message)


def _endure(
    service: Service, rounds: int, seconds: int, reason: str, hinder: Callable[[], None] = lambda: None
) -> Hostile:
    """Order runs of so many seconds that have to fail for a reason, and call on as somebody else."""
    outcome = Hostile()
    with httpx.Client(
        base_url=service.address, headers={"Authorization": f"Bearer {service.token}"}, timeout=60, trust_env=False
    ) as http:
        for number in range(rounds):
            began = time.monotonic()
            run = service.order(f"hostile-{number}-{began}", seconds)
            hinder()
            while (told := service.run(run))["status"] in {"queued", "running"}:
                if time.monotonic() - began > seconds + GRACE_SECONDS:
                    outcome.wrong.append(f"{run} is not over: {told}")
                    break
                for path in READS:
                    asked = time.monotonic()
                    answer = http.get(path)
                    outcome.seconds.append(time.monotonic() - asked)
                    if not answer.is_success:
                        outcome.wrong.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                time.sleep(0.05)
            outcome.ended.append(f"{told['status']} after {time.monotonic() - began:.0f} s: {told.get('error')}")
            if told["status"] != "failed" or reason not in str(told.get("error")):
                outcome.wrong.append(f"{run} ended otherwise: {told}")
    return outcome
