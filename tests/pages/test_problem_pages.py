"""Whoever sits at a browser reads what went wrong on a page; a system gets a problem document."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.errors import OutageError
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


@pytest.mark.parametrize(
    ("role", "page"),
    [(Role.PROVIDER, "/terms/VT2027/offers/import"), (Role.INSTITUTION, "/terms/VT2027/requests/imports")],
)
def test_a_file_that_is_too_large_is_refused_on_a_page_that_tells_the_limit_and_leads_back(
    browse: Browse, role: Role, page: str
) -> None:
    browser = browse(role, "sv")
    told = browser.get(page if role is Role.PROVIDER else page.removesuffix("/imports"))
    assert "högst 10 MB" in text_of(told)
    here = {"Cookie": browser.cookie, "Sec-Fetch-Site": "same-origin", "Referer": f"https://testserver{page}?x=1"}
    small, large = ({"file": ("places.csv", b";" * size, "text/csv")} for size in (3_000_000, 10_000_001))
    assert browser.client.post(page, files=small, headers={**GOING, **here}).status_code != 413
    refused = browser.client.post(page, files=large, headers={**GOING, **here})
    assert (refused.status_code, "text/html" in refused.headers["content-type"]) == (413, True)
    assert "högst 10 MB" in text_of(refused)
    assert "miljon" not in text_of(refused)
    assert f'href="{page}?x=1">Tillbaka till formuläret' in refused.text


def test_a_breakdown_is_a_page_with_its_number_and_a_way_to_try_again(
    browse: Browse, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browse()
    monkeypatch.setattr("placement.register.terms.term_called", lambda *_: 1 / 0)
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as client:
        answer = client.get("/terms/VT2027/overview?x=<y>", headers={**GOING, "Cookie": browser.cookie})
    assert (answer.status_code, "urn:uuid:" in text_of(answer)) == (500, True)
    assert 'href="/terms/VT2027/overview?x=%3Cy%3E"' in answer.text


def test_what_only_those_who_run_the_service_can_mend_is_not_told_in_their_words(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OutageError

    browser = browse(language="sv")
    monkeypatch.setattr("placement.register.terms.term_called", away)
    refused = browser.get("/terms/VT2027/overview")
    assert refused.status_code == 503
    assert "Tjänsten når inte sin databas just nu." in text_of(refused)
    assert "Försök igen Till startsidan" in text_of(refused)
    assert "placement migrate" not in text_of(refused)
