"""Reminders and their rules over HTTP: what was sent, what is due, and when each kind is sent."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from placement.clock import today
from placement_api.routes.reminding import reminders
from tests.api.world import World

DAY = dt.date(2026, 10, 29)


@pytest.fixture(autouse=True)
def three_days_before_the_answers_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a day of the round on which the other unit is silent."""
    monkeypatch.setattr(reminders, "today", lambda: DAY)


def test_what_has_been_sent_says_what_it_is_about_in_the_callers_language(client: TestClient, world: World) -> None:
    by = world.by("unit", **{"Accept-Language": "sv"})
    (own,) = client.get("/v1/reminders", headers=by).json()["items"]
    assert own["text"].startswith("Tallgården har inte svarat om platser i terminen VT2027.")
    assert (own["id"], own["mail"], own["sentAt"]) == ("rem_a", "handed-over", "2026-10-18T12:00:00Z")
    assert client.get("/v1/reminders?kind=agreement-ends", headers=by).json()["total"] == 0


def test_what_is_due_has_no_id_and_concerns_only_its_receiver(client: TestClient, world: World) -> None:
    found = client.get("/v1/reminders?stage=due", headers=world.by("coordinator")).json()
    assert [(each["id"], each["sentAt"], each["receiverId"], each["daysBefore"]) for each in found["items"]] == [
        (None, None, "unt_b", 3)
    ]
    assert client.get("/v1/reminders?stage=due", headers=world.by("provider")).json()["total"] == 0
    assert client.get("/v1/reminders?stage=due&kind=svar saknas", headers=world.by("coordinator")).json()["total"] == 1


def test_a_step_is_turned_off_from_a_day_on(client: TestClient, world: World) -> None:
    rule = {"kind": "answer-due", "daysBefore": 3, "active": False, "validFrom": today().isoformat()}
    made = client.post("/v1/reminder-rules", headers=world.by("coordinator"), json=rule)
    assert (made.status_code, {name: made.json()[name] for name in rule}) == (201, rule)
    again = client.post("/v1/reminder-rules", headers=world.by("coordinator"), json=rule)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/validFrom")
    asked = client.get("/v1/reminder-rules?kind=answer-due", headers=world.by("unit")).json()["items"]
    assert [(each["daysBefore"], each["active"]) for each in asked] == [(14, True), (3, True), (3, False), (1, False)]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"daysBefore": -1}, "/daysBefore"),
        ({"daysBefore": 731}, "/daysBefore"),
        ({"daysBefore": True}, "/daysBefore"),
        ({"kind": "birthday"}, "/kind"),
        ({"active": "yes"}, "/active"),
        ({"validFrom": "2026-01-01"}, "/validFrom"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    client: TestClient, world: World, wrong: dict[str, object], pointer: str
) -> None:
    rule = {"kind": "answer-due", "daysBefore": 3, "active": False, "validFrom": today().isoformat(), **wrong}
    refused = client.post("/v1/reminder-rules", headers=world.by("coordinator"), json=rule)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])


def test_a_contact_is_set_changed_and_removed_by_its_own_organisation(client: TestClient, world: World) -> None:
    path = "/v1/organisations/org_ki/contact"
    by = world.by("institution", **{"If-Match": '"1"'})
    given = {"contactFunction": "VFU-kansliet", "contactEmail": "vfu-kansli@ki.example.se"}
    assert client.put(path, headers=world.by("institution"), json=given).status_code == 428
    assert client.put(path, headers=by, json=given).json() == {"id": "org_ki", "version": 2, **given}
    assert client.put(path, headers=by, json=given).status_code == 412
    assert client.delete(path, headers=world.by("institution", **{"If-Match": '"2"'})).status_code == 204
    assert client.get(path, headers=world.by("institution")).status_code == 404
    made = client.put(path, headers=world.by("institution"), json=given)
    assert (made.status_code, made.headers["ETag"]) == (200, '"1"')


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"contactEmail": "vfu@ki.example.se\nBcc: x@example.se"}, "/contactEmail"),
        ({"contactEmail": "vfu"}, "/contactEmail"),
        ({"contactFunction": ""}, "/contactFunction"),
        ({"contactFunction": "19811218-9876"}, "/contactFunction"),
    ],
)
def test_a_contact_that_is_no_address_of_a_function_is_refused(
    client: TestClient, world: World, wrong: dict[str, str], pointer: str
) -> None:
    given = {"contactFunction": "VFU", "contactEmail": "vfu@ki.example.se", **wrong}
    by = world.by("institution", **{"If-Match": '"1"'})
    refused = client.put("/v1/organisations/org_ki/contact", headers=by, json=given)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
