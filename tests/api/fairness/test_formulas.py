"""A formula for points is entered before it applies, read by everyone, and never changed afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.clock import today
from placement.fairness import formulas
from tests.api.carrying import FORMULA
from tests.api.world import World

PATH = "/v1/burden-formulas"
TOMORROW = {**FORMULA, "validFrom": "2098-06-01"}


def test_a_formula_is_entered_and_everyone_reads_it(client: TestClient, world: World) -> None:
    made = client.post(PATH, json=TOMORROW, headers=world.by("coordinator"))
    assert made.status_code == 201, made.text
    for role in Role:
        shown = client.get(made.headers["Location"], headers=world.by(role))
        assert (shown.json(), shown.headers["ETag"]) == (made.json(), '"1"')
    listed = client.get(PATH, headers=world.by("student")).json()["items"]
    assert [each["validFrom"] for each in listed] == ["2099-01-01", "2098-06-01"]
    (event,) = client.get("/v1/events?kind=burden-formula.entered", headers=world.by("unit")).json()["items"]
    assert event["details"] == {"formulaId": made.json()["id"], "validFrom": "2098-06-01"}


def test_one_that_applies_today_may_be_entered_and_one_of_yesterday_may_not(client: TestClient, world: World) -> None:
    day = today()
    given = {**FORMULA, "validFrom": str(day)}
    assert client.post(PATH, json=given, headers=world.by("coordinator")).status_code == 201
    given = {**FORMULA, "validFrom": str(day - dt.timedelta(1))}
    refused = client.post(PATH, json=given, headers=world.by("coordinator", **{"Accept-Language": "sv"}))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/validFrom"]
    assert "har passerat: en formel är känd innan den gäller" in refused.json()["detail"]


def test_no_two_formulas_apply_from_the_same_day(client: TestClient, world: World) -> None:
    refused = client.post(PATH, json={**FORMULA, "validFrom": "2099-01-01"}, headers=world.by("coordinator"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/validFrom")


def test_a_very_late_notice_gives_no_less_than_a_late_one(client: TestClient, world: World) -> None:
    refused = client.post(PATH, json={**TOMORROW, "veryLateNotice": 49}, headers=world.by("coordinator"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/veryLateNotice")


@pytest.mark.parametrize("value", [-1, 1_001, 1.5, "7", None, True])
@pytest.mark.parametrize("field", sorted(FORMULA.keys() - {"validFrom"}))
def test_points_are_whole_numbers_from_0_to_1_000(client: TestClient, world: World, field: str, value: object) -> None:
    refused = client.post(PATH, json={**TOMORROW, field: value}, headers=world.by("coordinator"))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{field}"]


def test_one_that_does_not_apply_yet_is_removed_and_one_that_does_is_not(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = world.by("coordinator", **{"If-Match": '"1"'})
    assert client.delete(f"{PATH}/bur_0", headers=world.by("coordinator")).status_code == 428
    monkeypatch.setattr(formulas, "today", lambda: dt.date(2099, 1, 1))
    kept = client.delete(f"{PATH}/bur_0", headers=seen)
    assert (kept.status_code, "has applied since 2099-01-01" in kept.json()["detail"]) == (409, True)
    monkeypatch.setattr(formulas, "today", lambda: dt.date(2098, 12, 31))
    assert client.delete(f"{PATH}/bur_0", headers=seen).status_code == 204
    assert client.get(f"{PATH}/bur_0", headers=seen).status_code == 404
    (event,) = client.get("/v1/events?kind=burden-formula.removed", headers=world.by("provider")).json()["items"]
    assert event["details"]["validFrom"] == "2099-01-01"
