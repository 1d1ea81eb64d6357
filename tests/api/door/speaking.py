"""Speaking HTTP by hand: half a head, half a body, nothing at all, or an answer that nobody reads."""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import uvicorn


class Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = threading.Event()

    def stop(self) -> None:
        """Stop as if the process had been told to."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.answers.set()


class Address(NamedTuple):
    """Where a server of the tests answers, and the server."""

    host: str
    port: int
    server: Server


@dataclass(frozen=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 (any JSON)
        """Read the body."""
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, host: str, port: int, wait: float = 20.0, come_from: str | None = None) -> None:
        source = (come_from, 0) if come_from else None
        self.socket = socket.create_connection((host, port), timeout=wait, source_address=source)
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(data)

    def can_send(self, data: bytes) -> bool:
        """Send bytes if the other side still takes them."""
        try:
            self.send(data)
        except ConnectionError:
            return False
        return True

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        """Make a whole call."""
        given = {"Content-Length": str(len(body)), **(headers or {})} if body else (headers or {})
        self.send(head(method, path, given) + body)
        return self.answer()

    def answer(self, *, slowly: bool = False) -> Answer:
        """Read one whole answer, or read it slowly."""
        while b"\r\n\r\n" not in self._read:
            self._more()
        start, _, self._read = self._read.partition(b"\r\n\r\n")
        line, *lines = start.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
        size = int(headers.get("content-length", "0"))
        while len(self._read) < size:
            self._more(1_000_000 if slowly else 65_536)
            time.sleep(0.02 if slowly else 0)
        body, self._read = self._read[:size], self._read[size:]
        return Answer(int(line.split()[1]), headers, body)

    def is_closed(self) -> bool:
        """Wait until the other side ends the connection; what comes before is thrown away."""
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionError:
            pass
        return True

    def _more(self, most: int = 65_536) -> None:
        got = self.socket.recv(most)
        if not got:
            message = "the connection ended within an answer"
            raise ConnectionError(message)
        self._read += got


def head(method: str, path: str, headers: dict[str, str] | None = None) -> bytes:
    """Write a head."""
    lines = [f"{method} {path} HTTP/1.1", "Host: placement"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode()
