"""Egress: while the tests run, neither they nor any process of Python that they start connects beyond this machine.

A guard stands before each call of Python that connects, sends a datagram or looks a name up. What leads beyond this
machine is refused before it is done, and noted; the test in which that happens fails, even if what it tests takes the
refusal for a network that does not answer. Processes that the tests start get the guard by way of `tests/everywhere`,
and note it in the same file. Libraries that connect without Python are not seen: PostgreSQL's, to which the tests name
the server, and libuv's, on which the service listens and connects nowhere.

An audit hook would see the same. But Python 3.11 calls it while it sets a trace function, and refuses that of a second
thread meanwhile: under coverage, tests that start threads would fail now and again.
"""

from __future__ import annotations

import functools
import ipaddress
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "PLACEMENT_TEST_EGRESS"
"""The environment variable that names the file in which refused connections are noted, a line each."""
EVERYWHERE = Path(__file__).with_name("everywhere")
CONNECTING = ("connect", "connect_ex", "sendto", "sendmsg")
"""The methods of a socket that name where it leads to."""
LOOKING_UP = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")
"""The functions that ask for the address of a name, or the other way round."""
_NAMES_OF_THIS_MACHINE = frozenset({"", "localhost", "localhost.localdomain", socket.gethostname().lower()})
"""Python's mail client asks what this machine is called, to greet a server by it."""


def watch() -> None:
    """Refuse from here on, in this process, what leads beyond this machine."""
    for name in CONNECTING:
        setattr(socket.socket, name, _guarded(name, getattr(socket.socket, name)))
    for name in LOOKING_UP:
        setattr(socket, name, _guarded(name, getattr(socket, name)))


def install() -> None:
    """Watch this process and all that it starts, and note what is refused in a file of its own."""
    handle, path = tempfile.mkstemp(prefix="placement-egress-")
    os.close(handle)
    os.environ[FILE] = path
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(EVERYWHERE), *(each for each in known if each != str(EVERYWHERE))])
    watch()


def noted() -> list[str]:
    """Return what has been refused, and forget it."""
    file = Path(os.environ[FILE])
    lines = file.read_text().splitlines()
    if lines:
        file.write_text("")
    return lines


def forget() -> None:
    """Remove the file in which refused connections are noted, at the end."""
    Path(os.environ[FILE]).unlink(missing_ok=True)


def is_here(host: object) -> bool:
    """Tell whether a host, as it is given to the sockets of Python, is this machine itself."""
    if host is None:
        return True
    name = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
    if name.lower().rstrip(".") in _NAMES_OF_THIS_MACHINE:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def is_written_out(host: object) -> bool:
    """Tell whether a host is an address already, so that looking it up asks nobody."""
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def is_a_name(host: object) -> bool:
    """Tell whether a name could be looked up at all: one with a part that is too long is refused by Python itself."""
    try:
        return not isinstance(host, str) or bool(host.encode("idna"))
    except UnicodeError:
        return False


def beyond(what: str, given: tuple[object, ...]) -> str | None:
    """Return where something that Python is about to do would lead beyond this machine, or None.

    The arguments are those of the method or function; the first of a method is its socket, and the last of a method
    is the address (`sendmsg` and a `sendto` on a connected socket may go without one).
    """
    if what in LOOKING_UP:
        asks = not is_here(given[0]) and not is_written_out(given[0]) and is_a_name(given[0])
        return f"{what} {given[0]!r}" if asks else None
    line, address = given[0], given[-1]
    leads_out = isinstance(line, socket.socket) and line.family in {socket.AF_INET, socket.AF_INET6}
    if leads_out and isinstance(address, tuple) and isinstance(address[0], str) and not is_here(address[0]):
        return f"{what} {address[0]}:{address[1]}"
    return None


def _guarded(what: str, done: Callable[..., object]) -> Callable[..., object]:
    """Return a method of a socket, or a function of its module, that refuses what leads beyond this machine."""

    @functools.wraps(done)
    def guarded(*given: object, **named: object) -> object:
        where = beyond(what, given or tuple(named.values()))
        if where is not None:
            with Path(os.environ[FILE]).open("a") as file:
                file.write(f"{where}, by {Path(sys.argv[0]).name or 'python'} ({os.getpid()})\n")
            raise ConnectionRefusedError(f"the tests connect nowhere beyond this machine: {where}")
        return done(*given, **named)

    return guarded
