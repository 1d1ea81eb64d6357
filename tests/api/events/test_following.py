"""Following a run: a follower gets each change and the end, and holds no connection in between."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import Session
from starlette.types import Message

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.errors import NotFoundError, UnavailableError
from placement.planning.runs import look_again
from placement.tables import ApiToken, Run, RunStatus
from placement_api import following
from placement_api.following import EventStream, Followers, follow
from placement_api.routes.planning import runs
from placement_api.schemas.planning.runs import RunShown
from tests.api.drafts import ORDERED
from tests.api.world import World

Look = Callable[[], RunShown]


def at(seconds: float, status: RunStatus = RunStatus.RUNNING) -> RunShown:
    """A run that has lasted the given seconds."""
    run = Run(id="run_a", term_id="trm_a", time_limit_seconds=9, requested_by="t", status=status)
    run.requested_at, run.elapsed_seconds = ORDERED, seconds
    return RunShown.of(run, SYSTEM, "en")


def looking(*states: RunShown | Exception) -> Look:
    """Return a look that gives one state after another."""
    left = iter(states)

    def look() -> RunShown:
        state = next(left)
        if isinstance(state, Exception):
            raise state
        return state

    return look


def told(look: Look, seen: str | None = None) -> list[tuple[str, ...]]:
    """Follow to the end; return each event's kind and seconds, and comments unchanged."""

    async def listen() -> list[str]:
        return [event async for event in follow(look, seen)]

    return [tuple(_read(event)) for event in anyio.run(listen)]


def _read(event: str) -> Iterator[str]:
    assert event.endswith("\n\n")
    if event.startswith(":"):
        yield event.strip()
        return
    _, kind, data = event.strip().split("\n")
    yield kind.removeprefix("event: ")
    yield str(json.loads(data.removeprefix("data: "))["elapsedSeconds"])


@pytest.fixture
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait between reads."""
    monkeypatch.setattr(following, "LOOK_SECONDS", 0)
    monkeypatch.setattr(following, "HEARTBEAT_LOOKS", 2)


@pytest.mark.usefixtures("restless")
def test_only_what_is_new_is_told_and_the_end_is_the_last() -> None:
    states = looking(at(1), at(1), at(2), at(2, RunStatus.SUCCEEDED))
    assert told(states) == [("progress", "1.0"), ("progress", "2.0"), ("ended", "2.0")]


@pytest.mark.usefixtures("restless")
def test_where_nothing_is_new_for_long_a_comment_shows_that_the_stream_lives() -> None:
    states = looking(*[at(1)] * 5, at(1, RunStatus.FAILED))
    assert told(states) == [("progress", "1.0"), (": still here",), (": still here",), ("ended", "1.0")]


@pytest.mark.usefixtures("restless")
def test_a_follower_that_reconnects_does_not_get_the_last_event_again() -> None:
    async def first() -> str:
        return await anext(follow(looking(at(1)), None))

    seen = anyio.run(first).split("\n")[0].removeprefix("id: ")
    assert told(looking(at(1), at(3), at(3, RunStatus.CANCELLED)), seen) == [("progress", "3.0"), ("ended", "3.0")]


@pytest.mark.usefixtures("restless")
@pytest.mark.parametrize("error", [NotFoundError("run_a"), UnavailableError(sv="borta", en="away")])
def test_the_stream_ends_where_the_caller_may_look_no_longer_or_the_database_is_away(error: Exception) -> None:
    assert told(looking(at(1), error)) == [("progress", "1.0")]


def test_a_run_that_is_over_is_told_once(client: TestClient, world: World) -> None:
    answer = client.get("/v1/runs/run_over/events", headers=world.by("unit", Accept="text/event-stream"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    _, kind, data = answer.text.strip().split("\n")
    assert kind == "event: ended"
    shown = client.get("/v1/runs/run_over", headers=world.by("unit")).json()
    assert json.loads(data.removeprefix("data: ")) == shown


def test_nobody_who_follows_keeps_a_connection(
    app: FastAPI, client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, taken, here = set[object](), list[object](), threading.get_ident()

    def take(_connection: object, record: object, _fairy: object) -> None:
        if threading.get_ident() == here:  # what notes the use of tokens has a thread of its own
            held.add(record)
            taken.append(record)

    async def count(look: Look, _seen: str | None) -> AsyncIterator[str]:
        yield f"{look().id} {len(held)}"

    event.listen(app.state.engine, "checkout", take)
    event.listen(app.state.engine, "checkin", lambda _connection, record: held.discard(record))
    monkeypatch.setattr(runs, "follow", count)
    assert client.get("/v1/runs/run_a/events", headers=world.by("unit")).text == "run_a 0"
    assert taken


def test_a_run_that_is_not_there_is_a_problem_and_no_stream(client: TestClient, world: World) -> None:
    answer = client.get("/v1/runs/run_none/events", headers=world.by("coordinator"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_who_loses_their_token_sees_no_more_of_the_run(store: Session, world: World) -> None:
    name = world.tokens[Role.COORDINATOR].split("_")[1]
    by = Caller(Role.COORDINATOR, token=name)
    assert look_again(store, by, "run_a").id == "run_a"
    assert look_again(store, SYSTEM, "run_a").id == "run_a"
    assert look_again(store, Caller(Role.COORDINATOR), "run_a").id == "run_a"
    store.get_one(ApiToken, name).revoked_at = now()
    with pytest.raises(NotFoundError):
        look_again(store, by, "run_a")


def test_a_client_that_goes_away_ends_the_stream() -> None:
    async def listen() -> None:
        scope: dict[str, Any] = {"type": "http", "asgi": {"spec_version": "2.3"}}
        with anyio.fail_after(5):
            await EventStream(follow(lambda: at(1), None), Followers(1))(scope, _gone, _nobody)

    anyio.run(listen)


def test_no_more_may_follow_at_once_than_the_setting_says(
    app: FastAPI, client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.followers, "free", 1)
    address, by = "/v1/runs/run_over/events", world.by("unit")
    with app.state.followers.admit():
        refused = client.get(address, headers=by)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
        assert refused.json()["type"] == "/problems/too-many"
    assert client.get(address, headers=by).status_code == 200
    assert client.get(address, headers=by).status_code == 200


async def _nothing() -> Message:
    return {"type": "http.request"}


async def _gone() -> Message:
    return {"type": "http.disconnect"}


async def _nobody(_message: Message) -> None:
    return None
