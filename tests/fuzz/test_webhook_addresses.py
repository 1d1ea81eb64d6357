"""Twenty-five ways to lead a webhook into the service's own network: none of them makes a connection there.

The names are resolved by the test, and what would be connected to is noted instead. A name that has one address when it
is checked and another when it is connected to finds that it is looked up once only.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest
from fastapi.testclient import TestClient

from placement.outgoing.destinations import Destination, destination_of, is_public, send
from tests.api.world import World

HOST = "hooks.example.org"
GOOD = "193.10.0.1"
WRITTEN = {
    "loopback": "https://127.0.0.1/",
    "loopback written short": "https://127.1/",
    "a decimal number": "https://2130706433/",
    "an octal number": "https://0177.0.0.1/",
    "a hexadecimal number": "https://0x7f000001/",
    "every address": "https://0.0.0.0/",
    "every address of IPv6": "https://[::]/",
    "loopback of IPv6": "https://[::1]/",
    "IPv4 inside IPv6": "https://[::ffff:127.0.0.1]/",
    "link-local": "https://169.254.169.254/latest/meta-data/",
    "localhost": "https://localhost/",
    "localhost with a dot": "https://localhost./",
    "a trailing dot": f"https://{HOST}./",
    "a user's name": f"https://{HOST}@127.0.0.1/",
    "another port": f"https://{HOST}:8443/",
    "a name in other letters": "https://\uff4cocalhost/",
    "a name with an ideographic full stop": "https://127\u30020\u30020\u30021/",
    "without TLS": f"http://{HOST}/",
}
LED: dict[str, tuple[tuple[str, ...], ...]] = {
    "private": (("10.0.0.7",),),
    "shared": (("100.64.0.1",),),
    "unique local": (("fd00::1",),),
    "IPv4 mapped": (("::ffff:10.0.0.7",),),
    "NAT64": (("64:ff9b::7f00:1",),),
    "6to4": (("2002:7f00:1::1",),),
    "one public and one not": ((GOOD, "192.168.1.1"),),
    "public when checked, loopback when connected to": ((GOOD,), ("127.0.0.1",)),
    "public when checked, link-local when connected to": ((GOOD,), ("169.254.169.254",)),
}
"""What a public name is resolved to, each time that it is looked up; the last answer is repeated."""


class Network:
    """Resolves names as it is told to, and notes what would be connected to."""

    def __init__(self, answers: tuple[tuple[str, ...], ...]) -> None:
        self._answers: Iterator[tuple[str, ...]] = chain(answers, repeat(answers[-1]))
        self.looked_up: list[str] = []
        self.connected: list[str] = []

    def look_up(self, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        self.looked_up.append(host)
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in next(self._answers)
        ]

    def connect(self, address: tuple[Any, ...]) -> None:
        self.connected.append(str(address[0]))
        raise ConnectionRefusedError


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[tuple[str, ...], ...]], Network]:
    """A network of the test's own, for answers that it is given."""

    def lay(answers: tuple[tuple[str, ...], ...]) -> Network:
        laid = Network(answers)
        monkeypatch.setattr(socket, "getaddrinfo", laid.look_up)
        noting = type("Noting", (socket.socket,), {"connect": laid.connect})
        monkeypatch.setattr(socket, "socket", noting)
        return laid

    return lay


def test_there_are_more_than_twenty_five_forms() -> None:
    assert len(WRITTEN) + len(LED) >= 25


@pytest.mark.one_database
@pytest.mark.parametrize("form", WRITTEN)
def test_an_address_written_so_is_refused_when_it_is_given_and_is_no_destination(
    client: TestClient, world: World, form: str
) -> None:
    told = client.post("/v1/webhooks", json={"url": WRITTEN[form]}, headers=world.by("provider"))
    assert told.status_code == 422, told.text
    assert [fault["pointer"] for fault in told.json()["errors"]] == ["/url"]
    assert destination_of(WRITTEN[form]) is None


@pytest.mark.parametrize("form", LED)
def test_a_public_name_that_leads_inside_is_never_connected_to_there(
    network: Callable[[tuple[tuple[str, ...], ...]], Network], form: str
) -> None:
    laid = network(LED[form])
    to = destination_of(f"https://{HOST}/hook")
    assert to == Destination(HOST, 443, "/hook")
    for _ in range(3):
        before = len(laid.looked_up)
        outcome = send(to, b"{}", {})
        assert not outcome.received
        assert laid.looked_up[before:] == [HOST]
    assert all(is_public(address) for address in laid.connected)
    assert laid.connected == ([GOOD] if len(LED[form]) > 1 else [])
