"""Addresses: links have the address that people use, and only a trusted proxy says who called and how."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from placement.settings import Settings
from tests.api.door.conftest import Serve
from tests.api.door.speaking import Client
from tests.api.world import World

pytestmark = pytest.mark.one_database
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


def public_at(monkeypatch: pytest.MonkeyPatch, app: FastAPI, url: str | None) -> None:
    """Let the service have an address."""
    monkeypatch.setitem(app.state._state, "settings", Settings(public_url=url, runner="none"))


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        (None, "http://evil.example/v1/"),
        ("https://vfu.example.se", "https://vfu.example.se/v1/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/"),
    ],
)
def test_a_link_has_the_public_address_whatever_host_the_caller_names(
    app: FastAPI, client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch, url: str | None, begins: str
) -> None:
    public_at(monkeypatch, app, url)
    made = client.post(
        "/v1/calendars",
        json={"subject": {"type": "unit", "id": "unt_a"}},
        headers=world.by("unit", Host="evil.example"),
    )
    assert made.status_code == 201, made.text
    assert made.json()["url"].startswith(begins)


def test_where_the_public_address_is_over_tls_every_answer_says_so(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_at(monkeypatch, app, "https://vfu.example.se")
    assert "strict-transport-security" in client.get("/healthz").headers


@pytest.mark.parametrize(("trusted", "believed"), [("", False), ("192.0.2.1", False), ("127.0.0.0/8", True)])
def test_what_is_forwarded_is_believed_of_a_trusted_proxy_alone(
    serve: Serve, caplog: pytest.LogCaptureFixture, trusted: str, *, believed: bool
) -> None:
    address = serve(trusted_proxies=trusted)
    with Client(address.host, address.port) as client, caplog.at_level(logging.INFO, logger="uvicorn.access"):
        answer = client.ask("GET", "/healthz", FORWARDED)
    assert ("strict-transport-security" in answer.headers) is believed
    assert ("203.0.113.9" in caplog.text) is believed


@pytest.mark.parametrize(
    "wrong",
    [{"public_url": "vfu.example.se"}, {"public_url": "https://x/path"}, {"trusted_proxies": "proxy.example.se"}],
)
def test_a_setting_that_is_no_address_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)
