"""A mail server on this machine, which answers as configured and keeps what it gets."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer

import trustme


@dataclass
class MailServer:
    """Where it listens, what has come, who has logged in, and the reply to each recipient in turn, then always 250."""

    port: int
    replies: list[str] = field(default_factory=list)
    came: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    drops: bool = False
    refuses_sender: bool = False


class _Handler(StreamRequestHandler):
    """Speaks as much SMTP as a client of the standard library asks for."""

    mail: MailServer

    def handle(self) -> None:
        if self.mail.drops:
            return
        self.safe, self.sender, self.recipient = False, "", ""
        self._say("220 mail.example.se ESMTP")
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            if not self._answer(line):
                return

    def finish(self) -> None:
        """End the conversation, whether or not it has become a TLS one."""
        super().finish()
        self.connection.close()

    def _answer(self, line: str) -> bool:
        """Answer a line; return whether the client goes on."""
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                offers = ["250-mail.example.se", *(["250-STARTTLS"] if self.mail.tls and not self.safe else [])]
                self._say(*offers, "250 AUTH PLAIN")
            case "STARTTLS":
                self._say("220 go on")
                assert self.mail.tls is not None
                self._wrap(self.mail.tls)
            case "AUTH":
                self.mail.logins.append(rest.split(" ")[1])
                self._say("235 welcome")
            case "MAIL":
                self.sender = rest
                self._say("553 not from you" if self.mail.refuses_sender else "250 ok")
            case "RCPT":
                self.recipient = rest
                self._say(self.mail.replies.pop(0) if self.mail.replies else "250 ok")
            case "DATA":
                self._take()
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 ok")
        return True

    def _take(self) -> None:
        """Take a message to its end."""
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        self.mail.came.append(message_from_bytes(b"".join(lines), policy=default))
        self.mail.envelopes.append((self.sender, self.recipient))
        self.mail.encrypted.append(self.safe)
        self._say("250 taken")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _wrap(self, context: ssl.SSLContext) -> None:
        """Go on over TLS; a client that does not trust the certificate goes away."""
        secured = context.wrap_socket(self.connection, server_side=True)
        self.connection, self.safe = secured, True
        self.rfile, self.wfile = secured.makefile("rb"), secured.makefile("wb", buffering=0)  # type: ignore[assignment]


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that goes away."""


@contextmanager
def mail_server(authority: trustme.CA | None = None) -> Iterator[MailServer]:
    """Listen on this machine; with an authority, offer STARTTLS with a certificate of its own."""
    mail = MailServer(port=0)
    if authority is not None:
        mail.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(mail.tls)
    handler = type("Handler", (_Handler,), {"mail": mail})
    with _Server(("127.0.0.1", 0), handler) as server:
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
