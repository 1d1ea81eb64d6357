"""Idempotency: a caller that is unsure whether a POST succeeded repeats it with the same ``Idempotency-Key``.

The answer to a POST with a key is stored in the POST's own transaction (``keep_answers``). A repeated call gets the
stored answer (``recall``, which every parameter type of ``placement_api.callers`` runs). The answer to a call that was
refused is not stored, since the call had no effect.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from placement.callers import Caller
from placement.refusals import OURS
from placement.store import idempotency
from placement.tables import IdempotencyKey

HEADER = "Idempotency-Key"
LONGEST = 255
PATTERN = r"^[\x21-\x7e]+$"
KEPT_HEADERS = ("content-type", "content-language", "etag", "location")
_MISSPELT = {
    "type": OURS,
    "ctx": {
        "sv": f"ange 1 till {LONGEST} skrivbara ASCII-tecken",
        "en": f"give 1 to {LONGEST} printable ASCII characters",
    },
}
_ASKED = "placement.repeatable"
_INSTEAD = "placement.kept_instead"

PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "Your own key for this call, such as a UUID. "
        "For at least 48 hours, a repeated call with the same key and body"
        " gets the same answer (with Idempotency-Replayed: true), less what is shown only once, and has no second"
        " effect. It is refused if the body"
        " is another (422) or if the first call is still under way (409, Retry-After)."
        " Er egen nyckel för anropet, till exempel en UUID. I minst 48 timmar får ett upprepat anrop med samma nyckel"
        " och innehåll samma svar (med Idempotency-Replayed: true), utom det som visas bara en gång, och ingen ny"
        " verkan. Det avvisas om innehållet är"
        " ett annat (422) eller om det första anropet fortfarande pågår (409, Retry-After)."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": PATTERN},
    "example": "6f0c1d0e-2f4b-4c1b-9d57-0f6a8f4e2b11",
}


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A call that may be repeated: its transaction, a name made of caller and key, and a digest of its content."""

    session: Session
    name: str
    call: str


class AnsweredBeforeError(Exception):
    """The call is a repetition; ``answer`` is what the first call was answered."""

    def __init__(self, answer: IdempotencyKey) -> None:
        super().__init__()
        self.answer = answer


async def recall(request: Request, session: Session, by: Caller) -> None:
    """Handle the key of a POST, if it has one: raise the stored answer, or mark the call so that its answer is stored.

    Raises:
        AnsweredBeforeError: an answer to the same call is stored.
        RequestValidationError: the key is empty, too long or not printable ASCII.

    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return
    if len(key) > LONGEST or not re.match(PATTERN, key):
        raise RequestValidationError([{**_MISSPELT, "loc": ("header", HEADER)}])
    asked = (request.method, request.url.path, request.url.query, request.headers.get("content-type", ""))
    call = idempotency.digest(*asked, await request.body())
    repeatable = Repeatable(session, idempotency.name_of(by, key), call)
    answer = await run_in_threadpool(idempotency.recall, session, repeatable.name, call)
    if answer is not None:
        raise AnsweredBeforeError(answer)
    request.scope[_ASKED] = repeatable


async def answer_again(_request: Request, error: Exception) -> Response:
    """Answer a repeated call with the stored answer."""
    assert isinstance(error, AnsweredBeforeError)  # noqa: S101 (registered for these alone)
    kept = error.answer
    return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})


def keep_instead(request: Request, body: BaseModel | bytes) -> None:
    """Let another body be stored than the one answered, which has secrets that must not be stored."""
    request.scope[_INSTEAD] = body if isinstance(body, bytes) else body.model_dump_json(by_alias=True).encode()


def store_asked_for(request: Request, response: Response) -> None:
    """Store the answer to a call that has a key."""
    repeatable: Repeatable | None = request.scope.get(_ASKED)
    if repeatable is not None:
        store_answer(repeatable, response, request.scope.get(_INSTEAD))


def keep_answers(router: APIRouter, store: Callable[[Request, Response], None] = store_asked_for) -> APIRouter:
    """Store the answers to a router's POSTs, by default of those that have a key; return the router."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()):
            route.get_route_handler = _keeping(route.get_route_handler, store)  # type: ignore[method-assign]
    return router


def _keeping(handler: Callable[[], Any], store: Callable[[Request, Response], None]) -> Callable[[], Any]:
    """Wrap a route's handler so that its answer is stored before the call's transaction is committed."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_and_keep(request: Request) -> Response:
            response: Response = await answer(request)
            await run_in_threadpool(store, request, response)
            return response

        return answer_and_keep

    return get_route_handler


def store_answer(repeatable: Repeatable, response: Response, instead: bytes | None = None) -> None:
    """Store an answer in the call's transaction, with another body if it has one to be stored instead."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    kept = IdempotencyKey(
        id=repeatable.name,
        call=repeatable.call,
        status=response.status_code,
        headers=headers,
        body=bytes(response.body) if instead is None else instead,
    )
    idempotency.keep(repeatable.session, kept)
