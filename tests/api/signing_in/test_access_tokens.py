"""Systems call the API with the identity provider's access tokens, and with nothing that only looks like one."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey

from placement.callers import SYSTEM
from placement.clock import today
from placement.database import open_session
from placement.settings import Settings
from placement.store.tokens import revoke_token
from placement.tables import Account, ApiToken
from placement_api.app import create_app
from placement_api.door.bodies import SMALL_BODY
from tests.api.signing_in.conftest import Visit
from tests.api.signing_in.test_provider import bearer, rows
from tests.api.signing_in.visiting import settings_for
from tests.api.world import World
from tests.identity_provider import AUDIENCE, IdentityProvider

pytestmark = pytest.mark.one_database
OTHER = RSAKey.generate_key(2048)
JSON = {"Content-Type": "application/json"}
A_CALENDAR = {"subject": {"type": "unit", "id": "unt_a"}}


def public(provider: IdentityProvider) -> OctKey:
    """Return the provider's public key as if it were a shared secret."""
    return OctKey.import_key(json.dumps(provider.keys[0].as_dict(private=False)).encode())


def unsigned(provider: IdentityProvider) -> str:
    """Return a token that says itself that nobody has signed it."""
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
    return f"{header}.{provider.access_token().split('.')[1]}."


def coded(text: str) -> str:
    """Return a text as a part of a token has it."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


Attack = Callable[[IdentityProvider], str]
ATTACKS: dict[str, Attack] = {
    "no algorithm": unsigned,
    "the public key as a shared secret": lambda idp: idp.access_token({"alg": "HS256"}, public(idp)),
    "another issuer": lambda idp: idp.access_token(iss="https://evil.example"),
    "another audience": lambda idp: idp.access_token(aud="https://another.example"),
    "another type": lambda idp: idp.access_token({"typ": "JWT"}),
    "expired": lambda idp: idp.access_token(iat=int(time.time()) - 50, exp=int(time.time()) - 31),
    "not yet": lambda idp: idp.access_token(nbf=int(time.time()) + 60),
    "a key's path": lambda idp: idp.access_token({"kid": "../../../../dev/null"}, OTHER),
    "keys elsewhere": lambda idp: idp.access_token({"jku": "https://evil.example/keys", "kid": "evil"}, OTHER),
    "no end": lambda idp: idp.access_token(exp=None),
    "another tenant": lambda idp: idp.access_token(sub="bo-2", roles=["vfu-institution"], org="another.example"),
}
"""The twelve attacks of the shared figures but one: a revoked token has a test of its own, below."""
ODD: dict[str, Attack] = {
    "no type": lambda idp: idp.access_token({"typ": None}),
    "no client": lambda idp: idp.access_token(client_id=None),
    "no number": lambda idp: idp.access_token(jti=None),
    "another key": lambda idp: idp.access_token({}, OTHER),
    "its key carried along": lambda idp: idp.access_token({"jwk": OTHER.as_dict(private=False)}, OTHER),
    "too old": lambda idp: idp.access_token(iat=int(time.time()) - 61, exp=int(time.time()) + 3_600),
    "no role": lambda idp: idp.access_token(roles=[]),
    "two roles": lambda idp: idp.access_token(roles=["vfu-coordinator", "vfu-auditor"]),
    "a list of audiences without ours": lambda idp: idp.access_token(aud=["a", "b"]),
    "cut off": lambda idp: idp.access_token()[:-9],
    "altered": lambda idp: _altered(idp.access_token()),
    "nonsense": lambda _idp: "a.b.c",
    "empty parts": lambda _idp: "..",
    "a header that is a list": lambda _idp: coded('["alg"]') + ".e30.e30",
    "a header that is a text": lambda _idp: coded('"alg"') + ".e30.e30",
    "claims that are a list": lambda idp: ".".join([idp.access_token().split(".")[0], "W10", "e30"]),
}


def _altered(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "bo-2"}).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}"


@pytest.mark.parametrize("attack", [*ATTACKS, *ODD])
def test_an_attack_is_refused_with_401_in_words(visit: Visit, provider: IdentityProvider, attack: str) -> None:
    browser = visit().browser
    for _ in range(2):
        token = {**ATTACKS, **ODD}[attack](provider)
        answer = browser.get("/v1/units", headers={**bearer(token), "Accept-Language": "en"})
        assert answer.status_code == 401, attack
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert answer.json()["detail"].startswith("The token is not valid. ")
        assert token not in answer.text


def test_a_token_of_the_provider_gives_what_its_claims_give(
    visit: Visit, provider: IdentityProvider, settings: Settings
) -> None:
    browser = visit().browser
    token = provider.access_token(roles=["vfu-institution"], org="ki.se", aud=["x", AUDIENCE])
    who = browser.get("/v1/session", headers=bearer(token)).json()
    assert (who["role"], who["organisationId"], who["signedInBy"]) == ("institution", "org_ki", "token")
    assert browser.get("/v1/audit-entries", headers=bearer(token)).status_code == 403
    assert browser.get("/v1/sessions", headers=bearer(token)).json()["total"] == 0
    assert len([row for row in rows(settings, Account) if row.id != "acc_a"]) == 1


def test_the_first_call_may_be_a_change_and_what_it_makes_is_the_accounts_own(
    visit: Visit, provider: IdentityProvider
) -> None:
    browser = visit().browser
    made = browser.post("/v1/calendars", json=A_CALENDAR, headers=bearer(provider.access_token()))
    assert made.status_code == 201, made.text
    seen = browser.get(f"/v1/calendars/{made.json()['id']}", headers=bearer(provider.access_token()))
    assert seen.status_code == 200
    other = bearer(provider.access_token(sub="bo-2", roles=["vfu-auditor"]))
    assert browser.get(f"/v1/calendars/{made.json()['id']}", headers=other).status_code in {403, 404}


def test_an_account_that_is_withdrawn_is_refused_at_once_and_may_be_let_in_again(
    visit: Visit, provider: IdentityProvider, world: World
) -> None:
    browser, token = visit().browser, provider.access_token()
    assert browser.get("/v1/units", headers=bearer(token)).status_code == 200
    [account] = [
        each
        for each in browser.get("/v1/accounts?role=coordinator", headers=world.by("coordinator")).json()["items"]
        if each["id"] != "acc_a"
    ]
    path, version = f"/v1/accounts/{account['id']}", account["version"]
    withdrawn = browser.patch(
        path, json={"withdrawn": True}, headers=world.by("coordinator", **{"If-Match": f'"{version}"'})
    )
    assert (withdrawn.status_code, withdrawn.json()["withdrawn"]) == (200, True)
    refused = browser.get("/v1/units", headers={**bearer(token), "Accept-Language": "en"})
    assert (refused.status_code, "withdrawn" in refused.json()["detail"]) == (401, True)
    assert browser.post("/v1/calendars", json=A_CALENDAR, headers=bearer(token)).status_code == 401
    again = {"withdrawn": False, "label": "CKU, ny"}
    tag = withdrawn.headers["etag"]
    called = browser.patch(path, json={"label": "CKU"}, headers=world.by("coordinator", **{"If-Match": tag}))
    assert (called.json()["withdrawn"], called.json()["label"]) == (True, "CKU")
    tag = called.headers["etag"]
    back = browser.patch(path, json=again, headers=world.by("coordinator", **{"If-Match": tag}))
    assert (back.json()["withdrawn"], back.json()["label"]) == (False, "CKU, ny")
    who = browser.get("/v1/session", headers=bearer(token)).json()
    assert who["label"] == "CKU, ny"


def test_an_account_whose_access_is_revoked_as_a_token_is_withdrawn(
    visit: Visit, provider: IdentityProvider, settings: Settings, world: World, service: FastAPI
) -> None:
    browser, token = visit().browser, provider.access_token()
    assert browser.get("/v1/units", headers=bearer(token)).status_code == 200
    [account] = [row for row in rows(settings, Account) if row.id != "acc_a"]
    with open_session(service.state.engine) as session:
        revoke_token(session, SYSTEM, account.token_id)
    assert browser.get("/v1/units", headers=bearer(token)).status_code == 401
    shown = browser.get(f"/v1/accounts/{account.id}", headers=world.by("coordinator"))
    assert shown.json()["withdrawn"] is True
    tag = {"If-Match": shown.headers["etag"]}
    kept = browser.patch(shown.url.path, json={"withdrawn": True}, headers=world.by("coordinator", **tag))
    assert kept.status_code == 200
    tag = {"If-Match": kept.headers["etag"]}
    browser.patch(shown.url.path, json={"withdrawn": False}, headers=world.by("coordinator", **tag))
    assert browser.get("/v1/units", headers=bearer(token)).status_code == 200


def test_another_role_ends_what_the_old_one_gave_and_an_older_token_does_not_bring_it_back(
    visit: Visit, provider: IdentityProvider, settings: Settings
) -> None:
    moment, visitor = int(time.time()), visit()
    older = provider.access_token(iat=moment - 40)
    assert visitor.browser.get("/v1/session", headers=bearer(older)).json()["role"] == "coordinator"
    assert visitor.sign_in().status_code == 303
    assert visitor.who().status_code == 200
    newer = provider.access_token(roles=["vfu-auditor"], iat=moment + 5)
    assert visitor.browser.get("/v1/session", headers=bearer(newer)).json()["role"] == "auditor"
    assert visitor.who().status_code == 401
    answer = visitor.browser.get("/v1/units", headers={**bearer(older), "Accept-Language": "en"})
    assert (answer.status_code, "something else" in answer.json()["detail"]) == (401, True)
    [account] = [row for row in rows(settings, Account) if row.id != "acc_a"]
    accesses = [row for row in rows(settings, ApiToken) if row.label == account.label]
    assert [row.id for row in accesses if row.revoked_at is None] == [account.token_id]


@pytest.mark.parametrize("days_left", [-1, 30])
def test_an_access_that_has_ended_or_soon_will_goes_on_when_its_holder_comes_again(
    visit: Visit, provider: IdentityProvider, settings: Settings, service: FastAPI, days_left: int
) -> None:
    browser, token = visit().browser, provider.access_token()
    made = browser.post("/v1/calendars", json=A_CALENDAR, headers=bearer(token)).json()
    [account] = [row for row in rows(settings, Account) if row.id != "acc_a"]
    with open_session(service.state.engine) as session:
        session.get_one(ApiToken, account.token_id).expires_on = today() + dt.timedelta(days=days_left)
    assert browser.get(f"/v1/calendars/{made['id']}", headers=bearer(token)).status_code == 200
    [access] = [row for row in rows(settings, ApiToken) if row.id == account.token_id]
    assert access.expires_on == today() + dt.timedelta(days=settings.token_days)


def test_a_token_lives_for_as_long_as_the_operator_says(
    visit: Visit, provider: IdentityProvider, settings: Settings
) -> None:
    app = create_app(settings_for(provider, settings.database_url, oidc_token_seconds=600))
    browser = visit(app=app).browser
    for age, status in ((300, 200), (601, 401)):
        moment = int(time.time()) - age
        token = provider.access_token(iat=moment, exp=moment + 3_600)
        assert browser.get("/v1/units", headers=bearer(token)).status_code == status
    app.state.engine.dispose()


def test_without_an_audience_no_token_of_the_provider_is_accepted(
    visit: Visit, provider: IdentityProvider, settings: Settings
) -> None:
    app = create_app(settings_for(provider, settings.database_url, oidc_audience=None))
    assert visit(app=app).browser.get("/v1/units", headers=bearer(provider.access_token())).status_code == 401
    app.state.engine.dispose()


def test_while_the_provider_is_away_known_keys_serve_and_unknown_ones_are_told_to_wait(
    visit: Visit, provider: IdentityProvider, service: FastAPI, world: World
) -> None:
    provider.broken["/keys"] = (500, b"")
    browser = visit().browser
    answer = browser.get("/v1/units", headers=bearer(provider.access_token()))
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert browser.get("/v1/units", headers=world.by("coordinator")).status_code == 200
    provider.broken.clear()
    service.state.provider._keys._pause_ends = float("-inf")  # five seconds later
    assert browser.get("/v1/units", headers=bearer(provider.access_token())).status_code == 200
    provider.broken["/keys"] = (500, b"")
    service.state.provider._keys._fetched_at -= 700  # twelve minutes later
    service.state.provider._keys._pause_ends = float("-inf")
    assert browser.get("/v1/units", headers=bearer(provider.access_token())).status_code == 200
    service.state.provider._keys._fetched_at -= 90_000  # a day later
    assert browser.get("/v1/units", headers=bearer(provider.access_token())).status_code == 503


def test_keys_that_cannot_be_used_are_left_out(visit: Visit, provider: IdentityProvider) -> None:
    good = provider.keys[0].as_dict(private=False)
    published: list[Any] = [
        7,
        {"kty": "oct", "k": "AAAA"},
        {**good, "use": "enc"},
        {**good, "n": "AAAA"},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "OKP", "crv": "Ed25519", "x": "!", "kid": "a"},
    ]
    provider.broken["/keys"] = (200, json.dumps({"keys": published}).encode())
    assert visit().browser.get("/v1/units", headers=bearer(provider.access_token())).status_code == 401


def test_keys_that_are_no_list_are_none(visit: Visit, provider: IdentityProvider) -> None:
    provider.broken["/keys"] = (200, b'{"keys": "none"}')
    assert visit().browser.get("/v1/units", headers=bearer(provider.access_token())).status_code == 401


@pytest.mark.parametrize("attack", ["no token", "expired", "ours", "ours, made up", "none"])
def test_a_large_body_is_taken_in_from_whoever_the_provider_or_a_session_stands_for(
    provider: IdentityProvider, visit: Visit, world: World, attack: str
) -> None:
    """The caller is looked up before a body of more than 64 kB, by whatever the call shows."""
    visitor, body = visit(), json.dumps({"subject": {"type": "unit", "id": "u" * SMALL_BODY}}).encode()
    shown: dict[str, dict[str, str]] = {
        "no token": {},
        "expired": bearer(ATTACKS["expired"](provider)),
        "ours, made up": bearer("plc_" + "0" * 16 + "_" + "A" * 43),
        "ours": world.by("coordinator"),
        "none": bearer(provider.access_token()),
    }
    if attack == "no token":
        visitor.browser.cookies.set("placement", "made-up")
    answer = visitor.browser.post("/v1/calendars", content=body, headers={**JSON, **shown[attack]})
    assert answer.status_code == (422 if attack in {"ours", "none"} else 401), answer.text
