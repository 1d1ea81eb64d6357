"""Events are sent to partners' own addresses, and partners see how the sending goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.callers import SYSTEM, Role
from placement.outgoing.deliveries import Courier
from placement.outgoing.webhooks import MOST_WEBHOOKS
from placement.settings import Settings
from placement.store.tokens import create_token, revoke_token
from placement.tables import AuditEntry, Delivery, StopReason, Webhook
from placement.worker_names import new_worker
from tests.api.world import World
from tests.placement.outgoing.test_destinations import FORBIDDEN_URLS
from tests.placement.receiving import Receiver, receiving

LOOPBACK = Settings(database_url="sqlite://", runner="none", webhook_loopback=True)
GIVEN: dict[str, Any] = {"url": "https://hooks.example.org/placement", "kinds": ["placement.accepted"]}


@pytest.fixture
def receiver(app: FastAPI) -> Iterator[Receiver]:
    """A receiver on this machine, to which sending is allowed."""
    before, app.state.settings = app.state.settings, LOOPBACK
    with receiving() as listening:
        yield listening
    app.state.settings = before


def made(client: TestClient, headers: dict[str, str], **given: object) -> dict[str, Any]:
    answer = client.post("/v1/webhooks", json={**GIVEN, **given}, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/webhooks/{answer.json()['id']}"
    shown: dict[str, Any] = answer.json()
    return shown


def test_what_is_sent_is_what_the_feed_shows(
    app: FastAPI, client: TestClient, world: World, receiver: Receiver
) -> None:
    webhook = made(client, world.by("institution"), url=receiver.url)
    accepted = world.by("unit", **{"If-Match": '"1"'})
    assert client.patch("/v1/placements/pla_a", json={"status": "accepted"}, headers=accepted).status_code == 200
    while Courier(app.state.engine, LOOPBACK).deliver(new_worker()):
        pass
    [received] = receiver.came
    asked = {"after": webhook["cursor"], "kind": "placement.accepted"}
    [event] = client.get("/v1/events", params=asked, headers=world.by("institution")).json()["items"]
    assert received.opened(webhook["secret"]) == event
    assert list(json.loads(received.body)) == list(event)
    assert received.path == "/hook"
    shown = client.get(f"/v1/webhooks/{webhook['id']}", headers=world.by("institution")).json()
    assert (shown["cursor"], shown["outcome"], shown["failing"]) == (event["cursor"], "204", False)
    assert shown["attemptedAt"].endswith("Z")


def test_a_receiver_that_fails_is_shown_so(app: FastAPI, client: TestClient, world: World, receiver: Receiver) -> None:
    webhook = made(client, world.by("institution"), url=receiver.url)
    receiver.statuses.append(503)
    accepted = world.by("unit", **{"If-Match": '"1"'})
    client.patch("/v1/placements/pla_a", json={"status": "accepted"}, headers=accepted)
    while Courier(app.state.engine, LOOPBACK).deliver(new_worker()):
        pass
    shown = client.get(f"/v1/webhooks/{webhook['id']}", headers=world.by("institution")).json()
    assert (shown["failing"], shown["outcome"], shown["active"]) == (True, "503", True)
    assert shown["cursor"] == webhook["cursor"]


def test_a_test_is_sent_when_asked_for(app: FastAPI, client: TestClient, world: World, receiver: Receiver) -> None:
    webhook = made(client, world.by("unit"), url=receiver.url)
    asked = client.post(f"/v1/webhooks/{webhook['id']}/tests", headers=world.by("unit"))
    assert asked.status_code == 202
    while Courier(app.state.engine, LOOPBACK).deliver(new_worker()):
        pass
    [received] = receiver.came
    told = received.opened(webhook["secret"])
    assert told["kind"] == "webhook.test"
    assert told.keys() == client.get("/v1/events", headers=world.by("unit")).json()["items"][0].keys()
    assert "webhook.test" not in client.get("/v1/events?limit=1000", headers=world.by("coordinator")).text


def test_the_secret_is_shown_once_and_is_not_in_the_trail(client: TestClient, store: Session, world: World) -> None:
    webhook = made(client, world.by("institution"))
    secret = webhook["secret"]
    assert secret.startswith("whsec_")
    address = f"/v1/webhooks/{webhook['id']}"
    assert "secret" not in client.get(address, headers=world.by("institution")).json()
    assert secret not in client.get("/v1/webhooks", headers=world.by("institution")).text
    for row in store.exec(select(AuditEntry)):
        assert secret not in json.dumps([row.before, row.after])


@pytest.mark.parametrize("url", [url for url in FORBIDDEN_URLS if url.isascii() and url.isprintable()])
def test_an_address_that_nothing_is_sent_to_is_refused_at_its_place(client: TestClient, world: World, url: str) -> None:
    headers = world.by("institution")
    refused = client.post("/v1/webhooks", json={**GIVEN, "url": url}, headers=headers)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/url"]
    changed = client.patch("/v1/webhooks/whk_i", json={"url": url}, headers={**headers, "If-Match": '"1"'})
    assert changed.status_code == 422


def test_an_unknown_kind_of_event_is_refused_at_its_place(client: TestClient, world: World) -> None:
    kinds = ["placement.accepted", "placement.eaten"]
    refused = client.post("/v1/webhooks", json={**GIVEN, "kinds": kinds}, headers=world.by("unit"))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/kinds/1"]


def test_a_party_has_a_limited_number_of_webhooks(client: TestClient, world: World) -> None:
    there = client.get("/v1/webhooks", headers=world.by("provider")).json()["total"]
    for _ in range(MOST_WEBHOOKS - there):
        made(client, world.by("provider"))
    refused = client.post("/v1/webhooks", json=GIVEN, headers=world.by("provider"))
    assert refused.status_code == 409
    assert client.post("/v1/webhooks", json=GIVEN, headers=world.by("institution")).status_code == 201


def test_a_webhook_is_set_inactive_and_active_again(client: TestClient, store: Session, world: World) -> None:
    row = store.get_one(Webhook, "whk_i")
    row.active = True
    store.commit()
    headers = world.by("institution", **{"If-Match": '"2"'})
    rested = client.patch("/v1/webhooks/whk_i", json={"active": False}, headers=headers)
    assert (rested.status_code, rested.json()["active"], rested.headers["ETag"]) == (200, False, '"3"')
    stale = client.patch("/v1/webhooks/whk_i", json={"active": True}, headers=headers)
    assert stale.status_code == 412
    assert stale.json()["current"]["active"] is False


def test_what_is_stopped_as_failing_stays_so_until_set_active(client: TestClient, store: Session, world: World) -> None:
    row = store.get_one(Webhook, "whk_i")
    row.reason = StopReason.FAILING
    delivery = store.get_one(Delivery, "whk_i")
    delivery.attempts = 9
    store.commit()
    headers = world.by("institution", **{"If-Match": "*"})
    moved = client.patch("/v1/webhooks/whk_i", json={"url": GIVEN["url"]}, headers=headers).json()
    assert (moved["active"], moved["reason"], moved["failing"]) == (False, "failing", False)
    again = client.patch("/v1/webhooks/whk_i", json={"active": True}, headers=headers).json()
    assert (again["active"], again["reason"], again["failing"]) == (True, None, False)


def test_a_new_token_takes_a_webhook_over_from_one_that_is_revoked(
    client: TestClient, store: Session, world: World
) -> None:
    webhook = made(client, world.by("institution"))
    new = create_token(store, SYSTEM, Role.INSTITUTION, organisation="org_ki")
    revoke_token(store, SYSTEM, world.by("institution")["Authorization"].split("_")[1])
    store.commit()
    headers = {"Authorization": f"Bearer {new}", "If-Match": "*"}
    address = f"/v1/webhooks/{webhook['id']}"
    assert client.get(address, headers=headers).json()["reason"] == "token-revoked"
    assert client.patch(address, json={}, headers=headers).json()["reason"] is None


def test_this_machine_is_sent_to_only_where_the_setting_allows(client: TestClient, world: World) -> None:
    refused = client.post(
        "/v1/webhooks", json={**GIVEN, "url": "http://127.0.0.1:8080/hook"}, headers=world.by("coordinator")
    )
    assert refused.status_code == 422
