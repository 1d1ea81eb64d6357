"""Turns: how many requests use the database at a time; none holds a turn while its client is waited for."""

from __future__ import annotations

import re

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placement_api.media_types import EVENT_STREAM
from placement_api.operations import operation_of
from placement_api.watching.metrics import waiting

AT_ONCE = 4
"""Requests under way at a time in a process. Python runs one thread at a time; more would only slow each other."""
BRIEF_AT_ONCE = 8
"""What reads or changes one thing takes some milliseconds and has a queue of its own: nobody waits behind lists."""
LONG_AT_ONCE = 2
LONG = re.compile(
    r"/(callback|closings|compare|comparisons|cut-previews|figures|imports?|lottery-draws|page|pdf|plan|problem|publications(/[^/]+[.]pdf)?|remedies"
    r"|report|sheet|yearly-reports/[^/]+)$"
)
"""Operations that may take seconds have their own queue, so that quick ones do not wait behind them."""
READS = frozenset({"GET", "HEAD"})
READINESS = "/readyz"


class Turns:
    """Let in a limited number of requests at a time; the others wait for their turn.

    A request runs in one thread after another, and keeps its database connection in between. With more requests than
    threads, a request that holds the database could wait for a thread whose request waits for the database. What
    needs no database needs no turn. Whoever watches the service asks in a queue of their own.

    An answer is made whole before any of it is sent, and the turn is given back in between: a client that does not read
    holds up nobody. A stream of events may last for hours; it gives its turn back as it begins.
    """

    def __init__(
        self,
        app: ASGIApp,
        at_once: int = AT_ONCE,
        brief_at_once: int = BRIEF_AT_ONCE,
        long_at_once: int = LONG_AT_ONCE,
    ) -> None:
        self._app = app
        self._turns, self._brief_turns = anyio.Semaphore(at_once), anyio.Semaphore(brief_at_once)
        self._long_turns, self._watching = anyio.Semaphore(long_at_once), anyio.Semaphore(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when its turn has come, and send its answer when its turn is over."""
        if scope["type"] != "http" or not operation_of(scope).uses_database:
            await self._app(scope, receive, send)
            return
        answer = _Answer(self._turns_for(scope), send)
        with waiting():
            await answer.turns.acquire()
        try:
            await self._app(scope, receive, answer.keep)
        finally:
            answer.end_turn()
        await answer.send_kept()

    def _turns_for(self, scope: Scope) -> anyio.Semaphore:
        """Return the queue that a request waits in."""
        path = scope["path"]
        if path == READINESS:
            return self._watching
        if LONG.search(path):
            return self._long_turns
        is_brief = scope["method"] not in READS or operation_of(scope).template.endswith("}")
        return self._brief_turns if is_brief else self._turns


class _Answer:
    """An answer that is kept until its turn is over, or sent at once if it is a stream of events."""

    def __init__(self, turns: anyio.Semaphore, send: Send) -> None:
        self.turns = turns
        self._send = send
        self._ended = self._streams = False
        self._kept: list[Message] = []

    async def keep(self, message: Message) -> None:
        """Keep a part of the answer, or send it on."""
        if message["type"] == "http.response.start":
            self._streams = Headers(raw=message["headers"]).get("content-type", "").startswith(EVENT_STREAM)
        if self._streams:
            self.end_turn()
            await self._send(message)
        else:
            self._kept.append(message)

    def end_turn(self) -> None:
        """Give the turn to others, once."""
        if not self._ended:
            self._ended = True
            self.turns.release()

    async def send_kept(self) -> None:
        """Send what has been kept."""
        for message in self._kept:
            await self._send(message)
