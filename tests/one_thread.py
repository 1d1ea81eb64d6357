"""One thread: a test's calls of the app are answered in the test's own thread, which takes less than half the time.

The test client runs the app in a thread of its own, and the framework lends each function that is no coroutine another
one. A call is then handed from thread to thread some fifteen times, for nothing: a test waits for one answer at a time.
Where a test calls from several threads, or has an event loop of its own, the test client does it as ever.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from functools import cache
from typing import Any

import anyio.to_thread
import httpx2
from starlette import testclient
from starlette.types import Receive, Scope, Send

_ALONE: ContextVar[bool] = ContextVar("alone", default=False)
"""Whether the call at hand is answered in the thread that made it."""


def install() -> None:
    """Let the test clients of this process answer in one thread."""
    lend_thread = anyio.to_thread.run_sync

    async def run_sync(func: Callable[..., Any], *given: Any, **options: Any) -> Any:  # noqa: ANN401 (as anyio's)
        if _ALONE.get():
            return copy_context().run(func, *given)  # what it sets stays with it, as in a thread
        return await lend_thread(func, *given, **options)

    vars(anyio.to_thread)["run_sync"] = run_sync
    transport = testclient._TestClientTransport  # the client lets no other be given
    handle_elsewhere = transport.handle_request

    def handle_request(self: testclient._TestClientTransport, request: httpx2.Request) -> httpx2.Response:
        if threading.current_thread() is not threading.main_thread() or asyncio._get_running_loop() is not None:
            return handle_elsewhere(self, request)
        context = Context()
        context.run(_ALONE.set, True)  # noqa: FBT003 (a variable's value)
        loop = _loop()
        return loop.run_until_complete(loop.create_task(_answer(self, request), context=context))

    transport.handle_request = handle_request  # type: ignore[method-assign]


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop in which this process answers."""
    return asyncio.new_event_loop()


async def _answer(client: testclient._TestClientTransport, request: httpx2.Request) -> httpx2.Response:
    """Let the app answer a request, with what its lifespan has given to each connection."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await client.app({**scope, "state": client.app_state.copy()}, receive, send)

    request.read()
    given = httpx2.ASGITransport(app, client.raise_server_exceptions, client.root_path, client.client)
    answer = await given.handle_async_request(request)
    body = await answer.aread()
    return httpx2.Response(
        answer.status_code, headers=answer.headers.raw, stream=httpx2.ByteStream(body), request=request
    )
