"""Destinations: where events may be sent, and the sending, so that no address leads into the service's own network.

A destination is a public host name, reached over HTTPS at port 443. The name is looked up once for each sending. All
its addresses must be public, and the connection goes to one of exactly these, under the name's own certificate.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from placement.trusted import trusted

LONGEST_NAME = 253
TIMEOUT_SECONDS = 10.0
"""The time limit for a whole sending, from the connection to the last byte read of the answer."""
MOST_READ = 64 * 1024
HTTPS_PORT = 443
INTERNAL = ("arpa", "home", "internal", "invalid", "lan", "local", "localhost", "onion")
"""Top-level domains that do not exist on the public internet."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TARGET = r"(?P<target>(?:/[\w.~!$&'()*+,;=:@%/-]*)?(?:\?[\w.~!$&'()*+,;=:@%/?-]*)?)"
_PUBLIC = re.compile(
    rf"https://(?P<host>(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9]))(?::443)?{_TARGET}", re.ASCII | re.IGNORECASE
)
_LOOPBACK = re.compile(rf"http://(?P<host>127\.0\.0\.1|localhost):(?P<port>[0-9]{{1,5}}){_TARGET}", re.ASCII)
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class ForbiddenAddressError(OSError):
    """A name leads to an address that is not public."""


FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (ForbiddenAddressError, "forbidden-address"),
    (socket.gaierror, "unknown-host"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    (OSError, "no-connection"),
    (Exception, "no-http"),
)
"""Why no status was received; the first that fits."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to send: a host name, a port and a path; this machine itself only if the settings allow it."""

    host: str
    port: int
    target: str
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a sending: the status answered, or the reason why there was none."""

    status: int | None
    word: str

    @property
    def received(self) -> bool:
        """Return whether the receiver has confirmed what was sent (a status in the 200s)."""
        return self.status is not None and http.HTTPStatus.OK <= self.status < http.HTTPStatus.MULTIPLE_CHOICES


def destination_of(url: str, *, loopback: bool = False) -> Destination | None:
    """Read an address; None if nothing may be sent to it, for example if other programs could parse it differently."""
    public = _PUBLIC.fullmatch(url)
    if public is not None:
        host = public["host"].lower()
        inside = len(host) > LONGEST_NAME or host.rpartition(".")[2] in INTERNAL
        return None if inside else Destination(host, HTTPS_PORT, _target(public))
    here = _LOOPBACK.fullmatch(url) if loopback else None
    return None if here is None else Destination(here["host"], int(here["port"]), _target(here), loopback=True)


def _target(address: re.Match[str]) -> str:
    """Return the path and query to request, which begin with a slash."""
    return "/" + address["target"].removeprefix("/")


def is_public(address: str) -> bool:
    """Return whether an IP address is public; an address that embeds another one does not count as public."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in _GLOBAL_UNICAST and ip.is_global and ip.sixtofour is None and ip.teredo is None
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def send(to: Destination, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Post a body without following redirects or using a proxy; every failure is returned as an outcome."""
    try:
        status = _post(to, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(None, next(word for kind, word in FAILURES if isinstance(error, kind)))
    return Outcome(status, str(status))


def _post(to: Destination, body: bytes, headers: Mapping[str, str]) -> int:
    """Post a body and return the status answered; the start of the answer's body is read and discarded."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    late = threading.Event()
    with closing(_connect(to, deadline)) as line:
        alarm = threading.Timer(deadline - time.monotonic(), _cut, (line, late))
        alarm.start()
        try:
            return _ask(line, to, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise (TimeoutError() if late.is_set() else error) from error
        finally:
            alarm.cancel()


def _connect(to: Destination, deadline: float) -> socket.socket:
    """Connect to the first of a host's addresses that answers; only addresses found to be public are tried."""
    failure = OSError()
    for family, address in _addresses_of(to):
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(max(0.1, deadline - time.monotonic()))
            line.connect(address)
        except OSError as error:
            line.close()
            failure = error
        else:
            return (
                line
                if to.loopback
                else trusted().wrap_socket(line, server_hostname=to.host, do_handshake_on_connect=False)
            )
    raise failure


def _addresses_of(to: Destination) -> list[tuple[socket.AddressFamily, Any]]:
    """Look up a host; if one of its addresses is not public, none is used."""
    found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    addresses: list[tuple[socket.AddressFamily, Any]] = [
        (family, address) for family, _type, _protocol, _name, address in found
    ]
    if not all(_may_be_reached(to, str(address[0])) for _, address in addresses):
        raise ForbiddenAddressError
    return addresses


def _may_be_reached(to: Destination, address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback if to.loopback else is_public(address)


def _ask(line: socket.socket, to: Destination, body: bytes, headers: Mapping[str, str]) -> int:
    """Speaks HTTP over a connection that is already open."""
    if isinstance(line, ssl.SSLSocket):
        line.do_handshake()
    connection = http.client.HTTPConnection(to.host, to.port)
    connection.sock = line
    host = f"{to.host}:{to.port}" if to.loopback else to.host
    connection.request("POST", to.target, body, {"Host": host, **headers})
    answer = connection.getresponse()
    answer.read(MOST_READ)
    return answer.status


def _cut(line: socket.socket, late: threading.Event) -> None:
    """Break a connection off at once, at socket level, because TLS would first wait to close its session."""
    late.set()
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)
