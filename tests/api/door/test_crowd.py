"""A crowd at the door: slow, half-sent and idle clients beside ordinary ones, and a stop while many are answered."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.api.door.speaking import Client, head
from tests.api.serving import COMMAND, address_of
from tests.api.world import World
from tests.effort import HARD, has_long_form, tries

pytestmark = [pytest.mark.one_database, pytest.mark.no_cover]
SLOW, ORDINARY, SECONDS = tries(60, 200), tries(8, 20), tries(3, 30)
MOST_P95 = 0.5
"""Seconds: figure D7."""
HALF = 1000


@contextmanager
def serving(url: str, **settings: str) -> Iterator[tuple[tuple[str, int], subprocess.Popen[str]]]:
    """Serve a database in a process of its own; what it logs is left unread until it ends."""
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0"],
        env={**os.environ, "PLACEMENT_DATABASE_URL": url, "PLACEMENT_RUNNER": "none", **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        parts = urlsplit(address_of(server.stderr, 1))
        yield (str(parts.hostname), int(parts.port or 0)), server
    finally:
        server.kill()
        server.wait(60)
        server.stderr.close()


class Crowd:
    """Clients that stop others if they can: each begins something and does not end it, and comes again if cut off."""

    def __init__(self, address: tuple[str, int], world: World, many: int) -> None:
        self._address = address
        body = world.by("provider", **{"Content-Type": "application/json", "Content-Length": str(HALF * 10)})
        reading = world.by("provider")
        begun = [
            head("POST", "/v1/supervisors/imports", body)[:60],  # half a head
            head("POST", "/v1/supervisors/imports", body) + b" " * HALF,  # half a body
            head("PATCH", "/v1/units/unt_a", body),  # a body byte by byte
            head("GET", "/openapi.json", reading) * 40,  # answers that nobody reads
            head("GET", "/healthz"),  # idle from then on
            b"",  # idle from the beginning
        ]
        self._begun = [begun[number % len(begun)] for number in range(many)]
        self._clients: list[Client | None] = [None] * many
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._press)
        self.cut = 0

    def __enter__(self) -> None:
        self._begin_again()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for client in self._clients:
            if client is not None:
                client.socket.close()

    def _press(self) -> None:
        while not self._over.wait(1):
            for number, client in enumerate(self._clients):
                if client is not None and number % 6 == 2 and not client.can_send(b" "):
                    client.socket.close()
                    self._clients[number] = None
                    self.cut += 1
            self._begin_again()

    def _begin_again(self) -> None:
        for number, client in enumerate(self._clients):
            if client is None:
                begun = Client(*self._address, wait=1)
                begun.can_send(self._begun[number])
                self._clients[number] = begun


def work(address: tuple[str, int], world: World, number: int, until: float) -> list[tuple[int, float]]:
    """Do what an ordinary client does, at the pace of a person; return each status and how long it took."""
    done: list[tuple[int, float]] = []
    call = 0
    while time.monotonic() < until:
        call += 1
        with Client(*address) as client:
            begun = time.monotonic()
            if (call + number) % 5 == 0:
                headers = world.by("provider", **{"Content-Type": "application/json"})
                answer = client.ask("POST", "/v1/units", headers, b'{"nonsense": 1}')
            else:
                answer = client.ask("GET", ["/v1/units", "/healthz", "/v1/placements"][call % 3], world.by("provider"))
            done.append((answer.status, time.monotonic() - begun))
        time.sleep(0.1)
    return done


def all_work(address: tuple[str, int], world: World) -> list[tuple[int, float]]:
    """Let every ordinary client work for a while."""
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(ORDINARY) as threads:
        return [
            each
            for done in threads.map(lambda number: work(address, world, number, until), range(ORDINARY))
            for each in done
        ]


def p95(done: list[tuple[int, float]]) -> float:
    """Return within how many seconds 95 of 100 calls were answered."""
    return statistics.quantiles([seconds for _, seconds in done], n=20)[-1]


@has_long_form("60 slow clients beside 8 for 3 seconds", "200 slow clients beside 20 for 30 seconds, timed")
def test_slow_clients_keep_nobody_out(settled: tuple[str, World], capsys: pytest.CaptureFixture[str]) -> None:
    url, world = settled
    with serving(url) as (address, server):
        drain = threading.Thread(target=server.stderr.read if server.stderr else None, daemon=True)
        drain.start()
        alone = all_work(address, world)
        with Crowd(address, world, SLOW):
            beside = all_work(address, world)
    assert {status for status, _ in alone + beside} == {200, 422}
    assert len(beside) >= ORDINARY * 2
    if HARD:
        with capsys.disabled():
            told = p95(alone), p95(beside), p95(beside) / p95(alone), len(beside)
            print("\np95 alone {:.3f} s, beside the slow {:.3f} s, {:.2f} times, {} calls".format(*told))  # noqa: T201
        assert p95(beside) < MOST_P95


def test_a_stop_cuts_no_answer_and_takes_at_most_ten_seconds(settled: tuple[str, World]) -> None:
    url, world = settled
    many = 50
    ready = threading.Barrier(many + 1)

    def ask(number: int) -> int:
        with Client(*address) as client:
            assert client.ask("GET", "/healthz").status == 200
            ready.wait(30)
            path = ["/v1/units?limit=200", "/v1/placements?limit=200", "/openapi.json"][number % 3]
            client.send(head("GET", path, world.by("coordinator")))
            asked.release()
            return client.answer().status

    asked = threading.Semaphore(0)
    with serving(url) as (address, server), ThreadPoolExecutor(many) as threads, Client(*address) as half:
        half.send(head("POST", "/v1/units", world.by("provider", **{"Content-Length": "9"})))
        answers = [threads.submit(ask, number) for number in range(many)]
        ready.wait(30)
        for _ in range(many):
            asked.acquire()
        server.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert Counter(answer.result(30) for answer in answers) == {200: many}
        server.wait(30)
        took = time.monotonic() - begun
        assert server.stderr is not None
        log = server.stderr.read()
    assert took < 10
    assert "Traceback" not in log
    assert "ERROR" not in log
