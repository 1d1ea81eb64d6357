"""After the draw: a late student is given a vacancy, one who leaves gives a place back, and the draw is compared."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, col, select

from placement.callers import Role
from placement.clock import today
from placement.database import open_session
from placement.tables import (
    ProtectedStudent,
    QuotaKind,
    Request,
    SiteDecision,
    SiteQuota,
    SiteRound,
    SiteRoundStatus,
    SiteTurn,
    SiteWish,
    Student,
)
from tests import site_rows
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

SITES = "/terms/VT2027/sites"
DECIDED, DRAWN, OPEN = (f"{SITES}/srd_{standing}_a" for standing in ("decided", "drawn", "open"))
LATE, TURN = "stu_new_a", f"{DECIDED}/turns/stu_decided_a1"
RANKED = {"student": LATE, "choice-1": "sit_north", "choice-2": "sit_a"}
SWEDISH = ("Studenten", "kvitto", "lottningen", "hör till", "Inget", "Rangordning", "beslut", "ångra", "Ändra")


@pytest.fixture
def store(app: FastAPI, browse: Browse) -> Session:
    """A session over a county with a decided round of two sites: one with one more place, and the rest elsewhere."""
    del browse  # it has lent the application its database
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.with_two_sites())
        session.flush()
        fixed: dict[str, Any] = {"kind": QuotaKind.FIXED, "number": 1}
        session.add(SiteQuota(round_id="srd_decided_a", site_id="sit_north", place=1, **fixed))
        place: dict[str, Any] = {"institution_id": "org_ki", "lat": 59.4, "lon": 17.9}
        session.add(Student(id=LATE, cohort_id="coh_decided_a", external_id="p-new", **place))
        session.flush()
    return Session(app.state.engine)


def turn_of(store: Session, student: str) -> SiteTurn | None:
    with store:
        return store.exec(select(SiteTurn).where(SiteTurn.student_id == student)).one_or_none()


def cancel(store: Session, round_id: str) -> None:
    row = store.get_one(SiteRound, round_id)
    row.status, row.cancelled_because = SiteRoundStatus.CANCELLED, "Nya regler"
    store.commit()


def test_a_late_student_is_shown_the_site_first_and_is_given_it_with_a_second_button(
    browse: Browse, store: Session
) -> None:
    browser = browse(Role.INSTITUTION)
    said = text_of(browser.get(DECIDED))
    assert "Next step: 1 student has come after the draw" in said
    asked = browser.get(f"{DECIDED}/late")
    assert f"late?student={LATE}" in asked.text
    form = text_of(browser.get(f"{DECIDED}/late?student=p-new"))
    assert "Norr (1 vacant" in form
    told = browser.send(f"{DECIDED}/late", {**RANKED, "do": "preview"})
    said = text_of(told)
    assert "p-new: gets Norr" in said
    assert "You came after the draw and got the number after the highest, 3. You got Norr, your first choice." in said
    assert not [word for word in SWEDISH if word in said]
    assert turn_of(store, LATE) is None
    again = browser.send(f"{DECIDED}/late", {**RANKED, "do": "edit"})
    assert '<option value="sit_north" selected>' in again.text
    given = browser.send(f"{DECIDED}/late", {**RANKED, "do": "enter", "site": "sit_north"})
    assert leads_to(given) == f"{DECIDED}/turns/{LATE}?done=late-entered"
    page = text_of(browser.get(given.headers["location"]))
    assert "The student has been given the site." in page
    assert "came after the draw" in page
    turn = turn_of(store, LATE)
    assert turn is not None
    assert (turn.site_id, turn.late) == ("sit_north", True)
    assert "has come after the draw" not in text_of(browser.get(DECIDED))
    assert "Everybody in the cohort has been in the draw" in text_of(browser.get(f"{DECIDED}/late"))
    twice = browser.send(f"{DECIDED}/late", {**RANKED, "do": "enter", "site": "sit_north"})
    assert (twice.status_code, "has a turn already" in text_of(twice)) == (409, True)


def test_a_site_that_was_taken_meanwhile_is_not_given(browse: Browse, store: Session) -> None:
    told = browse(Role.INSTITUTION).send(f"{DECIDED}/late", {**RANKED, "do": "enter", "site": "sit_a"})
    assert (told.status_code, "The vacancies changed while you read" in text_of(told)) == (412, True)
    assert turn_of(store, LATE) is None


def test_a_ranking_that_lacks_a_site_and_a_round_without_vacancy_are_refused(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    short = browser.send(f"{DECIDED}/late", {"student": LATE, "choice-1": "sit_north", "do": "preview"})
    assert (short.status_code, "these are missing: " in text_of(short)) == (422, True)
    assert '<option value="sit_north" selected>' in short.text
    empty = browser.send(f"{DECIDED}/late", {"student": LATE, "do": "preview"})
    assert (empty.status_code, "Ranking: rank every site" in text_of(empty)) == (422, True)
    with store:
        for quota in store.exec(select(SiteQuota).where(SiteQuota.round_id == "srd_decided_a")):
            quota.kind, quota.number = QuotaKind.FIXED, 1
        store.commit()
    full = browser.send(f"{DECIDED}/late", {**RANKED, "do": "preview", "choice-1": "sit_a", "choice-2": "sit_north"})
    assert (full.status_code, "gets Norr" in text_of(full)) == (200, True)
    with store:
        store.get_one(SiteTurn, ("srd_decided_a", "stu_decided_a1")).site_id = "sit_north"
        store.get_one(Student, "stu_decided_a1").site_id = "sit_north"
        store.commit()
    full = browser.send(f"{DECIDED}/late", {**RANKED, "do": "preview"})
    assert (full.status_code, "No site has a vacancy." in text_of(full)) == (409, True)


def test_who_may_come_late_is_found_by_pseudonym_and_the_ranking_once_sent_is_proposed(
    browse: Browse, store: Session
) -> None:
    with store:
        wish: dict[str, Any] = {"round_id": "srd_decided_a", "ranking": ["sit_north", "sit_a"]}
        store.add(SiteWish(id="swi_new", student_id=LATE, **wish))
        store.commit()
    browser = browse(Role.INSTITUTION)
    assert browser.get(f"{DECIDED}/late?student=p-new").text.count(" selected>") == 2
    assert "rank the sites" in text_of(browser.get(f"{DECIDED}/late?student=p-stu_late_a"))  # of another cohort
    for name in ("p-stu_decided_a1", "p-stu_late_b", "p-nobody"):
        assert "No student matches." in text_of(browser.get(f"{DECIDED}/late?student={name}"))
    with store:
        store.add(ProtectedStudent(student_id=LATE, contact_function="VFU-kansliet", contact_phone="08-46500400"))
        store.commit()
    assert "No student matches." in text_of(browser.get(f"{DECIDED}/late?student=p-new"))
    assert "has come after the draw" not in text_of(browser.get(DECIDED))
    assert browser.send(f"{DECIDED}/late", {**RANKED, "do": "preview"}).status_code == 409


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("standing", "next_step"),
    [
        ("open", "Read the student into the cohort before the draw"),
        ("drawn", "Decide it first"),
        ("cancelled", "The cohort can be given another round"),
    ],
)
def test_nobody_comes_late_to_a_round_that_is_not_decided(
    browse: Browse, store: Session, standing: str, next_step: str
) -> None:
    name = "drawn" if standing == "cancelled" else standing
    with store:
        if standing == "cancelled":
            cancel(store, "srd_drawn_a")
    browser = browse(Role.INSTITUTION)
    for asked in ("", f"?student=stu_{name}_a1", "?student=p-stu_late_a"):
        assert next_step in text_of(browser.get(f"{SITES}/srd_{name}_a/late{asked}"))
    sent = browser.send(f"{SITES}/srd_{name}_a/late", {"student": "stu_late_a", "choice-1": "sit_a", "do": "enter"})
    assert (sent.status_code, turn_of(store, "stu_late_a")) == (409, None)


def test_a_departure_is_told_in_full_before_it_is_noted_and_then_says_what_is_next(
    browse: Browse, store: Session
) -> None:
    browser = browse(Role.INSTITUTION)
    assert f"{TURN}/departure" in browser.get(TURN).text
    with store:
        store.get_one(Student, "stu_decided_a1").site_id = "sit_north"
        store.commit()
    said = text_of(browser.get(f"{TURN}/departure"))
    assert "The place at Norr is vacant from today on." in said
    assert "only someone who comes after the draw" in said
    assert "It cannot be undone." in said
    done = browser.send(f"{TURN}/departure", {})
    assert leads_to(done) == f"{TURN}?done=departed"
    page = text_of(browser.get(done.headers["location"]))
    assert "Next step What has been requested for the student stands." in page
    assert f"{DECIDED}/late" in browser.get(TURN).text
    asked = re.findall(r'href="(/terms/\w+/requests[?][^"]*)"', browser.get(TURN).text)
    assert asked == ["/terms/VT2027/requests?student=stu_decided_a1&amp;status=standing"]
    turn = turn_of(store, "stu_decided_a1")
    assert turn is not None
    assert turn.left_on == today()
    twice = browser.send(f"{TURN}/departure", {})
    assert (twice.status_code, "The student has left already." in text_of(twice)) == (409, True)
    assert browser.get(f"{TURN}/departure").headers["location"] == TURN
    assert "has left the programme" in text_of(browser.get(f"{DECIDED}?student=p-stu_decided_a1"))


def test_the_requests_of_one_who_has_left_are_listed_alone_and_can_be_withdrawn(browse: Browse, store: Session) -> None:
    with store:
        store.add(SiteTurn(**turn_values("stu_a")))
        store.commit()
    browser = browse(Role.INSTITUTION)
    browser.send(f"{DECIDED}/turns/stu_a/departure", {})
    (link,) = re.findall(r'href="(/terms/\w+/requests[?][^"]*)"', browser.get(f"{DECIDED}/turns/stu_a").text)
    listed = browser.get(link.replace("&amp;", "&"))
    assert "Only one student is shown." in text_of(listed)
    rows = re.findall(r'<tr id="(req_\w+)">', listed.text)
    assert rows
    with store:
        assert {store.get_one(Request, each).student_id for each in rows} == {"stu_a"}
    assert browser.get(f"/terms/VT2027/requests/{rows[0]}").status_code == 200
    assert browser.get("/terms/VT2027/requests?student=stu_b").text.count("<tr id=") == 0
    assert browser.get("/terms/VT2027/requests?student=stu_a&status=waiting").status_code == 200


def turn_values(student: str) -> dict[str, Any]:
    place: dict[str, Any] = {"round_id": "srd_decided_a", "number": 9, "place": 9, "site_id": "sit_a", "rank": 1}
    return {**place, "student_id": student, "ranking": ["sit_a"], "full_sites": [], "closed_sites": []}


@pytest.mark.usefixtures("store")
def test_a_coordinator_reads_what_people_know_and_no_ids(browse: Browse) -> None:
    browser = browse(Role.COORDINATOR)
    ids = re.compile(r"\b(?:stu|srd|sit|org|prg|coh)_\w+")
    addresses = [SITES, f"{DECIDED}/late", f"{DECIDED}/late?student={LATE}", f"{TURN}/departure", TURN]
    for standing in (DECIDED, DRAWN, OPEN):
        addresses += [standing, f"{standing}/wishes", f"{standing}/claims", f"{standing}/settings"]
    for address in [*addresses, f"{OPEN}/wishes/stu_open_a1", f"{DECIDED}/comparison", f"{SITES}/new"]:
        page = browser.get(address)
        assert page.status_code == 200, address
        assert ids.findall(text_of(page)) == [], address
    assert "Number 1: " in text_of(browser.get(TURN))
    assert "Läkarprogrammet at " in text_of(browser.get(SITES))
    told = browser.send(f"{DECIDED}/late", {**RANKED, "do": "preview"})
    assert ids.findall(text_of(told)) == []


def test_who_leaves_before_the_outcome_is_decided_gets_no_site(browse: Browse, store: Session) -> None:
    browser, address = browse(Role.INSTITUTION), f"{DRAWN}/turns/stu_drawn_a1"
    assert "is given no site when the outcome is decided" in text_of(browser.get(f"{address}/departure"))
    browser.send(f"{address}/departure", {})
    assert "Next step" not in text_of(browser.get(address))
    browser.send(DRAWN, {"do": "decide", "version": "1"})
    with store:
        decided = store.exec(select(SiteDecision.student_id).where(col(SiteDecision.round_id) == "srd_drawn_a")).all()
    assert decided == ["stu_drawn_a2"]


def test_receipts_are_found_by_pseudonym(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    found = browser.get(f"{DECIDED}?student=p-stu_decided_a2")
    assert "turns/stu_decided_a2" in found.text
    assert "turns/stu_decided_a1" not in found.text
    assert "No student matches." in text_of(browser.get(f"{DECIDED}?student=p-nobody"))
    with store:
        cancel(store, "srd_decided_a")
    assert "Has somebody left" not in text_of(browser.get(DECIDED))
    assert "Has the student left" not in text_of(browser.get(TURN))


@pytest.mark.usefixtures("store")
def test_the_coordinator_reads_what_the_order_costs(browse: Browse, store: Session) -> None:
    browser = browse()
    assert "Nothing has been drawn" in text_of(browser.get(f"{OPEN}/comparison"))
    assert f"{DECIDED}/comparison" in browser.get(DECIDED).text
    assert "/comparison" not in browse(Role.INSTITUTION).get(DECIDED).text
    said = text_of(browser.get(f"{DRAWN}/comparison"))
    assert "The order costs nothing in the rankings" in said
    assert "The next step is to decide the outcome." in said
    with store:
        for number, (ranking, site, rank) in enumerate(
            ((["sit_a", "sit_north"], "sit_north", 2), (["sit_a", "sit_north"], "sit_a", 1)), start=1
        ):
            turn = store.get_one(SiteTurn, ("srd_decided_a", f"stu_decided_a{number}"))
            turn.ranking, turn.site_id, turn.rank = ranking, site, rank
        gone: dict[str, Any] = {"round_id": "srd_decided_a", "number": 3, "place": 3, "site_id": "sit_a"}
        store.add(SiteTurn(student_id=LATE, ranking=[], rank=None, full_sites=[], closed_sites=[], **gone))
        store.commit()
    said = text_of(browser.get(f"{DECIDED}/comparison"))
    assert "The order costs 1 step in the rankings" in said
    assert "A site without having ranked 1 1" in said
    assert "Would have got a better choice 1" in said
