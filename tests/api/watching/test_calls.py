"""Each call has one line in the log: who asked what in which role and how it went, and nothing of what was sent."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.logs import TOLD
from placement_api.watching import calls
from tests.api.serving import COMMAND
from tests.api.world import World

Lines = Callable[[], list[dict[str, Any]]]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """Return what the lines of calls say."""
    caplog.set_level(logging.INFO, "placement.calls")
    return lambda: [getattr(each, TOLD) for each in caplog.records if each.name == "placement.calls"]


def test_a_call_is_told_by_template_role_and_organisation(client: TestClient, world: World, lines: Lines) -> None:
    client.get("/v1/students/stu_a?q=hemligt", headers=world.by("institution"))
    client.get("/v1/units", headers={"Authorization": "Bearer plc_hemlig_hemlig"})
    client.get("/healthz")
    client.post(
        "/v1/municipalities",
        json={"code": "0999", "name": "Hemlig", "lat": 59.3, "lon": 18.1, "population": 1000, "inCounty": True},
        headers=world.by("coordinator"),
    )
    told = lines()
    assert [(each["method"], each["route"], each["status"]) for each in told] == [
        ("GET", "/v1/students/{studentId}", 200),
        ("GET", "/v1/units", 401),
        ("GET", "/healthz", 200),
        ("POST", "/v1/municipalities", 201),
    ]
    assert [each["role"] for each in told] == ["institution", None, None, "coordinator"]
    assert told[0]["organisation"] == "org_ki"
    assert all(each["ms"] > 0 for each in told)
    assert "emlig" not in json.dumps(told)
    assert world.tokens[Role.INSTITUTION] not in json.dumps(told)


def test_a_client_that_goes_away_has_a_line_too(
    client: TestClient, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("placement_api.routes.meta.hold_ready", break_down)
    assert client.get("/readyz").status_code == 500
    assert [each["status"] for each in lines()] == [500]
    assert calls._GONE == 499


@pytest.mark.one_database
def test_a_served_process_writes_one_object_a_line(settled: tuple[str, World]) -> None:
    url, world = settled
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0"],
        env=os.environ | {"PLACEMENT_DATABASE_URL": url, "PLACEMENT_RUNNER": "none", "PLACEMENT_LOG_FORMAT": "json"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    told: list[dict[str, Any]] = []
    for line in server.stderr:
        told.append(json.loads(line))
        if "Uvicorn running on" in told[-1]["message"]:
            break
    address = told[-1]["message"].partition("Uvicorn running on ")[2].split()[0]
    headers = {**world.by("coordinator"), "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    httpx2.get(f"{address}/v1/units/unt_a", headers=headers)
    server.terminate()
    rest = [json.loads(line) for line in server.stderr]
    server.wait(60)
    server.stderr.close()
    (call,) = [each for each in rest if each["event"] == "placement.calls"]
    assert (call["trace"], call["route"], call["status"], call["role"]) == (
        TRACE,
        "/v1/units/{unitId}",
        200,
        "coordinator",
    )
    assert {"time", "level", "event", "message", "trace", "method", "ms", "token"} <= call.keys()
    assert not any("unt_a" in json.dumps(each) for each in rest)
