"""Places over HTTP: who sees which units, and how they are entered and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.world import World

UNIT = {
    "name": "Hemtjänst Öst",
    "providerId": "org_city",
    "municipalityCode": "0180",
    "kinds": ["home-care"],
    "lat": 59.3,
    "lon": 18.2,
}


def test_a_provider_enters_a_unit_and_finds_it_again(client: TestClient, world: World) -> None:
    made = client.post("/v1/units", json=UNIT, headers=world.by("provider"))
    assert made.status_code == 201, made.text
    shown = client.get(made.headers["Location"], headers=world.by("provider"))
    assert shown.json() == made.json()
    assert shown.headers["ETag"] == made.headers["ETag"] == '"1"'
    assert shown.json()["name"] == "Hemtjänst Öst"


CONTACT = {
    "contactFunction": "Studentsamordnare",
    "contactEmail": "studenter@tallgarden.example",
    "contactPhone": "+46 (0)8-123 45 67",
}


def change_unit(client: TestClient, world: World, change: Mapping[str, object]) -> tuple[int, dict[str, Any]]:
    """Change the present version of our unit; return the status and the answer."""
    by = world.by("provider")
    tag = client.get("/v1/units/unt_a", headers=by).headers["ETag"]
    answer = client.patch("/v1/units/unt_a", json=change, headers={**by, "If-Match": tag})
    return answer.status_code, answer.json()


def test_students_are_told_whom_to_turn_to_at_their_unit(client: TestClient, world: World) -> None:
    def contact(address: str) -> object:
        told = client.get(address, headers=world.by("institution")).json()
        placement = told if "id" in told else next(row for row in told["items"] if row["id"] == "pla_a")
        return placement["contact"]

    assert contact("/v1/placements/pla_a") is None
    status, unit = change_unit(client, world, CONTACT)
    assert (status, {name: unit[name] for name in CONTACT}) == (200, CONTACT)
    told = {"function": CONTACT["contactFunction"], "email": CONTACT["contactEmail"], "phone": CONTACT["contactPhone"]}
    assert contact("/v1/placements/pla_a") == contact("/v1/placements") == told
    change_unit(client, world, {"contactFunction": None, "contactPhone": None})
    assert contact("/v1/placements/pla_a") == {**told, "function": None, "phone": None}


def test_a_draft_names_no_contact(client: TestClient, world: World) -> None:
    change_unit(client, world, CONTACT)
    drafted = client.get("/v1/placements?runId=run_a", headers=world.by("coordinator")).json()["items"]
    assert {row["contact"] for row in drafted} == {None}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contactFunction", ""),
        ("contactFunction", "x" * 201),
        ("contactEmail", "studenter"),
        ("contactEmail", "a b@example.se"),
        ("contactEmail", "@example.se"),
        ("contactEmail", f"{'x' * 250}@e.se"),
        ("contactPhone", "ring avdelningen"),
        ("contactPhone", "0" * 33),
    ],
)
def test_a_contact_that_nobody_could_reach_is_refused(client: TestClient, world: World, field: str, value: str) -> None:
    status, told = change_unit(client, world, {field: value})
    assert (status, [fault["pointer"] for fault in told["errors"]]) == (422, [f"/{field}"])
