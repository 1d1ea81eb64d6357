"""Retrying: a call that lost a race for a row is done again from the start, in a transaction of its own.

PostgreSQL lets two calls read the same row and refuses the second to write it, or ends one of two calls that wait for
each other. Nothing of that call is kept, and its caller has done nothing wrong: a sheet states no version of its rows.
So it is done again, and sees what the first call has made of the row.

A change that states another version than the current one is refused with the row as it is now. Its parts are read one
after the other, and another call may change them in between. So they are read until the version is the same twice:
then nothing had changed while they were read the first time.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import anyio
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from placement.errors import LostRaceError, StaleError
from placement_api.problems import ChangedSinceError

MOST_TIMES = 10
"""How often a call is done at most; one that has lost every time is answered 503 with ``Retry-After``."""
LONGEST_PAUSE = 0.05
"""Seconds to wait at most before a call is done again, times how often it has been done.

The wait is drawn, so that of two calls that have met each other one comes first.
"""
_TRANSACTION = "fastapi_function_astack"
"""Where the framework keeps what ends with the operation, its transaction above all."""


def do_again(router: APIRouter) -> APIRouter:
    """Let every change of a router be done again if it loses a race; return the router."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" not in (route.methods or ()):
            route.get_route_handler = _trying(route.get_route_handler)  # type: ignore[method-assign]
    return router


def _trying(handler: Callable[[], Any]) -> Callable[[], Any]:
    """Wrap a route's handler so that it is called again, in a new transaction, until it has not lost a race."""

    def get_route_handler() -> Callable[[Request], Awaitable[Response]]:
        answer = handler()

        async def answer_once(request: Request) -> Response:
            async with AsyncExitStack() as transaction:
                request.scope[_TRANSACTION] = transaction
                response: Response = await answer(request)
            return response

        async def answer_in_the_end(request: Request) -> Response:
            shown: ChangedSinceError | None = None
            for time in range(1, MOST_TIMES + 1):
                try:
                    return await answer_once(request)
                except ChangedSinceError as error:
                    if shown is not None and shown.tag == error.tag:
                        raise shown from None
                    shown = error
                except (LostRaceError, StaleError):
                    await anyio.sleep(random.uniform(0, LONGEST_PAUSE) * time)  # noqa: S311 (nothing to guess)
            raise shown or LostRaceError

        return answer_in_the_end

    return get_route_handler
