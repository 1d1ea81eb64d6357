"""Limits: how much at a time, how large a body, and that nobody keeps an answer on its way."""

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
"""Requests under way in a process: Python runs one thread at a time, and those that wait for it only get in its way."""
LONG_AT_ONCE = 4
LONG = re.compile(r"/(comparisons|cut-previews|imports|lottery-draws|plan|problem|publications|remedies|report|sheet)$")
"""What may take seconds stands in a line of its own, so that nobody who wants little waits behind it."""
EVENT_STREAM = "text/event-stream"


class BodyLimit:
    """Refuse larger bodies with 413, by what they say of themselves and by what really comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting its bytes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = LARGEST_IMPORT if scope["path"].endswith("/imports") else LARGEST_BODY
        said = Headers(scope=scope).get("content-length", "0")
        if said.isdecimal() and int(said[:12]) > largest:
            refusal = await answer_http_error(Request(scope), HTTPException(413))
            await refusal(scope, receive, send)
            return
        come = 0

        async def count() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > largest:
                raise HTTPException(413)
            return message

        await self._app(scope, count, send)


class Turns:
    """Let in so many requests at a time, the others waiting their turn.

    A request works in threads, one after another, and keeps its connection between them. Were there more requests
    than threads, one that holds the database could wait for a thread that waits for the database. A stream of events,
    which may last for hours and by then keeps neither, gives its turn back as it begins.
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
        waiting = [turns]  # to be let go of once

        async def let_others_in(message: Message) -> None:
            if message["type"] == "http.response.start" and waiting:
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if kind.startswith(EVENT_STREAM):
                    waiting.pop().release()
            await send(message)

        try:
            await self._app(scope, receive, let_others_in)
        finally:
            for held in waiting:
                held.release()


class SafeHeaders:
    """Tell browsers not to guess content types, and everyone not to keep what is answered under ``/v1``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, adding to the head of its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                if scope["path"].startswith("/v1/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, add)
