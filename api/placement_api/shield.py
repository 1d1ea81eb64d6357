"""Shield: the last thing that happens to an answer before it is kept or sent.

What the queries have left out is left out; a stored document may still name a protected student. Each id that its
reader must not see gets an alias there, another in every call. ``looking`` logs what is seen after that.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import unquote

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from placement.callers import Caller
from placement.errors import PlacementError
from placement.store import protection
from placement_api.problems import ChangedSinceError

S = TypeVar("S", bound=BaseModel)

_READER = "placement.reader"
_TEXT = ("application/json", "application/problem+json", "text/")


def note_reader(request: Request, session: Session, by: Caller) -> None:
    """Let the call's session read as its caller, and remember it for the answer."""
    protection.look_as(session, by)
    request.scope[_READER] = session


def shield(router: APIRouter) -> APIRouter:
    """Make every answer of a router go through the shield; return the router."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.get_route_handler = _shielding(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _shielding(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that its answers and its refusals are shielded."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_behind(request: Request) -> Response:
            try:
                response: Response = await answer(request)
            except PlacementError as error:
                await run_in_threadpool(_veil_error, request, error)
                raise
            if _needs_no_veil(request):
                return response
            return await run_in_threadpool(_veil, request, response)

        return answer_behind

    return get_route_handler


def _needs_no_veil(request: Request) -> bool:
    """Tell whether it is known that an answer hides nobody; where that must be asked, it is not asked here."""
    session: Session | None = request.scope.get(_READER)
    return session is None or protection.is_known_to_hide_nobody(session)


def _veil(request: Request, response: Response) -> Response:
    """Put aliases into an answer."""
    session: Session | None = request.scope.get(_READER)
    if session is None:
        return response
    text = _text_of(response)
    hidden = protection.hidden_in(session)
    if text is not None and hidden.students:
        told = hidden.veil(text, *_telling(request))
        if told != text:
            response.body = told.encode(response.charset)
            response.headers["content-length"] = str(len(response.body))
    return response


def _veil_error(request: Request, error: PlacementError) -> None:
    """Put aliases into what a refusal says."""
    session: Session | None = request.scope.get(_READER)
    hidden = protection.NOBODY_HIDDEN if session is None else protection.hidden_in(session)
    if not hidden.students:
        return
    document, known = _document_of(request) or secrets.token_hex(16), _written_in(request)

    def veil(text: str) -> str:
        return hidden.veil(text, document, known)

    error.sv, error.en = veil(error.sv), veil(error.en)
    if isinstance(error, ChangedSinceError):
        error.current = json.loads(veil(json.dumps(error.current)))
    error.faults = tuple(replace(each, sv=veil(each.sv), en=veil(each.en)) for each in error.faults)


def veil_shown(session: Session, shown: S, document: str) -> S:
    """Return what is shown bit by bit with the same aliases as an answer about the document."""
    hidden = protection.hidden_in(session)
    if not hidden.students:
        return shown
    return type(shown).model_validate_json(hidden.veil(shown.model_dump_json(by_alias=True), document))


def _telling(request: Request) -> tuple[str, frozenset[str]]:
    """Return the document that an answer is a part of, and the ids that stay in it because the caller wrote them.

    In a stored document nothing stays: an id with which the caller asks for it must not be found in it.
    """
    document = _document_of(request)
    return (secrets.token_hex(16), _written_in(request)) if document is None else (document, frozenset())


def _document_of(request: Request) -> str | None:
    """Return the run or the statement that an answer is about, all of which has the same aliases."""
    own = (request.path_params.get(name) for name in ("runId", "statementId"))
    return next((str(each) for each in own if each is not None), None)


def _written_in(request: Request) -> frozenset[str]:
    """Return the ids that the caller wrote in a call: in its path, query and body, as far as that was read whole."""
    body = getattr(request, "_body", b"").decode(errors="replace")
    return protection.ids_in(f"{unquote(f'{request.url.path}?{request.url.query}')} {body}")


def _text_of(response: Response) -> str | None:
    """Return the text of an answer; None if it is none, such as a workbook, or is written bit by bit."""
    kind = response.headers.get("content-type", "")
    if not kind.startswith(_TEXT) or not hasattr(response, "body"):
        return "" if not getattr(response, "body", b"") and not hasattr(response, "body_iterator") else None
    return bytes(response.body).decode(response.charset)
