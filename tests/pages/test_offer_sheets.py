"""A sheet of offers goes down and up on a page, with its faults cell by cell; and a ward manager gets a link."""

from __future__ import annotations

import io
import re

import httpx2
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from placement.callers import Role
from placement.tables import OfferWeek, SignInLink
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database
IMPORT = "/terms/VT2027/offers/import"
LINKS = "/terms/VT2027/offers/links"
HEADS = "id;status;2026-W53;2027-W01\n"
_KEPT = re.compile(r'name="(kept|name|form)" value="([^"]*)"')


def upload(browser: Browser, text: str | bytes, name: str = "places.csv", **fields: str) -> httpx2.Response:
    content = text.encode() if isinstance(text, str) else text
    return browser.send(IMPORT, fields, files={"file": (name, content, "text/csv")})


def places_of(store: Session) -> list[int]:
    rows = store.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_a").order_by(col(OfferWeek.week)))
    places = [row.places for row in rows]
    store.rollback()
    return places


def test_a_sheet_that_takes_nothing_away_is_stored_at_once(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    assert 'enctype="multipart/form-data"' in browser.get(IMPORT).text
    answer = upload(browser, f"{HEADS}off_a;answered;3;1\n")
    assert (answer.status_code, leads_to(answer)) == (303, "/terms/VT2027/offers?done=offers-saved")
    assert places_of(store) == [3, 1]
    again = upload(browser, f"{HEADS}off_a;answered;3;1\n")
    assert leads_to(again).endswith("done=offers-same")


def test_the_sheet_that_is_taken_out_can_be_brought_in_again(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    sheet = browser.get("/v1/capacity-offers/sheet?termId=trm_a&headings=sv").content
    assert leads_to(upload(browser, sheet, "platser.xlsx")).endswith("done=offers-same")
    assert places_of(store) == [2]


def test_faults_are_shown_cell_by_cell_and_marked_in_the_file(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    answer = upload(browser, f"{HEADS}off_a;answered;many;1\noff_b;answered;1;1\n")
    said = text_of(answer)
    assert answer.status_code == 422
    assert "2 faults. Nothing has been saved." in said
    assert "C2" in said
    assert "many" in said
    assert places_of(store) == [2]
    marked = browser.send(IMPORT, {**dict(_KEPT.findall(answer.text)), "do": "mark"})
    assert marked.status_code == 422
    page = load_workbook(io.BytesIO(marked.content)).active
    assert page is not None
    assert page["C2"].comment is not None


def test_a_sheet_that_takes_places_away_is_shown_before_it_is_stored(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    upload(browser, f"{HEADS}off_a;answered;2;2\n")
    both = text_of(upload(browser, f"{HEADS}off_a;answered;1;1\n"))
    assert "week 53–1: 2 → 1" in both
    upload(browser, f"{HEADS}off_a;answered;2;2\n")
    held = upload(browser, f"{HEADS}off_a;answered;1;\n")
    said = text_of(held)
    assert held.status_code == 200
    assert "Before you save: the file takes places away" in said
    assert "week 53: 2 → 1, week 1: 2 → not offered" in said
    assert places_of(store) == [2, 2]
    saved = browser.send(IMPORT, {**dict(_KEPT.findall(held.text)), "do": "save"})
    assert (saved.status_code, places_of(store)) == (303, [1])


def test_no_file_and_what_is_no_sheet_are_said_in_words(browse: Browse) -> None:
    browser = browse(Role.PROVIDER, "sv")
    assert "välj en fil" in text_of(browser.send(IMPORT, {}))
    assert "välj en fil" in text_of(browser.send(IMPORT, {"kept": "%"}))
    assert "PDF" in text_of(upload(browser, b"%PDF-1.4 "))
    english = text_of(browser.get(f"{IMPORT}?language=en"))
    assert not any(word in english for word in ("Ladda", "Hämta", "Fil ", "Platser"))


def test_a_file_needs_the_sessions_own_token(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    refused = browser.send(IMPORT, {}, csrf="0" * 64, files={"file": ("a.csv", b"x", "text/csv")})
    assert refused.status_code == 403
    torn = browser.client.post(
        IMPORT,
        content=b"--x",
        headers={"Cookie": browser.cookie, "Content-Type": "multipart/form-data", "Sec-Fetch-Site": "same-origin"},
    )
    assert torn.status_code == 400


def test_a_provider_makes_a_link_that_leads_a_ward_manager_to_one_unit(
    browse: Browse, client: TestClient, store: Session
) -> None:
    browser = browse(Role.PROVIDER)
    assert "Avdelning 7" not in text_of(browser.get(LINKS))
    page = browser.send(LINKS, {"unit": "unt_a"})
    assert "The link is ready" in text_of(page)
    address = re.search(r'value="(http[^"]+)"', page.text)
    assert address is not None
    path = "/" + address[1].split("/", 3)[3]
    signed_in = client.post(path, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    cookie = signed_in.headers["set-cookie"].split(";")[0]
    manager = Browser(client, cookie)
    landed = manager.get(manager.get("/").headers["location"])
    assert "Places of Tallgården" in text_of(landed)
    assert len(store.exec(select(SignInLink).where(col(SignInLink.used_at).is_not(None))).all()) >= 1


def test_no_link_is_made_to_a_unit_that_has_nothing_to_answer(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    page = browser.get(LINKS.replace("VT2027", "HT2027"))
    assert "Tallgården: no row to answer" in text_of(page)
    assert 'href="/terms/HT2027/offers/rows"' in page.text
    assert 'value="unt_a"' not in page.text
    refused = browser.send(LINKS.replace("VT2027", "HT2027"), {"unit": "unt_a"})
    assert (refused.status_code, "has no row to answer in HT2027" in text_of(refused)) == (422, True)


def test_a_link_to_another_providers_unit_is_not_made(browse: Browse) -> None:
    browser = browse(Role.PROVIDER, "sv")
    refused = browser.send(LINKS, {"unit": "unt_b"})
    assert (refused.status_code, "Ingen länk är gjord" in text_of(refused)) == (422, True)
    assert browse(Role.UNIT).get(LINKS).status_code == 403
