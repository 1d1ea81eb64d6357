"""The service as a whole: its description of itself, its limits, and its start and stop."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.settings import Settings
from placement_api.app import create_app
from placement_api.secrecy import hide_secrets
from placement_api.served import create_served_app
from tests.api.conftest import Connect
from tests.api.world import World

pytestmark = pytest.mark.one_database


def test_the_api_tells_its_name_version_and_documentation(client: TestClient) -> None:
    info = client.get("/v1/api-info").json()
    assert info.keys() == {"name", "version", "status", "released", "documentation"}
    assert info["documentation"] == "/docs"
    assert client.get("/openapi.json").json()["info"]["version"] == info["version"]


def test_a_service_over_a_migrated_database_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_service_over_an_empty_database_is_alive_but_not_ready(connect: Connect, tmp_path: object) -> None:
    client = connect(f"sqlite:///{tmp_path}/empty.sqlite3")
    assert client.get("/healthz").status_code == 200
    refused = client.get("/readyz")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    assert refused.json()["type"] == "/problems/unavailable"


def test_no_cache_stores_an_answer_and_no_browser_guesses_its_type(client: TestClient, world: World) -> None:
    answer = client.get("/v1/units", headers=world.by("coordinator"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_body_of_more_than_a_million_bytes_is_refused_before_it_is_read(client: TestClient, world: World) -> None:
    refused = client.post("/v1/units", content=b" " * 1_000_001, headers=world.by("coordinator"))
    assert refused.status_code == 413
    assert refused.json()["type"] == "/problems/too-large"


def test_a_body_without_a_content_length_is_counted(client: TestClient, world: World) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * 100_000

    headers = world.by("coordinator", **{"Content-Type": "application/json"})
    refused = client.post("/v1/units", content=pieces(), headers=headers)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["/redoc", "/v1/units/", "/v1"])
def test_an_address_that_is_not_published_is_not_there(client: TestClient, address: str) -> None:
    assert client.get(address, follow_redirects=False).status_code == 404


def test_an_embedded_runner_and_its_courier_live_as_long_as_the_service(migrated_url: str) -> None:
    def runners() -> list[str]:
        return sorted(thread.name for thread in threading.enumerate() if thread.name in {"runner", "courier"})

    app = create_app(Settings(database_url=migrated_url, runner="embedded"))
    with TestClient(app) as client:
        assert runners() == ["courier", "runner"]
        assert client.get("/readyz").status_code == 200
    assert runners() == []


def test_a_server_process_keeps_secrets_out_of_the_log_and_collects_garbage_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled: list[object] = []
    monkeypatch.setattr(gc, "freeze", lambda: settled.append("frozen"))
    monkeypatch.setattr(gc, "set_threshold", lambda *often: settled.append(often))
    loggers = [logging.getLogger(name) for name in ("uvicorn.access", "placement_api.problems")]
    for logger in loggers:
        monkeypatch.setattr(logger, "filters", [])
    create_served_app()
    assert settled == ["frozen", (20_000, 20, 100)]
    assert all(hide_secrets in logger.filters for logger in loggers)


def test_a_server_process_logs_objects_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setenv("PLACEMENT_LOG_FORMAT", "json")
    monkeypatch.setattr("placement_api.served.log_as_json", lambda: asked.append("json"))
    monkeypatch.setattr("placement_api.served.keep_secrets", lambda: None)
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_often: None)
    create_served_app()
    assert asked == ["json"]


def test_the_settings_come_from_the_environment_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", "sqlite:///elsewhere.sqlite3")
    app: FastAPI = create_app()
    assert str(app.state.engine.url) == "sqlite:///elsewhere.sqlite3"
