"""A session is a cookie that no script reads; it ends by itself, by its holder, and with the access behind it."""

from __future__ import annotations

import datetime as dt
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from sqlmodel import col, update

from placement.callers import SYSTEM, Role
from placement.clock import now
from placement.database import open_session
from placement.settings import Settings
from placement.signing_in import links
from placement.tables import SignInSession
from placement_api.app import create_app
from placement_api.secrecy import hide_secrets
from tests.api.signing_in.conftest import Visit
from tests.api.signing_in.test_provider import rows
from tests.api.signing_in.visiting import HERE, Visitor, settings_for
from tests.api.world import World
from tests.identity_provider import IdentityProvider

CHANGE = {"label": "Avdelning 4", "role": "auditor"}


def set_back(app: FastAPI, **moments: dt.timedelta) -> None:
    """Let some of the moments of every session be so long ago."""
    with open_session(app.state.engine) as session:
        values: dict[str, Any] = {name: now() - ago for name, ago in moments.items()}
        session.exec(update(SignInSession).where(col(SignInSession.id) != "ses_a").values(**values))


def enter(visitor: Visitor, app: FastAPI, role: Role = Role.COORDINATOR, **where: str) -> None:
    """Sign in with a link."""
    with open_session(app.state.engine) as session:
        _, secret = links.make_link(session, SYSTEM, {"role": role, "label": "Tillfällig", **where})
    assert visitor.browser.post(f"/sign-in/links/{secret}").status_code == 303


def test_a_cookie_is_for_this_service_alone(visit: Visit, service: FastAPI, provider: IdentityProvider) -> None:
    with_tls = settings_for(provider, service.state.settings.database_url, public_url="https://vfu.example.se")
    for settings, address, name, secure in (
        (service.state.settings, HERE, "placement", False),
        (service.state.settings.model_copy(update={"public_url": None}), HERE, "placement", False),
        (with_tls, HERE, "__Host-placement", True),
        (with_tls.model_copy(update={"public_url": None}), "https://vfu.example.se", "__Host-placement", True),
        (with_tls.model_copy(update={"public_url": None}), "http://vfu.example.se", "__Host-placement", True),
    ):
        service.state.settings = settings
        visitor = visit(address)
        with open_session(service.state.engine) as session:
            _, secret = links.make_link(session, SYSTEM, {"role": Role.COORDINATOR, "label": "Tillfällig"})
        cookie = visitor.browser.post(f"/sign-in/links/{secret}").headers["set-cookie"]
        kept, *rest = cookie.split("; ")
        assert re.fullmatch(name + "=[a-z2-7]{56}", kept)
        assert {part.lower() for part in rest} == {
            "httponly", "samesite=lax", "path=/", f"max-age={12 * 3600}", *(["secure"] if secure else []),
        }  # fmt: skip


def test_a_session_ends_when_it_is_idle(visit: Visit, service: FastAPI) -> None:
    visitor = visit()
    enter(visitor, service)
    set_back(service, used_at=dt.timedelta(minutes=29))
    assert visitor.who().status_code == 200  # which counts as a use
    assert rows(service.state.settings, SignInSession)[0].used_at > now() - dt.timedelta(minutes=1)
    set_back(service, used_at=dt.timedelta(minutes=30))
    ended = visitor.browser.get("/v1/session", headers={"Accept-Language": "en"})
    assert (ended.status_code, "has ended" in ended.json()["detail"]) == (401, True)
    assert visitor.browser.get("/").headers["location"] == "/sign-in"


def test_a_session_ends_however_it_is_used(visit: Visit, service: FastAPI) -> None:
    visitor = visit()
    enter(visitor, service)
    until = dt.datetime.fromisoformat(visitor.who().json()["endsAt"])
    assert dt.timedelta(hours=11, minutes=59) < until - now() <= dt.timedelta(hours=12)
    set_back(service, ends_at=dt.timedelta(seconds=1))
    assert visitor.who().status_code == 401


def test_the_operator_says_when_sessions_end(visit: Visit, service: FastAPI) -> None:
    service.state.settings = service.state.settings.model_copy(update={"session_idle_minutes": 5, "session_hours": 1})
    visitor = visit()
    enter(visitor, service)
    who = visitor.who().json()
    idle = dt.datetime.fromisoformat(who["idleUntil"]) - now()
    assert idle <= dt.timedelta(minutes=5)
    assert dt.datetime.fromisoformat(who["endsAt"]) - now() <= dt.timedelta(hours=1)


def test_a_change_counts_as_a_use(visit: Visit, service: FastAPI) -> None:
    visitor = visit()
    enter(visitor, service)
    csrf = visitor.who().json()["csrfToken"]
    set_back(service, used_at=dt.timedelta(minutes=20))
    made = visitor.browser.post("/v1/sign-in-links", json=CHANGE, headers={"X-CSRF-Token": csrf})
    assert made.status_code == 201, made.text
    assert rows(service.state.settings, SignInSession)[0].used_at > now() - dt.timedelta(minutes=1)


def test_a_reading_does_not_wait_to_note_a_use_while_somebody_else_writes(visit: Visit, service: FastAPI) -> None:
    visitor = visit()
    enter(visitor, service)
    set_back(service, used_at=dt.timedelta(minutes=20))
    with ThreadPoolExecutor(1) as another:
        with open_session(service.state.engine) as writer:
            writer.exec(update(SignInSession).values(ends_at=SignInSession.ends_at))  # not committed until later
            asked = another.submit(visitor.who)
            assert asked.result(timeout=10).status_code == 200
        assert rows(service.state.settings, SignInSession)[0].used_at < now() - dt.timedelta(minutes=19)
    assert visitor.who().status_code == 200
    assert rows(service.state.settings, SignInSession)[0].used_at > now() - dt.timedelta(minutes=1)


@pytest.mark.parametrize("everywhere", [False, True])
def test_signing_out_ends_one_session_or_all_of_the_same_person(
    visit: Visit, service: FastAPI, *, everywhere: bool
) -> None:
    here, there, other = visit(), visit(), visit()
    here.sign_in()
    there.sign_in()
    enter(other, service)
    assert visit().browser.get("/v1/session").status_code == 401
    path = "/sign-out-everywhere" if everywhere else "/sign-out"
    out = here.browser.post(path, data={"csrf": here.csrf()}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (out.status_code, out.headers["location"], here.cookie) == (303, "/sign-in", None)
    assert [each.who().status_code for each in (here, there, other)] == [401, 401 if everywhere else 200, 200]
    again = here.browser.post(path, data={"csrf": ""})
    assert again.status_code == 303  # nothing is left to do


def test_the_browsers_of_one_person_are_listed_and_ended_one_by_one(visit: Visit, service: FastAPI) -> None:
    here, there, other = visit(), visit(), visit()
    here.sign_in()
    there.sign_in()
    enter(other, service)
    listed = here.browser.get("/v1/sessions").json()
    assert (listed["total"], [each["present"] for each in listed["items"]].count(True)) == (2, True)
    [left] = [each for each in listed["items"] if not each["present"]]
    csrf = {"X-CSRF-Token": here.who().json()["csrfToken"]}
    theirs = other.who().json()["sessionId"]
    assert here.browser.delete(f"/v1/sessions/{theirs}", headers=csrf).status_code == 404
    assert here.browser.delete(f"/v1/sessions/{left['id']}", headers=csrf).status_code == 204
    assert [each.who().status_code for each in (here, there, other)] == [200, 401, 200]
    assert other.browser.get("/v1/sessions").json()["total"] == 1
    assert "this one" in here.browser.get("/account?language=en").text


def test_a_session_brought_along_by_an_attacker_is_not_signed_in(visit: Visit, service: FastAPI) -> None:
    victim, attacker = visit(), visit()
    victim.browser.cookies.set("placement", "a" * 56, domain="127.0.0.1")
    enter(victim, service)
    attacker.browser.cookies.set("placement", "a" * 56)
    assert victim.cookie != "a" * 56
    assert attacker.who().status_code == 401


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "no token"),
    ({"X-CSRF-Token": "0" * 64}, "another token"),
    ({"X-CSRF-Token": "å"}, "a token beyond ASCII"),
    ({"X-CSRF-Token": "own", "Sec-Fetch-Site": "cross-site"}, "another site"),
    ({"X-CSRF-Token": "own", "Sec-Fetch-Site": "same-site"}, "a sister site"),
    ({"X-CSRF-Token": "own", "Sec-Fetch-Site": "none"}, "nobody's site"),
    ({"X-CSRF-Token": "own", "Origin": "https://evil.example"}, "another origin"),
    ({"X-CSRF-Token": "own", "Origin": "null"}, "an origin that hides"),
    ({"X-CSRF-Token": "own", "Origin": "http://127.0.0.1:8001"}, "another port"),
    ({"X-CSRF-Token": "own", "Origin": "https://127.0.0.1:8000"}, "another scheme"),
)


@pytest.mark.one_database
@pytest.mark.parametrize(("headers", "what"), REFUSED, ids=[what for _, what in REFUSED])
def test_a_cookie_alone_changes_nothing(visit: Visit, service: FastAPI, headers: dict[str, str], what: str) -> None:
    visitor = visit()
    enter(visitor, service)
    own = visitor.who().json()["csrfToken"]
    sent = {name.encode(): (own if text == "own" else text).encode() for name, text in headers.items()}
    for method, path in (("POST", "/v1/sign-in-links"), ("DELETE", "/v1/sessions/ses_a"), ("PATCH", "/v1/units/unt_a")):
        answer = visitor.browser.request(method, path, json=CHANGE, headers=sent)
        assert answer.status_code == 403, what
    out = visitor.browser.post("/sign-out", data={"csrf": own if "own" in headers.values() else "0"}, headers=sent)
    assert (out.status_code, "has not been done" in out.text) == (403, True)
    assert visitor.who().status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": HERE}])
def test_a_change_that_shows_the_sessions_token_is_made(
    visit: Visit, service: FastAPI, headers: dict[str, str]
) -> None:
    visitor = visit()
    enter(visitor, service)
    sent = {**headers, "X-CSRF-Token": visitor.who().json()["csrfToken"]}
    assert visitor.browser.post("/v1/sign-in-links", json=CHANGE, headers=sent).status_code == 201
    service.state.settings = service.state.settings.model_copy(update={"public_url": None})
    assert visitor.browser.post("/v1/sign-in-links", json=CHANGE, headers=sent).status_code == 201


def test_a_token_needs_no_other_and_goes_before_the_cookie(visit: Visit, service: FastAPI, world: World) -> None:
    visitor = visit()
    enter(visitor, service, Role.AUDITOR)
    by = world.by("coordinator")
    assert visitor.browser.post("/v1/sign-in-links", json=CHANGE, headers=by).status_code == 201
    who = visitor.browser.get("/v1/session", headers=by).json()
    assert (who["role"], who["signedInBy"], who["csrfToken"]) == ("coordinator", "token", None)
    assert visitor.browser.get("/v1/session", headers={"Authorization": "Bearer plc_0_0"}).status_code == 401
    assert visitor.browser.delete("/v1/sessions/ses_a", headers=by).status_code == 404


def test_what_is_made_in_a_session_outlives_it_but_not_its_access(
    visit: Visit, provider: IdentityProvider, world: World
) -> None:
    provider.person = {"sub": "anna-1", "roles": ["vfu-coordinator"]}
    visitor = visit()
    visitor.sign_in()
    headers = {"X-CSRF-Token": visitor.who().json()["csrfToken"]}
    given = {"subject": {"type": "unit", "id": "unt_a"}}
    made = visitor.browser.post("/v1/calendars", json=given, headers=headers).json()
    feed = urlsplit(made["url"]).path
    visitor.browser.post("/sign-out", data={"csrf": visitor.csrf()})
    assert visitor.browser.get(feed).status_code == 200
    [account] = [
        each
        for each in visitor.browser.get("/v1/accounts?limit=200", headers=world.by("coordinator")).json()["items"]
        if each["id"] != "acc_a"
    ]
    tag = {"If-Match": f'"{account["version"]}"'}
    path = f"/v1/accounts/{account['id']}"
    changed = visitor.browser.patch(path, json={"withdrawn": True}, headers=world.by("coordinator", **tag))
    assert changed.status_code == 200
    assert visitor.browser.get(feed).status_code == 404


def test_withdrawing_an_account_signs_it_out_and_keeps_it_out(visit: Visit, settings: Settings, world: World) -> None:
    visitor = visit()
    visitor.sign_in()
    headers = world.by("coordinator")
    accounts = visitor.browser.get("/v1/accounts?sort=-createdAt", headers=headers).json()["items"]
    path = f"/v1/accounts/{accounts[0]['id']}"
    shown = visitor.browser.get(path, headers=headers)
    refused = visitor.browser.patch(
        path, json={"label": "19900101-2385"}, headers={**headers, "If-Match": shown.headers["etag"]}
    )
    assert refused.status_code == 422
    done = visitor.browser.patch(path, json={"withdrawn": True}, headers={**headers, "If-Match": shown.headers["etag"]})
    assert done.status_code == 200
    assert visitor.who().status_code == 401
    again = visitor.sign_in()
    assert (again.status_code, "withdrawn" in again.text) == (403, True)
    assert len(rows(settings, SignInSession)) == 0


def test_whoever_has_no_role_any_more_is_signed_out(visit: Visit, provider: IdentityProvider) -> None:
    here, there = visit(), visit()
    here.sign_in()
    provider.person["roles"] = []
    assert there.sign_in().status_code == 403
    assert here.who().status_code == 401


def test_the_pages_are_whole_in_both_languages_and_run_nothing(visit: Visit, service: FastAPI) -> None:
    visitor = visit()
    with open_session(service.state.engine) as session:
        _, secret = links.make_link(
            session, SYSTEM, {"role": Role.PROVIDER, "organisation": "org_city", "label": "<b>"}
        )
    link = f"/sign-in/links/{secret}"
    enter(visitor, service, Role.PROVIDER, organisation="org_city")
    for page, browser in (("/sign-in", visit().browser), (link, visit().browser), ("/account", visitor.browser)):
        by_header = browser.get(page, headers={"Accept-Language": "sv"})
        assert '<html lang="sv">' in by_header.text
        for language in ("sv", "en"):
            answer = browser.get(page, params={"language": language})
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.text
            assert answer.headers["Content-Language"] == language
            assert answer.headers["Cache-Control"] == "no-store"
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "<style" not in answer.text
            assert "<script" not in answer.text
            assert "<b>" not in answer.text
            assert answer.text.count("<h1") == 1


def test_neither_a_link_nor_what_the_provider_sends_is_logged() -> None:
    for path, kept in (
        ("/sign-in/links/geheim?language=sv", "/sign-in/links/…?language=sv"),
        ("/sign-in/callback?code=geheim&state=a/b?c&iss=https://login.example.se", "/sign-in/callback?…"),
        ("/v1/own-terms/geheim", "/v1/own-terms/…"),
    ):
        record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "%s %s", ("GET", path), None)
        assert hide_secrets(record)
        assert record.getMessage() == f"GET {kept}"


def test_a_service_without_a_provider_has_sessions_all_the_same(visit: Visit, settings: Settings) -> None:
    app = create_app(Settings(database_url=settings.database_url, runner="none"))
    visitor = visit(app=app)
    enter(visitor, app)
    assert visitor.who().json()["signedInBy"] == "link"
    app.state.engine.dispose()
