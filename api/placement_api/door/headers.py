"""Headers: what every answer tells browsers and caches, unless its route has its own."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""A page has a policy of its own for its content; everything else may load, run and be framed by nothing."""
_TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
"""For a year, browsers ask for this host over TLS alone (OWASP ASVS 5.0, 3.4.1); said only over TLS (RFC 6797, 7.2)."""


def safe_headers(scheme: str) -> Mapping[str, str]:
    """Return the headers of every answer, by how the service was reached: ``http`` or ``https``."""
    return {**_SAFE, **_TLS_ONLY} if scheme == "https" else _SAFE


class SafeHeaders:
    """Add to each answer the headers that it lacks; nothing under ``/v1`` is ever kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in safe_headers(scope["scheme"]).items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    headers["Cache-Control"] = _SAFE["Cache-Control"]
            await send(message)

        await self._app(scope, receive, add)
