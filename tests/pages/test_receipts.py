"""A page says that something was done only if it was: by its reader, there, and just now."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from placement import clock
from placement.callers import Role
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

OFFERS = "/terms/VT2027/offers"
SAME = "Nothing had changed."


def unchanged(browser: Browser) -> str:
    """Send a form that changes nothing, and return the address that says so."""
    return browser.send(OFFERS, {}).headers["location"]


@pytest.mark.parametrize(
    ("role", "address", "words"),
    [
        (Role.COORDINATOR, "/terms/VT2027/runs?done=published", "published and in force for all"),
        (Role.PROVIDER, f"{OFFERS}?done=offers-saved&seal=1.0", "Saved."),
        (Role.PROVIDER, f"{OFFERS}?done=offers-saved&seal=now", "Saved."),
        (Role.PROVIDER, f"{OFFERS}?done=offers-saved&seal={'9' * 5000}.0", "Saved."),
        (Role.PROVIDER, f"{OFFERS}?done=offers-saved&seal=\N{ARABIC-INDIC DIGIT ONE}.0", "Saved."),
        (Role.INSTITUTION, "/terms/VT2027/requests?created=999", "The file has been read in"),
    ],
)
def test_an_address_that_somebody_made_up_says_nothing(browse: Browse, role: Role, address: str, words: str) -> None:
    answer = browse(role).get(address)
    assert answer.status_code == 200
    assert words not in text_of(answer)


def test_a_page_that_a_stranger_reads_says_nothing_was_done(client: TestClient) -> None:
    told = text_of(client.get("/help?done=published&seal=1.0", headers={"Accept-Language": "en"}))
    assert "in force for all" not in told


def test_what_was_done_is_said_there_to_whoever_did_it(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    told = unchanged(browser)
    assert SAME in text_of(browser.get(told))
    assert SAME not in text_of(browse(Role.PROVIDER).get(told))  # another session, which did nothing
    assert SAME not in text_of(browser.get(told.replace(OFFERS, "/terms/HT2027/offers")))
    assert "Saved." not in text_of(browser.get(told.replace("offers-same", "offers-saved")))
    assert SAME in text_of(browser.get(f"{told}&language=en"))


def test_what_was_done_is_not_said_later(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browse(Role.PROVIDER)
    told, moment = unchanged(browser), clock.now()
    monkeypatch.setattr("placement_api.pages.receipts.now", lambda: moment + dt.timedelta(minutes=11))
    assert SAME not in text_of(browser.get(told))


def test_a_link_to_the_other_language_says_it_no_more(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    assert 'href="?language=sv"' in browser.get(unchanged(browser)).text


def test_a_form_sent_again_from_what_it_led_to_has_one_seal(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    first, second = (browser.send(OFFERS, {"once": "a-key"}) for _ in range(2))
    assert leads_to(first) == leads_to(second) == f"{OFFERS}?done=offers-same"
    assert SAME in text_of(browser.get(second.headers["location"]))
