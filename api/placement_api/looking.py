"""Looking: an answer that shows students is logged before it is sent; if it cannot be logged, it is not sent.

Every operation goes through ``log_looks``. What an answer shows is found by the ids in it, whatever its form, so that
no operation is forgotten. ``sensitive`` has the operations whose every answer is logged.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from placement.callers import Caller
from placement.database import open_session
from placement.errors import DiskFullError, UnavailableError
from placement.identity_numbers import holds_identity_number
from placement.store import looks
from placement.store.audit import PROTECTED
from placement_api.consequences import call_of
from placement_api.media_types import XLSX
from placement_api.sensitive import ALWAYS, EXEMPT
from placement_api.tracing import trace_of
from placement_api.transactions import session_of

PRINTED = "printed"
"""Where an answer that cannot be read back, a PDF, has the page that it was made of."""
_PLAIN = frozenset({"limit", "offset", "sort", "format", "template", "status", "language", "headings", "action"})
"""The parameters whose value is logged; of others only that they are ids is."""
_LONGEST = 64


def log_looks(router: APIRouter) -> APIRouter:
    """Make every operation of a router log whom its answers show; return the router."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.get_route_handler = _logging(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _logging(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that whom its answer shows is logged."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_and_log(request: Request) -> Response:
            response: Response = await answer(request)
            if response.status_code in {200, 201} and _operation_of(request) not in EXEMPT:
                await run_in_threadpool(_log, request, response)
            return response

        return answer_and_log

    return get_route_handler


def _log(request: Request, response: Response) -> None:
    """Write a look, in a transaction of its own where the call changes nothing; the call's own is over then."""
    session = session_of(request)
    if session is None:
        return
    operation = _operation_of(request)
    shown = "\n".join(_texts_of(response))
    named = frozenset(looks.ids_in(f"{request.url.path}\n{shown}"))
    noted, always = looks.take(session), operation in ALWAYS
    by = _reader_of(request, session)
    if by is None or not (named or noted or always):
        return
    look = looks.Look(operation, _object_of(request), _asked(request.query_params), named, noted)
    if request.method != "GET":
        looks.record(session, by, look, always=always)
        return
    session.rollback()  # it has read what it had to, and gives its connection back
    try:
        with open_session(request.app.state.engine) as own:
            looks.record(own, by, look, always=always)
    except DiskFullError:
        raise
    except UnavailableError as error:
        raise UnavailableError(
            sv="Vem som läser om studenter kan inte loggas just nu, och då visas inget. Försök igen om en stund.",
            en="Who reads about students cannot be logged just now, so nothing is shown. Retry in a moment.",
        ) from error


def _operation_of(request: Request) -> str:
    return f"{request.method} {request.scope['route'].path}"


def _reader_of(request: Request, session: Session) -> Caller | None:
    """Return who is shown the answer; where nobody shows a token, on whose behalf it is made."""
    by = call_of(request) or looks.reader_of(session)
    if by is None or by.trace is not None:
        return by
    return Caller(by.role, by.organisation, by.unit, by.token, trace_of(request))


def _object_of(request: Request) -> str:
    """Return the row's address, or the operation's where the address is itself a secret."""
    return request.url.path[:512] if call_of(request) else str(request.scope["route"].path)


def _asked(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what a list was asked for, without what may tell of somebody."""
    return {name: value if _is_plain(name, value) else PROTECTED for name, value in parameters.items()}


def _is_plain(name: str, value: str) -> bool:
    named = name.endswith("Id") and name != "externalId" and not holds_identity_number(value)
    return len(value) <= _LONGEST and (name in _PLAIN or named)


def _texts_of(response: Response) -> Iterator[str]:
    """Yield the texts of an answer, whatever its form."""
    body = bytes(getattr(response, "body", b""))
    printed = getattr(response, PRINTED, None)
    if printed is not None:
        yield printed
    elif response.headers.get("content-type", "").startswith(XLSX):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            yield from (parts.read(name).decode(errors="replace") for name in parts.namelist() if name.endswith(".xml"))
    else:
        yield body.decode(errors="replace")
