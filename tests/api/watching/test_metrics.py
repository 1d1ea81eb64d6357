"""Prometheus reads figures of calls and of the database with a token of its own, and nothing about anybody."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, create_engine
from sqlmodel import select

from placement.clock import now
from placement.database import engine_for, open_session
from placement.settings import Settings
from placement.tables import Delivery, Run, Webhook
from placement_api.watching import metrics
from tests.api.serving import COMMAND, address_of
from tests.api.world import World

TOKEN = "t" * 32
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(app: FastAPI) -> Iterator[None]:
    """The setting names a token."""
    before = app.state.settings
    app.state.settings = before.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    yield
    app.state.settings = before


def figures(text: str) -> dict[str, float]:
    """The value of each line, by its name and labels."""
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_there_is_no_such_page_unless_the_settings_name_a_token(client: TestClient) -> None:
    assert client.get("/metrics", headers=BEARER).status_code == 404
    assert "/metrics" not in client.get("/docs/contract").text


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("shown", [None, "Bearer wrong", "Basic " + TOKEN, f"Bearer {TOKEN}x", "Bearer å"])
def test_another_token_reads_nothing(client: TestClient, world: World, shown: str | None) -> None:
    headers = {} if shown is None else {b"Authorization": shown.encode()}
    assert client.get("/metrics", headers=headers).status_code == 401
    assert client.get("/metrics", headers=world.by("coordinator")).status_code == 401
    assert client.get("/v1/units", headers=BEARER).status_code == 401


def test_a_token_that_can_be_guessed_is_refused() -> None:
    for token in ("", "metrics"):
        with pytest.raises(ValidationError):
            Settings(metrics_token=SecretStr(token))


@pytest.mark.usefixtures("watched")
def test_figures_tell_of_calls_by_template_and_of_nobody(client: TestClient, world: World) -> None:
    before = figures(client.get("/metrics", headers=BEARER).text)
    for path in ("/v1/units/unt_a", "/v1/units/unt_none", "/v1/units/unt_b?q=hemligt", "/nowhere/19121212-1212"):
        client.get(path, headers=world.by("coordinator"))
    client.request("BREW", "/v1/units")
    answer = client.get("/metrics", headers=BEARER)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Cache-Control"] == "no-store"
    after = figures(answer.text)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    called = "placement_http_requests_total method=GET route={} status={}"
    assert grown(called.format("/v1/units/{unitId}", 200)) == 2
    assert grown(called.format("/v1/units/{unitId}", 404)) == 1
    assert grown(called.format("-", 404)) == 1
    assert grown("placement_http_requests_total method=other route=- status=405") == 1
    assert grown("placement_http_request_seconds_count method=GET route=/v1/units/{unitId}") == 3
    assert after["placement_http_requests_waiting"] == 0
    assert not re.search(r"unt_|org_|hemligt|19121212", answer.text)


@pytest.mark.postgresql_counts
@pytest.mark.usefixtures("watched")
def test_figures_tell_how_the_database_is(client: TestClient, settled: tuple[str, World]) -> None:
    engine = engine_for(settled[0])
    with open_session(engine) as session:
        run = session.exec(select(Run)).first()
        assert run is not None
        run.phase_seconds = {"prices": 2.5, "search": 10.0}
        session.add(run)
        webhooks = session.exec(select(Webhook).order_by(Webhook.id)).all()
        webhooks[0].active = True
        session.add(webhooks[0])
        for delivery in session.exec(select(Delivery)):
            delivery.attempts, delivery.cursor = 1, 0
            delivery.due_at, delivery.leased_until = now() - dt.timedelta(minutes=5), None
            session.add(delivery)
    told = figures(client.get("/metrics", headers=BEARER).text)
    engine.dispose()
    assert told["placement_database_up"] == 1
    assert sum(value for name, value in told.items() if name.startswith("placement_runs ")) > 0
    assert told["placement_runs status=queued"] >= 1
    assert told["placement_run_queue_seconds"] > 0
    assert told["placement_run_phase_seconds_total phase=search"] == 10.0
    assert 0 <= told["placement_last_plan_gap"] <= 1
    assert sum(value for name, value in told.items() if name.startswith("placement_webhooks ")) == len(webhooks)
    assert (told["placement_webhooks status=failing"], told["placement_webhooks status=sending"]) == (1, 0)
    assert told["placement_webhook_overdue_seconds"] >= 300
    assert told["placement_audit_sequence"] > 0
    assert told["placement_database_bytes"] > 100_000
    assert any(name.startswith("placement_build database=") for name in told)
    assert told["placement_database_connections"] >= 0


@pytest.mark.usefixtures("watched")
def test_a_database_that_is_away_is_told_as_such(client: TestClient, app: FastAPI) -> None:
    app.state.engine = engine_for("sqlite:////nowhere/at/all.sqlite3")
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert figures(answer.text)["placement_database_up"] == 0
    assert "placement_runs" not in answer.text


def test_an_empty_database_has_figures_too(migrated_sqlite: Path) -> None:
    engine = engine_for(f"sqlite:///{migrated_sqlite}")
    told = figures(metrics.write_metrics(engine).decode())
    assert told["placement_run_queue_seconds"] == told["placement_webhook_overdue_seconds"] == 0
    assert "placement_last_plan_gap" not in told
    engine.dispose()
    unnamed: Engine = create_engine("sqlite://")
    assert figures(metrics.write_metrics(unnamed).decode())["placement_database_up"] == 0
    unnamed.dispose()


@pytest.fixture
def served_by_two(settled: tuple[str, World]) -> Iterator[tuple[str, World]]:
    """A service of two processes that is watched."""
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", "--processes", "2"],
        env=os.environ
        | {"PLACEMENT_DATABASE_URL": settled[0], "PLACEMENT_RUNNER": "none", "PLACEMENT_METRICS_TOKEN": TOKEN},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        yield address_of(server.stderr, 2), settled[1]
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)


@pytest.mark.one_database
def test_several_processes_count_their_calls_together(served_by_two: tuple[str, World]) -> None:
    address, world = served_by_two
    name = "placement_http_requests_total method=GET route=/v1/terms status=200"
    for _ in range(20):
        assert httpx2.get(f"{address}/v1/terms", headers=world.by("coordinator")).status_code == 200
    deadline = time.monotonic() + 10
    seen: set[float] = set()
    while time.monotonic() < deadline and seen != {20.0}:
        seen = {figures(httpx2.get(f"{address}/metrics", headers=BEARER).text)[name] for _ in range(5)}
    assert seen == {20.0}


def test_a_process_that_ends_is_forgotten_where_several_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    metrics.forget_process()
    monkeypatch.setenv(metrics.FOLDER, str(tmp_path))
    left = tmp_path / f"gauge_livesum_{os.getpid()}.db"
    left.touch()
    metrics.forget_process()
    assert not left.exists()
    engine = create_engine("sqlite://")
    assert b"placement_database_up 0.0" in metrics.write_metrics(engine)
    engine.dispose()
