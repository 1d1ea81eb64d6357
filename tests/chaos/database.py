"""PostgreSQL stopped as by a crash again and again, under many requests: nobody is told anything but to come back."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from tests.chaos.service import Service
    from tests.databases import Cluster

HEALTHY_SECONDS = 10.0
"""So soon after the database is back the service has to be ready."""
LONGEST_AWAY = 2.0
CALLERS = 8
WRITES = 0.1
"""The share of the calls that write."""


@dataclass
class Outages:
    """What came of it: answers by status, outages, the seconds to being ready again, and what was wrong."""

    answers: Counter[str] = field(default_factory=Counter)
    outages: int = 0
    healthy: list[float] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        answers = ", ".join(f"{status} {number}" for status, number in sorted(self.answers.items()))
        slowest = max(self.healthy, default=0.0)
        return (
            f"{self.outages} outages, answers: {answers}; writes acknowledged: {len(self.written)}; "
            f"ready again after at most {slowest:.1f} s; wrong: {self.wrong}"
        )


def stop_at_random(
    service: Service, cluster: Cluster, calls: int, between: tuple[float, float], draw: Random
) -> Outages:
    """Stop the database at random while so many calls are made, and see afterwards that no acknowledged write is lost.

    ``between`` are the least and the most seconds from one outage to the next.
    """
    outcome, numbers, over = Outages(), count(), threading.Event()
    callers = [
        threading.Thread(target=_call, args=(service, outcome, numbers, calls, Random(draw.random())))
        for _ in range(CALLERS)
    ]
    ready(service)
    stopper = threading.Thread(target=_stop_and_start, args=(service, cluster, outcome, between, draw, over))
    for thread in (*callers, stopper):
        thread.start()
    for thread in callers:
        thread.join()
    over.set()
    stopper.join()
    stored = {term["code"] for term in _all_terms(service)}
    if lost := sorted(set(outcome.written) - stored):
        outcome.wrong.append(f"{len(lost)} acknowledged writes are lost: {lost[:3]}")
    return outcome


def _call(service: Service, outcome: Outages, numbers: count[int], calls: int, draw: Random) -> None:
    """Read and write by turns until all callers together have made so many calls."""
    reads = ("/v1/terms", f"/v1/terms/{service.term}", "/v1/units?limit=50", "/v1/runs", "/v1/organisations?limit=20")
    with httpx.Client(
        base_url=service.address,
        headers={"Authorization": f"Bearer {service.token}"},
        timeout=60,
        trust_env=False,
    ) as http:
        while (number := next(numbers)) < calls:
            try:
                if draw.random() < WRITES:
                    code = f"C{number}"
                    answer = http.post("/v1/terms", json={"code": code, "firstWeek": "2040-W02", "weeks": 20})
                    if answer.status_code == httpx.codes.CREATED:
                        outcome.written.append(code)
                else:
                    answer = http.get(draw.choice(reads))
            except httpx.TransportError as error:
                outcome.wrong.append(f"call {number}: {error!r}")
                continue
            outcome.answers[str(answer.status_code)] += 1
            if why := wrong_with(answer):
                outcome.wrong.append(f"call {number}: {why}")
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                time.sleep(draw.uniform(0.05, 0.3))  # a client that is told to come back does not come at once


def wrong_with(answer: httpx.Response, expected: Collection[int] = (httpx.codes.SERVICE_UNAVAILABLE,)) -> str | None:
    """Say what is wrong with an answer: beside the usual ones only the expected may stand, with Retry-After."""
    status = answer.status_code
    if answer.is_success:
        return None
    if status not in expected:
        return f"{status} {answer.text[:200]}"
    if not answer.headers["Content-Type"].startswith("application/problem+json"):
        return f"a {status} in {answer.headers['Content-Type']}"
    return None if "Retry-After" in answer.headers else f"a {status} without Retry-After"


def _stop_and_start(
    service: Service,
    cluster: Cluster,
    outcome: Outages,
    between: tuple[float, float],
    draw: Random,
    over: threading.Event,
) -> None:
    while not over.wait(draw.uniform(*between)):
        cluster.stop()
        time.sleep(draw.uniform(0, LONGEST_AWAY))
        cluster.start()
        outcome.outages += 1
        outcome.healthy.append(took := ready(service))
        if took > HEALTHY_SECONDS:
            outcome.wrong.append(f"ready only {took:.1f} s after the database was")


def ready(service: Service) -> float:
    """Wait until the service says that it is ready, at most a minute; return the seconds."""
    began = time.monotonic()
    while (took := time.monotonic() - began) < 6 * HEALTHY_SECONDS:
        try:
            if httpx.get(f"{service.address}/readyz", timeout=60, trust_env=False).is_success:
                return time.monotonic() - began
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    return took


def _all_terms(service: Service) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    while True:
        page = service.call("GET", f"/v1/terms?limit=100&offset={len(found)}").json()
        found += page["items"]
        if len(found) >= page["total"]:
            return found
