"""Bodies: a body comes whole, soon enough, and within what all bodies may take together, or its call takes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from placement.callers import Role
from placement_api.door.bodies import SMALL_BODY, Bodies, Pace
from tests.api.world import World

pytestmark = pytest.mark.one_database
HURRIED = Pace(patience=0.05, bytes_a_second=1e9, longest=1.0)
GONE: Message = {"type": "http.disconnect"}
SURVEY = "/survey-forms/secret"


def part(size: int, *, last: bool = False) -> Message:
    """A part of a body."""
    return {"type": "http.request", "body": b" " * size, "more_body": not last}


class Caller:
    """Someone who sends the parts of a body, and then nothing more."""

    def __init__(self, app: FastAPI, path: str = SURVEY, token: str = "") -> None:
        self.told: list[Message] = []
        self.arrived: list[bytes] = []
        self.scope: Scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "app": app,
            "headers": [(b"transfer-encoding", b"chunked"), (b"authorization", f"Bearer {token}".encode())],
            "state": {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        }

    def call(self, make: Callable[..., Bodies], parts: Iterable[Message], **given: Pace) -> int | None:
        """Send the parts through the door; return the status of what is answered there."""
        left = iter(parts)

        async def receive() -> Message:
            message = next(left, None)
            if message is None:
                await anyio.sleep_forever()
            assert message is not None
            return message

        anyio.run(make(self.take, **given), self.scope, receive, self.hear)
        return next((each["status"] for each in self.told if each["type"] == "http.response.start"), None)

    async def take(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        """Be the application: note the body."""
        message = await receive()
        assert not message["more_body"]
        self.arrived.append(message["body"])

    async def hear(self, message: Message) -> None:
        """Note what is answered."""
        self.told.append(message)


def test_the_application_gets_a_body_whole_and_later_what_comes_after_it(app: FastAPI) -> None:
    caller, after = Caller(app), []

    async def take(_scope: Scope, receive: Receive, _send: Send) -> None:
        after.extend([await receive(), await receive()])

    caller.take = take  # type: ignore[method-assign]
    assert caller.call(Bodies, [part(3), part(0), part(4, last=True), GONE]) is None
    assert after == [{"type": "http.request", "body": b" " * 7, "more_body": False}, GONE]


def test_a_body_that_stops_coming_is_refused_and_the_connection_closed(app: FastAPI) -> None:
    caller = Caller(app)
    assert caller.call(Bodies, [part(3)], pace=HURRIED) == 408
    assert (b"connection", b"close") in caller.told[0]["headers"]
    assert b"too-slow" in caller.told[1]["body"]
    assert caller.arrived == []


def test_whoever_goes_away_while_sending_is_owed_no_answer_and_takes_nothing(app: FastAPI) -> None:
    caller = Caller(app)
    assert caller.call(Bodies, [part(3), GONE]) is None
    assert (caller.told, caller.arrived) == ([], [])


def test_a_body_may_come_more_slowly_the_more_of_it_has_come_but_not_for_ever() -> None:
    pace = Pace(patience=10, bytes_a_second=10_000, longest=120)
    assert [pace.seconds_for(size) for size in (0, 1_000_000, 10_000_000)] == [10, 110, 120]


def test_a_large_body_of_nobody_known_is_not_taken_in(app: FastAPI, client: TestClient) -> None:  # noqa: ARG001 (lends the county)
    caller = Caller(app, "/v1/units", "plc_0123456789abcdef_" + "x" * 43)
    assert caller.call(Bodies, [part(SMALL_BODY + 1)]) == 401
    assert (b"www-authenticate", b'Bearer error="invalid_token"') in caller.told[0]["headers"]


def test_a_large_body_of_a_known_caller_is_taken_in(app: FastAPI, client: TestClient, world: World) -> None:  # noqa: ARG001 (lends the county)
    caller = Caller(app, "/v1/units", world.tokens[Role.PROVIDER])
    assert caller.call(Bodies, [part(SMALL_BODY + 1), part(1), part(1, last=True)]) is None
    assert [len(body) for body in caller.arrived] == [SMALL_BODY + 3]


def test_larger_bodies_have_a_budget_together_and_small_ones_always_come_through(app: FastAPI) -> None:
    outer, inner, small, later = (Caller(app) for _ in range(4))
    statuses: list[int | None] = []

    async def take(_scope: Scope, _receive: Receive, _send: Send) -> None:
        for caller, parts in ((inner, [part(SMALL_BODY + 1)]), (small, [part(9, last=True)])):
            await bodies(caller.scope, _giving(parts), caller.hear)
            statuses.append(next((each.get("status") for each in caller.told), None))

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        if scope is outer.scope:
            await take(scope, receive, send)
        else:
            small.arrived.append((await receive())["body"])

    bodies = Bodies(choose, others=2 * SMALL_BODY)
    anyio.run(bodies, outer.scope, _giving([part(SMALL_BODY + 1, last=True)]), outer.hear)
    assert statuses == [503, None]
    assert (b"retry-after", b"5") in inner.told[0]["headers"]
    assert small.arrived == [b" " * 9]
    anyio.run(bodies, later.scope, _giving([part(SMALL_BODY + 1, last=True)]), later.hear)
    assert (later.told, len(small.arrived)) == ([], 2)


def _giving(parts: Iterable[Message]) -> Receive:
    left = iter(parts)

    async def receive() -> Message:
        return next(left)

    return receive


def test_a_body_that_grows_too_large_is_refused_where_it_does(app: FastAPI) -> None:
    parts = (part(60_000) for _ in range(17))
    assert Caller(app).call(Bodies, parts) == 413
    assert list(parts) == []


def test_a_body_on_a_call_that_needs_none_is_read_within_the_same_limits(client: TestClient, world: World) -> None:
    answer = client.request("GET", "/v1/units", content=b"x" * 10, headers=world.by("unit"))
    assert answer.status_code == 200
    refused = client.request("GET", "/v1/units", content=b"x" * 1_000_001, headers=world.by("unit"))
    assert refused.status_code == 413


def test_a_database_that_does_not_answer_is_told_of_at_the_door_too(
    app: FastAPI, connect: Callable[[str], TestClient], tmp_path: object, caplog: pytest.LogCaptureFixture
) -> None:
    connect(f"sqlite:///{tmp_path}/empty.sqlite3")
    with caplog.at_level(logging.ERROR):
        assert Caller(app, "/v1/units", "plc_0123456789abcdef_" + "x" * 43).call(Bodies, [part(SMALL_BODY + 1)]) == 503
    assert "Traceback" not in caplog.text
