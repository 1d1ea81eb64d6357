"""Places over HTTP: who sees which units, and how they are entered and changed."""

from __future__ import annotations

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
