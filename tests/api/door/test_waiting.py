"""Waiting: no transaction is open while a client is waited for, so half a call blocks nobody's work."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.tables import Unit
from tests.api.conftest import Connect
from tests.api.door.conftest import Serve
from tests.api.door.speaking import Client, head
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.matrix.sheets import OFFER
from tests.api.world import World
from tests.effort import draws, walks_every_operation

IMPORT = json.dumps({"rows": [OFFER]}).encode()
HALF = len(IMPORT) // 2


class Watched:
    """An application whose database connections are counted whenever it turns to its client."""

    def __init__(self, app: FastAPI) -> None:
        self._app: ASGIApp = app
        self.state = app.state
        self._pool = app.state.engine.pool
        self.turned_with: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def from_client() -> Message:
            self.turned_with.append(self._pool.checkedout())
            return await receive()

        async def to_client(message: Message) -> None:
            self.turned_with.append(self._pool.checkedout())
            await send(message)

        await self._app(scope, from_client, to_client)


@pytest.fixture
def watched(app: FastAPI, connect: Connect, settled: tuple[str, World]) -> tuple[Watched, TestClient]:
    """The application over the small county, watched."""
    connect(settled[0])
    watched = Watched(app)
    return watched, TestClient(watched, raise_server_exceptions=False)


@walks_every_operation
@draws(40, "operations")
@pytest.mark.one_database
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.operation)
def test_no_operation_turns_to_its_client_with_a_transaction_open(
    watched: tuple[Watched, TestClient], world: World, line: Line
) -> None:
    watching, client = watched
    role = next(filter(line.lets_in, (Role.COORDINATOR, *Role)), Role.COORDINATOR)
    for version in ('"0"', '"1"'):
        headers = world.by(role, **{"If-Match": version, "Idempotency-Key": version})
        client.request(line.method, line.path(line.ours), headers=headers, json=line.body)
    assert watching.turned_with
    assert set(watching.turned_with) == {0}


def test_half_sent_imports_keep_no_writer_waiting(serve: Serve, settled: tuple[str, World], world: World) -> None:
    address, engine = serve(), engine_for(settled[0])
    headers = world.by("provider", **{"Content-Type": "application/json", "Content-Length": str(len(IMPORT))})
    with ExitStack() as stack:
        slow = [stack.enter_context(Client(address.host, address.port)) for _ in range(10)]
        for client in slow:
            client.send(head("POST", "/v1/capacity-offers/imports", headers) + IMPORT[:HALF])
        with Client(address.host, address.port, wait=5) as quick:
            for number in range(1, 6):
                change = b'{"maxStudents": %d}' % number
                given = world.by("provider", **{"Content-Type": "application/json", "If-Match": f'"{number}"'})
                assert quick.ask("PATCH", "/v1/units/unt_a", given, change).status == 200
                with open_session(engine) as session:  # as a run's heartbeat is written
                    session.get_one(Unit, "unt_b").max_students = number
                assert quick.ask("GET", "/readyz").status == 200
        for client in slow:
            client.send(IMPORT[HALF:])
        assert [client.answer().status for client in slow] == [200] * 10
    engine.dispose()


@pytest.mark.one_database
def test_a_client_that_goes_away_within_an_import_leaves_no_fault_in_the_log(
    serve: Serve, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    address = serve()
    headers = world.by("provider", **{"Content-Type": "application/json", "Content-Length": "1000"})
    for sent in (b"", IMPORT, b"x" * 999):
        with Client(address.host, address.port) as client:
            client.send(head("POST", "/v1/capacity-offers/imports", headers) + sent)
    with Client(address.host, address.port) as client:  # and one that goes when all of it has come
        client.send(head("POST", "/v1/capacity-offers/imports", headers) + b"x" * 1000)
    with Client(address.host, address.port) as client:
        assert client.ask("GET", "/readyz").status == 200
    address.server.stop()
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"} or record.exc_info] == []
