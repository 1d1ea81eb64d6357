"""Connections: how many there may be, and for how long each may keep the service waiting.

The server's own protocol has no limit for a head that does not end, for an answer that nobody reads, and for the rest
of a body that has been refused. This one does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from enum import Enum, auto
from ipaddress import ip_address
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from placement.settings import Settings
from placement_api.door.refusals import raw_refusal
from placement_solver.words import Words

STATE = "connections"
"""The name in the server's state under which the connections of its process are found."""
HEAD_SECONDS = 10.0
"""A head must be whole this long after the connection was made, or after its own first byte."""
UNREAD_SECONDS = 30.0
UNREAD_BYTES = 300_000
"""An answer is cut if its client reads less than this of it, and does not come to its end, in that time."""
STOP_SECONDS = 1.0
"""A client that is slow when the service stops gets so long to send the rest of its call."""
LARGEST_HEAD = 64_000
_NOT_HTTP = Words("Anropet är inte HTTP.", "The call is not HTTP.")


class Connections:
    """The open connections of a process; the one that has waited longest for its client makes room for a new one."""

    def __init__(self, settings: Settings) -> None:
        self._most, self._most_of_one = settings.connections, settings.connections_per_address
        self._proxies = settings.proxies
        self._open: set[GuardedProtocol] = set()

    def admit(self, new: GuardedProtocol) -> bool:
        """Take in a connection; refuse it if so many are being answered that none can go for it.

        Those of a trusted proxy are many people's, and are counted only with all others.
        """
        of_one = [] if self._is_proxy(new) else [each for each in self._open if each.address == new.address]
        admitted = self._has_room(of_one, self._most_of_one) and self._has_room(self._open, self._most)
        if admitted:
            self._open.add(new)
        return admitted

    def leave(self, gone: GuardedProtocol) -> None:
        """Forget a connection."""
        self._open.discard(gone)

    def _is_proxy(self, new: GuardedProtocol) -> bool:
        """Tell whether a connection comes from a trusted proxy."""
        return bool(new.address) and any(ip_address(new.address) in network for network in self._proxies)

    def _has_room(self, beside: Collection[GuardedProtocol], most: int) -> bool:
        """Tell whether one more may come, and make room for it if need be."""
        if len(beside) < most:
            return True
        waiting = [each for each in beside if each.waits_for_client]
        if waiting:
            longest = min(waiting, key=lambda each: each.since)
            self._open.discard(longest)
            longest.transport.abort()
        return bool(waiting)


class _Reading(Enum):
    """What of a request is being read."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


class GuardedProtocol(HttpToolsProtocol):
    """The server's protocol for one connection, with an end to every wait for its client."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 (the server's own arguments)
        super().__init__(*given, **named)
        self.since = self.loop.time()
        self._all: Connections = self.app_state[STATE]
        self._reading = _Reading.NOTHING
        self._framing = 0
        self._stopping = False
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def address(self) -> str:
        """Return the address that the connection comes from; that of the proxy, if there is one."""
        return self.client[0] if self.client else ""

    @property
    def waits_for_client(self) -> bool:
        """Tell whether nothing is done for this connection until its client sends or reads on."""
        return self._expects_call or self.flow.write_paused

    @property
    def _expects_call(self) -> bool:
        """Tell whether the next thing to happen is that a call comes, or the rest of one."""
        return self._reading is not _Reading.NOTHING or not self._answering

    @property
    def _answering(self) -> bool:
        """Tell whether a request has come whose answer has not been sent."""
        cycle: RequestResponseCycle | None = self.cycle  # there is none before the first request
        return cycle is not None and not cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take in the connection if there is room for it, and wait for a head."""
        super().connection_made(transport)
        if self._all.admit(self):
            self._expect_head()
        else:
            self._refuse("unavailable")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection and everything that it was waited for."""
        super().connection_lost(exc)
        self._all.leave(self)
        for name in list(self._timers):
            self._calm(name)

    def data_received(self, data: bytes) -> None:
        """Read on; the time for a head goes on as long as it is not whole."""
        self._framing += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._expect_reading()
        elif self._framing > LARGEST_HEAD and self._reading is not _Reading.NOTHING:
            self._end_framing()
        elif self._answering:
            self._calm("head")
        else:
            self._expect_head()

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        self._reading = _Reading.HEAD
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; what is said after the body (a trailer) is no part of what has been checked."""
        if self._reading is _Reading.HEAD:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, around which there may be as much as it is long itself."""
        self._framing -= 2 * len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Note that a head has ended."""
        self._reading = _Reading.BODY
        super().on_headers_complete()
        if self._stopping:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Note that a request has ended."""
        self._reading = _Reading.NOTHING
        self._framing = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next head; what still comes of a request that has its answer gets no longer than a head."""
        super().on_response_complete()
        self.since = self.loop.time()
        if self.transport.is_closing():
            self._expect_reading()
        elif not self._answering and self._reading is not _Reading.NOTHING:
            self._expect_head()

    def pause_writing(self) -> None:
        """Give the client time to read what has been sent."""
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        """Send on."""
        super().resume_writing()
        self._calm("unread")

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has been idle for too long."""
        super().timeout_keep_alive_handler()
        self._expect_reading()

    def shutdown(self) -> None:
        """Answer what has come whole, and give what is on its way a moment to arrive."""
        self._stopping = True
        if self._answering:
            self.cycle.keep_alive = False
        if self._expects_call:
            self._call_later("stop", STOP_SECONDS, self._leave)

    def _leave(self) -> None:
        """Close the connection, when what has been answered is read, unless a call has come whole in the meantime."""
        if self._expects_call:
            self.transport.close()
            self._expect_reading()

    def _expect_head(self) -> None:
        """Let the time for a head begin, unless it has begun."""
        if "head" not in self._timers:
            self._call_later("head", HEAD_SECONDS, self._give_up)

    def _end_framing(self) -> None:
        """End a connection on which a head, or what is around a body, does not end."""
        if self._reading is _Reading.HEAD:
            self._refuse("head-too-large")
        else:
            self.transport.abort()

    def _give_up(self) -> None:
        """End a connection whose head has not come; one that has sent nothing of it is owed no answer."""
        if self._reading is _Reading.HEAD:
            self._refuse("too-slow")
        else:
            self.transport.abort()

    def _refuse(self, code: str, why: Words | None = None) -> None:
        """Answer with a problem what never became a request, and close the connection."""
        self.transport.write(raw_refusal(code, self.scheme or "http", why))
        self.transport.close()
        self._expect_reading()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (the server's own words)
        """Answer what is not HTTP."""
        self._refuse("malformed", _NOT_HTTP)

    def _expect_reading(self) -> None:
        """Let the time for reading what has been sent begin, unless it has begun."""
        if "unread" not in self._timers:
            self._call_later("unread", UNREAD_SECONDS, self._judge_reading, self.transport.get_write_buffer_size())

    def _judge_reading(self, unread: int) -> None:
        """Cut the connection if too little of what was unread has been read since."""
        if self.transport.get_write_buffer_size() > max(0, unread - UNREAD_BYTES):
            self.transport.abort()
        else:
            self._calm("unread")
            self._expect_reading()

    def _call_later(self, name: str, seconds: float, act: Callable[..., None], *given: int) -> None:
        """Set a timer."""
        self._timers[name] = self.loop.call_later(seconds, act, *given)

    def _calm(self, name: str) -> None:
        """Unset a timer."""
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
