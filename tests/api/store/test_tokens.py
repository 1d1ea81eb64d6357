"""Tokens over HTTP: made, listed, rotated and revoked by a coordinator, and by an organisation for itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.callers import SYSTEM, Role
from placement.clock import today
from placement.store.token_uses import this_hour
from placement.store.tokens import create_token, id_of, revoke_token
from placement.tables import METADATA
from tests.api.world import World
from tests.token_clock import be_days_later

HEADER = "Placement-Token-Expires"
DAY = dt.timedelta(days=1)


def make(client: TestClient, headers: dict[str, str], **given: Any) -> dict[str, Any]:  # noqa: ANN401 (any JSON)
    answer = client.post("/v1/tokens", json=given, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/tokens/{made['id']}"
    return made


def bearing(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **more}


def revoke(client: TestClient, headers: dict[str, str], token_id: str, tag: str = "*") -> httpx2.Response:
    return client.delete(f"/v1/tokens/{token_id}", headers={**headers, "If-Match": tag})


def test_a_token_is_made_for_a_system_and_works_at_once(client: TestClient, world: World) -> None:
    made = make(client, world.by("institution"), label="Ladok", scopes=["cohorts:write"], expiresOn=str(today() + DAY))
    assert made["token"].startswith(f"plc_{made['id']}_")
    shown = client.get(f"/v1/tokens/{made['id']}", headers=world.by("institution"))
    assert shown.headers["ETag"] == '"1"'
    assert shown.json() == {name: value for name, value in made.items() if name != "token"}
    assert {name: made[name] for name in ("role", "organisationId", "unitId", "state", "lastUsedAt")} == {
        "role": "institution",
        "organisationId": "org_ki",
        "unitId": None,
        "state": "valid",
        "lastUsedAt": None,
    }
    assert client.get("/v1/cohorts", headers=bearing(made["token"])).status_code == 200


def test_a_call_outside_the_scopes_is_refused_and_names_what_is_missing(client: TestClient, world: World) -> None:
    made = make(client, world.by("institution"), scopes=["cohorts:write"])
    for language, said in (("en", "does not have the scope terms:read"), ("sv", "saknar behörigheten terms:read")):
        refused = client.get("/v1/terms", headers=bearing(made["token"], **{"Accept-Language": language}))
        assert refused.status_code == 403
        assert said in refused.json()["detail"]


def test_a_provider_makes_a_token_for_a_unit_of_its_own(client: TestClient, world: World) -> None:
    made = make(client, world.by("provider"), role="unit", unitId="unt_a")
    assert client.get("/v1/units/unt_a", headers=bearing(made["token"])).status_code == 200
    refused = client.post("/v1/tokens", json={"role": "unit", "unitId": "unt_b"}, headers=world.by("provider"))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/unitId"]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"role": "coordinator"}, "/role"),
        ({"role": "boss"}, "/role"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["read", "read"]}, "/scopes"),
        ({"scopes": ["reading"]}, "/scopes/0"),
        ({"expiresOn": "2199-12-31"}, "/expiresOn"),
        ({"expiresOn": "2026-01-01"}, "/expiresOn"),
        ({"expiresOn": 1}, "/expiresOn"),
        ({"label": "Anna 19121212-1212"}, "/label"),
        ({"secret": "x"}, "/secret"),
    ],
)
def test_what_cannot_be_given_is_refused_at_its_place(
    client: TestClient, world: World, given: dict[str, Any], pointer: str
) -> None:
    refused = client.post("/v1/tokens", json=given, headers=world.by("institution"))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize("hours", [-1, 721, "24", True, 0.5])
def test_an_overlap_is_whole_hours_up_to_thirty_days(client: TestClient, world: World, hours: object) -> None:
    address = f"/v1/tokens/{'1' * 16}/rotations"
    refused = client.post(address, json={"overlapHours": hours}, headers=world.by("institution"))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/overlapHours"


def test_a_token_rotates_itself_and_says_until_when_the_old_one_works(client: TestClient, world: World) -> None:
    old = make(client, world.by("provider"), expiresOn=str(today()))
    rotated = client.post(f"/v1/tokens/{old['id']}/rotations", headers=bearing(old["token"]))
    assert rotated.status_code == 201
    new = rotated.json()
    assert new["expiresOn"] == str(today() + 400 * DAY)
    assert dt.datetime.fromisoformat(new["previousUntil"]) > dt.datetime.now(dt.UTC) + dt.timedelta(hours=23)
    for token in (old["token"], new["token"]):
        assert client.get("/v1/units", headers=bearing(token)).status_code == 200


def test_a_repeated_rotation_does_not_tell_the_secret_and_rotates_once(
    client: TestClient, world: World, store: Session
) -> None:
    old = make(client, world.by("provider"))
    headers = world.by("provider", **{"Idempotency-Key": "k-1"})
    address = f"/v1/tokens/{old['id']}/rotations"
    first, again = (client.post(address, json={}, headers=headers) for _ in range(2))
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == {**first.json(), "token": None}
    assert client.get("/v1/units", headers=bearing(first.json()["token"])).status_code == 200
    rows = [row for table in METADATA.sorted_tables for row in store.connection().execute(table.select())]
    assert first.json()["token"].split("_", 2)[2] not in str(rows)


def test_a_revoked_token_stops_at_once_with_what_it_has_set_up_and_stays_in_the_list(
    client: TestClient, world: World
) -> None:
    made = make(client, world.by("institution"))
    own = bearing(made["token"])
    calendar = client.post("/v1/calendars", json={"subject": {"type": "student", "id": "stu_a"}}, headers=own).json()
    page = client.post("/v1/student-pages", json={"studentId": "stu_a"}, headers=own).json()
    hook = client.post("/v1/webhooks", json={"url": "https://hooks.example.org/placement"}, headers=own).json()
    readings = [httpx2.URL(each["url"]).path for each in (calendar, page)]
    assert [client.get(path).status_code for path in readings] == [200, 200]
    assert revoke(client, world.by("institution"), made["id"], '"7"').status_code == 412
    assert revoke(client, world.by("institution"), made["id"], '"1"').status_code == 204
    assert client.get("/v1/units", headers=own).status_code == 401
    assert [client.get(path).status_code for path in readings] == [404, 404]
    told = client.get(f"/v1/webhooks/{hook['id']}", headers=world.by("institution")).json()
    assert told["reason"] == "token-revoked"
    [shown] = client.get("/v1/tokens?state=revoked", headers=world.by("institution")).json()["items"]
    assert (shown["id"], shown["state"]) == (made["id"], "revoked")
    again = revoke(client, world.by("institution"), made["id"])
    assert again.status_code == 409
    assert again.json()["detail"] == "The token is already revoked. Make a new one instead."


def test_what_an_expired_token_has_set_up_stops_too(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(client, world.by("institution"), expiresOn=str(today()))
    own = bearing(made["token"])
    calendar = client.post("/v1/calendars", json={"subject": {"type": "student", "id": "stu_a"}}, headers=own).json()
    hook = client.post("/v1/webhooks", json={"url": "https://hooks.example.org/placement"}, headers=own).json()
    be_days_later(monkeypatch, 1)
    assert client.get("/v1/units", headers=own).status_code == 401
    assert client.get(httpx2.URL(calendar["url"]).path).status_code == 404
    told = client.get(f"/v1/webhooks/{hook['id']}", headers=world.by("institution")).json()
    assert told["reason"] == "token-expired"


def test_the_last_coordinator_is_not_shut_out_over_rest(client: TestClient, world: World, store: Session) -> None:
    by = world.by("coordinator")
    own = id_of(world.tokens[Role.COORDINATOR])
    assert revoke(client, by, "0" * 16).status_code == 204
    refused = client.delete(f"/v1/tokens/{own}", headers={**by, "If-Match": "*", "Accept-Language": "sv"})
    assert refused.status_code == 409
    assert "placement token revoke" in refused.json()["detail"]
    make(client, by, role="coordinator")
    assert revoke(client, by, own).status_code == 204
    assert client.get("/v1/units", headers=by).status_code == 401
    revoke_token(store, SYSTEM, "1" * 16)


def test_the_hour_of_the_last_use_is_in_the_list(client: TestClient, world: World) -> None:
    own = id_of(world.tokens[Role.PROVIDER])
    client.get("/v1/units", headers=world.by("provider"))
    assert client.app.state.token_uses.write(client.app.state.engine)  # type: ignore[attr-defined]
    items = client.get("/v1/tokens?sort=-lastUsedAt", headers=world.by("provider")).json()["items"]
    [row] = [row for row in items if row["id"] == own]
    assert dt.datetime.fromisoformat(row["lastUsedAt"]) == this_hour()


@pytest.mark.one_database
@pytest.mark.parametrize(("days", "warned"), [(0, True), (30, True), (31, False), (400, False)])
def test_the_last_thirty_days_every_answer_names_the_last_day(
    client: TestClient, store: Session, days: int, *, warned: bool
) -> None:
    last = today() + days * DAY
    token = create_token(store, SYSTEM, Role.PROVIDER, "org_city", expires_on=last)
    store.commit()
    for path in ("/v1/units", "/v1/units/none_such", "/v1/units/sheet?format=csv", "/v1/students"):
        answer = client.get(path, headers=bearing(token))
        assert answer.headers.get(HEADER) == (str(last) if warned else None), path


@pytest.mark.one_database
def test_nobody_is_told_a_last_day_where_nobody_has_one(client: TestClient) -> None:
    assert [HEADER in client.get(path).headers for path in ("/v1/units", "/healthz", "/docs")] == [False] * 3
