"""Forms that did not arrive as a page of ours sends them, told in words about forms, with a way back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from fastapi import FastAPI

from placement.callers import Role
from placement.database import open_session
from tests import site_rows
from tests.identity import number_of
from tests.pages.browsing import Browser, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

IMPORT, REQUESTS = "/terms/VT2027/offers/import", "/terms/VT2027/requests/imports"
PART = b'--b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\nx\r\n'
NAMED = b'; filename="a.csv"'
WITH_HYPHEN = f"{(number := number_of(dt.date(1912, 12, 12), 121))[:8]}-{number[8:]}"
MULTIPART, PLAIN = "multipart/form-data; boundary=b", "application/x-www-form-urlencoded"


def post(browser: Browser, path: str, form: str, body: bytes) -> tuple[int, str, str]:
    """Send a body as a form, and return the status, what is said and the page."""
    page = browser.client.post(
        path,
        content=body,
        headers={
            "Cookie": browser.cookie,
            "Content-Type": form,
            "Sec-Fetch-Site": "same-origin",
            "Referer": f"https://testserver{path}",
            "Accept": "text/html",
            "Accept-Language": browser.language,
        },
    )
    return page.status_code, text_of(page), page.text


@pytest.mark.parametrize(
    ("form", "body", "sv", "en"),
    [
        ("multipart/form-data", b"--x", "kom inte fram helt", "did not arrive whole"),
        (MULTIPART, b"torn", "kom inte fram helt", "did not arrive whole"),
        (MULTIPART, PART % (b"a", b"") * 5_001 + b"--b--", "fler fält än", "more fields than"),
        (MULTIPART, PART % (b"file", NAMED) * 2 + b"--b--", "fler än en fil", "more than one file"),
        (MULTIPART, (PART % (b"a", b""))[:-3] + b"x" * 1_100_000, "mer text än", "more text than"),
        (PLAIN, b"a=1&" * 5_001, "fler fält än", "more fields than"),
        (PLAIN, "a=å".encode(), "kom inte fram helt", "did not arrive whole"),
    ],
    ids=["no boundary", "torn", "many fields", "two files", "long", "many plain fields", "not encoded"],
)
def test_a_form_that_cannot_be_read_is_told_as_a_form_in_the_readers_language(
    browse: Browse, form: str, body: bytes, sv: str, en: str
) -> None:
    browser = browse(Role.PROVIDER)
    for browser.language, words, heading in (
        ("sv", sv, "Formuläret kunde inte läsas"),
        ("en", en, "could not be read"),
    ):
        status, told, page = post(browser, IMPORT, form, body)
        assert (status, "JSON" in told) == (400, False)
        assert words in told
        assert heading in told
        assert f'href="{IMPORT}"' in page


def test_who_signs_out_with_a_torn_form_is_told_so_too(browse: Browse) -> None:
    status, told, _ = post(browse(), "/sign-out", PLAIN, "a=å".encode())
    assert (status, "did not arrive whole" in told) == (400, True)


CODES = re.compile(r"ISO-vecka|ISO week|A–Z|/v1/|first-choice|give one of|ange något av|acceptUnusual|true (eller|or)")
"""Words of the API that have no place on a page."""
ACTING = [
    (Role.COORDINATOR, "/terms/VT2027/sites/srd_drawn_a"),
    (Role.INSTITUTION, "/terms/VT2027/sites/srd_open_a/claims"),
    (Role.INSTITUTION, "/terms/VT2027/sites/srd_open_a/settings"),
    (Role.INSTITUTION, "/terms/VT2027/sites/srd_open_a/wishes/stu_open_a1"),
    (Role.INSTITUTION, "/terms/VT2027/sites/srd_open_a/wishes/imports"),
    (Role.INSTITUTION, "/terms/VT2027/sites/srd_decided_a/late"),
    (Role.INSTITUTION, "/terms/VT2027/requests/req_a"),
    (Role.INSTITUTION, "/terms/VT2027/requests/req_a/link"),
    (Role.INSTITUTION, REQUESTS),
    (Role.PROVIDER, IMPORT),
    (Role.PROVIDER, "/terms/VT2027/offers"),
    (Role.PROVIDER, "/terms/VT2027/supervisors/sup_a"),
    (Role.PROVIDER, "/terms/VT2027/incoming"),
]


def test_an_action_that_a_page_does_not_have_is_told_as_that_and_does_nothing(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.both_sides())
    for role, path in ACTING:
        browser = browse(role)
        refused = browser.send(path, {"do": "zzz", "version": "1"})
        assert refused.status_code == 422, path
        assert "asks for something that the page does not do" in text_of(refused), path
    browser.language = "sv"
    assert "Inget är gjort" in text_of(browser.send("/terms/VT2027/incoming", {"do": "zzz"}))


def test_an_identity_number_in_an_address_is_refused_in_words_and_not_repeated(browse: Browse, app: FastAPI) -> None:
    browser = browse(Role.INSTITUTION, "sv")
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.both_sides())
    for path in ("sites/srd_decided_a/late", "sites/srd_decided_a", "placements"):
        refused = browser.get(f"/terms/VT2027/{path}?student={WITH_HYPHEN}&offset=0")
        assert refused.status_code == 422, path
        assert "ser ut som ett personnummer" in text_of(refused)
        assert "Sök med en pseudonym" in text_of(refused)
        assert WITH_HYPHEN not in refused.text
    assert browser.get("/terms/VT2027/placements?offset=many").status_code == 404


@pytest.mark.parametrize(
    ("role", "path", "fields"),
    [
        (Role.COORDINATOR, "/terms/VT2027/settings", {"version": "1", "firstWeek": "x", "answersBy": "soon"}),
        (
            Role.INSTITUTION,
            "/terms/VT2027/sites/srd_planned_a/settings",
            {"version": "1", "do": "save", "opensOn": "x", "kind-sit_a": "x", "nameSv-1": "x", "effect-1": "x"},
        ),
        (Role.PROVIDER, "/terms/VT2027/supervisors/sup_a", {"version": "1", "role": "x", "profession": "x"}),
        (
            Role.PROVIDER,
            "/terms/VT2027/supervisors/sup_a",
            {"version": "1", "do": "record", "course": "x", "credits": "x", "completedOn": "x"},
        ),
        (Role.PROVIDER, "/terms/VT2027/supervisors/new", {"unitId": "??", "externalId": "x", "profession": "x"}),
        (Role.PROVIDER, "/terms/VT2027/offers/rows", {"unit": "unt_a", "profession": "x"}),
        (Role.COORDINATOR, "/access/links", {"role": "x"}),
    ],
)
def test_faults_of_a_form_are_told_without_the_codes_of_the_api(
    browse: Browse, app: FastAPI, role: Role, path: str, fields: dict[str, str]
) -> None:
    browser = browse(role)
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.both_sides())
    for language in ("sv", "en"):
        browser.language = language
        refused = browser.send(path, fields)
        assert refused.status_code == 422, path
        told = text_of(refused)
        assert not CODES.findall(told), CODES.findall(told)
