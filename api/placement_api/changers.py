"""Changers: an answer that says that a row has changed (412) says who changed it, to those of the same organisation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from placement.database import read_session
from placement.store.acting import act_for
from placement.store.changers import Changer, last_changer
from placement_api.consequences import call_of
from placement_api.problems import ChangedSinceError


def tell_changers(router: APIRouter) -> APIRouter:
    """Make every change of a router that is refused as stale tell who was before it; return the router."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" not in (route.methods or ()):
            route.get_route_handler = _telling(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _telling(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that its refusal has who changed the row; its transaction is over by then."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_or_tell(request: Request) -> Response:
            try:
                response: Response = await answer(request)
            except ChangedSinceError as error:
                error.changer = await run_in_threadpool(_changer_of, request, error)
                raise
            return response

        return answer_or_tell

    return get_route_handler


def _changer_of(request: Request, error: ChangedSinceError) -> Changer | None:
    """Return who changed the row that an error shows, as far as the caller may know."""
    by, row_id = call_of(request), error.current.get("id")
    if by is None or row_id is None:
        return None
    with read_session(request.app.state.engine) as session:
        act_for(session, by)
        return last_changer(session, by, str(row_id))
