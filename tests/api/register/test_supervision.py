"""Supervisors over HTTP: their weeks on duty are stored and changed."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.matrix.supervisors import SUPERVISOR
from tests.api.world import World


def test_the_weeks_on_duty_are_kept_and_changed(client: TestClient, world: World) -> None:
    given = {**SUPERVISOR, "weeks": ["2026-W53", "2027-W01"]}
    made = client.post("/v1/supervisors", json=given, headers=world.by("provider"))
    assert made.status_code == 201, made.text
    assert made.json()["weeks"] == given["weeks"]
    path, headers = made.headers["Location"], world.by("provider", **{"If-Match": made.headers["ETag"]})
    fewer = client.patch(path, json={"weeks": ["2027-W02"], "maxStudents": 1}, headers=headers)
    assert (fewer.json()["weeks"], fewer.json()["maxStudents"]) == (["2027-W02"], 1)
    headers = world.by("provider", **{"If-Match": fewer.headers["ETag"]})
    assert client.patch(path, json={"weeks": None}, headers=headers).json()["weeks"] is None
