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


def test_a_municipality_and_a_site_are_changed_in_the_version_that_was_read(client: TestClient, world: World) -> None:
    for address, change in (("/v1/municipalities/0180", {"population": 1}), ("/v1/sites/sit_a", {"name": "Norr"})):
        by = world.by("coordinator")
        tag = client.get(address, headers=by).headers["ETag"]
        assert client.patch(address, json=change, headers=by).status_code == 428
        changed = client.patch(address, json=change, headers={**by, "If-Match": tag})
        assert changed.status_code == 200, changed.text
        assert (changed.json().items() >= change.items(), changed.headers["ETag"]) == (True, '"2"')
        assert client.patch(address, json=change, headers={**by, "If-Match": tag}).status_code == 412


@pytest.mark.parametrize(
    ("address", "fixed"),
    [("/v1/municipalities/0180", {"code": "0182"}), ("/v1/sites/sit_a", {"institutionId": "org_b"})],
)
def test_what_a_municipality_or_a_site_is_does_not_change(
    client: TestClient, world: World, address: str, fixed: dict[str, str]
) -> None:
    refused = client.patch(address, json=fixed, headers=world.by("coordinator", **{"If-Match": "*"}))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{next(iter(fixed))}")


def test_a_table_of_travel_times_is_stored_and_read_again(client: TestClient, world: World) -> None:
    def journey(origin: str, destination: str, minutes: int) -> dict[str, object]:
        return {"origin": origin, "destination": destination, "minutes": minutes}

    by = world.by("coordinator")
    given = [journey("söder", "ekerö", 70), journey("väster om ö/å", "söder", 20)]
    stored = client.put("/v1/travel-times", json={"travelTimes": given}, headers=by)
    assert (stored.status_code, stored.json()) == (200, {"created": 1, "changed": 1, "unchanged": 0})
    shown = client.get("/v1/travel-times", params={"origin": "väster om ö/å"}, headers=world.by("student"))
    assert shown.json()["items"] == [{**given[1], "source": "manual"}]
    journeys = {"origin": "väster om ö/å", "destination": "söder"}
    assert client.delete("/v1/travel-times", params=journeys, headers=by).status_code == 204
    assert client.delete("/v1/travel-times", params=journeys, headers=by).status_code == 404
    assert client.get("/v1/travel-times", headers=by).json()["total"] == 1


def test_a_journey_named_twice_is_pointed_at(client: TestClient, world: World) -> None:
    twice = [{"origin": "a", "destination": "b", "minutes": minutes} for minutes in (1, 2)]
    refused = client.put("/v1/travel-times", json={"travelTimes": twice}, headers=world.by("coordinator"))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/travelTimes/1"]
