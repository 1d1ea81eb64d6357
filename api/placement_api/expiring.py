"""Expiring: every answer to a caller whose token expires within a month names the last day on which it works."""

from __future__ import annotations

import datetime as dt

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placement.clock import today
from placement_api.rates import caller_in

HEADER = "Placement-Token-Expires"
WARNED = dt.timedelta(days=30)
"""How long before its last day the holder of a token is warned."""


class ExpiryWarning:
    """Add the header to answers for which it is time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and warn in its answer."""

        async def warn(message: Message) -> None:
            caller = caller_in(scope)
            if message["type"] == "http.response.start" and caller is not None and caller.expires_on is not None:
                day = caller.expires_on
                if day <= today() + WARNED:
                    MutableHeaders(scope=message)[HEADER] = day.isoformat()
            await send(message)

        await self._app(scope, receive, warn)
