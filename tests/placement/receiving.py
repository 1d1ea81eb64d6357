"""A receiver of webhooks on this machine, which answers as configured and keeps what it gets."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    """What came: the path, the headers by their names in lower case, the body."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def kind(self) -> str:
        return str(json.loads(self.body)["kind"])

    @property
    def name(self) -> str:
        return str(json.loads(self.body)["subjectId"])

    def opened(self, secret: str) -> dict[str, Any]:
        """Verify the signature with the library, as a partner would, and return the event."""
        event: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return event


@dataclass
class Receiver:
    """Where to send, what has come, and what is answered: each status in turn, then always 204."""

    url: str
    port: int
    statuses: list[int] = field(default_factory=list)
    came: list[Received] = field(default_factory=list)
    location: str = ""

    @property
    def ids(self) -> list[str]:
        return [received.id for received in self.came]


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.came.append(Received(self.path, headers, body))
        self.send_response(self.receiver.statuses.pop(0) if self.receiver.statuses else 204)
        self.send_header("Content-Length", "0")
        if self.receiver.location:
            self.send_header("Location", self.receiver.location)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Log nothing."""


@contextmanager
def receiving(statuses: Sequence[int] = (), context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Receive on a free port of this machine."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook", server.server_port, list(statuses))
        handler.receiver = receiver  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
