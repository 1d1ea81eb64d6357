"""Guarding: a page that is refused says so as a page, and whoever is not signed in is led to sign in.

Whom a page shows is logged, and who is protected is not shown, as for every operation of the API.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from placement.errors import PlacementError
from placement_api.idempotency import keep_answers
from placement_api.looking import log_looks, log_looks_at_the_known
from placement_api.pages.frame import lead, show
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.problems import UnauthenticatedError
from placement_api.retrying import do_again
from placement_api.shield import shield
from placement_solver.words import Words


def guard(router: APIRouter) -> APIRouter:
    """Put around every page of a router what every operation has, and let it say refusals as a page; return it."""
    log_looks_at_the_known(do_again(keep_answers(log_looks(shield(router)))))
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.get_route_handler = _saying(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _saying(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that a refusal becomes a page."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_or_say(request: Request) -> Response:
            try:
                response: Response = await answer(request)
            except UnauthenticatedError:
                return lead(f"/sign-in?{urlencode({'next': _way_back(request)})}")
            except PlacementError as error:
                return await run_in_threadpool(_refusal, request, error.code, error)
            except RequestValidationError:
                return await run_in_threadpool(_refusal, request, "not-found", None)
            except HTTPException as error:
                code = next(code for code, each in PROBLEM_TYPES.items() if each.status == error.status_code)
                return await run_in_threadpool(_refusal, request, code, None)
            return response

        return answer_or_say

    return get_route_handler


def _refusal(request: Request, code: str, error: PlacementError | None) -> Response:
    """Answer with a page that says what was refused and why."""
    kind = PROBLEM_TYPES[code]
    return show(
        request,
        None,
        getattr(request.state, "caller", None),
        "refusal.html",
        status=kind.status,
        title=Words(kind.title["sv"], kind.title["en"]),
        text=Words(error.sv, error.en) if error is not None else Words(kind.text["sv"], kind.text["en"]),
        faults=[] if error is None else [each.words for each in error.faults],
    )


def _way_back(request: Request) -> str:
    """Return where to lead whoever has signed in: to the page, or to the one whose form it was."""
    return str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
