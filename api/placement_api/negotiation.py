"""Negotiation: what an operation cannot answer is refused before it runs: 405, 406 or 415.

405 if an address lacks a method, 406 if an operation has no accepted media type, 415 if it cannot read the body's. The
contract says which operations an address has, and which media types they have. Problem documents are sent whatever the
caller accepts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from placement_api.problems import refuse
from placement_api.quality import accepts

JSON = "application/json"


class Negotiation:
    """Refuse a call whose answer the caller could not read, or whose body the service could not read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if the operation has the media types that the request names."""
        refusal = _refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        await refuse(scope, receive, send, refusal)


def _refusal(scope: Scope) -> HTTPException | None:
    """Return the error of a request whose media types the operation lacks; JSON, the usual one, is checked first.

    An address such as ``/v1/units/sheet`` is a list's sheet and never a row with the id ``sheet``, whatever the method.
    """
    app: FastAPI = scope["app"]
    whole = app.openapi()["paths"].get(scope["path"])
    if whole is not None and scope["method"].lower() not in whole:
        return HTTPException(405)
    headers = Headers(scope=scope)
    if not accepts(headers.get("accept", ""), JSON):
        forms = _answer_types(_operation(scope))
        if forms and not any(accepts(headers["accept"], form) for form in forms):
            return HTTPException(406)
    given = headers.get("content-type", "").split(";")[0].strip().lower()
    sent = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if sent and given != JSON:
        forms = set(_operation(scope).get("requestBody", {}).get("content", {}))
        if forms and given not in forms:
            return HTTPException(415, headers={"Accept": ", ".join(sorted(forms))})
    return None


def _answer_types(operation: Mapping[str, Any]) -> set[str]:
    """Return the media types of an operation's successful answers; none if it usually answers without content."""
    responses = operation.get("responses", {})
    answers = (answer for status, answer in responses.items() if status.startswith("2") and "204" not in responses)
    return {form for answer in answers for form in answer.get("content", {})}


def _operation(scope: Scope) -> Mapping[str, Any]:
    """Return the operation in the contract that a request is for; empty if the address or the method is unknown."""
    app: FastAPI = scope["app"]
    paths = app.openapi()["paths"]
    for path in sorted(paths, key=lambda path: path.count("{")):
        if re.fullmatch(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)), scope["path"]):
            operation: Mapping[str, Any] = paths[path].get(scope["method"].lower(), {})
            return operation
    return {}
