"""The pages of site rounds: which there are, how each stands, its next step, and the receipts."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from placement.callers import Role
from placement.database import open_session
from placement.site_choice import phases
from placement.tables import AuditEntry, SiteRound, SiteRoundStatus
from tests import site_rows
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

SITES = "/terms/VT2027/sites"
SWEDISH = ("Studieort", "Kull", "Läge", "Önskemål", "Nästa", "Orter", "Kvitto", "Varför")


@pytest.fixture
def store(app: FastAPI, browse: Browse) -> Session:
    """A session over a county with rounds in each status, of our lärosäte and of theirs."""
    del browse  # it has lent the application its database
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.both_sides())
    return Session(app.state.engine)


@pytest.mark.usefixtures("store")
def test_the_rounds_of_ones_own_cohorts_are_listed(browse: Browse) -> None:
    page = browse(Role.INSTITUTION).get(SITES)
    said = text_of(page)
    assert "6 site rounds" in said
    assert page.text.count("/sites/srd_") == 6
    assert "_b" not in page.text
    assert not [word for word in SWEDISH if word in said]
    assert "11 site rounds" in text_of(browse().get(SITES))


def test_a_term_without_rounds_says_so(browse: Browse) -> None:
    assert "Inga studieortsval" in text_of(browse(Role.INSTITUTION, "sv").get("/terms/HT2027/sites"))


def test_a_decided_round_has_its_receipts_and_each_is_a_look(browse: Browse, store: Session) -> None:
    address = f"{SITES}/srd_decided_a"
    said = text_of(browse(Role.INSTITUTION).get(address))
    assert "Read the receipt" in said
    assert "Next step" not in said
    assert not [word for word in SWEDISH if word in said]
    with store:
        look = store.exec(select(AuditEntry).where(AuditEntry.object_id == address)).one()
    assert look.people == ["stu_decided_a1", "stu_decided_a2"]


@pytest.mark.usefixtures("store")
def test_anothers_round_is_not_there(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    assert browser.get(f"{SITES}/srd_open_b").status_code == 404
    assert browser.send(f"{SITES}/srd_open_b", {"do": "draw", "version": "1"}).status_code == 404
    assert browse(Role.PROVIDER).get(SITES).status_code == 403


@pytest.mark.one_database
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("language", "said"), [("sv", "Lediga om en till kommer"), ("en", "Vacant if one more comes")])
def test_the_vacancies_of_a_drawn_round_are_told_to_be_those_for_one_more_student(
    browse: Browse, language: str, said: str
) -> None:
    page = browse(Role.INSTITUTION, language).get(f"{SITES}/srd_drawn_a").text
    assert f'<th scope="col" class="num">{said}</th>' in page  # the places grow with the cohort, so they are no rest


def test_a_drawn_round_is_decided(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    address = f"{SITES}/srd_drawn_a"
    assert "Each belongs to their site from the round's term on" in text_of(browser.get(address))
    done = browser.send(address, {"do": "decide", "version": "1"})
    assert leads_to(done) == f"{address}?done=round-decide"
    assert "The outcome has been decided." in text_of(browser.get(done.headers["location"]))
    with store:
        assert store.get_one(SiteRound, "srd_drawn_a").status is SiteRoundStatus.DECIDED


def test_a_planned_round_is_opened_unless_its_last_day_has_passed(
    browse: Browse, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, address = browse(Role.INSTITUTION), f"{SITES}/srd_planned_a"
    with store:
        closes = store.get_one(SiteRound, "srd_planned_a").closes_on
    monkeypatch.setattr(phases, "today", lambda: closes + dt.timedelta(days=1))
    refused = browser.send(address, {"do": "open", "version": "1"})
    assert (refused.status_code, "has passed" in text_of(refused)) == (409, True)
    monkeypatch.setattr(phases, "today", lambda: closes)
    assert leads_to(browser.send(address, {"do": "open", "version": "1"})).endswith("round-open")
    with store:
        assert store.get_one(SiteRound, "srd_planned_a").status is SiteRoundStatus.OPEN


@pytest.mark.usefixtures("store")
def test_a_stale_step_is_not_taken(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    for fields in ({"do": "decide", "version": "7"}, {"do": "open", "version": "1"}):
        stale = browser.send(f"{SITES}/srd_drawn_a", fields)
        assert (stale.status_code, "Nothing has been done" in text_of(stale)) == (412, True)
    assert browser.send(f"{SITES}/srd_decided_a", {"do": "decide", "version": "1"}).status_code == 412
