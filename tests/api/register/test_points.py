"""A point outside Sweden is refused at every door, and exchanged coordinates are told to be so."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.sheeting import Desk
from tests.api.world import World

pytestmark = pytest.mark.one_database

UNIT = {"name": "Ny", "providerId": "org_city", "municipalityCode": "0180", "kinds": ["ward"]}
STUDENT = {"cohortId": "coh_a", "externalId": "ki-7"}
MUNICIPALITY = {"code": "0182", "name": "Nacka", "population": 112_112}
MADE = [
    ("coordinator", "/v1/units", UNIT),
    ("coordinator", "/v1/municipalities", MUNICIPALITY),
    ("institution", "/v1/students", STUDENT),
]
CHANGED = [
    ("provider", "/v1/units/unt_a"),
    ("coordinator", "/v1/municipalities/0180"),
    ("institution", "/v1/students/stu_a"),
]
OUTSIDE = {"sv": "punkten ligger utanför Sverige", "en": "the point lies outside Sweden"}
EXCHANGED = {
    "sv": "latitud och longitud ser ut att ha bytt plats",
    "en": "latitude and longitude look exchanged",
}


def told(answer: Any) -> dict[str, str]:  # noqa: ANN401 (the test client's own answer)
    """Return what a refusal says, by the place that it is about."""
    assert answer.status_code == 422, answer.text
    return {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(("role", "address", "body"), MADE)
def test_what_is_entered_lies_in_sweden(
    client: TestClient, world: World, role: str, address: str, body: dict[str, Any], language: str
) -> None:
    headers = world.by(role, **{"Accept-Language": language})
    for (lat, lon), words in (((18.07, 59.33), EXCHANGED), ((59.91, 10.75), OUTSIDE), ((0, 0), OUTSIDE)):
        faults = told(client.post(address, json={**body, "lat": lat, "lon": lon}, headers=headers))
        assert faults.keys() == {"/lat", "/lon"}
        assert all(detail.startswith(words[language]) for detail in faults.values())
    assert client.post(address, json={**body, "lat": 67.86, "lon": 20.23}, headers=headers).status_code == 201


@pytest.mark.parametrize(("role", "address"), CHANGED)
def test_what_is_moved_stays_in_sweden_even_if_only_one_coordinate_is_sent(
    client: TestClient, world: World, role: str, address: str
) -> None:
    headers = world.by(role, **{"If-Match": "*"})
    for change in ({"lat": 18.07}, {"lon": 59.33}, {"lat": 52.5, "lon": 13.4}):
        assert told(client.patch(address, json=change, headers=headers))["/lat"].startswith(OUTSIDE["en"])
    exchanged = told(client.patch(address, json={"lat": 18.07, "lon": 59.33}, headers=headers))
    assert exchanged["/lon"].startswith(EXCHANGED["en"])
    assert client.patch(address, json={"lat": 59.4}, headers=headers).status_code == 200


def test_a_sheet_and_its_json_form_tell_every_row_with_a_point_abroad(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "institution")
    rows: list[dict[str, Any]] = [
        {**STUDENT, "lat": 59.3, "lon": 18.1},
        {**STUDENT, "externalId": "ki-8", "lat": 18.07, "lon": 59.33},
        {**STUDENT, "externalId": "ki-9", "lat": 55.68, "lon": 12.57},
    ]
    for answer, first in ((desk.hand_in_table("students", rows), 2), (desk.hand_in_rows("students", rows), 1)):
        assert answer.status_code == 422
        faults = [(fault["row"] - first, fault["column"], fault["detail"]) for fault in answer.json()["errors"]]
        assert [fault[:2] for fault in faults] == [(1, "lat"), (1, "lon"), (2, "lat"), (2, "lon")]
        assert [fault[2].split(":")[0] for fault in faults[::2]] == [EXCHANGED["en"], OUTSIDE["en"]]
        assert "59.33" not in answer.text


@pytest.mark.parametrize(
    ("role", "listed", "row"),
    [
        ("institution", "students", STUDENT),
        ("coordinator", "units", {**UNIT, "kinds": "ward"}),
        ("coordinator", "municipalities", MUNICIPALITY),
    ],
)
def test_every_sheet_with_points_refuses_one_abroad(
    client: TestClient, world: World, role: str, listed: str, row: dict[str, Any]
) -> None:
    desk = Desk(client, world, role)
    refused = desk.hand_in_table(listed, [{**row, "lat": 18.07, "lon": 59.33}])
    assert [(fault["row"], fault["column"]) for fault in refused.json()["errors"]] == [(2, "lat"), (2, "lon")]
    assert all(fault["detail"].startswith(EXCHANGED["en"]) for fault in refused.json()["errors"])
    kept = desk.hand_in_table(listed, [{**row, "lat": 59.33, "lon": 18.07}])
    assert (kept.status_code, kept.json()["created"]) == (200, 1)
