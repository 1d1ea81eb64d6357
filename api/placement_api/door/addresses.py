"""Addresses: the service's own, as people reach it, in every link that it makes."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from placement.settings import Settings


class PublicAddress:
    """Let a request have come to the address in the settings, if there is one, whatever its ``Host`` says.

    Behind a proxy the service has another name than people use, and a caller could name any host in a link that the
    service makes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with the public scheme and host."""
        if scope["type"] == "http":
            settings: Settings = scope["app"].state.settings
            if settings.public_url is not None:
                scheme, _, host = settings.public_url.partition("://")
                scope["scheme"] = scheme
                scope["headers"] = list(scope["headers"])
                MutableHeaders(scope=scope)["host"] = host
        await self._app(scope, receive, send)
