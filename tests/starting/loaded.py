"""Loaded: the process that has loaded the ``placement`` command and makes a copy of itself for each command line.

Who asks sends three open files and a line of JSON, and is told the copy's process and, later, how it ended. A copy
whose asker is gone is killed, as the asker was. Run as ``python loaded.py ADDRESS``.
"""

from __future__ import annotations

import ctypes
import gc
import json
import multiprocessing
import os
import random
import selectors
import signal
import socket
import sys
from importlib import import_module
from typing import Any

FILES = 3
ENDS_WITH_ITS_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""
USED_BY_A_SERVER = (
    "placement_api.app",
    "placement_api.door.connections",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.logging",
)


def load() -> None:
    """Load every command and what a server uses, as it stands before anything is asked."""
    gc.disable()
    import_module("placement.cli").open_rooms([])
    for name in USED_BY_A_SERVER:
        import_module(name)
    gc.freeze()


def copy_servers() -> None:
    """Let a service of several processes be copies of this one, which end with it, instead of loading all anew each."""
    starting: Any = import_module("uvicorn._subprocess")
    serve, this_process = starting.subprocess_started, ctypes.CDLL(None)

    def serve_and_end_with_the_first(*given: Any, **named: Any) -> None:  # noqa: ANN401
        this_process.prctl(ENDS_WITH_ITS_PARENT, signal.SIGKILL)
        serve(*given, **named)

    starting.spawn = multiprocessing.get_context("fork")
    starting.subprocess_started = serve_and_end_with_the_first


class Home:
    """Where command lines are asked for: the socket, and the copies that have not ended, each with who asked for it."""

    def __init__(self, address: str) -> None:
        """Open the door, and say on standard output that it is open."""
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(address)
        self._door.listen()
        self._askers: dict[int, socket.socket] = {}
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(0, selectors.EVENT_READ, (self._leave, 0))
        self._waiting.register(self._door, selectors.EVENT_READ)
        sys.stdout.write("loaded\n")
        sys.stdout.flush()

    def wait_for_orders(self) -> list[str]:
        """Make copies until nobody can ask any more; return in each copy, with the words of its command line."""
        while True:
            for key, _ in self._waiting.select():
                if key.data is not None:
                    does, copy = key.data
                    does(copy)
                elif (words := self._copy()) is not None:
                    return words

    def _copy(self) -> list[str] | None:
        """Make a copy for whoever is at the door, and return in the copy the words of its command line."""
        asker, order, files = _order_at(self._door)
        copy = os.fork()
        if not copy:
            self._waiting.close()
            for each in (self._door, asker, *self._askers.values()):
                each.close()
            return _become(order, files)
        for file in files:
            os.close(file)
        asker.sendall(copy.to_bytes(4, "big"))
        self._askers[copy] = asker
        self._waiting.register(os.pidfd_open(copy), selectors.EVENT_READ, (self._tell_end, copy))
        self._waiting.register(asker, selectors.EVENT_READ, (self._kill, copy))
        return None

    def _kill(self, copy: int) -> None:
        """End a copy whose asker was killed, in the same way."""
        self._waiting.unregister(self._askers[copy])
        os.kill(copy, signal.SIGKILL)

    def _tell_end(self, copy: int) -> None:
        """Tell whoever asked how the copy has ended, unless the asker is gone."""
        asker = self._askers.pop(copy)
        (ended,) = (key for key in self._waiting.get_map().values() if key.data == (self._tell_end, copy))
        self._waiting.unregister(ended.fileobj)
        os.close(ended.fd)
        status = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
        if asker in {key.fileobj for key in self._waiting.get_map().values()}:
            self._waiting.unregister(asker)
            asker.sendall(status.to_bytes(4, "big", signed=True))
        asker.close()

    def _leave(self, _: int) -> None:
        """End, and every copy with it."""
        for copy in self._askers:
            os.kill(copy, signal.SIGKILL)
        os._exit(0)


def _order_at(door: socket.socket) -> tuple[socket.socket, dict[str, Any], list[int]]:
    """Take an order: the line to whoever asks, what is asked for, and the open files."""
    line, _ = door.accept()
    size, files, _, _ = socket.recv_fds(line, 4, FILES)
    left, order = int.from_bytes(size, "big"), b""
    while len(order) < left:
        order += line.recv(left - len(order))
    return line, json.loads(order), files


def _become(order: dict[str, Any], files: list[int]) -> list[str]:
    """Become what was asked for, in the copy, and return the words of its command line."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["settings"])
    random.seed()
    words: list[str] = order["words"]
    return words


if __name__ == "__main__":
    load()
    sys.argv[:] = ["placement", *Home(sys.argv[1]).wait_for_orders()]
    copy_servers()
    import_module("placement.cli").main()
