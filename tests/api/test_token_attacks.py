"""The twelve attacks with tokens: each is nobody, in the same words, and by the same path where nothing may be told."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.callers import SYSTEM, Role
from placement.clock import today
from placement.store import tokens
from placement.store.tokens import create_token, digest, id_of, revoke_token, rotate_token
from tests.api.world import World
from tests.token_clock import be_days_later

Attack = Callable[[Session, World], dict[str, Any]]
CHALLENGES = {"Bearer", 'Bearer error="invalid_token"'}


def bearing(token: str) -> dict[str, Any]:
    """Return the headers of a call that shows a token."""
    return {"headers": {"Authorization": f"Bearer {token}"}}


def of(world: World) -> str:
    """Return a token that works."""
    return world.tokens[Role.COORDINATOR]


def secret_of(token: str) -> str:
    return token.split("_", 2)[2]


def revoked(store: Session, _world: World) -> dict[str, Any]:
    token = create_token(store, SYSTEM, Role.AUDITOR)
    revoke_token(store, SYSTEM, id_of(token))
    return bearing(token)


def expired(store: Session, _world: World) -> dict[str, Any]:
    token = create_token(store, SYSTEM, Role.AUDITOR)
    row = tokens.show_token(store, SYSTEM, id_of(token))
    row.expires_on = today() - dt.timedelta(days=1)
    store.add(row)
    return bearing(token)


def replaced(store: Session, _world: World) -> dict[str, Any]:
    token = create_token(store, SYSTEM, Role.AUDITOR)
    rotate_token(store, SYSTEM, id_of(token), dt.timedelta())
    return bearing(token)


def twice(store: Session, world: World) -> dict[str, Any]:
    other = create_token(store, SYSTEM, Role.AUDITOR)
    return {"headers": [("Authorization", f"Bearer {of(world)}"), ("Authorization", f"Bearer {other}")]}


ATTACKS: dict[str, Attack] = {
    "none": lambda _store, _world: {},
    "of another form": lambda _store, world: bearing(of(world).replace("plc_", "plx_")),
    "another's id with one's own secret": lambda _store, world: bearing(
        f"plc_{id_of(world.tokens[Role.COORDINATOR])}_{secret_of(world.tokens[Role.PROVIDER])}"
    ),
    "truncated": lambda _store, world: bearing(of(world)[:-1]),
    "revoked": revoked,
    "expired": expired,
    "replaced": replaced,
    "in capital letters": lambda _store, world: bearing(of(world).upper()),
    "with a space": lambda _store, world: bearing(f" {of(world)}"),
    "in the query": lambda _store, world: {"params": {"token": of(world)}},
    "twice in the headers": twice,
    "in a cookie": lambda _store, world: {
        "headers": {"Cookie": f"Authorization=Bearer {of(world)}; token={of(world)}"}
    },
}


def words(answer: httpx2.Response) -> dict[str, Any]:
    """Return a problem without its number and trace."""
    return {name: value for name, value in answer.json().items() if name not in {"instance", "trace"}}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/units"), ("POST", "/v1/units"), ("DELETE", "/v1/units/unt_a")]
)
def test_each_attack_is_nobody_in_the_same_words(
    client: TestClient, world: World, store: Session, attack: str, method: str, path: str
) -> None:
    sent = ATTACKS[attack](store, world)
    store.commit()
    plain = client.request(method, path)
    answer = client.request(method, path, **sent)
    assert (answer.status_code, plain.status_code) == (401, 401)
    assert words(answer) == words(plain)
    assert answer.headers["WWW-Authenticate"] in CHALLENGES
    assert "expired" in answer.json()["detail"]


def test_there_are_twelve_attacks() -> None:
    assert len(ATTACKS) == 12


def test_a_replaced_token_works_until_the_end_of_the_overlap(
    client: TestClient, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = create_token(store, SYSTEM, Role.AUDITOR)
    new = rotate_token(store, SYSTEM, id_of(old))
    store.commit()
    assert [client.get("/v1/terms", **bearing(each)).status_code for each in (old, new)] == [200, 200]
    be_days_later(monkeypatch, 1.01)
    assert [client.get("/v1/terms", **bearing(each)).status_code for each in (old, new)] == [401, 200]


@pytest.mark.one_database
def test_an_unknown_id_is_compared_as_often_as_a_wrong_secret(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[str, str]] = []
    real = hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    secret = secret_of(of(world))
    for named in ("f" * 16, id_of(world.tokens[Role.PROVIDER])):
        compared.clear()
        assert client.get("/v1/units", **bearing(f"plc_{named}_{secret}")).status_code == 401
        assert [one for one, _ in compared] == [digest(secret)] * 2


def test_the_scheme_may_be_written_in_small_letters(client: TestClient, world: World) -> None:
    assert client.get("/v1/terms", headers={"Authorization": f"bearer {of(world)}"}).status_code == 200
