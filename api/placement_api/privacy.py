"""Privacy: no personal identity number gets in with a call, wherever in it, and none is repeated in an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from placement.identity_numbers import REFUSED, holds_identity_number, places_of_identity_numbers
from placement.refusals import OURS

_FAULT = {"type": OURS, "ctx": {"sv": REFUSED.sv, "en": REFUSED.en}}


async def refuse_identity_numbers(request: Request) -> None:
    """Refuse a call with an identity number in its path, its query or its JSON body, with the place of every one.

    Sheets are read, and refused, by ``importing``.

    Raises:
        RequestValidationError: there is at least one.

    """
    places: list[tuple[str | int, ...]] = [
        ("path", name) for name, value in request.path_params.items() if holds_identity_number(value)
    ]
    places += [
        ("query", name)
        for name, value in request.query_params.multi_items()
        if holds_identity_number(name) or holds_identity_number(value)
    ]
    if _reads_json(request) and await request.body():
        body = await request.json()
        places += [("body", *path) for path in await run_in_threadpool(lambda: list(places_of_identity_numbers(body)))]
    if places:
        raise RequestValidationError([{**_FAULT, "loc": place} for place in places])


def asks_for_pseudonym(fault: Mapping[str, Any]) -> bool:
    """Return whether a fault of a call is an identity number in it."""
    return bool(fault["type"] == OURS and fault["ctx"] == _FAULT["ctx"])


def _reads_json(request: Request) -> bool:
    """Return whether the framework has read the body of a request as JSON."""
    route = request.scope["route"]
    return isinstance(route, APIRoute) and route.body_field is not None
