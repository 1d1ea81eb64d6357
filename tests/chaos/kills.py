"""Processes killed with SIGKILL at random moments of a run: every run ends as its undisturbed twin did, and once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
from sqlmodel import Session, func, select

from placement.database import read_session
from placement.tables import BestSoFar, Plan, Publication, Run, RunPart, RunStatus
from tests.chaos.service import PAUSE, Service, gone

if TYPE_CHECKING:
    from collections.abc import Sequence

STUCK_SECONDS = 30.0
"""A run that is not over so long after it would have been undisturbed is stuck."""
TWIN_SECONDS = 120.0
LONGEST_PAUSE = 0.5
"""A killed process is started again within this many seconds."""


@dataclass
class Outcome:
    """What some rounds came to: kills of each process, runs, what went wrong, and the seconds that each round took."""

    kills: dict[str, int] = field(default_factory=dict)
    runs: int = 0
    begun: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        kills = ", ".join(f"{name} {number}" for name, number in sorted(self.kills.items()))
        again = sum(times > 1 for times in self.begun)
        slowest = max(self.seconds, default=0.0)
        return f"{self.runs} runs, kills: {kills}; begun again: {again}; slowest {slowest:.1f} s; wrong: {self.wrong}"


def twin_of(service: Service) -> tuple[dict[str, Any], float]:
    """Carry out a run that nobody disturbs; return it, and the seconds from its order to its end."""
    began = time.monotonic()
    run, parts = service.order("twin"), 0
    while service.run(run)["status"] in {"queued", "running"} and time.monotonic() < began + TWIN_SECONDS:
        parts = max(parts, _parts_of(service))
        time.sleep(PAUSE)
    twin = service.run(run)
    assert twin["status"] == "succeeded", twin
    assert (parts > 1) == service.shared, f"{parts} parts"
    assert twin["objective"] == twin["bound"], "only what is proven is the same every time"
    return twin, time.monotonic() - began


def _parts_of(service: Service) -> int:
    """Count the parts that are laid out now."""
    with read_session(service.engine) as session:
        return session.exec(select(func.count()).select_from(RunPart)).one()


def kill_at_random(service: Service, rounds: int, seed: int) -> Outcome:
    """Order and publish a run in each round, and kill a process at a random moment of both."""
    outcome, draw = Outcome(), Random(seed)
    twin, undisturbed = twin_of(service)
    for number in range(rounds):
        began = time.monotonic()
        with Killing(service, draw, undisturbed, outcome):
            run = service.order(f"order-{seed}-{number}")
        told = service.ended(run, STUCK_SECONDS + undisturbed)
        outcome.begun.append(told["attempts"])
        if any(told[name] != twin[name] for name in ("status", "objective", "bound", "unplaced")):
            outcome.wrong.append(f"round {number}: {told}")
        with Killing(service, draw, 0.5, outcome):
            published = publish(service, run, f"publish-{seed}-{number}")
        if published.status_code != httpx.codes.CREATED:
            outcome.wrong.append(f"round {number}: {published.text}")
        outcome.runs += 1
        outcome.seconds.append(time.monotonic() - began)
    with read_session(service.engine) as session:
        outcome.wrong += left_over(session, rounds)
    return outcome


def publish(service: Service, run: str, key: str) -> httpx.Response:
    """Publish a run's plan."""
    body = {"runId": run, "publishedBy": "Ada Lind"}
    return service.call("POST", f"/v1/terms/{service.term}/publications", body, key)


def left_over(session: Session, rounds: int) -> list[str]:
    """Return what should not be in the database after so many rounds and the twin's run."""
    counted = {
        "runs": session.exec(select(func.count()).select_from(Run)).one() - 1,
        "plans": session.exec(select(func.count()).select_from(Plan)).one() - 1,
        "publications": session.exec(select(func.count()).select_from(Publication)).one(),
    }
    wrong = [f"{number} {name} of {rounds} rounds" for name, number in counted.items() if number != rounds]
    if session.exec(select(Run).where(Run.status != RunStatus.SUCCEEDED)).first() is not None:
        wrong.append("a run that has not succeeded")
    if session.exec(select(BestSoFar)).first() is not None:
        wrong.append("a best plan so far of a run that is over")
    if session.exec(select(RunPart)).first() is not None:
        wrong.append("a part of a run that is over")
    return wrong


class Killing:
    """While the block runs and a little longer, one process is killed at a random moment and started again."""

    def __init__(self, service: Service, draw: Random, within: float, outcome: Outcome) -> None:
        """Draw the process and the moments."""
        names: Sequence[str] = sorted(service.processes)
        self._name = draw.choice(names)
        self._process = service.processes[self._name]
        self._moments = draw.uniform(0, within), draw.uniform(0, LONGEST_PAUSE)
        self._outcome = outcome
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> None:
        """Begin to count."""
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        """Wait until the process has been started again."""
        self._thread.join()

    def _kill(self) -> None:
        before, pause = self._moments
        time.sleep(before)
        children = self._process.kill()
        time.sleep(pause)
        self._process.start()
        self._outcome.kills[self._name] = self._outcome.kills.get(self._name, 0) + 1
        if orphans := gone(children):
            self._outcome.wrong.append(f"{self._name} left {len(orphans)} processes behind")
