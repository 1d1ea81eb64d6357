"""A server that dies between a call's effect and its answer, when the call asks for that: only tests serve it.

What the call did is committed before the first byte of its answer is sent. That is when the process kills itself.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from placement_api.served import create_served_app

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

DIE = "x-die-before-the-answer"


def create_dying_app() -> ASGIApp:
    """Make the service inside a wrapper that can kill the process it runs in."""
    app = create_served_app()

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and DIE.encode() in dict(scope["headers"])

        async def die_or_send(message: Message) -> None:
            if asked and message["type"] == "http.response.start":
                os.kill(os.getpid(), signal.SIGKILL)
            await send(message)

        await app(scope, receive, die_or_send)

    return served
