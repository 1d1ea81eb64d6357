"""Connections: every wait for a client has an end, and those that wait longest make room for others."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Callable

import anyio
import anyio.lowlevel
import pytest

from placement.errors import NotFoundError
from placement.register import units
from placement_api import documentation
from placement_api.door import connections
from placement_api.door.connections import GuardedProtocol
from placement_api.routes.planning import runs
from tests.api.door.conftest import Serve
from tests.api.door.speaking import Address, Client, head
from tests.api.world import World

pytestmark = pytest.mark.one_database
HEALTH = head("GET", "/healthz")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait only moments for clients."""
    for name in ("HEAD_SECONDS", "UNREAD_SECONDS", "STOP_SECONDS"):
        monkeypatch.setattr(connections, name, 0.3)


@pytest.fixture
def patient(hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (it comes after)
    """Wait for clients for as long as the test takes, on a busy machine too."""
    for name, seconds in (("HEAD_SECONDS", 60.0), ("UNREAD_SECONDS", 60.0), ("STOP_SECONDS", 3.0)):
        monkeypatch.setattr(connections, name, seconds)


def soon(happens: Callable[[], bool]) -> bool:
    """Wait until something happens, for so long that it would have."""
    for _ in range(200):
        if happens():
            return True
        time.sleep(0.05)
    return False


def client_of(address: Address) -> Client:
    """Connect to a server."""
    return Client(address.host, address.port)


@pytest.mark.usefixtures("patient")
def test_an_ordinary_call_is_answered_and_the_connection_used_again(serve: Serve, world: World) -> None:
    with client_of(serve()) as client:
        assert client.ask("GET", "/healthz").json() == {"status": "ok"}
        assert client.ask("GET", "/v1/units", world.by("unit")).status == 200


@pytest.mark.usefixtures("patient")
def test_two_calls_sent_at_once_are_answered_one_after_the_other(serve: Serve) -> None:
    with client_of(serve()) as client:
        client.send(HEALTH + HEALTH)
        assert [client.answer().status for _ in range(2)] == [200, 200]


def test_half_a_head_is_answered_and_ended_in_time(serve: Serve) -> None:
    with client_of(serve()) as client:
        client.send(HEALTH[:20])
        answer = client.answer()
        assert (answer.status, answer.json()["type"]) == (408, "/problems/too-slow")
        assert (answer.headers["connection"], answer.headers["x-frame-options"]) == ("close", "DENY")
        assert client.is_closed()


def test_half_a_head_after_an_answer_has_no_more_time(serve: Serve) -> None:
    with client_of(serve()) as client:
        client.send(HEALTH + HEALTH[:20])
        assert [client.answer().status for _ in range(2)] == [200, 408]


def test_a_head_that_comes_byte_by_byte_has_no_more_time(serve: Serve) -> None:
    with client_of(serve()) as client:
        for sent in range(len(HEALTH)):
            client.send(HEALTH[sent : sent + 1])
            client.socket.settimeout(0.05)
            try:
                if client.socket.recv(1):
                    break
            except TimeoutError:
                continue
        assert sent < len(HEALTH) - 1, "it waited for the last byte"


def test_a_connection_on_which_nothing_is_sent_is_ended(serve: Serve) -> None:
    with client_of(serve()) as client:
        assert client.is_closed()


def test_a_head_that_never_ends_is_refused_for_its_size(serve: Serve) -> None:
    with client_of(serve()) as client:
        client.send(HEALTH[:-2] + b"X-Long: " + b"x" * 70_000)
        answer = client.answer()
        assert (answer.status, answer.json()["type"]) == (431, "/problems/head-too-large")


def test_what_is_said_after_a_body_is_not_taken_for_a_part_of_the_head(serve: Serve, world: World) -> None:
    headers = world.by("provider", **{"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    with client_of(serve()) as client:
        client.send(head("PATCH", "/v1/units/unt_a", headers) + b'2\r\n{}\r\n0\r\nIf-Match: "1"\r\n\r\n')
        assert client.answer().status == 428


@pytest.mark.parametrize("endless", [b"0\r\nX: " + b"x" * 70_000, b"1;" + b"x" * 70_000])
def test_what_is_around_a_body_and_never_ends_is_cut(serve: Serve, world: World, endless: bytes) -> None:
    headers = world.by("provider", **{"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    with client_of(serve()) as client:
        client.send(head("PATCH", "/v1/units/unt_a", headers) + endless)
        assert client.is_closed()


def test_a_large_body_in_small_pieces_is_read(serve: Serve, world: World) -> None:
    headers = world.by("provider", **{"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    with client_of(serve()) as client:
        client.send(
            head("POST", "/v1/units", headers) + b"10\r\n                \r\n" * 20_000 + b"2\r\n{}\r\n0\r\n\r\n"
        )
        assert client.answer().status == 422


def test_what_is_not_http_is_a_problem_in_both_languages(serve: Serve) -> None:
    with client_of(serve()) as client:
        client.send(b"\x16\x03\x01 hello\r\n\r\n")
        answer = client.answer()
        assert (answer.status, answer.json()["type"]) == (400, "/problems/malformed")
        assert answer.json()["detail"] == "Anropet är inte HTTP. / The call is not HTTP."
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_the_rest_of_a_refused_body_is_not_read_for_ever(serve: Serve) -> None:
    with client_of(serve()) as client:
        client.send(head("POST", "/v1/units", {"Content-Length": "900000"}) + b" ")
        assert client.answer().status == 401
        assert soon(lambda: not client.can_send(b" "))


def test_after_the_rest_of_a_refused_body_the_connection_can_be_used_again(serve: Serve) -> None:
    with client_of(serve()) as client:
        client.send(head("POST", "/v1/units", {"Content-Length": "10"}))
        assert client.answer().status == 401
        client.send(b" " * 10 + HEALTH)
        assert client.answer().status == 200


def test_an_idle_connection_is_closed(serve: Serve) -> None:
    address = serve()
    address.server.config.timeout_keep_alive = 0
    with client_of(address) as client:
        assert client.ask("GET", "/healthz").status == 200
        assert client.is_closed()


def test_an_answer_that_nobody_reads_is_cut_and_its_call_ended(
    serve: Serve, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    async def endless() -> AsyncIterator[str]:
        try:
            while True:
                yield " " * 100_000
                await anyio.lowlevel.checkpoint()
        finally:
            sent.append("ended")

    monkeypatch.setattr(runs, "follow", lambda *_: endless())
    with client_of(serve()) as client:
        client.send(head("GET", "/v1/runs/run_a/events", world.by("unit", Accept="text/event-stream")))
        assert soon(lambda: sent == ["ended"])


def test_an_answer_that_is_read_slowly_is_sent_whole(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documentation, "SCRIPT", " " * 30_000_000)  # more than fits between the two
    with client_of(serve()) as client:
        client.send(head("GET", "/docs/pages.js", {"Connection": "close"}))
        assert len(client.answer(slowly=True).body) == 30_000_000


def test_an_answer_that_is_not_read_on_is_cut_even_if_all_of_it_has_been_written(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documentation, "SCRIPT", " " * 30_000_000)
    with client_of(serve()) as client:
        client.send(head("GET", "/docs/pages.js", {"Connection": "close"}))
        time.sleep(0.8)
        with pytest.raises(ConnectionError):
            client.answer()


@pytest.mark.usefixtures("patient")
def test_where_there_are_too_many_the_longest_to_wait_for_its_client_makes_room(serve: Serve) -> None:
    address = serve(connections=10, connections_per_address=3)
    clients = [client_of(address) for _ in range(3)]
    for client in (clients[1], clients[2], clients[0]):
        assert client.ask("GET", "/healthz").status == 200
        time.sleep(0.01)  # the server's clock counts in milliseconds
    with client_of(address) as new:
        assert new.ask("GET", "/healthz").status == 200
    assert clients[1].is_closed()
    assert clients[0].ask("GET", "/healthz").status == 200
    for client in clients:
        client.socket.close()


@pytest.mark.usefixtures("patient")
def test_a_trusted_proxy_has_as_many_as_all_together(serve: Serve) -> None:
    address = serve(connections=10, connections_per_address=1, trusted_proxies="127.0.0.1")
    clients = [client_of(address) for _ in range(5)]
    assert [client.ask("GET", "/healthz").status for client in clients] == [200] * 5
    for client in clients:
        client.socket.close()


@pytest.mark.usefixtures("patient")
def test_whoever_is_being_answered_never_makes_room(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    address = serve(connections=10, connections_per_address=1)
    with client_of(address) as busy:
        assert busy.ask("GET", "/healthz").status == 200
        monkeypatch.setattr(GuardedProtocol, "waits_for_client", False)
        with client_of(address) as refused:
            answer = refused.answer()
            assert (answer.status, answer.json()["type"]) == (503, "/problems/unavailable")
        monkeypatch.undo()


@pytest.mark.usefixtures("patient")
def test_a_stop_answers_what_is_on_its_way_and_waits_for_nobody_slow(serve: Serve, world: World) -> None:
    address = serve()
    with client_of(address) as idle, client_of(address) as slow, client_of(address) as late:
        assert idle.ask("GET", "/healthz").status == 200
        headers = world.by("provider", **{"Content-Type": "application/json", "Content-Length": "2"})
        slow.send(head("POST", "/v1/units", headers) + b"{")
        late.send(head("POST", "/v1/units", headers) + b"{")
        time.sleep(0.1)
        address.server.stop()
        time.sleep(0.2)
        late.send(b"}")
        answer = late.answer()
        assert (answer.status, answer.headers["connection"]) == (422, "close")
        assert slow.is_closed()
        assert idle.is_closed()


@pytest.mark.usefixtures("patient")
def test_a_call_that_comes_while_the_service_stops_is_answered_as_the_last_one(serve: Serve) -> None:
    address = serve()
    with client_of(address) as client:
        assert client.ask("GET", "/healthz").headers.get("connection") is None
        address.server.stop()
        time.sleep(0.15)
        assert client.ask("GET", "/healthz").headers["connection"] == "close"
        assert client.is_closed()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("begun_before_the_stop", [True, False])
def test_a_call_that_takes_its_time_is_answered_while_the_service_stops(
    serve: Serve, world: World, monkeypatch: pytest.MonkeyPatch, *, begun_before_the_stop: bool
) -> None:
    def take_time(*_: object, **__: object) -> None:
        time.sleep(0.8)
        name = "unt_gone"
        raise NotFoundError(name)

    monkeypatch.setattr(units, "list_units", take_time)
    address, call = serve(), head("GET", "/v1/units", world.by("provider"))
    with client_of(address) as client:
        assert client.ask("GET", "/healthz").status == 200
        if begun_before_the_stop:
            client.send(call)
        time.sleep(0.1)
        address.server.stop()
        time.sleep(0.15)
        if not begun_before_the_stop:
            client.send(call)
        assert client.answer().status == 404
        assert client.is_closed()


@pytest.mark.usefixtures("patient")
def test_what_is_being_answered_when_the_service_stops_is_answered_whole(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documentation, "SCRIPT", " " * 30_000_000)
    address = serve()
    with client_of(address) as client:
        client.send(head("GET", "/docs/pages.js"))
        time.sleep(0.1)
        address.server.stop()
        assert len(client.answer(slowly=True).body) == 30_000_000


def test_a_client_that_has_gone_is_forgotten(serve: Serve) -> None:
    address = serve(connections=10, connections_per_address=1)
    for _ in range(20):
        with client_of(address) as client:
            assert client.ask("GET", "/healthz").status == 200
            client.socket.shutdown(socket.SHUT_RDWR)
