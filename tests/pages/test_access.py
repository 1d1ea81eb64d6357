"""A coordinator lets people in by links, and takes links and tokens back."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from placement.callers import Role
from tests.api.world import World
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database
LINK = re.compile(r'value="(https?://[^"]+/sign-in/links/[^"]+)"')


def test_a_link_that_is_made_is_shown_once_and_lets_somebody_in(browse: Browse, client: TestClient) -> None:
    browser = browse()
    made = browser.send("/access/links", {"role": "unit", "unit": "Tallgården", "label": "Avdelning 4"})
    assert made.status_code == 200, made.text
    address = LINK.search(made.text)
    assert address
    again = browser.get("/access")
    assert "Avdelning 4" in text_of(again)
    assert address[1] not in again.text
    path = f"/sign-in{address[1].partition('/sign-in')[2]}"
    assert client.get(path).status_code == 200
    came = client.post(path, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    assert came.status_code == 303
    assert "Avdelning 4" not in text_of(browser.get("/access"))  # it has been used


def test_a_link_that_is_withdrawn_is_valid_no_more(browse: Browse, client: TestClient) -> None:
    browser = browse(language="sv")
    made = browser.send("/access/links", {"role": "provider", "organisation": "org_city"})
    address = LINK.search(made.text)
    assert address
    withdraw = re.findall(r'action="(/access/links/[^"]+/withdraw)"', made.text)
    for each in withdraw:
        done = browser.send(each, {})
        assert (done.status_code, leads_to(done)) == (303, "/access?done=link-withdrawn")
        if browser.get("/access").status_code != 200:
            break  # it was the browser's own
    assert client.get(f"/sign-in{address[1].partition('/sign-in')[2]}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"role": ""}, "Choose a role."),
        ({"role": "unit", "unit": "no such unit"}, "No unit is called that."),
        ({"role": "unit", "unit": "e"}, "units are called that, such as:"),
        ({"role": "provider"}, "organisation"),
    ],
)
def test_a_link_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    browse: Browse, fields: dict[str, str], said: str
) -> None:
    answer = browse().send("/access/links", {"label": "Ward 7", **fields})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'value="Ward 7"' in answer.text


def test_a_token_that_is_revoked_works_no_more(browse: Browse, client: TestClient, world: World) -> None:
    browser = browse()
    token = world.by(Role.SUPERVISOR)["Authorization"].split("_")[1]
    done = browser.send(f"/access/tokens/{token}/revoke", {})
    assert leads_to(done) == "/access?done=token-revoked"
    assert "The token has been revoked." in text_of(browser.get(done.headers["location"]))
    assert client.get("/v1/terms", headers=world.by(Role.SUPERVISOR)).status_code == 401


def test_nothing_is_done_without_the_sessions_own_token(browse: Browse) -> None:
    answer = browse().send("/access/links", {"role": "unit", "unit": "Tallgården"}, csrf="0" * 64)
    assert answer.status_code == 403
    assert "/sign-in/links/" not in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_has_the_page(browse: Browse, role: Role) -> None:
    assert browse(role).get("/access").status_code == 403
