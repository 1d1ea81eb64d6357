"""A POST with a key has one effect, however often it is sent and however many copies arrive at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.store import idempotency
from placement.store.tokens import create_token
from placement.tables import IdempotencyKey
from tests.api.matrix.places import UNIT
from tests.api.world import World

pytestmark = pytest.mark.postgresql_counts

COPIES = 8


def keyed(world: World, role: str = "provider", key: str = "k-1") -> dict[str, str]:
    return world.by(role, **{"Idempotency-Key": key})


def units(client: TestClient, world: World) -> int:
    return int(client.get("/v1/units", headers=world.by("coordinator")).json()["total"])


def test_a_copy_gets_the_same_answer_and_has_no_second_effect(client: TestClient, world: World) -> None:
    before = units(client, world)
    first = client.post("/v1/units", json=UNIT, headers=keyed(world))
    again = client.post("/v1/units", json=UNIT, headers=keyed(world))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    for name in ("Location", "ETag", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert units(client, world) == before + 1


def test_an_order_of_a_run_is_placed_once(client: TestClient, world: World) -> None:
    calls = [client.post("/v1/terms/trm_a/runs", headers=keyed(world, "coordinator")) for _ in range(2)]
    assert [call.status_code for call in calls] == [202, 202]
    assert calls[0].json()["id"] == calls[1].json()["id"]


def test_the_same_key_with_another_body_is_refused(client: TestClient, world: World) -> None:
    client.post("/v1/units", json=UNIT, headers=keyed(world))
    refused = client.post("/v1/units", json={**UNIT, "name": "En annan"}, headers=keyed(world))
    assert refused.status_code == 422
    assert refused.json()["type"] == "/problems/key-reused"


def test_the_same_key_at_another_address_is_refused(client: TestClient, world: World) -> None:
    client.post("/v1/units", json=UNIT, headers=keyed(world))
    assert client.post("/v1/agreements", json=UNIT, headers=keyed(world)).status_code == 422


def test_two_callers_may_use_the_same_key(client: TestClient, world: World) -> None:
    answers = [client.post("/v1/units", json=UNIT, headers=keyed(world, role)) for role in ("provider", "coordinator")]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


def test_a_key_is_the_organisations_and_outlives_its_token(client: TestClient, world: World, store: Session) -> None:
    first = client.post("/v1/units", json=UNIT, headers=keyed(world))
    token = create_token(store, SYSTEM, Role.PROVIDER, organisation="org_city")
    store.commit()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k-1"}
    assert client.post("/v1/units", json=UNIT, headers=headers).content == first.content


def test_a_person_shares_no_key_with_another_of_the_same_organisation_or_unit() -> None:
    for role, organisation, unit in ((Role.STUDENT, "org_ki", None), (Role.SUPERVISOR, None, "unt_a")):
        names = {idempotency.name_of(Caller(role, organisation, unit, token), "k-1") for token in ("t-1", "t-2")}
        assert len(names) == 2
    colleagues = {idempotency.name_of(Caller(Role.UNIT, unit="unt_a", token=token), "k-1") for token in ("t-1", "t-2")}
    assert len(colleagues) == 1


def test_a_refused_call_had_no_effect_and_may_be_corrected_under_the_same_key(client: TestClient, world: World) -> None:
    assert client.post("/v1/units", json={}, headers=keyed(world)).status_code == 422
    sick = {**UNIT, "municipalityCode": "9999"}
    assert client.post("/v1/units", json=sick, headers=keyed(world)).status_code == 422
    assert client.post("/v1/units", json=UNIT, headers=keyed(world)).status_code == 201


def test_a_role_without_permission_does_not_get_a_stored_answer(client: TestClient, world: World) -> None:
    client.post("/v1/units", json=UNIT, headers=keyed(world))
    assert client.post("/v1/units", json=UNIT, headers=keyed(world, "unit")).status_code == 403


@pytest.mark.parametrize("key", ["", "två ord", "x" * 256, "a b"])
def test_an_invalid_key_is_refused(client: TestClient, world: World, key: str) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in keyed(world, key=key).items()]
    refused = client.post("/v1/units", json=UNIT, headers=headers)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_key_has_no_effect_on_methods_that_may_be_repeated_anyway(client: TestClient, world: World) -> None:
    headers = keyed(world, "coordinator")
    assert client.get("/v1/units/unt_a", headers=headers).status_code == 200
    assert client.get("/v1/units/unt_b", headers=headers).json()["id"] == "unt_b"


def test_of_many_copies_at_once_one_has_an_effect_and_the_others_get_its_answer_or_must_wait(
    client: TestClient, world: World
) -> None:
    before = units(client, world)
    together = threading.Barrier(COPIES)

    def send(_: int) -> httpx2.Response:
        together.wait()
        return client.post("/v1/units", json=UNIT, headers=keyed(world))

    with ThreadPoolExecutor(COPIES) as crowd:
        answers = list(crowd.map(send, range(COPIES)))
    assert units(client, world) == before + 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    good = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in good}) == 1
    assert Counter("Idempotency-Replayed" in answer.headers for answer in good)[False] == 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"] == "/problems/in-progress"
            assert answer.headers["Retry-After"] == "1"
    assert client.post("/v1/units", json=UNIT, headers=keyed(world)).content == good[0].content


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_copy_of_a_call_under_way_is_told_to_wait(
    client: TestClient, world: World, settled: tuple[str, World]
) -> None:
    name = idempotency.name_of(Caller(Role.PROVIDER, organisation="org_city"), "k-1")
    engine = engine_for(settled[0])
    with open_session(engine) as first:
        assert idempotency.recall(first, name, "0" * 64) is None
        told = client.post("/v1/units", json=UNIT, headers=keyed(world, "provider"))
    engine.dispose()
    assert told.status_code == 409
    assert told.headers["Retry-After"] == "1"
    assert client.post("/v1/units", json=UNIT, headers=keyed(world)).status_code == 201


def test_a_call_whose_answer_was_lost_after_its_effect_is_answered_when_it_is_sent_again(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = units(client, world)
    send = Response.__call__
    lost: list[Response] = []

    async def lose_the_first(answer: Response, scope: Scope, receive: Receive, deliver: Send) -> None:
        if not lost:
            lost.append(answer)
            message = "the line is cut"
            raise ConnectionResetError(message)
        await send(answer, scope, receive, deliver)

    monkeypatch.setattr(Response, "__call__", lose_the_first)
    assert client.post("/v1/units", json=UNIT, headers=keyed(world)).status_code == 500
    again = client.post("/v1/units", json=UNIT, headers=keyed(world))
    assert again.status_code == lost[0].status_code == 201
    assert again.content == bytes(lost[0].body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert units(client, world) == before + 1


def test_a_call_that_breaks_down_before_its_effect_is_kept_leaves_nothing(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = units(client, world)

    def break_down(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "keep", break_down)
        assert client.post("/v1/units", json=UNIT, headers=keyed(world)).status_code == 500
    assert units(client, world) == before
    assert client.post("/v1/units", json=UNIT, headers=keyed(world)).status_code == 201
    assert units(client, world) == before + 1


def test_old_answers_go_when_new_ones_come(client: TestClient, world: World, store: Session) -> None:
    long_ago, lately = now() - idempotency.KEPT - dt.timedelta(hours=1), now() - dt.timedelta(hours=25)
    for number, moment in enumerate((long_ago, lately)):
        store.add(
            IdempotencyKey(id=f"{number:a>64}", call="0" * 64, status=201, headers={}, body=b"", answered_at=moment)
        )
    store.commit()
    client.post("/v1/units", json=UNIT, headers=keyed(world))
    kept = set(store.exec(select(IdempotencyKey.id)))
    assert f"{0:a>64}" not in kept
    assert f"{1:a>64}" in kept


def test_every_post_describes_the_key(app: FastAPI) -> None:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            named = [parameter["name"] for parameter in operation.get("parameters", [])]
            assert ("Idempotency-Key" in named) == (method == "post"), f"{method} {path}"
