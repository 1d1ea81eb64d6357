"""Looking: an answer that shows students is logged before it is sent; if it cannot be logged, it is not sent.

Every operation goes through ``log_looks``. What an answer shows is found by the ids in it, whatever its form, so that
no operation is forgotten. ``sensitive`` has the operations whose every answer is logged.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from placement.callers import Caller
from placement.database import read_session
from placement.errors import DiskFullError, PlacementError, UnavailableError
from placement.identity_numbers import holds_identity_number
from placement.store import chain, looks
from placement.store.audit import PROTECTED
from placement_api.consequences import call_of
from placement_api.idempotency import AnsweredBeforeError
from placement_api.media_types import XLSX
from placement_api.problems import ChangedSinceError
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
    for route in _operations(router):
        route.get_route_handler = _logging(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _operations(router: APIRouter) -> list[APIRoute]:
    return [route for route in router.routes if isinstance(route, APIRoute)]


def _logging(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that whom its answer shows is logged."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_and_log(request: Request) -> Response:
            response: Response = await answer(request)
            if isinstance(response, StreamingResponse):
                response.body_iterator = _log_each(request, response.body_iterator)
            elif response.status_code in {200, 201} and _operation_of(request) not in EXEMPT:
                await run_in_threadpool(_log, request, response)
            return response

        return answer_and_log

    return get_route_handler


def log_looks_at_the_known(router: APIRouter) -> APIRouter:
    """Log also what a call shows that has no effect: the row that another has changed, or the answer from before."""
    for route in _operations(router):
        if "GET" not in (route.methods or ()):
            route.get_route_handler = _logging_the_known(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _logging_the_known(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that whom its refusal or its stored answer shows is logged; its transaction is over."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_and_log(request: Request) -> Response:
            try:
                response: Response = await answer(request)
            except ChangedSinceError as error:
                await run_in_threadpool(_log_known, request, json.dumps(error.current))
                raise
            except AnsweredBeforeError as error:
                await run_in_threadpool(_log_known, request, error.answer.body.decode(errors="replace"))
                raise
            return response

        return answer_and_log

    return get_route_handler


def _log(request: Request, response: Response) -> None:
    """Write a look, in a transaction of its own where the call changes nothing; the call's own is over then."""
    session = session_of(request)
    if session is None:
        return
    always = _operation_of(request) in ALWAYS
    look = _look(request, "\n".join(_texts_of(response)), looks.take(session))
    by = _reader_of(request, session)
    if by is None or not (look.named or look.noted or always):
        return
    people = looks.people_in(session, look)
    if request.method == "GET":
        session.rollback()  # it has read what it had to, and gives its connection back
        if people or always:
            _write(request, by, look, people)
        return
    people -= chain.people_waiting(session)  # whom the call changes something of has an entry that says more
    if people or always:
        looks.record(session, by, look, people)


def _log_known(request: Request, shown: str, logged: frozenset[str] = frozenset()) -> frozenset[str]:
    """Write a look at what a call shows beside its own answer; return whom it shows, who are logged then."""
    by, look = call_of(request), _look(request, shown, frozenset())
    if by is None or not look.named or _operation_of(request) in EXEMPT:
        return frozenset()
    with read_session(request.app.state.engine) as session:
        people = looks.people_in(session, look)
    if not logged.issuperset(people):
        _write(request, by, look, people - logged)
    return frozenset(people)


async def _log_each(request: Request, parts: AsyncIterable[Any]) -> AsyncIterator[Any]:
    """Yield the parts of a stream, each when whom it shows has been logged; if that cannot be done the stream ends."""
    logged: frozenset[str] = frozenset()
    async for part in parts:
        try:
            logged |= await run_in_threadpool(_log_known, request, str(part), logged)
        except UnavailableError:
            return
        yield part


def _write(request: Request, by: Caller, look: looks.Look, people: set[str]) -> None:
    """Write a look in a transaction of its own.

    Raises:
        UnavailableError: it cannot be written, whyever.

    """
    try:
        looks.record_at_once(request.app.state.engine, by, look, people)
    except DiskFullError:
        raise
    except (PlacementError, SQLAlchemyError) as error:
        raise UnavailableError(
            sv="Vem som läser om studenter kan inte loggas just nu, och då visas inget. Försök igen om en stund.",
            en="Who reads about students cannot be logged just now, so nothing is shown. Retry in a moment.",
        ) from error


def _look(request: Request, shown: str, noted: frozenset[str]) -> looks.Look:
    """Return what an answer lets its reader look at."""
    named = frozenset(looks.ids_in(f"{request.url.path}\n{shown}"))
    return looks.Look(_operation_of(request), _object_of(request), _asked(request.query_params), named, noted)


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
    named = name.endswith("Id") and not name.lower().endswith("externalid") and not holds_identity_number(value)
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
