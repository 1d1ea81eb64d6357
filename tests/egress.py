"""Egress: while the tests run, neither they nor any process of Python that they start connects beyond this machine.

An audit hook sees each connection, each datagram and each name that is looked up. One that leads beyond this machine is
refused before it is made, and noted; the test in which that happens fails, even if what it tests takes the refusal for
a network that does not answer. Processes that the tests start get the hook by way of `tests/everywhere`, and note it
in the same file. Libraries that connect without Python are not seen: PostgreSQL's, to which the tests name the
server, and libuv's, on which the service listens and connects nowhere.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import tempfile
from pathlib import Path

FILE = "PLACEMENT_TEST_EGRESS"
"""The environment variable that names the file in which refused connections are noted, a line each."""
EVERYWHERE = Path(__file__).with_name("everywhere")
CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
LOOKING_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_NAMES_OF_THIS_MACHINE = frozenset({"", "localhost", "localhost.localdomain", socket.gethostname().lower()})
"""Python's mail client asks what this machine is called, to greet a server by it."""


def watch() -> None:
    """Refuse from here on, in this process, what leads beyond this machine."""
    sys.addaudithook(_refuse)


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


def beyond(what: str, given: tuple[object, ...]) -> str | None:
    """Return where something that Python is about to do would lead beyond this machine, or None."""
    if what in CONNECTING:
        line, address = given[0], given[1]
        outside = isinstance(line, socket.socket) and line.family in {socket.AF_INET, socket.AF_INET6}
        if outside and isinstance(address, tuple) and not is_here(address[0]):
            return f"{what} {address[0]}:{address[1]}"
    if what in LOOKING_UP and not is_here(given[0]) and not is_written_out(given[0]):
        return f"{what} {given[0]!r}"
    return None


def _refuse(what: str, given: tuple[object, ...]) -> None:
    if what not in CONNECTING and what not in LOOKING_UP:
        return
    where = beyond(what, given)
    if where is None:
        return
    with Path(os.environ[FILE]).open("a") as file:
        file.write(f"{where}, by {Path(sys.argv[0]).name or 'python'} ({os.getpid()})\n")
    raise ConnectionRefusedError(f"the tests connect nowhere beyond this machine: {where}")
