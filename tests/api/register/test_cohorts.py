"""Cohorts over HTTP: formed, found again, filtered, and kept for as long as they have students."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.matrix.institutions import COHORT
from tests.api.world import World


def test_a_cohort_is_found_again(client: TestClient, world: World) -> None:
    made = client.post("/v1/cohorts", json=COHORT, headers=world.by("institution"))
    assert made.status_code == 201, made.text
    assert made.json() == {"id": made.json()["id"], "version": 1, **COHORT, "synthetic": False}
    shown = client.get(made.headers["Location"], headers=world.by("institution"))
    assert shown.json() == made.json()
    assert shown.headers["ETag"] == made.headers["ETag"]


def test_a_cohort_with_students_is_not_removed(client: TestClient, world: World) -> None:
    asked = world.by("institution", **{"If-Match": '"1"'})
    assert client.delete("/v1/cohorts/coh_a", headers=asked).status_code == 409


def test_cohorts_are_filtered(client: TestClient, world: World) -> None:
    def ids(path: str) -> list[str]:
        return [row["id"] for row in client.get(path, headers=world.by("coordinator")).json()["items"]]

    assert ids("/v1/cohorts?termId=trm_a&programmeId=prg_b") == ["coh_b", "coh_idle_b"]
    assert ids("/v1/cohorts?termId=trm_idle") == []
