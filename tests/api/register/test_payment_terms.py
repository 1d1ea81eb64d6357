"""An agreement's dated prices and its rule for cancelled placements are given, changed and shown over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.world import World

OURS = "/v1/agreements/agr_a"


def test_the_lists_are_replaced_whole_and_both_parties_read_them(client: TestClient, world: World) -> None:
    by = world.by("provider", **{"If-Match": client.get(OURS, headers=world.by("provider")).headers["ETag"]})
    given = {
        "laterPrices": [{"validFrom": "2028-01-01", "priceOre": 101_000}],
        "cancellationSteps": [{"daysBefore": 14, "percent": 100}, {"daysBefore": 28, "percent": 50}],
    }
    changed = client.patch(OURS, headers=by, json=given)
    assert changed.status_code == 200, changed.text
    shown = client.get(OURS, headers=world.by("institution")).json()
    assert {name: shown[name] for name in given} == given
    assert shown["priceOre"] == 98_000


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"laterPrices": [{"validFrom": "2025-01-01", "priceOre": 1}]}, "/laterPrices/0/validFrom"),
        ({"laterPrices": [{"validFrom": "2028-01-01", "priceOre": -1}]}, "/laterPrices/0/priceOre"),
        ({"laterPrices": [{"validFrom": "2028-01-01", "priceOre": 1}] * 2}, "/laterPrices"),
        ({"cancellationSteps": [{"daysBefore": 0, "percent": 50}]}, "/cancellationSteps/0/daysBefore"),
        ({"cancellationSteps": [{"daysBefore": 14, "percent": 101}]}, "/cancellationSteps/0/percent"),
        ({"cancellationSteps": [{"daysBefore": 14, "percent": True}]}, "/cancellationSteps/0/percent"),
        (
            {"cancellationSteps": [{"daysBefore": 7, "percent": 1}, {"daysBefore": 14, "percent": 2}]},
            "/cancellationSteps/1/percent",
        ),
    ],
)
def test_terms_that_cannot_hold_are_refused_where_they_stand(
    client: TestClient, world: World, wrong: dict[str, Any], pointer: str
) -> None:
    by = world.by("provider", **{"If-Match": '"1"'})
    refused = client.patch(OURS, headers=by, json=wrong)
    assert refused.status_code == 422, refused.text
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


@pytest.mark.usefixtures("begun")
def test_a_report_of_weeks_done_and_its_correction(client: TestClient, world: World) -> None:
    address = "/v1/placements/pla_a"

    def report(**given: object) -> Any:  # noqa: ANN401 (JSON)
        tag = client.get(address, headers=world.by("institution")).headers["ETag"]
        return client.patch(address, headers=world.by("institution", **{"If-Match": tag}), json=given)

    assert client.get(address, headers=world.by("unit")).json()["weeksDone"] is None
    assert report(status="completed").json()["weeksDone"] == 5
    assert report(status="completed", weeksDone=4).json()["weeksDone"] == 4
    refused = report(status="completed", weeksDone=6)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/weeksDone")
