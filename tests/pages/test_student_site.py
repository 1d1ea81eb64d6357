"""A student's site is shown with its decisions, and changed by a decision with a reason, outside the site rounds."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from placement.callers import Role
from placement.database import open_session
from placement.tables import ProtectedStudent, SiteDecision, SiteReason, Student
from tests import site_rows
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

PAGE = "/terms/VT2027/students/stu_moved_a/site"
CHOSEN = {"siteId": "sit_north", "fromTermId": "trm_a", "reason": "social"}
GIVEN = {**CHOSEN, "note": "", "decidedBy": "", "decisions": "1"}


@pytest.fixture
def store(app: FastAPI, browse: Browse) -> Session:
    """A session over a county with site rounds of both sides, and a second site of ours."""
    del browse  # it has lent the application its database
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.with_two_sites())
    return Session(app.state.engine)


def decisions(store: Session, student: str = "stu_moved_a") -> list[tuple[str, SiteReason, str | None]]:
    with store:
        rows = store.exec(select(SiteDecision).where(SiteDecision.student_id == student).order_by("number"))
        return [(row.site_id, row.reason, row.note) for row in rows]


def test_a_student_is_given_another_site_with_a_reason(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    before = browser.get(PAGE)
    assert "Decisions on the site" in text_of(before)
    assert 'value="round"' not in before.text
    made = browser.send(PAGE, {**GIVEN, "note": " Nära familjen ", "decidedBy": "Ada Lind"})
    assert leads_to(made) == f"{PAGE}?done=site-decided"
    said = text_of(browser.get(made.headers["location"]))
    assert "The decision on the site has been saved." in said
    assert ": Norr" in said
    assert "social reasons" in said
    assert "Ada Lind" in said
    assert decisions(store)[1:] == [("sit_north", SiteReason.SOCIAL, "Nära familjen")]


def test_what_is_wrong_is_said_beside_what_was_typed(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    empty = browser.send(PAGE, {**GIVEN, "siteId": "", "reason": "", "note": "En anteckning"})
    assert empty.status_code == 422
    assert "New site: " in text_of(empty)
    assert "Reason: " in text_of(empty)
    assert "En anteckning</textarea>" in empty.text
    foreign = browser.send(PAGE, {**GIVEN, "siteId": "sit_b"})
    assert (foreign.status_code, "New site: " in text_of(foreign)) == (422, True)
    of_a_round = browser.send(PAGE, {**GIVEN, "reason": "round"})
    assert (of_a_round.status_code, "only a site round gives this reason" in text_of(of_a_round)) == (422, True)
    assert len(decisions(store)) == 1


def test_a_decision_that_another_has_made_meanwhile_is_shown_first(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    assert browser.send(PAGE, GIVEN).status_code == 303
    late = browser.send(PAGE, {**GIVEN, "siteId": "sit_a", "note": "min"})
    assert (late.status_code, "Somebody else decided" in text_of(late)) == (412, True)
    assert "min</textarea>" in late.text
    assert len(decisions(store)) == 2


def test_a_full_site_does_not_stop_a_decision_and_is_told(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    page = "/terms/VT2027/students/stu_decided_a1/site"
    receipt = browser.get("/terms/VT2027/sites/srd_decided_a/turns/stu_decided_a1")
    assert page in receipt.text
    number = len(decisions(store, "stu_decided_a1"))
    made = browser.send(page, {**GIVEN, "decisions": str(number)})
    assert made.status_code == 303
    assert "but the " in text_of(browser.get(page))


def test_a_student_of_a_programme_without_sites_has_no_form(browse: Browse, store: Session) -> None:
    del store
    browser = browse(Role.INSTITUTION)
    page = browser.get("/terms/VT2027/students/stu_a/site")
    assert "The programme has no sites" in text_of(page)
    assert "Decide on the change" not in page.text


def test_a_request_of_a_student_with_sites_leads_to_the_page(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    assert "/students/stu_a/site" not in browser.get("/terms/VT2027/requests/req_a").text
    with store:
        cohort = store.get_one(Student, "stu_moved_a").cohort_id
        store.get_one(Student, "stu_a").cohort_id = cohort
        store.commit()
    assert "/students/stu_a/site" in browser.get("/terms/VT2027/requests/req_a").text


def test_a_larosate_without_sites_is_told_whom_to_turn_to(browse: Browse, store: Session) -> None:
    browser = browse(Role.COORDINATOR)
    with store:
        store.get_one(Student, "stu_moved_a").institution_id = "org_idle"
        store.commit()
    assert "has no sites entered" in text_of(browser.get(PAGE))


def test_a_protected_student_is_not_there(browse: Browse, store: Session) -> None:
    with store:
        store.add(ProtectedStudent(student_id="stu_moved_a", contact_function="VFU", contact_phone="08-1"))
        store.commit()
    for role in (Role.INSTITUTION, Role.COORDINATOR):
        browser = browse(role)
        assert browser.get(PAGE).status_code == 404
        assert browser.send(PAGE, GIVEN).status_code == 404
    assert len(decisions(store)) == 1
