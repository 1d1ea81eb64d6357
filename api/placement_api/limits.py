"""Limits: the size of a body, the number of requests at a time, and headers that make answers safe to handle."""

from __future__ import annotations

import re

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placement_api.problems import answer_http_error

LARGEST_BODY = 1_000_000
LARGEST_IMPORT = 10_000_000
AT_ONCE = 4
"""Requests under way at a time in a process. Python runs one thread at a time; more would only slow each other."""
LONG_AT_ONCE = 4
LONG = re.compile(
    r"/(callback|closings|comparisons|cut-previews|figures|imports|lottery-draws|page|pdf|plan|problem|publications|remedies"
    r"|report|sheet|yearly-reports/[^/]+)$"
)
"""Operations that may take seconds have their own queue, so that quick ones do not wait behind them."""
EVENT_STREAM = "text/event-stream"


class BodyLimit:
    """Refuse too large bodies with 413, by their ``Content-Length`` and by the bytes that arrive."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting its bytes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = LARGEST_IMPORT if scope["path"].endswith("/imports") else LARGEST_BODY
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared[:12]) > largest:
            refusal = await answer_http_error(Request(scope), HTTPException(413))
            await refusal(scope, receive, send)
            return
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise HTTPException(413)
            return message

        await self._app(scope, count, send)


class Turns:
    """Let in a limited number of requests at a time; the others wait for their turn.

    A request runs in one thread after another, and keeps its database connection in between. With more requests than
    threads, a request that holds the database could wait for a thread whose request waits for the database. A stream
    of events may last for hours; it holds neither a thread nor a connection, and gives its turn back as it begins.
    """

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE, long_at_once: int = LONG_AT_ONCE) -> None:
        self._app = app
        self._turns, self._long_turns = anyio.Semaphore(at_once), anyio.Semaphore(long_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when its turn has come."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        turns = self._long_turns if LONG.search(scope["path"]) else self._turns
        await turns.acquire()
        held = [turns]  # released once: when a stream begins, or at the end

        async def give_turn_to_others(message: Message) -> None:
            if message["type"] == "http.response.start" and held:
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if kind.startswith(EVENT_STREAM):
                    held.pop().release()
            await send(message)

        try:
            await self._app(scope, receive, give_turn_to_others)
        finally:
            for turn in held:
                turn.release()


class SafeHeaders:
    """Tell browsers not to guess content types, and caches not to store answers under ``/v1``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                if scope["path"].startswith("/v1/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, add)
