"""Whoever sits at a browser reads what went wrong on a page; a system gets a problem document."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "sv"}
GOING = {**PERSON, "Sec-Fetch-Mode": "navigate"}


def test_an_address_that_leads_nowhere_is_a_page_to_a_person_and_a_document_to_a_system(client: TestClient) -> None:
    page = client.get("/nowhere", headers=PERSON)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Till startsidan" in text_of(page)
    assert client.get("/nowhere").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["/sign-out", "/sign-out-everywhere", "/access/links", "/terms/VT2027/pins/pin_a"])
def test_the_address_of_a_form_is_a_page_to_whoever_opens_it(client: TestClient, address: str) -> None:
    page = client.get(address, headers=PERSON)
    assert (page.status_code, page.headers["allow"]) == (405, "POST")
    assert "Här finns ingen sida" in text_of(page)
    assert "Hit skickas bara formulär" in text_of(page)
    assert 'href="/"' in page.text


def test_a_page_about_what_went_wrong_speaks_the_language_that_its_reader_chose(client: TestClient) -> None:
    chosen = {**PERSON, "Cookie": "__Host-placement-language=en"}
    page = client.get("/sign-out", headers=chosen)
    assert page.headers["content-language"] == "en"
    assert "Forms are sent here" in text_of(page)
    assert "Not found" in text_of(client.get("/nowhere", headers=chosen))


def test_a_list_fetched_from_a_page_after_the_session_has_ended_says_so_on_a_page(client: TestClient) -> None:
    sheet = "/v1/placements/sheet"
    assert "text/html" in client.get(sheet, headers=GOING).headers["content-type"]
    assert "problem+json" in client.get(sheet, headers=PERSON).headers["content-type"]


def test_a_file_that_is_too_large_is_refused_on_a_page(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    headers = {**GOING, "Cookie": browser.cookie, "Sec-Fetch-Site": "same-origin"}
    sent = {"file": ("places.csv", b";" * 3_000_000, "text/csv")}
    refused = browser.client.post("/terms/VT2027/offers/import", files=sent, headers=headers)
    assert (refused.status_code, "text/html" in refused.headers["content-type"]) == (413, True)


def test_a_breakdown_is_a_page_with_its_number_and_a_way_to_try_again(
    browse: Browse, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browse()
    monkeypatch.setattr("placement.register.terms.term_called", lambda *_: 1 / 0)
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as client:
        answer = client.get("/terms/VT2027/overview?x=<y>", headers={**GOING, "Cookie": browser.cookie})
    assert (answer.status_code, "urn:uuid:" in text_of(answer)) == (500, True)
    assert 'href="/terms/VT2027/overview?x=%3Cy%3E"' in answer.text
