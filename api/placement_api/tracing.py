"""Tracing: every call has a trace-id (W3C Trace Context), the caller's own or a new one, which the answer repeats.

The same trace-id is in problem documents, in the audit trail and in the log.
"""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "traceparent"
_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?")
_FIRST_VERSION = "00"


class Tracing:
    """Continue the caller's trace or begin one, and name it in the response's ``traceparent``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its trace."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parent = follow(Headers(scope=scope).getlist(HEADER))
        scope.setdefault("state", {})[HEADER] = parent

        async def add_trace(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = parent
            await send(message)

        await self._app(scope, receive, add_trace)


def follow(given: list[str]) -> str:
    """Return a new step in the caller's trace, or the first step of a new trace if ``given`` has no valid one."""
    form = _FORM.fullmatch(given[0]) if len(given) == 1 else None
    if form and (form[3] is None or not given[0].startswith(_FIRST_VERSION)):
        trace, flags = form[1], f"{int(form[2], 16) & 1:02x}"
    else:
        trace, flags = secrets.token_hex(16), "00"
    return f"{_FIRST_VERSION}-{trace}-{secrets.token_hex(8)}-{flags}"


def traceparent_of(request: Request) -> str:
    """Return the ``traceparent`` that the answer to a request has."""
    return str(request.scope["state"][HEADER])


def trace_of(request: Request) -> str:
    """Return the trace-id of a request."""
    return traceparent_of(request).split("-")[1]
