"""Events are sent only to public hosts given by name, and never into the service's own network."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import trustme

from placement.outgoing import destinations
from placement.outgoing.destinations import Destination, Outcome, destination_of, is_public, send
from placement.trusted import trusted
from tests.placement.receiving import receiving

HOST = "hooks.example.org"
PUBLIC = Destination(HOST, 443, "/hook")
HEADERS = {"Content-Type": "application/json"}

FORBIDDEN_URLS = [
    "http://hooks.example.org/",
    "https://hooks.example.org:8443/",
    "https://hooks.example.org:0443/",
    "https://user@hooks.example.org/",
    "https://user:password@hooks.example.org/",
    "https://hooks.example.org@127.0.0.1/",
    "https://hooks.example.org\\@127.0.0.1/",
    "https://hooks.example.org./",
    "https://hooks.example.org/#part",
    "https://hooks.example.org/a b",
    "https://hooks.example.org/\r\nHost: inside",
    "https://hooks..example.org/",
    "https://-hooks.example.org/",
    "https://hooks_1.example.org/",
    "https://hööks.example.org/",
    "https://hooks.example.org\u3002evil.example/",
    "https://localhost/",
    "https://www.localhost/",
    "https://printer.local/",
    "https://db.internal/",
    "https://hidden.onion/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.0x1/",
    "https://0177.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[2606:4700::1111]/",
    "https://[fe80::1%25eth0]/",
    "https:///path",
    "https:hooks.example.org",
    "//hooks.example.org/",
    "file:///etc/passwd",
    "gopher://hooks.example.org/",
    "ftp://hooks.example.org/",
    "javascript:alert(1)",
    f"https://{'a.' * 130}example.org/",
    "",
]
ADDRESSES_WITHIN = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 (an address that is refused)
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@contextmanager
def listening(answer: Callable[[socket.socket], None] | None = None) -> Iterator[tuple[int, list[object]]]:
    """Listen on a free port, count the connections, and handle each of them."""
    met: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def meet() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                met.append(line)
                with line:
                    if answer is not None:
                        answer(line)

        thread = threading.Thread(target=meet)
        thread.start()
        try:
            yield server.getsockname()[1], met
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def known_as(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> list[str]:
    """Let every name have these addresses; return the names that are looked up."""
    asked: list[str] = []

    def look_up(host: str, _port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in address], socket.SOCK_STREAM, 6, "", (address, port)) for address, port in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("url", FORBIDDEN_URLS)
def test_nothing_is_sent_to_what_is_no_public_name_over_https(url: str) -> None:
    assert destination_of(url) is None
    assert destination_of(url, loopback=True) is None


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (f"https://{HOST}", "/"),
        (f"https://{HOST}:443/hook", "/hook"),
        ("HTTPS://HOOKS.example.ORG/a/b%20c?x=1&y=/?", "/a/b%20c?x=1&y=/?"),
        (f"https://{HOST}?x=1", "/?x=1"),
    ],
)
def test_a_public_name_is_a_destination(url: str, target: str) -> None:
    assert destination_of(url) == Destination(HOST, 443, target)


def test_this_machine_is_a_destination_only_where_that_is_allowed() -> None:
    url = "http://127.0.0.1:8080/hook"
    assert destination_of(url) is None
    assert destination_of(url, loopback=True) == Destination("127.0.0.1", 8080, "/hook", loopback=True)
    assert destination_of("http://10.0.0.1:8080/hook", loopback=True) is None


@pytest.mark.parametrize("address", ADDRESSES_WITHIN)
def test_an_address_within_or_around_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.10.0.1", "2606:4700:4700::1111", "2a00:1450:400f::200e"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_is_never_connected_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with listening() as (port, met):
        known_as(monkeypatch, ("8.8.8.8", 443), (address, port))
        assert send(PUBLIC, b"{}", HEADERS) == Outcome(None, "forbidden-address")
    assert met == []


def test_a_name_called_localhost_that_leads_elsewhere_is_not_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    known_as(monkeypatch, ("10.0.0.1", 80))
    here = Destination("localhost", 80, "/", loopback=True)
    assert send(here, b"{}", HEADERS) == Outcome(None, "forbidden-address")


@pytest.fixture
def authority() -> trustme.CA:
    """The certificate authority that the sender trusts."""
    return trustme.CA()


@contextmanager
def receiving_as(authority: trustme.CA, name: str, seen: list[str | None]) -> Iterator[int]:
    """Receive over TLS under a name, noting which name was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    context.sni_callback = lambda _line, asked, _context: seen.append(asked)
    with receiving(context=context) as receiver:
        yield receiver.port
        seen += [received.headers["host"] for received in receiver.came]


def trusting(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, port: int) -> list[str]:
    """Trust an authority, and take this machine for one on the internet."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    monkeypatch.setattr(destinations, "trusted", lambda: context)
    monkeypatch.setattr(destinations, "is_public", lambda _address: True)
    return known_as(monkeypatch, ("127.0.0.1", port))


def test_the_connection_goes_to_the_address_that_was_judged_under_the_name(
    monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    seen: list[str | None] = []
    with receiving_as(authority, HOST, seen) as port:
        asked = trusting(monkeypatch, authority, port)
        assert send(PUBLIC, b"{}", HEADERS) == Outcome(204, "204")
    assert asked == [HOST]
    assert seen == [HOST, HOST]


def test_a_receiver_that_cannot_prove_its_name_is_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    seen: list[str | None] = []
    with receiving_as(authority, "other.example.org", seen) as port:
        trusting(monkeypatch, authority, port)
        assert send(PUBLIC, b"{}", HEADERS) == Outcome(None, "tls")
    assert seen == [HOST]


def test_certificates_and_names_are_judged_as_the_system_does() -> None:
    context = trusted()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.cert_store_stats() == ssl.create_default_context().cert_store_stats()


def test_an_address_that_does_not_answer_is_followed_by_the_next(
    monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    seen: list[str | None] = []
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()[1]
    with receiving_as(authority, HOST, seen) as port:
        trusting(monkeypatch, authority, port)
        known_as(monkeypatch, ("127.0.0.1", nobody), ("127.0.0.1", port))
        assert send(PUBLIC, b"{}", HEADERS).received


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver, listening() as (port, met):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        to = destination_of(receiver.url, loopback=True)
        assert to is not None
        assert send(to, b"{}", HEADERS) == Outcome(204, "204")
    assert len(receiver.came) == 1
    assert met == []


def _never(line: socket.socket) -> None:
    while line.recv(65_536):
        pass


def _drop_by_drop(line: socket.socket) -> None:
    pause = threading.Event()
    try:
        while True:
            line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            pause.wait(0.01)
    except OSError:
        return


def _nonsense(line: socket.socket) -> None:
    line.recv(65_536)
    line.sendall(b"220 mail.example.org ESMTP\r\n")


def _endless(line: socket.socket) -> None:
    line.recv(65_536)
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        while True:
            line.sendall(b"x" * 65_536)
    except OSError:
        return


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (_never, Outcome(None, "timeout")),
        (_drop_by_drop, Outcome(None, "timeout")),
        (_nonsense, Outcome(None, "no-http")),
        (_endless, Outcome(200, "200")),
    ],
)
def test_a_receiver_that_misbehaves_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[socket.socket], None], outcome: Outcome
) -> None:
    monkeypatch.setattr(destinations, "TIMEOUT_SECONDS", 0.5 if outcome.status is None else 10.0)
    with listening(answer) as (port, met):
        assert send(Destination("127.0.0.1", port, "/", loopback=True), b"{}", HEADERS) == outcome
    assert len(met) == 1


def test_where_nobody_listens_there_is_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert send(Destination("127.0.0.1", port, "/", loopback=True), b"{}", HEADERS).word == "no-connection"


def test_a_name_that_nobody_has_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert send(PUBLIC, b"{}", HEADERS) == Outcome(None, "unknown-host")
