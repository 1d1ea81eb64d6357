"""A link lets somebody without an account in once, within an hour, with no more than whoever made it has."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from placement.callers import SYSTEM, Role
from placement.clock import now
from placement.database import open_session
from placement.settings import Settings
from placement.signing_in import links
from placement.signing_in.refusing import SignInError
from placement.store.tokens import create_token, revoke_token
from placement.tables import SignInLink, SignInRefusal, SignInSession
from tests.api.signing_in.conftest import Visit
from tests.api.signing_in.test_provider import rows
from tests.api.signing_in.visiting import HERE, Visitor
from tests.api.world import World
from tests.effort import has_long_form, tries

GIVEN = {"role": "unit", "unit": "unt_a", "label": "Avdelning 4"}
Make = Callable[..., dict[str, Any]]


@pytest.fixture
def make(visit: Visit, world: World) -> Make:
    """Make a link as somebody."""

    def made(by: str = "coordinator", **given: Any) -> dict[str, Any]:  # noqa: ANN401 (any field)
        answer = visit().browser.post("/v1/sign-in-links", json={**GIVEN, **given}, headers=world.by(by))
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    return made


def path_of(link: dict[str, Any]) -> str:
    assert link["url"].startswith(f"{HERE}/sign-in/links/")
    return str(urlsplit(link["url"]).path)


def test_a_link_lets_its_holder_in_with_one_press_of_a_button(visit: Visit, make: Make) -> None:
    link = make()
    visitor = visit()
    for _ in range(3):  # a mail scanner opens it too
        shown = visitor.browser.get(path_of(link))
        assert shown.status_code == 200
        assert all(word in shown.text for word in ("Avdelning 4", "Tallgården", "unit", 'method="post"'))
        assert shown.headers["Referrer-Policy"] == "same-origin"
        assert shown.headers["Cache-Control"] == "no-store"
    came = visitor.browser.post(path_of(link), headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"})
    assert (came.status_code, came.headers["location"]) == (303, "/")
    who = visitor.who().json()
    assert (who["role"], who["unitId"], who["label"], who["signedInBy"]) == ("unit", "unt_a", "Avdelning 4", "link")
    front = visitor.browser.get("/account?language=sv").text
    assert "Tallgården" in front
    assert "enhet" in front


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/terms/VT2027/offers?show=silent", "/terms/VT2027/offers?show=silent"),
        ("/terms/VT2027/offers/", "/terms/VT2027/offers"),
        ("/sign-out", "/"),
        ("/access/links/lnk_a/withdraw", "/access"),
        ("/access/links", "/access"),
        ("/nowhere/at/all", "/"),
        ("/terms" + "/a" * 200, "/"),
        ("/terms/VT2027/requests?student=19121212-1212", "/"),
        ("/terms/VT2027/requests?student=1912%252D12121212", "/"),
        ("/terms/191212121212/requests", "/"),
        ("/v1/students", "/"),
        ("/openapi.json", "/"),
        ("/sign-in/links/of-somebody-else", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/terms", "/"),
        ("javascript:alert(1)", "/"),
        ("/terms\r\nSet-Cookie: a=b", "/"),
        ("/terms\x00", "/"),
    ],
)
def test_a_link_leads_on_to_the_page_of_ours_that_was_asked_for_before(
    visit: Visit, make: Make, wanted: str, leads_to: str
) -> None:
    visitor, link = visit(), make()
    visitor.browser.get("/sign-in", params={"next": wanted})
    came = visitor.browser.post(path_of(link))
    assert (came.status_code, came.headers["location"]) == (303, leads_to)
    assert "placement-wanted" not in "".join(visitor.browser.cookies)


def test_a_page_that_was_asked_for_long_before_is_not_led_on_to(visit: Visit, make: Make) -> None:
    visitor, link = visit(), make()
    asked = visitor.browser.get("/sign-in", params={"next": "/terms"}).headers["set-cookie"]
    assert all(part in asked for part in ("Max-Age=3600", "HttpOnly", "SameSite=lax"))
    visitor.browser.get("/sign-in")  # asked for nothing this time
    assert visitor.browser.post(path_of(link)).headers["location"] == "/"


def test_a_used_link_lets_nobody_in_and_it_is_kept_that_somebody_came(
    visit: Visit, make: Make, settings: Settings
) -> None:
    link = make()
    assert visit().browser.post(path_of(link)).status_code == 303
    late = visit()
    for answer in (late.browser.get(path_of(link)), late.browser.post(path_of(link))):
        assert answer.status_code == 404
        assert "used already" in answer.text
    assert late.cookie is None
    kept = [row.reason.value for row in rows(settings, SignInRefusal) if row.link_id == link["id"]]
    assert kept == ["link-used", "link-used"]


def test_a_link_is_too_old_after_an_hour(visit: Visit, make: Make, service: FastAPI) -> None:
    link = make()
    assert dt.datetime.fromisoformat(link["expiresAt"]) - dt.datetime.fromisoformat(link["createdAt"]) == links.VALID
    with open_session(service.state.engine) as session:
        row = session.get_one(SignInLink, link["id"])
        row.created_at, row.expires_at = now() - 2 * links.VALID, now() - dt.timedelta(seconds=1)
    for answer in (visit().browser.get(path_of(link)), visit().browser.post(path_of(link))):
        assert (answer.status_code, "too old" in answer.text) == (404, True)


def test_an_address_that_was_never_made_leaves_no_trace(visit: Visit, settings: Settings) -> None:
    before = len(rows(settings, SignInRefusal))
    answer = visit().browser.post("/sign-in/links/abc")
    assert (answer.status_code, "not valid" in answer.text) == (404, True)
    assert len(rows(settings, SignInRefusal)) == before


def test_withdrawing_a_link_signs_its_holder_out_at_once(visit: Visit, make: Make, world: World) -> None:
    used, unused = make(), make()
    visitor, by = visit(), world.by("coordinator")
    visitor.browser.post(path_of(used))
    for link in (used, unused):
        path = f"/v1/sign-in-links/{link['id']}"
        shown = visit().browser.get(path, headers=by)
        assert "url" not in shown.json()
        stale = visit().browser.delete(path, headers={**by, "If-Match": '"9"'})
        assert stale.status_code == 412
        gone = visit().browser.delete(path, headers={**by, "If-Match": shown.headers["etag"]})
        assert gone.status_code == 204
        assert visit().browser.get(path, headers=by).status_code == 404
        assert "not valid" in visit().browser.get(path_of(link)).text
    assert visitor.who().status_code == 401
    assert visitor.browser.get("/").headers["location"] == "/sign-in"


def test_a_link_ends_with_the_access_of_whoever_made_it(
    visit: Visit, make: Make, world: World, service: FastAPI
) -> None:
    before, after = make("provider"), make("provider")
    early, late = visit(), visit()
    assert early.browser.post(path_of(before)).status_code == 303
    with open_session(service.state.engine) as session:
        revoke_token(session, SYSTEM, world.by("provider")["Authorization"].split("_")[1])
    assert late.browser.post(path_of(after)).status_code == 404
    assert early.who().status_code == 200  # a colleague's access is their own


def test_a_link_whose_access_is_revoked_as_a_token_is_withdrawn(
    visit: Visit, make: Make, world: World, service: FastAPI, settings: Settings
) -> None:
    link = make()
    visitor = visit()
    visitor.browser.post(path_of(link))
    [row] = [each for each in rows(settings, SignInLink) if each.id == link["id"]]
    with open_session(service.state.engine) as session:
        revoke_token(session, SYSTEM, row.token_id)
    assert visitor.who().status_code == 401
    shown = visitor.browser.get(f"/v1/sign-in-links/{link['id']}", headers=world.by("coordinator"))
    tag = {"If-Match": shown.headers["etag"]}
    gone = visitor.browser.delete(shown.url.path, headers=world.by("coordinator", **tag))
    assert gone.status_code == 204


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"role": "provider", "organisation": "org_city", "unit": None}, 201),
        ({"role": "supervisor"}, 201),
        ({"role": "coordinator", "unit": None}, 403),
        ({"role": "institution", "organisation": "org_ki", "unit": None}, 403),
        ({"role": "provider", "organisation": "org_far", "unit": None}, 422),
        ({"role": "unit", "unit": "unt_b"}, 422),
        ({"role": "unit", "unit": None}, 422),
        ({"role": "unit", "organisation": "org_city"}, 422),
        ({"label": "Kalle 19900101-2385"}, 422),
        ({"label": ""}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_a_provider_gives_on_no_more_than_it_has(
    visit: Visit, world: World, given: dict[str, Any], status: int
) -> None:
    answer = visit().browser.post("/v1/sign-in-links", json={**GIVEN, **given}, headers=world.by("provider"))
    assert answer.status_code == status, answer.text


def test_each_lists_its_own_links_and_a_coordinator_all(visit: Visit, make: Make, world: World) -> None:
    theirs, ours = make("provider"), make(role="auditor", unit=None)

    def listed(by: str, query: str = "limit=200") -> set[str]:
        answer = visit().browser.get(f"/v1/sign-in-links?{query}", headers=world.by(by))
        assert answer.status_code == 200
        assert "url" not in json.dumps(answer.json())
        return {link["id"] for link in answer.json()["items"]}

    assert theirs["id"] in listed("provider")
    assert ours["id"] not in listed("provider")
    assert {theirs["id"], ours["id"]} <= listed("coordinator")
    assert listed("coordinator", "role=auditor") == {ours["id"]}


def test_the_address_is_shown_once_even_to_a_repeated_call(visit: Visit, world: World) -> None:
    browser = visit().browser
    headers = world.by("coordinator", **{"Idempotency-Key": "link-1"})
    first = browser.post("/v1/sign-in-links", json=GIVEN, headers=headers)
    again = browser.post("/v1/sign-in-links", json=GIVEN, headers=headers)
    assert (first.json()["id"], again.json()["url"]) == (again.json()["id"], None)
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_no_other_site_signs_anybody_in_with_a_link_of_its_own(
    visit: Visit, make: Make, headers: dict[str, str]
) -> None:
    link, visitor = make(), visit()
    answer = visitor.browser.post(path_of(link), headers=headers)
    assert (answer.status_code, visitor.cookie) == (403, None)
    assert visitor.browser.post(path_of(link)).status_code == 303


@pytest.mark.no_cover
@has_long_form(everyday="50 uses at once, twice", long="50 uses at once, 100 times")
def test_of_fifty_uses_at_once_exactly_one_gets_in(make: Make, service: FastAPI, settings: Settings) -> None:
    for _ in range(tries(2, 100)):
        link = make()
        secret, gate = path_of(link).rpartition("/")[2], Barrier(50)

        def use(secret: str = secret, gate: Barrier = gate) -> bool:
            gate.wait(60)
            try:
                with open_session(service.state.engine) as session:
                    links.use(session, settings, secret)
            except SignInError:
                return False
            return True

        with ThreadPoolExecutor(50) as pool:
            used = [future.result() for future in [pool.submit(use) for _ in range(50)]]
        assert sum(used) == 1
        assert len([row for row in rows(settings, SignInSession) if row.link_id == link["id"]]) == 1


def test_whoever_signs_in_anew_leaves_the_session_before(visit: Visit, make: Make, settings: Settings) -> None:
    visitor = visit()
    visitor.browser.post(path_of(make()))
    first = visitor.cookie
    visitor.browser.post(path_of(make(label="Avdelning 5")))
    assert visitor.cookie != first
    assert visitor.who().json()["label"] == "Avdelning 5"
    old: Visitor = visit()
    old.browser.cookies.set("placement", first or "")
    assert old.who().status_code == 401
    assert len(rows(settings, SignInSession)) == 1  # that of the small world ended long ago, and is removed


def test_an_address_is_where_browsers_reach_the_service(service: FastAPI, visit: Visit, world: World) -> None:
    service.state.settings = service.state.settings.model_copy(update={"public_url": None})
    answer = visit("https://vfu.example.se").browser.post(
        "/v1/sign-in-links", json=GIVEN, headers=world.by("coordinator")
    )
    assert answer.json()["url"].startswith("https://vfu.example.se/sign-in/links/")


def test_a_link_made_with_a_limited_token_gives_no_more_than_that_token(service: FastAPI, visit: Visit) -> None:
    with open_session(service.state.engine) as session:
        token = create_token(session, SYSTEM, Role.COORDINATOR, scopes=["signing-in:write", "places:read"])
    by = {"Authorization": f"Bearer {token}"}
    link = visit().browser.post("/v1/sign-in-links", json=GIVEN, headers=by).json()
    visitor = visit()
    assert visitor.browser.post(path_of(link)).status_code == 303
    assert visitor.browser.get("/v1/units").status_code == 200
    refused = visitor.browser.get("/v1/terms", headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["detail"]) == (403, "The token does not have the scope terms:read.")
