"""Idempotency: whoever is unsure whether a POST came through sends it again with the same ``Idempotency-Key``.

Every POST that names a key keeps its answer in its own transaction (``keep_answers``); a copy of it gets that answer
(``recall``, asked by each parameter type of ``placement_api.callers``). What was refused had no effect: it is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from placement.callers import Caller
from placement.store import idempotency
from placement.tables import IdempotencyKey

HEADER = "Idempotency-Key"
LONGEST = 255
PATTERN = r"^[\x21-\x7e]+$"
KEPT_HEADERS = ("content-type", "content-language", "etag", "location")
_ASKED = "placement.repeatable"

PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "Your own name for this call, such as a UUID. A copy with the same key and body gets the same answer"
        " (with Idempotency-Replayed: true) and has no second effect, for at least 48 hours; with another body it is"
        " refused (422), and while the first one is under way too (409, Retry-After). Ert eget namn på anropet, till"
        " exempel en UUID. En kopia med samma nyckel och innehåll får samma svar och ingen ny verkan, i minst 48"
        " timmar; med annat innehåll avvisas den (422), liksom medan det första anropet pågår (409, Retry-After)."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": PATTERN},
    "example": "6f0c1d0e-2f4b-4c1b-9d57-0f6a8f4e2b11",
}


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A call that may be repeated: its transaction, whose key it names, and what it asks."""

    session: Session
    name: str
    call: str


class AnsweredBeforeError(Exception):
    """The call has had its effect already; this is the answer that it was given."""

    def __init__(self, answer: IdempotencyKey) -> None:
        super().__init__()
        self.answer = answer


async def recall(request: Request, session: Session, by: Caller) -> None:
    """Where a POST names a key, answer as before if there is an answer, else see to it that one is kept."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return
    if len(key) > LONGEST or not re.match(PATTERN, key):
        detail = f"1 to {LONGEST} printable characters of ASCII are asked for"
        raise RequestValidationError([{"type": "value_error", "loc": ("header", HEADER), "msg": detail}])
    asked = (request.method, request.url.path, request.url.query, request.headers.get("content-type", ""))
    call = idempotency.digest(*asked, await request.body())
    repeatable = Repeatable(session, idempotency.name_of(by, key), call)
    answer = await run_in_threadpool(idempotency.recall, session, repeatable.name, call)
    if answer is not None:
        raise AnsweredBeforeError(answer)
    request.scope[_ASKED] = repeatable


async def answer_again(_request: Request, error: Exception) -> Response:
    """Give the answer that was given before."""
    assert isinstance(error, AnsweredBeforeError)  # noqa: S101 (registered for these alone)
    kept = error.answer
    return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})


def keep_answers(router: APIRouter) -> APIRouter:
    """Let every POST of a router keep its answer where its caller asks for that."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()):
            route.get_route_handler = _keeping(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _keeping(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Make a route's handler one that keeps the answer before the transaction of the effect is committed."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_and_keep(request: Request) -> Response:
            response: Response = await answer(request)
            repeatable: Repeatable | None = request.scope.get(_ASKED)
            if repeatable is not None:
                await run_in_threadpool(_keep, repeatable, response)
            return response

        return answer_and_keep

    return get_route_handler


def _keep(repeatable: Repeatable, response: Response) -> None:
    """Write an answer down in the transaction of its effect."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    kept = IdempotencyKey(
        id=repeatable.name,
        call=repeatable.call,
        status=response.status_code,
        headers=headers,
        body=bytes(response.body),
    )
    idempotency.keep(repeatable.session, kept)
