"""People sign in through an identity provider, and nobody else does, whatever the provider or an attacker sends."""

from __future__ import annotations

import base64
import json
import logging
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey
from sqlmodel import Session, col, select

from placement.database import engine_for
from placement.keys import Keys, keys_of, new_key
from placement.settings import Settings
from placement.tables import Account, ApiToken, AuditEntry, SignInRefusal, SignInSession
from placement_api.app import create_app
from tests.api.signing_in.conftest import Visit
from tests.api.signing_in.visiting import HERE, KEY, settings_for
from tests.api.world import World
from tests.identity_provider import CLIENT, IdentityProvider

BEGIN_AGAIN = "Begin again"


def rows(settings: Settings, table: Any) -> list[Any]:  # noqa: ANN401 (any table)
    engine = engine_for(settings.database_url)
    with Session(engine) as session:
        found = list(session.exec(select(table)).all())
    engine.dispose()
    return found


@pytest.mark.postgresql_counts
def test_somebody_signs_in_and_is_told_who_they_are(visit: Visit, provider: IdentityProvider) -> None:
    visitor = visit()
    assert visitor.browser.get("/").headers["location"] == "/sign-in"
    assert "/sign-in/provider" in visitor.browser.get("/sign-in").text
    answer = visitor.sign_in("/docs?language=sv")
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs?language=sv")
    who = visitor.who().json()
    assert (who["role"], who["signedInBy"], who["organisationId"]) == ("coordinator", "provider", None)
    assert who["label"].startswith("konto ")
    assert "coordinator" in visitor.browser.get("/account").text
    assert visitor.browser.get("/sign-in").headers["location"] == "/"
    assert provider.shown[0]["redirect_uri"] == f"{HERE}/sign-in/callback"


def test_the_provider_is_asked_with_pkce_state_and_nonce_each_time_anew(visit: Visit) -> None:
    asked = [dict(parse_qsl(urlsplit(visit().go_to_provider().headers["location"]).query)) for _ in range(2)]
    for each in asked:
        assert each["code_challenge_method"] == "S256"
        assert each["response_type"] == "code"
        assert each["client_id"] == CLIENT
        assert each["scope"] == "openid"
    assert all(asked[0][name] != asked[1][name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    ("claims", "role", "organisation", "unit"),
    [
        ({"roles": "vfu-auditor"}, "auditor", None, None),
        ({"roles": ["vfu-institution", 7], "org": "anna@ki.se"}, "institution", "org_ki", None),
        ({"roles": ["vfu-institution"], "org": "KI"}, "institution", "org_ki", None),
        ({"roles": ["vfu-provider"], "org": ["SE2120000001-4KX"]}, "provider", "org_city", None),
        ({"roles": ["vfu-unit"], "unit": "SE2120000001-A1"}, "unit", None, "unt_a"),
        ({"roles": ["vfu-institution", "vfu-institution"], "org": ["ki.se", "KI"]}, "institution", "org_ki", None),
    ],
)
def test_the_claims_give_role_and_organisation(
    visit: Visit,
    provider: IdentityProvider,
    settings: Settings,
    claims: dict[str, Any],
    role: str,
    organisation: str | None,
    unit: str | None,
) -> None:
    name_the_parties(settings)
    provider.person = {"sub": "anna-1", **claims}
    visitor = visit()
    assert visitor.sign_in().status_code == 303
    who = visitor.who().json()
    assert (who["role"], who["organisationId"], who["unitId"]) == (role, organisation, unit)
    assert visitor.browser.get("/account").status_code == 200


def name_the_parties(settings: Settings) -> None:
    """Give our provider and our unit the ids that the identity provider knows them by."""
    engine = engine_for(settings.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE organisation SET external_id = '0180' WHERE id = 'org_city'")
        connection.exec_driver_sql("UPDATE unit SET hsa_id = 'SE2120000001-A1' WHERE id = 'unt_a'")
    engine.dispose()


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({}, "gives you no role"),
        ({"roles": []}, "gives you no role"),
        ({"roles": {"vfu-coordinator": True}}, "gives you no role"),
        ({"roles": ["vfu-institution"]}, "gives you no role"),
        ({"roles": ["vfu-institution"], "org": "nobody.example"}, "gives you no role"),
        ({"roles": ["vfu-institution"], "org": "KI\x00"}, "gives you no role"),
        ({"roles": ["vfu-provider"], "org": "KI"}, "gives you no role"),
        ({"roles": ["vfu-unit"], "unit": "SE2120000001-A9"}, "gives you no role"),
        ({"roles": ["vfu-coordinator", "vfu-auditor"]}, "several roles"),
        ({"roles": ["vfu-institution"], "org": ["KI", "UMU"]}, "several roles"),
    ],
)
def test_whoever_has_no_role_or_several_is_refused_in_words_and_it_is_kept(
    visit: Visit, provider: IdentityProvider, settings: Settings, claims: dict[str, Any], told: str
) -> None:
    provider.person, provider.published = {"sub": "anna-1", **claims}, {"userinfo_endpoint": None}
    visitor = visit()
    answer = visitor.sign_in()
    assert (answer.status_code, visitor.cookie) == (403, None)
    assert told in answer.text
    [kept] = [row for row in rows(settings, SignInRefusal) if row.id != "ref_a"]
    assert kept.reason.value in {"no-role", "several-roles"}
    assert [row.object_id for row in rows(settings, AuditEntry) if row.object_type == "sign_in_refusal"] == [kept.id]


def test_claims_that_only_userinfo_has_are_fetched_there_and_must_be_of_the_same_person(
    visit: Visit, provider: IdentityProvider
) -> None:
    provider.person, provider.userinfo = {"sub": "anna-1"}, {"sub": "anna-1", "roles": "vfu-auditor"}
    visitor = visit()
    assert visitor.sign_in().status_code == 303
    assert visitor.who().json()["role"] == "auditor"
    provider.userinfo["sub"] = "bo-2"
    refused = visit().sign_in()
    assert (refused.status_code, "another identity provider" in refused.text) == (403, True)


def test_claims_are_not_sought_where_the_provider_has_no_such_address(visit: Visit, provider: IdentityProvider) -> None:
    provider.person, provider.published = {"sub": "anna-1"}, {"userinfo_endpoint": None}
    assert "gives you no role" in visit().sign_in().text


Misdeed = tuple[str, dict[str, Any]]
OTHER = RSAKey.generate_key(2048)
MISDEEDS: dict[str, Misdeed] = {
    "another issuer": ("claims", {"iss": "https://evil.example"}),
    "another client": ("claims", {"aud": "another"}),
    "no audience": ("claims", {"aud": None}),
    "several audiences, no azp": ("claims", {"aud": [CLIENT, "another"]}),
    "another azp": ("claims", {"azp": "another"}),
    "another nonce": ("claims", {"nonce": "another"}),
    "no nonce": ("claims", {"nonce": None}),
    "a nonce that is a number": ("claims", {"nonce": 7}),
    "expired": ("claims", {"exp": 1_000_000_000}),
    "no exp": ("claims", {"exp": None}),
    "exp is true": ("claims", {"exp": True}),
    "exp is not a number": ("claims", {"exp": "tomorrow"}),
    "exp beyond time": ("claims", {"exp": 10**20}),
    "not yet": ("claims", {"nbf": 4_000_000_000}),
    "issued in the future": ("claims", {"iat": 4_000_000_000}),
    "no iat": ("claims", {"iat": None}),
    "no subject": ("claims", {"sub": None}),
    "an empty subject": ("claims", {"sub": ""}),
    "a subject that is a list": ("claims", {"sub": ["anna-1"]}),
    "a subject beyond ASCII": ("claims", {"sub": "ånna"}),
    "a subject too long": ("claims", {"sub": "a" * 256}),
    "another access token's hash": ("claims", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    "an access token": ("header", {"typ": "at+jwt"}),
    "a key with a path": ("header", {"kid": "../../../../dev/null"}),
    "a key that is unknown": ("header", {"kid": "unknown"}),
    "keys elsewhere": ("header", {"kid": "unknown", "jku": "https://evil.example/keys"}),
    "something critical": ("header", {"crit": ["b64"], "b64": False}),
    "a weaker algorithm": ("header", {"alg": "RS384"}),
    "no ID token": ("answer", {"id_token": None}),
    "an ID token that is none": ("answer", {"id_token": "abc"}),
    "an ID token that is a number": ("answer", {"id_token": 7}),
    "an ID token of nonsense": ("answer", {"id_token": "a.b.c"}),
    "an ID token too long": ("answer", {"id_token": "a" * 20_000}),
    "an ID token beyond ASCII": ("answer", {"id_token": "å.å.å"}),
    "an access token that is a number": ("answer", {"access_token": 7}),
    "an error": ("answer", {"error": "invalid_request"}),
    "another provider answers": ("back", {"iss": "https://evil.example"}),
    "nobody says who answers": ("back", {"iss": ""}),
    "another state": ("back", {"state": "another"}),
    "a state beyond ASCII": ("back", {"state": "å"}),
    "no state": ("back", {"state": ""}),
    "a code of somebody else": ("back", {"code": "another"}),
    "no code": ("back", {"code": "", "error": "access_denied"}),
}


@pytest.mark.one_database
@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_what_a_provider_should_not_answer_lets_nobody_in(
    visit: Visit, provider: IdentityProvider, misdeed: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    part, changes = MISDEEDS[misdeed]
    setattr(provider, part, changes)
    visitor = visit()
    with caplog.at_level(logging.DEBUG):
        answer = visitor.sign_in()
    assert answer.status_code in {400, 403}
    assert "You are not signed in" in answer.text
    assert visitor.cookie is None
    assert visitor.who().status_code == 401
    assert [row.id for row in rows(settings, SignInSession)] == ["ses_a"]
    logged = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("placement"))
    for secret in (*(sent.get("code", "-none-") for sent in provider.shown), "anna-1", *provider.codes):
        assert secret not in logged


@pytest.mark.one_database
@pytest.mark.parametrize("forgery", ["none", "hs256-with-the-public-key", "another-key", "another-key-carried-along"])
def test_a_forged_id_token_lets_nobody_in(visit: Visit, provider: IdentityProvider, forgery: str) -> None:
    real = provider.keys[0]
    visitor = visit()
    begun = visitor.go_to_provider()
    asked = dict(parse_qsl(urlsplit(begun.headers["location"]).query))
    moment = int(time.time())
    claims = {
        "iss": provider.address, "aud": CLIENT, "iat": moment, "exp": moment + 60, "nonce": asked["nonce"],
        **provider.person,
    }  # fmt: skip
    with_public = OctKey.import_key(json.dumps(real.as_dict(private=False)).encode())
    forged = {
        "none": lambda: ".".join([*unsigned(claims), ""]),
        "hs256-with-the-public-key": lambda: provider.sign(claims, {"alg": "HS256"}, with_public),
        "another-key": lambda: provider.sign(claims, {}, OTHER),
        "another-key-carried-along": lambda: provider.sign(claims, {"jwk": OTHER.as_dict(private=False)}, OTHER),
    }
    provider.answer = {"id_token": forged[forgery](), "access_token": None}
    answer = visitor.browser.get(visitor.answer_of(begun))
    assert (answer.status_code, visitor.cookie) == (403, None)
    provider.answer = {"id_token": provider.sign(claims), "access_token": None}
    assert visitor.sign_in().status_code == 403  # of another sign-in
    assert visitor.cookie is None


def unsigned(claims: dict[str, Any]) -> list[str]:
    """Return the parts of a token that nobody has signed."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["RSA", "EC", "OKP"])
def test_each_accepted_kind_of_key_is_accepted_and_found_after_a_rotation(
    visit: Visit, provider: IdentityProvider, kind: str, service: FastAPI
) -> None:
    provider.rotate()
    assert visit().sign_in().status_code == 303
    provider.rotate(kind)
    assert visit().sign_in().status_code == 403  # the keys were fetched a moment ago
    service.state.provider._keys._pause_ends = float("-inf")  # a minute later
    assert visit().sign_in().status_code == 303
    assert provider.asked["/keys"] == 2


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_a_deprecated_name_of_an_algorithm_is_accepted(visit: Visit, provider: IdentityProvider) -> None:
    provider.rotate("OKP")
    provider.header = {"alg": "EdDSA"}
    assert visit().sign_in().status_code == 303


@pytest.mark.parametrize(("keys", "status"), [(1, 303), (2, 403)])
def test_a_token_without_the_name_of_its_key_is_accepted_if_only_one_fits(
    visit: Visit, provider: IdentityProvider, keys: int, status: int
) -> None:
    first = provider.rotate()
    provider.rotate()
    provider.keys = [first, *provider.keys][:keys]
    provider.header = {"kid": None}
    assert visit().sign_in().status_code == status


def test_a_flood_of_unknown_keys_makes_the_keys_be_fetched_once(
    visit: Visit, provider: IdentityProvider, world: World
) -> None:
    visitor = visit()
    assert visitor.browser.get("/v1/units", headers=bearer(provider.access_token())).status_code == 200
    for number in range(50):
        headers = bearer(provider.access_token({"kid": f"made-up-{number}"}))
        assert visitor.browser.get("/v1/units", headers=headers).status_code == 401
    assert provider.asked["/keys"] == 1
    assert provider.asked["/.well-known/openid-configuration"] == 1
    assert visitor.browser.get("/v1/units", headers=world.by("coordinator")).status_code == 200


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_code_and_an_answer_work_once(visit: Visit) -> None:
    visitor = visit()
    answer = visitor.answer_of(visitor.go_to_provider())
    kept = dict(visitor.browser.cookies)
    assert visitor.browser.get(answer).status_code == 303
    assert BEGIN_AGAIN in visitor.browser.get(answer).text  # the browser has forgotten what it began
    thief = visit()
    thief.browser.cookies.update(kept)
    replayed = thief.browser.get(answer)
    assert (replayed.status_code, thief.cookie) == (403, None)


def test_an_answer_to_another_browser_is_refused(visit: Visit) -> None:
    mine, theirs = visit(), visit()
    answer = mine.answer_of(mine.go_to_provider())
    theirs.go_to_provider()
    refused = theirs.browser.get(answer)
    assert (refused.status_code, BEGIN_AGAIN in refused.text, theirs.cookie) == (400, True, None)
    without = visit().browser.get(answer)
    assert (without.status_code, BEGIN_AGAIN in without.text) == (400, True)


def test_a_sign_in_that_took_too_long_or_was_tampered_with_is_begun_again(visit: Visit, service: FastAPI) -> None:
    for kept in (json.dumps({"until": 1.0}), None):
        visitor = visit()
        answer = visitor.answer_of(visitor.go_to_provider())
        tampered = "made up" if kept is None else keys_of(service.state.settings).encrypt(kept)
        visitor.browser.cookies.clear()
        visitor.browser.cookies.set("placement-sign-in", tampered)
        assert BEGIN_AGAIN in visitor.browser.get(answer).text


@pytest.mark.one_database
@pytest.mark.parametrize(
    "then",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/a b", "/a\tb", "", "a",
     "/" + "a" * 500, "javascript:alert(1)", "/\r\nSet-Cookie: a=b", "/å"],
)  # fmt: skip
def test_nobody_is_led_to_another_site(visit: Visit, then: str) -> None:
    visitor = visit()
    assert 'next=/"' in visitor.browser.get("/sign-in", params={"next": then}).text
    assert visitor.sign_in(then).headers["location"] == "/"
    assert visitor.browser.get("/sign-in", params={"next": then}).headers["location"] == "/"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/.well-known/openid-configuration", (500, b"")),
        ("/.well-known/openid-configuration", (200, b"[]")),
        ("/.well-known/openid-configuration", (200, b"not json")),
        ("/.well-known/openid-configuration", (200, b'{"a": "' + b"a" * 600_000 + b'"}')),
        ("/.well-known/openid-configuration", (302, b"")),
        ("/token", (500, b"")),
        ("/token", (200, b"not json")),
        ("/token", (200, b"[]")),
        ("/keys", (404, b"{}")),
    ],
)
def test_a_provider_that_does_not_answer_as_it_should_is_told_in_words(
    visit: Visit, provider: IdentityProvider, path: str, fault: tuple[int, bytes]
) -> None:
    visitor = visit()
    if path.startswith("/.well-known"):
        provider.broken[path] = fault
        answer = visitor.browser.get("/sign-in/provider")
    else:
        begun = visitor.go_to_provider()
        provider.broken[path] = fault
        answer = visitor.browser.get(visitor.answer_of(begun))
    assert answer.status_code in {503, 403}
    assert "You are not signed in" in answer.text
    assert visitor.cookie is None


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_publishes_something_unsafe_is_not_used(
    visit: Visit, provider: IdentityProvider, published: dict[str, Any]
) -> None:
    provider.published = published
    assert visit().browser.get("/sign-in/provider").status_code == 503


def test_the_client_shows_its_secret_where_it_has_one(
    visit: Visit, provider: IdentityProvider, settings: Settings
) -> None:
    provider.secret = "among friends"  # noqa: S105 (made up)
    assert visit().sign_in().status_code == 403
    told = create_app(settings_for(provider, settings.database_url, oidc_client_secret="among friends"))
    assert visit(app=told).sign_in().status_code == 303
    told.state.engine.dispose()


def test_nobody_signs_in_through_a_provider_that_is_not_there(visit: Visit, settings: Settings) -> None:
    app = create_app(Settings(database_url=settings.database_url, runner="none"))
    visitor = visit(app=app)
    assert "/sign-in/provider" not in visitor.browser.get("/sign-in").text
    assert visitor.browser.get("/sign-in/provider").status_code == 404
    assert visitor.browser.get("/sign-in/callback?code=a&state=b").status_code == 400
    app.state.engine.dispose()


def test_no_name_and_no_subject_is_stored(visit: Visit, provider: IdentityProvider, settings: Settings) -> None:
    provider.person |= {"sub": "canary-subject", "name": "canary-name", "email": "canary-mail@example.se"}
    assert visit().sign_in().status_code == 303
    for table in (Account, ApiToken, SignInSession, AuditEntry):
        assert "canary" not in "".join(row.model_dump_json() for row in rows(settings, table))


def test_an_account_is_known_again_after_the_keys_are_rotated(
    visit: Visit, provider: IdentityProvider, settings: Settings
) -> None:
    newer = new_key()
    assert visit().sign_in().status_code == 303
    for keys in (f"{newer},{KEY}", newer):
        app = create_app(settings_for(provider, settings.database_url, secret_keys=keys))
        assert visit(app=app).sign_in().status_code == 303
        app.state.engine.dispose()
    [account] = [row for row in rows(settings, Account) if row.id != "acc_a"]
    assert account.subject_digest == Keys([newer]).digests(f"{provider.address}\nanna-1")[0]


def test_signing_in_and_out_is_in_the_audit_trail(visit: Visit, settings: Settings) -> None:
    visitor = visit()
    visitor.sign_in()
    visitor.browser.post("/sign-out", data={"csrf": visitor.csrf()})
    engine = engine_for(settings.database_url)
    with Session(engine) as session:
        query = select(AuditEntry).where(AuditEntry.object_type == "sign_in_session").order_by(col(AuditEntry.sequence))
        entries = session.exec(query).all()
    engine.dispose()
    assert [entry.action.value for entry in entries] == ["created", "removed"]
    assert len({entry.actor_token for entry in entries}) == 1
    assert entries[0].after is not None
    assert "[protected]" in entries[0].after.values()
    assert all(entry.trace for entry in entries)


def test_the_provider_answers_real_requests(provider: IdentityProvider) -> None:
    assert httpx.get(f"{provider.address}/.well-known/openid-configuration").json()["issuer"] == provider.address
