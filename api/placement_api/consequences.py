"""Consequences: the answer to a change says which placements in force break a rule after it.

Every change of what planning rests on goes through `tell_consequences`, so that no route has to think of it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from placement.callers import Caller
from placement.in_force.impossible import Aftermath, tell_impossible
from placement_api.problems import language_of
from placement_api.schemas.in_force.impossible import ConsequencesShown

MARK = "x-consequences"
"""Marks an operation whose answer may tell of consequences; the published contract does not have the mark."""
_CALL = "placement.call"
_NO_CONTENT = 204


def note_call(request: Request, session: Session, by: Caller) -> None:
    """Remember who makes a call, and in which session, for what follows from it."""
    request.scope[_CALL] = (session, by)


def call_of(request: Request) -> Caller | None:
    """Return who makes a call; None if its operation is open to all."""
    call: tuple[Session, Caller] | None = request.scope.get(_CALL)
    return None if call is None else call[1]


def tell_consequences(router: APIRouter) -> APIRouter:
    """Make every change of a router tell of the placements that it makes impossible; return the router."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" not in (route.methods or ()):
            route.openapi_extra = {**(route.openapi_extra or {}), MARK: True}
            route.get_route_handler = _telling(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _telling(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that it tells of the consequences before the call's transaction is committed."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_and_tell(request: Request) -> Response:
            response: Response = await answer(request)
            aftermath = await run_in_threadpool(tell_impossible, *request.scope[_CALL])
            return response if aftermath == Aftermath() else _with(response, aftermath, language_of(request))

        return answer_and_tell

    return get_route_handler


def _with(response: Response, aftermath: Aftermath, language: str) -> Response:
    """Return an answer with the consequences added; one without content becomes 200."""
    told = ConsequencesShown.of(aftermath, language).model_dump(mode="json", by_alias=True)
    body = {**json.loads(bytes(response.body) or b"{}"), **told}
    headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    status = 200 if response.status_code == _NO_CONTENT else response.status_code
    return Response(json.dumps(body, ensure_ascii=False), status, headers, "application/json")
