"""Nothing that the tests start connects beyond this machine: the watch over it bites, here and in other processes."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from placement.outgoing.destinations import Destination, send
from tests import egress

OUTSIDE = "192.0.2.1"
"""An address for documents (RFC 5737), at which nobody is."""


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[str]]:
    """What is refused within this test, which therefore does not fail for it."""
    file = tmp_path / "noted"
    file.touch()
    monkeypatch.setenv(egress.FILE, str(file))
    return egress.noted


def _datagram(family: int, address: tuple[str, int]) -> None:
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as line:
        line.sendto(b"", address)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (lambda: socket.create_connection((OUTSIDE, 9), 0.1), f"connect {OUTSIDE}:9"),
        (lambda: _datagram(socket.AF_INET, (OUTSIDE, 53)), f"sendto {OUTSIDE}:53"),
        (lambda: _datagram(socket.AF_INET6, ("2001:db8::1", 53)), "sendto 2001:db8::1:53"),
        (lambda: socket.getaddrinfo("example.org", 443), "getaddrinfo 'example.org'"),
        (lambda: socket.gethostbyname("example.org"), "gethostbyname 'example.org'"),
        (lambda: socket.gethostbyaddr("example.org"), "gethostbyaddr 'example.org'"),
    ],
)
def test_what_leads_beyond_this_machine_is_refused_and_noted(
    noted: Callable[[], list[str]], way: Callable[[], object], said: str
) -> None:
    with pytest.raises(ConnectionRefusedError, match="nowhere beyond this machine"):
        way()
    (line,) = noted()
    assert line.startswith(f"{said}, by ")
    assert noted() == []


def test_the_service_that_takes_the_refusal_for_a_dead_network_is_noted_too(noted: Callable[[], list[str]]) -> None:
    assert not send(Destination("hooks.example.org", 443, "/"), b"{}", {}).received
    assert [line.partition(",")[0] for line in noted()] == ["getaddrinfo 'hooks.example.org'"]


@pytest.mark.parametrize("more", [[], ["-P"]])
def test_a_process_that_a_test_starts_is_watched_too(noted: Callable[[], list[str]], more: list[str]) -> None:
    ask = f"import socket; socket.create_connection(('{OUTSIDE}', 9), 0.1)"
    done = subprocess.run([sys.executable, *more, "-c", ask], capture_output=True, text=True, check=False)
    assert "nowhere beyond this machine" in done.stderr
    assert [line.partition(",")[0] for line in noted()] == [f"connect {OUTSIDE}:9"]


def test_threads_may_all_set_a_trace_function_under_the_watch() -> None:
    ask = (
        "import sys, concurrent.futures as f; sys.setswitchinterval(1e-6);"
        "set_often = lambda _: [sys.settrace(None) for _ in range(20_000)] and None;"
        "print(list(f.ThreadPoolExecutor(8).map(set_often, range(8))))"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str([None] * 8), done.stderr


def test_this_machine_is_reached(noted: Callable[[], list[str]]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        socket.create_connection(server.getsockname()).close()
        socket.create_connection(("localhost", server.getsockname()[1])).close()
    assert socket.getaddrinfo(OUTSIDE, 443)[0][4][0] == OUTSIDE  # an address that is written out asks nobody
    assert noted() == []


def test_what_is_no_name_is_left_to_python_to_refuse(noted: Callable[[], list[str]]) -> None:
    with pytest.raises(UnicodeError):
        socket.getaddrinfo("a" * 70 + ".se", 25)
    assert noted() == []


@pytest.mark.parametrize(
    ("host", "here"),
    [
        (None, True),
        ("", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        (socket.gethostname(), True),
        (b"127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),  # noqa: S104 (nothing listens there)
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("::ffff:10.0.0.1", False),
        ("fe80::1%lo", False),
        ("2001:db8::1", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_which_hosts_are_this_machine(host: object, here: bool) -> None:  # noqa: FBT001
    assert egress.is_here(host) is here


def test_a_socket_file_leads_nowhere() -> None:
    with closing(socket.socket(socket.AF_UNIX)) as line:
        assert egress.beyond("connect", (line, "/tmp/x")) is None  # noqa: S108 (nothing is there)
