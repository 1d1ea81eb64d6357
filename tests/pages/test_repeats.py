"""A form that is sent twice has its effect once, and what was typed when a session ended is not lost."""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlmodel import select

from placement.database import open_session
from placement.errors import BusyError
from placement.tables import Run, SignInLink
from placement_api.importing import bring_in
from placement_api.pages import uploads
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse

NEW = "/terms/VT2027/runs/new"
ORDER = {"mode": "plan", "seconds": "60", "seed": "7", "once": "a-key"}
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def runs(app: FastAPI) -> int:
    with open_session(app.state.engine) as session:
        return len(session.exec(select(Run)).all())


def links(app: FastAPI) -> int:
    with open_session(app.state.engine) as session:
        return len(session.exec(select(SignInLink)).all())


def hidden_in(page: httpx2.Response) -> dict[str, str]:
    """Return the hidden fields of the form that gives back what was typed."""
    form = page.text.partition('class="row gap-t">')[2].partition("</form>")[0]
    return {name: unescape(value) for name, value in _HIDDEN.findall(form)}


@contextmanager
def written_by_another(engine: Engine) -> Iterator[None]:
    """Let somebody else write for longer than anybody waits."""
    connection = sqlite3.connect(str(engine.url.database), isolation_level=None)
    event.listen(engine, "checkout", _be_impatient)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
    finally:
        connection.close()
        event.remove(engine, "checkout", _be_impatient)


def _be_impatient(connection: sqlite3.Connection, *_rest: object) -> None:
    connection.execute("PRAGMA busy_timeout = 1")


def test_a_form_sent_twice_has_its_effect_once(browse: Browse, app: FastAPI) -> None:
    browser, before = browse(), runs(app)
    first, second = browser.send(NEW, ORDER), browser.send(NEW, ORDER)
    assert (first.status_code, second.status_code) == (303, 303)
    assert leads_to(first) == leads_to(second)
    assert runs(app) == before + 1


def test_two_clicks_at_once_have_one_effect(browse: Browse, app: FastAPI) -> None:
    browser, before = browse(), runs(app)
    token = browser.csrf()
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: browser.send(NEW, ORDER, token), range(2)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({leads_to(answer) for answer in answers}) == 1
    assert runs(app) == before + 1


@pytest.mark.one_database
def test_another_form_and_a_changed_form_are_not_the_same(browse: Browse, app: FastAPI) -> None:
    browser, before = browse(), runs(app)
    for fields in (ORDER, {**ORDER, "once": "another"}, {**ORDER, "seed": "8"}):
        assert browser.send(NEW, fields).status_code == 303
    assert runs(app) == before + 3


@pytest.mark.one_database
def test_a_form_that_was_refused_is_tried_again(browse: Browse, app: FastAPI) -> None:
    browser, before = browse(), runs(app)
    for _ in range(2):
        assert browser.send(NEW, {**ORDER, "seed": "much"}).status_code == 422
    assert browser.send(NEW, ORDER).status_code == 303
    assert runs(app) == before + 1


@pytest.mark.one_database
def test_what_is_shown_once_is_made_once_and_not_shown_again(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    before = links(app)
    sent = {"role": "unit", "unit": "Tallgården", "label": "Avdelning 4", "once": "a-key"}
    assert "/sign-in/links/" in browser.send("/access/links", sent).text
    again = browser.send("/access/links", sent)
    assert (again.status_code, leads_to(again)) == (303, "/?done=sent-before")
    assert links(app) == before + 1


@pytest.mark.one_database
def test_each_form_has_a_key_of_its_own(browse: Browse) -> None:
    keys = re.findall(r'name="once" value="([^"]+)"', browse().get("/access").text + browse().get(NEW).text)
    assert len(keys) > 2
    assert len(set(keys)) == len(keys)


@pytest.mark.one_database
def test_what_was_typed_when_the_session_ended_is_given_back_and_sent_after_signing_in_again(
    browse: Browse, client: TestClient, app: FastAPI
) -> None:
    before = runs(app)
    refused = Browser(client, "", "sv").send(NEW, {**ORDER, "seed": "4711"}, csrf="old")
    assert (refused.status_code, runs(app)) == (401, before)
    assert "det du skrev finns kvar" in text_of(refused)
    kept = hidden_in(refused)
    assert kept["seed"] == "4711"
    browser = browse()  # signed in again, in another tab
    asked = browser.send(NEW, kept, csrf="old")
    assert (asked.status_code, runs(app)) == (403, before)
    assert "Send what you typed?" in text_of(asked)
    again = hidden_in(asked)
    assert browser.send(NEW, again, csrf=again["csrf"]).status_code == 303
    assert runs(app) == before + 1


UPLOAD = "/terms/VT2027/requests/imports"
SHEET = {"file": ("begäranden.csv", b"student,course\r\nnobody,OM302\r\n", "text/csv")}


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The database is busy each time that a file is brought in, as often as there is an entry here."""
    times: list[bool] = []

    def bring_in_or_wait(*given: Any, **named: Any) -> Any:  # noqa: ANN401 (what is wrapped is not ours)
        if times:
            times.pop()
            raise BusyError
        return bring_in(*given, **named)

    monkeypatch.setattr(uploads, "bring_in", bring_in_or_wait)
    return times


@pytest.mark.one_database
def test_a_file_waits_twice_for_a_busy_database(browse: Browse, busy: list[bool]) -> None:
    busy.append(True)
    read = browse().send(UPLOAD, {"what": "requests", "try": "1"}, files=SHEET)
    assert (read.status_code, busy) == (422, [])  # it has been read, and has a fault
    assert "Nothing has been stored:" in text_of(read)


@pytest.mark.one_database
def test_a_small_file_is_kept_in_the_page_while_the_database_is_busy(browse: Browse, busy: list[bool]) -> None:
    browser = browse()
    token = browser.csrf()
    busy += [True, True]
    refused = browser.send(UPLOAD, {"what": "requests", "try": "1"}, csrf=token, files=SHEET)
    said = text_of(refused)
    assert (refused.status_code, "The file is still on this page" in said, "Send again" in said) == (503, True, True)
    assert 'type="file"' not in refused.text
    kept = hidden_in(refused)
    assert (kept["name"], kept["what"], kept["try"]) == ("begäranden.csv", "requests", "1")
    again = browser.send(UPLOAD, kept, csrf=kept["csrf"], files={"none": ("", b"", "text/csv")})
    assert (again.status_code, "begäranden.csv" in again.text) == (422, True)


@pytest.mark.one_database
def test_a_kept_file_is_not_taken_for_an_identity_number_by_how_its_bytes_are_written(
    browse: Browse, busy: list[bool]
) -> None:
    browser = browse()
    token = browser.csrf()
    busy += [True, True]
    sent = {"file": ("requests.csv", base64.b64decode("//191212121212//"), "text/csv")}
    kept = hidden_in(browser.send(UPLOAD, {"what": "requests", "try": "1"}, csrf=token, files=sent))
    assert kept["kept"] == "//191212121212//"
    again = browser.send(UPLOAD, kept, csrf=kept["csrf"], files={"none": ("", b"", "text/csv")})
    assert "letters cannot be read" in text_of(again)  # it has been read, and not refused unread


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("language", "said"), [("sv", "Filen är inte läst. Välj den igen"), ("en", "The file has not been read. Choose it")]
)
def test_a_large_file_is_chosen_again_in_a_form_that_has_the_rest(
    browse: Browse, busy: list[bool], monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr(uploads, "MOST_KEPT", 3)
    browser = browse(language=language)
    token = browser.csrf()
    busy += [True, True]
    refused = browser.send(UPLOAD, {"what": "requests", "try": "1"}, csrf=token, files=SHEET)
    assert (refused.status_code, said in text_of(refused)) == (503, True)
    assert '<input type="file" id="file" name="file" required>' in refused.text
    assert 'enctype="multipart/form-data"' in refused.text
    kept = hidden_in(refused)
    assert {"what": "requests", "try": "1"}.items() <= kept.items()
    assert "kept" not in kept
    assert browser.send(UPLOAD, kept, csrf=kept["csrf"], files=SHEET).status_code == 422


@pytest.mark.one_database
def test_a_file_that_was_sent_too_late_is_kept_or_has_to_be_chosen_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"file": ("places.csv", b"unit;week", "text/csv")}
    kept = Browser(client, "").send("/terms/VT2027/offers/import", {}, csrf="old", files=sent)
    assert (kept.status_code, hidden_in(kept)["name"]) == (401, "places.csv")
    monkeypatch.setattr(uploads, "MOST_KEPT", 3)
    refused = Browser(client, "").send("/terms/VT2027/offers/import", {}, csrf="old", files=sent)
    assert (refused.status_code, "chosen again" in text_of(refused)) == (401, True)


@pytest.mark.one_database
def test_nothing_is_given_back_to_another_site_and_no_identity_number_to_anybody(browse: Browse) -> None:
    browser = browse()
    foreign = {"Cookie": browser.cookie, "Sec-Fetch-Site": "cross-site"}
    refused = browser.client.post(NEW, data={**ORDER, "csrf": "made up"}, headers=foreign, follow_redirects=False)
    assert (refused.status_code, hidden_in(refused)) == (403, {})
    number = browser.send(NEW, {**ORDER, "seed": "19121212-1212"}, csrf="old")
    assert (number.status_code, "1212" in number.text) == (422, False)


@pytest.mark.one_database
@pytest.mark.parametrize("cookie", [False, True])
def test_a_form_that_another_site_filled_in_is_never_offered_to_be_sent(browse: Browse, *, cookie: bool) -> None:
    browser = browse()
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example", "Accept": "text/html"}
    answer = browser.client.post(
        "/access/links",
        data={"role": "coordinator", "label": "evil"},
        headers=headers | ({"Cookie": browser.cookie} if cookie else {}),
        follow_redirects=False,
    )
    assert answer.status_code == 403
    assert "evil" not in answer.text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("language", "said", "button"), [("sv", "upptagen", "Skicka igen"), ("en", "busy", "Send again")]
)
def test_what_was_typed_while_the_database_was_busy_is_given_back_and_sent_again(
    browse: Browse, app: FastAPI, language: str, said: str, button: str
) -> None:
    browser, before = browse(language=language), runs(app)
    token = browser.csrf()
    with written_by_another(app.state.engine):
        refused = browser.send(NEW, {**ORDER, "seed": "4711"}, csrf=token)
    told = text_of(refused)
    assert (refused.status_code, runs(app)) == (503, before)
    assert said in told
    assert button in told
    assert "placement migrate" not in told
    kept = hidden_in(refused)
    assert kept["seed"] == "4711"
    assert browser.send(NEW, kept, csrf=kept["csrf"]).status_code == 303
    assert runs(app) == before + 1


@pytest.mark.one_database
def test_a_page_that_cannot_be_shown_for_want_of_the_database_can_be_asked_for_again(
    browse: Browse, app: FastAPI
) -> None:
    browser = browse()
    address = "/terms/VT2027/plan?view=students"
    with written_by_another(app.state.engine):  # whoever reads about students is logged first
        refused = browser.get(address)
    assert (refused.status_code, "placement migrate" in text_of(refused)) == (503, False)
    assert f'href="{address}">Try again' in refused.text
