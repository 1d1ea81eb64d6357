"""Every page is in its frame: who reads, where they may go, in their language; and whoever is a stranger signs in."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from placement.callers import Role
from tests.pages.browsing import Browser, text_of
from tests.pages.conftest import Browse


def test_a_stranger_is_led_to_sign_in_and_back(client: TestClient) -> None:
    answer = client.get("/terms?language=sv", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fterms%3Flanguage%3Dsv")
    assert client.get(answer.headers["location"]).status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize(
    "asked", ["/terms/VT2027/requests?student=19121212-1212", "/terms/VT2027/students/191212121212/site"]
)
def test_a_stranger_is_led_to_sign_in_without_the_identity_number_that_they_asked_with(
    client: TestClient, asked: str
) -> None:
    answer = client.get(asked, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F")


@pytest.mark.one_database
@pytest.mark.parametrize("role", Role)
def test_everybody_lands_on_a_page_of_theirs(browse: Browse, role: Role) -> None:
    browser = browse(role)
    led = browser.get("/")
    assert led.status_code == 303
    landed = browser.get(led.headers["location"])
    assert landed.status_code == 200, landed.text
    assert str(role) in text_of(landed)


def test_a_page_speaks_the_language_asked_for_and_keeps_to_it(browse: Browse) -> None:
    browser = browse()
    asked = browser.get("/terms?language=sv")
    assert (asked.headers["content-language"], "Terminer" in asked.text) == ("sv", True)
    browser.cookie += "; " + asked.headers["set-cookie"].split(";")[0]
    assert browser.get("/terms").headers["content-language"] == "sv"
    assert browser.get("/terms?language=xx").headers["content-language"] == "sv"


def test_what_is_not_there_is_a_page_too(browse: Browse) -> None:
    answer = browse().get("/terms/VT2099")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Not found" in text_of(answer)


def test_an_asset_is_kept_by_browsers_for_as_long_as_it_is_the_same(browse: Browse, client: TestClient) -> None:
    page = browse().get("/terms").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    kept = client.get(address)
    assert (kept.status_code, kept.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in kept.headers["cache-control"]
    assert "immutable" not in client.get("/assets/0/pages.css").headers.get("cache-control", "")
    assert client.get("/assets/0/nothing.css").status_code == 404


def test_nobody_gets_by_without_the_sessions_own_token(client: TestClient) -> None:
    assert (
        client.get("/terms", headers={"Cookie": "__Host-placement=made-up"}, follow_redirects=False).status_code == 303
    )
    assert Browser(client, "").get("/terms").status_code == 303
