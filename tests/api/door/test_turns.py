"""Turns: what needs the database waits for a turn, and nobody holds one while a client is waited for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from placement_api.door.turns import Turns
from placement_api.operations import Operation

FORMS = {"/v1/units/unt_1": "/v1/units/{unit_id}"}
JSON, EVENTS = b"application/json", b"text/event-stream"


def calling(turns: Turns, send: Send | None = None) -> Callable[..., Awaitable[None]]:
    """Return what makes a call of an operation that uses the database."""

    def find(_method: str, path: str) -> Operation:
        return Operation(asks_who_calls=True, uses_database=True, template=FORMS.get(path, path))

    known = SimpleNamespace(state=SimpleNamespace(operations=SimpleNamespace(find=find)))

    async def call(path: str, method: str = "GET") -> None:
        with anyio.fail_after(5):
            await turns({"type": "http", "method": method, "path": path, "app": known}, _nothing, send or _nobody)

    return call


def start(kind: bytes) -> Message:
    """The beginning of an answer."""
    return {"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]}


async def _nothing() -> Message:
    return {"type": "http.request"}


async def _nobody(_message: Message) -> None:
    pass


def test_a_stream_gives_its_turn_to_others_as_it_begins() -> None:
    served: list[str] = []

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(EVENTS if scope["path"] == "/events" else JSON))
        if scope["path"] == "/events":
            await call("/other")
            await call("/other")
        served.append(scope["path"])

    call = calling(Turns(app, at_once=1))
    anyio.run(call, "/events")
    assert served == ["/other", "/other", "/events"]
    anyio.run(call, "/events")
    assert len(served) == 6


def test_slow_operations_do_not_delay_quick_ones() -> None:
    served: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        if scope["path"].endswith("/imports"):
            await call("/v1/units")
        served.append(scope["path"])

    call = calling(Turns(app, at_once=1, long_at_once=1))
    anyio.run(call, "/v1/requests/imports")
    assert served == ["/v1/units", "/v1/requests/imports"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/units/unt_1"), ("PATCH", "/v1/units/unt_1"), ("POST", "/v1/units")]
)
def test_what_is_about_one_thing_does_not_wait_behind_lists(method: str, path: str) -> None:
    served: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        if scope["path"] == "/v1/placements":
            await call(path, method)
        served.append(scope["path"])

    call = calling(Turns(app, at_once=1))
    anyio.run(call, "/v1/placements")
    assert served == [path, "/v1/placements"]


def test_whoever_watches_the_service_waits_for_nobody_else() -> None:
    served: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        if scope["path"] == "/v1/units":
            await call("/readyz")
        served.append(scope["path"])

    call = calling(Turns(app, at_once=1))
    anyio.run(call, "/v1/units")
    assert served == ["/readyz", "/v1/units"]


def test_the_turn_is_over_before_any_of_the_answer_is_sent() -> None:
    told: list[Any] = []

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(JSON))
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    async def send(message: Message) -> None:
        told.append(message.get("body"))
        if message.get("body") == b"/unread":
            await calling(turns)("/another")
            told.append("another is served")

    turns = Turns(app, at_once=1)
    anyio.run(calling(turns, send), "/unread")
    assert told == [None, b"/unread", "another is served"]


def test_nothing_is_sent_of_an_answer_that_breaks_off() -> None:
    told: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(start(JSON))
        message = "the light went out"
        raise RuntimeError(message)

    async def send(message: Message) -> None:
        told.append(message)

    turns = Turns(app, at_once=1)
    for _ in range(3):  # each gives its turn back
        with pytest.raises(RuntimeError, match="light"):
            anyio.run(calling(turns, send), "/v1/units")
    assert told == []


@pytest.mark.parametrize(
    ("method", "path", "needs"),
    [
        ("GET", "/healthz", False),
        ("GET", "/v1/api-info", False),
        ("GET", "/docs", False),
        ("GET", "/openapi.json", False),
        ("GET", "/v1/no-such-thing", False),
        ("PUT", "/v1/units", False),
        ("GET", "/readyz", True),
        ("GET", "/v1/units", True),
        ("POST", "/v1/requests/imports", True),
        ("GET", "/survey-forms/secret", True),
    ],
)
def test_only_what_uses_the_database_needs_a_turn(app: FastAPI, method: str, path: str, *, needs: bool) -> None:
    assert app.state.operations.find(method, path).uses_database is needs
