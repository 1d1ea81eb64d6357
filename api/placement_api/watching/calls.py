"""Calls: each is counted when it has been answered, and has a line in the log; neither has its address or its body."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placement.callers import Caller
from placement.logs import TOLD, tracing
from placement_api.operations import operation_of
from placement_api.tracing import HEADER
from placement_api.watching.metrics import note_answer

_CALLER = "caller"
_GONE = 499
"""What is told of a call whose client went away before it was answered."""
_log = logging.getLogger("placement.calls")


def note_caller(scope: Scope, by: Caller) -> None:
    """Remember who calls, for the call's line in the log."""
    scope["state"][_CALLER] = by


class Calls:
    """Counts and logs each call, and gives whatever is logged on its behalf the call's trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), _GONE

        async def see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with tracing(scope["state"][HEADER].split("-")[1]):
            try:
                await self._app(scope, receive, see)
            finally:
                _tell(scope, status, time.perf_counter() - began)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    """Count a call and log it."""
    route = operation_of(scope).template
    note_answer(scope["method"], route, status, seconds)
    by: Caller | None = scope["state"].get(_CALLER)
    told = {
        "method": scope["method"],
        "route": route,
        "status": status,
        "ms": round(1_000 * seconds, 1),
        "role": by and by.role.value,
        "organisation": by and by.organisation,
        "unit": by and by.unit,
        "token": by and by.token,
    }
    _log.info("%s %s %d", scope["method"], route, status, extra={TOLD: told})
