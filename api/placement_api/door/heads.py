"""Heads: what the head of a call alone says against it, before its body or anything else is waited for."""

from __future__ import annotations

from typing import ClassVar

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from placement.errors import PlacementError
from placement_api.callers import shows_token
from placement_api.operations import operation_of
from placement_api.problems import UnauthenticatedError, refuse

LARGEST_BODY = 1_000_000
LARGEST_IMPORT = 10_000_000
_IMPORTS = ("/imports", "/import")
"""How the addresses end to which files are sent, the pages' among them."""
_MB = 1_000_000


class TooLargeError(PlacementError):
    """A body is larger than what may be sent to its address."""

    code: ClassVar[str] = "too-large"

    def __init__(self, most: int) -> None:
        if most == LARGEST_IMPORT:
            super().__init__(
                sv=f"Filen är för stor: högst {most // _MB} MB går att läsa in. Dela upp den. Inget har ändrats.",
                en=f"The file is too large: {most // _MB} MB at most can be read in. Split it. Nothing has changed.",
            )
        else:
            super().__init__(
                sv=f"Innehållet får vara högst {most // _MB} MB. Inget har ändrats.",
                en=f"The body may have {most // _MB} MB at most. Nothing has changed.",
            )


class EncodedError(PlacementError):
    """A body is compressed, or encoded in another way than by its media type."""

    code: ClassVar[str] = "unsupported-media-type"

    def __init__(self) -> None:
        super().__init__(
            sv="Skicka innehållet okomprimerat, utan huvudet Content-Encoding.",
            en="Send the body uncompressed, without the header Content-Encoding.",
        )


class Heads:
    """Refuse a call without a token where one is asked for, and one whose body is too large or compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its head says nothing against it."""
        error = _refusal(scope) if scope["type"] == "http" else None
        if error is None:
            await self._app(scope, receive, send)
        else:
            await refuse(scope, receive, send, error)


def has_body(scope: Scope) -> bool:
    """Tell whether a body follows the head (RFC 9112, 6.3)."""
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def largest_body(scope: Scope) -> int:
    """Return how many bytes the body of a call may have."""
    return LARGEST_IMPORT if scope["path"].endswith(_IMPORTS) else LARGEST_BODY


def _refusal(scope: Scope) -> PlacementError | None:
    """Return what a head says against its call."""
    headers = Headers(scope=scope)
    if operation_of(scope).asks_who_calls and not shows_token(scope):
        return UnauthenticatedError(shown=False)
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:12]) > largest_body(scope):
        return TooLargeError(largest_body(scope))
    if has_body(scope) and headers.get("content-encoding", "identity").strip().lower() != "identity":
        return EncodedError()
    return None
