"""Heads: what a head alone says against its call is answered at once, before anything is read or waited for."""

from __future__ import annotations

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from tests.api.world import World

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("shown", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz"])
def test_a_call_without_a_token_is_refused_before_its_body_is_asked_for(app: FastAPI, shown: str | None) -> None:
    told: list[Message] = []

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        told.append(message)

    headers = [(b"content-length", b"900000"), (b"content-type", b"application/json")]
    headers += [(b"authorization", shown.encode())] if shown is not None else []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/units",
        "query_string": b"",
        "scheme": "http",
        "headers": headers,
    }
    anyio.run(app, scope, receive, send)
    assert told[0]["status"] == 401
    assert (b"www-authenticate", b"Bearer") in told[0]["headers"]


def test_an_address_that_is_not_there_asks_for_no_token(client: TestClient) -> None:
    assert client.post("/v1/no-such-thing", json={}).status_code == 404
    assert client.put("/v1/units", json={}).status_code == 405


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip", "Zstd"])
def test_a_compressed_body_is_refused_in_words(client: TestClient, world: World, encoding: str) -> None:
    headers = world.by("provider", **{"Content-Encoding": encoding, "Content-Type": "application/json"})
    refused = client.post("/v1/units", content=b"\x1f\x8b", headers=headers)
    assert refused.status_code == 415
    assert "Content-Encoding" in refused.json()["detail"]
    headers["Accept-Language"] = "sv"
    assert "okomprimerat" in client.post("/v1/units", content=b"\x1f\x8b", headers=headers).json()["detail"]


def test_a_body_that_is_said_to_be_as_it_is_is_read(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"Content-Encoding": "identity", "Content-Type": "application/json"})
    assert client.post("/v1/units", content=b"{}", headers=headers).status_code == 422


def test_a_call_without_a_body_may_say_what_it_likes_of_its_encoding(client: TestClient, world: World) -> None:
    assert client.get("/v1/units", headers=world.by("unit", **{"Content-Encoding": "gzip"})).status_code == 200


@pytest.mark.parametrize("size", ["1000001", "9" * 11, "9" * 40])
def test_a_length_that_is_too_large_is_refused_however_long_it_is(client: TestClient, world: World, size: str) -> None:
    headers = world.by("provider", **{"Content-Length": size, "Content-Type": "application/json"})
    assert client.post("/v1/units", content=b"{}", headers=headers).status_code == 413
