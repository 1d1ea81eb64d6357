"""The pages of requests: how far they have come, uploads that are tried first, and one request and what may be done."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping

import httpx2
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlmodel import Session, select

from placement.callers import Role
from placement.clock import now, today
from placement.database import open_session
from placement.tables import (
    AuditEntry,
    Cohort,
    Placement,
    PlacementStatus,
    Request,
    RequestStatus,
    Student,
    StudentAnswer,
    StudentReason,
    Term,
)
from placement_solver.weeks import IsoWeek
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

REQUESTS = "/terms/VT2027/requests"
SWEDISH = ("Begäran", "Ladda", "Väntar", "Återkall", "Kull", "plats", "Rad ", "Läs in", "Nästa")


@pytest.fixture
def store(app: FastAPI) -> Session:
    """A session over what the pages have stored."""
    return Session(app.state.engine)


def upload(browser: Browser, csv: str, **fields: str) -> httpx2.Response:
    """Upload a file as the form does."""
    file = ("omgang.csv", csv.encode(), "text/csv")
    return browser.send(f"{REQUESTS}/imports", {"what": "requests", **fields}, files={"file": file})


def hidden_in(page: httpx2.Response) -> Mapping[str, str]:
    """Return the hidden fields of a page's forms."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def test_a_laerosaete_sees_how_far_its_own_requests_have_come(browse: Browse) -> None:
    page = browse(Role.INSTITUTION).get(REQUESTS)
    assert page.status_code == 200
    said = text_of(page)
    assert "1 of 2 requests wait for a place" in said
    assert "Sjuksköterska 1 2 1 1 0" in said
    assert "Cohorts without requests: Tom (0 students)" in said
    assert not [word for word in SWEDISH if word in said]


def test_a_coordinator_sees_those_of_every_laerosaete_and_others_none(browse: Browse) -> None:
    assert "2 of 4 requests" in text_of(browse().get(REQUESTS))
    assert browse(Role.PROVIDER).get(REQUESTS).status_code == 403
    assert browse(Role.STUDENT).get(REQUESTS).status_code == 403


def test_before_a_plan_is_published_nobody_knows_who_is_placed(browse: Browse, store: Session) -> None:
    with store:
        store.add(
            Cohort(programme_id=store.get_one(Cohort, "coh_a").programme_id, term_id="trm_next", name="N", size=1)
        )
        store.add(Request(id="req_n", term_id="trm_next", student_id="stu_a", course_id="crs_a"))
        store.commit()
    said = text_of(browse(Role.INSTITUTION).get("/terms/HT2031/requests"))
    assert "1 requests in" in said
    assert "Sjuksköterska 1 1 – – 0" in said
    assert "Nobody knows who gets a place until the plan is published" in said


def test_each_number_leads_to_its_rows(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    programme = re.search(r'\?programme=(\w+)"', browser.get(REQUESTS).text)
    assert programme
    drawn = browser.get(f"{REQUESTS}?programme={programme[1]}")
    waiting = re.search(r'href="([^"]+status=waiting)"', drawn.text)
    assert waiting
    rows = browser.get(waiting[1].replace("&amp;", "&"))
    assert "1 request waits for a place" in text_of(rows)
    assert rows.text.count("<tr id=") == 1
    assert "No requests match" in text_of(browser.get(f"{REQUESTS}?status=withdrawn"))
    assert "1 begäran väntar på plats" in text_of(browser.get(f"{REQUESTS}?status=waiting&language=sv"))


def test_the_rows_are_logged_as_looks(browse: Browse, store: Session) -> None:
    browse(Role.INSTITUTION).get(f"{REQUESTS}?status=standing")
    with store:
        looks = store.exec(select(AuditEntry).where(AuditEntry.object_id == REQUESTS)).all()
    assert [look.people for look in looks] == [["stu_a"]]


def test_a_file_is_tried_first_and_read_in_with_a_second_button(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    tried = upload(browser, "studentId;courseId;termId\np-stu_m;1SJ021;VT2027\n", **{"try": "1"})
    assert tried.status_code == 200
    assert "Tried: no faults in 1 rows. Nothing has been stored yet." in text_of(tried)
    with store:
        assert not store.exec(select(Request).where(Request.student_id == "stu_m")).all()
    done = browser.client.post(
        f"{REQUESTS}/imports",
        files={name: (None, value) for name, value in hidden_in(tried).items()},
        headers=browser._headers(),
        follow_redirects=False,
    )
    assert (done.status_code, leads_to(done)) == (303, f"{REQUESTS}?created=1&changed=0&unchanged=0")
    assert "The file has been read in: 1 new rows, 0 changed, 0 unchanged." in text_of(
        browser.get(done.headers["location"])
    )
    with store:
        assert store.exec(select(Request).where(Request.student_id == "stu_m")).one().term_id == "trm_a"


def test_what_changes_is_shown_before_and_after_with_what_it_makes_impossible(browse: Browse) -> None:
    said = text_of(
        upload(browse(Role.INSTITUTION), "studentId;courseId;status\nki-0001;1SJ021;withdrawn\n", **{"try": "1"})
    )
    assert "0 new, 1 changed, 0 unchanged." in said
    assert "open withdrawn" in said
    assert "1 placements in force become impossible" in said


def test_faults_are_told_row_by_row_and_nothing_is_stored(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION, "sv")
    wrong = upload(browser, "studentId;courseId;termId\np-stu_m;1SJ032;VT2027\np-stu_idle;1SJ021;VT1927\n")
    assert wrong.status_code == 422
    assert "<title>Fel: " in wrong.text
    said = text_of(wrong)
    assert "Inget är sparat: 2 rader behöver rättas" in said
    assert "1SJ032" in said
    assert 'href="#fault-1"' in wrong.text
    assert 'id="fault-1"' in wrong.text
    with store:
        assert not store.exec(select(Request).where(Request.student_id == "stu_m")).all()
    marked = browser.send(f"{REQUESTS}/imports", {**hidden_in(wrong), "do": "mark"})
    assert marked.headers["content-disposition"] == 'attachment; filename="requests-faults.xlsx"'
    sheet = load_workbook(io.BytesIO(marked.content)).active
    assert sheet is not None
    assert sheet["B2"].comment is not None


def test_a_file_that_is_missing_or_cannot_be_read_is_said_so(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    none = browser.send(f"{REQUESTS}/imports", {"what": "students", "kept": "not base64"})
    assert (none.status_code, "Choose a file." in text_of(none)) == (422, True)
    assert '<option value="students" selected>' in none.text
    empty = upload(browser, "\n")
    assert (empty.status_code, "Nothing has been stored" in text_of(empty)) == (422, True)
    assert browser.get(f"{REQUESTS}/imports").headers["location"] == REQUESTS


def test_an_identity_number_in_a_file_is_refused_and_not_shown(browse: Browse) -> None:
    refused = upload(browse(Role.INSTITUTION), "studentId;courseId\n19811228-9874;1SJ021\n", **{"try": "1"})
    assert refused.status_code == 422
    assert "personal identity number" in text_of(refused)
    assert "9874" not in text_of(refused)


@pytest.mark.parametrize("what", ["requests", "students"])
def test_what_looks_like_an_identity_number_is_named_as_the_fault_and_not_shown(browse: Browse, what: str) -> None:
    sheet = {
        "requests": "studentId;courseId\n19811228-9875;1SJ021\n",
        "students": "externalId;cohortId\n19811228-9875;V27\n",
    }[what]
    browser = browse(Role.INSTITUTION, "sv")
    file = {"file": (f"{what}.csv", sheet.encode(), "text/csv")}
    refused = browser.send(f"{REQUESTS}/imports", {"what": what, "try": "1"}, files=file)
    said = text_of(refused)
    assert refused.status_code == 422
    assert f"Rad 2, {'studentId' if what == 'requests' else 'externalId'}:" in said
    assert "personnummer tas aldrig emot" in said
    assert "9875" not in said


def test_all_that_is_wrong_with_a_row_is_told_at_once(browse: Browse) -> None:
    rows = [
        "nobody;1SJ999;VT1927;cut off",
        "ki-0001;1SJ999;VT1927;cut off",
        "ki-0001;1SJ999;;open",
        "nobody;1SJ021;VT2027;cut off",
        "ki-0001;;VT1927;open",
    ]
    sheet = "\n".join(["studentId;courseId;termId;status", *rows, ""])
    said = text_of(upload(browse(Role.INSTITUTION), sheet, **{"try": "1"}))
    told = re.findall(r"Row (\d), (\w+):", said.partition("What has to be")[0])
    assert told == [
        *(("2", head) for head in ("status", "studentId", "termId", "courseId")),
        *(("3", head) for head in ("status", "termId", "courseId")),
        ("4", "courseId"),
        *(("5", head) for head in ("status", "studentId")),
    ]
    assert "more faults, in the table below" in said
    assert "6 courseId B6 not shown a new row needs this" in said


def test_one_request_tells_where_it_is_placed(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    said = text_of(browser.get(f"{REQUESTS}/req_a"))
    assert "ki-0001: placed" in said
    assert "Tallgården" in said
    assert not [word for word in SWEDISH if word in said]
    waits = text_of(browser.get(f"{REQUESTS}/req_idle?language=sv"))
    assert "ki-0001: väntar på plats" in waits


def test_anothers_request_or_one_of_another_term_is_not_there(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    assert browser.get(f"{REQUESTS}/req_b").status_code == 404
    assert browser.get("/terms/HT2027/requests/req_a").status_code == 404
    assert browser.send(f"{REQUESTS}/req_b", {"do": "withdraw"}).status_code == 404
    assert browser.send(f"{REQUESTS}/req_b/link", {}).status_code == 404


def test_a_request_is_withdrawn_and_asked_for_again(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    fields = hidden_in(browser.get(f"{REQUESTS}/req_idle"))
    assert fields["do"] == "withdraw"
    done = browser.send(f"{REQUESTS}/req_idle", fields)
    assert leads_to(done) == f"{REQUESTS}/req_idle?done=withdrawn"
    with store:
        assert store.get_one(Request, "req_idle").status is RequestStatus.WITHDRAWN
    page = browser.get(done.headers["location"])
    assert "The request has been withdrawn." in text_of(page)
    again = browser.send(f"{REQUESTS}/req_idle", hidden_in(page))
    assert leads_to(again).endswith("done=reopened")
    with store:
        assert store.get_one(Request, "req_idle").status is RequestStatus.OPEN


def test_a_withdrawal_cancels_the_placement(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    page = browser.get(f"{REQUESTS}/req_a")
    assert "The placement is cancelled and the place goes to somebody else." in text_of(page)
    assert browser.send(f"{REQUESTS}/req_a", hidden_in(page)).status_code == 303
    with store:
        assert store.get_one(Placement, "pla_a").status is PlacementStatus.CANCELLED
        assert store.get_one(Request, "req_a").status is RequestStatus.WITHDRAWN


def test_a_placement_in_force_is_withdrawn_in_two_steps_and_a_request_without_one_in_one(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    placed, waiting = (browser.get(f"{REQUESTS}/{each}").text for each in ("req_a", "req_idle"))
    opened = re.search(r"<details[^>]*><summary>I want to withdraw</summary>(.*?)</details>", placed, re.DOTALL)
    assert opened
    assert 'name="do" value="withdraw"' in opened[1]
    assert "The student loses the place." in opened[1]
    assert placed.count('value="withdraw"') == 1
    assert 'value="withdraw"' in waiting
    assert "I want to withdraw" not in waiting


def test_who_cannot_come_is_cancelled_and_waits_for_another_place(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    with store:
        term, placement = store.get_one(Term, "trm_a"), store.get_one(Placement, "pla_a")
        term.students_answer_by, placement.start = dt.date(2099, 1, 1), IsoWeek.of(today()).plus(3)
        store.commit()
    assert "The student has not answered" in text_of(browser.get(f"{REQUESTS}/req_a"))
    for given, reason in ((StudentAnswer.ACCEPTED, None), (StudentAnswer.DECLINED, StudentReason.JOURNEY)):
        with store:
            placement = store.get_one(Placement, "pla_a")
            placement.student_answer, placement.student_reason = given, reason
            placement.student_answered_at = now()
            store.commit()
        page = browser.get(f"{REQUESTS}/req_a")
        assert ("The student comes" in text_of(page)) == (given is StudentAnswer.ACCEPTED)
    said = text_of(page)
    assert "The student cannot come" in said
    assert "Reason: the journey cannot be managed." in said
    fields = {**hidden_in(page), "do": "requeue"}
    assert leads_to(browser.send(f"{REQUESTS}/req_a", fields)).endswith("?done=requeued")
    with store:
        assert store.get_one(Placement, "pla_a").status is PlacementStatus.CANCELLED
        assert store.get_one(Request, "req_a").status is RequestStatus.OPEN


def test_a_placement_that_has_begun_is_dropped_out_of(browse: Browse, store: Session) -> None:
    with store:
        store.get_one(Placement, "pla_a").start = IsoWeek.of(today()).plus(-1)
        store.commit()
    browser = browse(Role.INSTITUTION)
    page = browser.get(f"{REQUESTS}/req_a")
    assert "counts as dropped out of" in text_of(page)
    browser.send(f"{REQUESTS}/req_a", hidden_in(page))
    with store:
        assert store.get_one(Placement, "pla_a").status is PlacementStatus.DROPPED_OUT


def test_a_stale_form_overwrites_nothing(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    fields = hidden_in(browser.get(f"{REQUESTS}/req_a"))
    with store:
        store.get_one(Placement, "pla_a").status = PlacementStatus.ACCEPTED
        store.commit()
    stale = browser.send(f"{REQUESTS}/req_a", fields)
    assert stale.status_code == 412
    assert "Nothing is overwritten" in text_of(stale)
    assert "accepted" in text_of(stale)
    with store:
        assert store.get_one(Request, "req_a").status is RequestStatus.OPEN


def test_what_the_rules_refuse_is_said_on_the_page(browse: Browse, store: Session) -> None:
    with store:
        failed = store.get_one(Request, "req_a")
        retake = Request(
            id="req_r", term_id="trm_next", student_id="stu_a", course_id="crs_a", retake_of=failed.id,
            action_plan_done_on=today(), status=RequestStatus.WITHDRAWN,
        )  # fmt: skip
        store.add(retake)
        store.commit()
    browser = browse(Role.INSTITUTION)
    page = browser.get("/terms/HT2031/requests/req_r")
    refused = browser.send("/terms/HT2031/requests/req_r", hidden_in(page))
    assert refused.status_code == 422
    assert "Nothing has been changed" in text_of(refused)


def test_a_laerosaete_makes_the_students_address_and_sees_it_once(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    made = browser.send(f"{REQUESTS}/req_a/link", {})
    found = re.search(r'value="http://testserver(/me/\w+)"', made.text)
    assert found
    assert "ki-0001" in text_of(browser.client.get(found[1]))
    assert found[1] not in browser.get(f"{REQUESTS}/req_a").text
    assert "Make an address" not in text_of(browse().get(f"{REQUESTS}/req_a"))
    with store:
        assert store.get_one(Student, "stu_a").external_id == "ki-0001"
    again = browser.send(f"{REQUESTS}/req_a/link", {"do": "make"})
    newer = re.search(r'value="http://testserver(/me/\w+)"', again.text)
    assert newer
    assert browser.client.get(found[1]).status_code == 404, "a new address ends the one before"
    assert browser.client.get(newer[1]).status_code == 200
    ended = browser.send(f"{REQUESTS}/req_a/link", {"do": "end"})
    assert ended.status_code == 303
    assert browser.client.get(newer[1]).status_code == 404
    assert "Make an address" in text_of(browser.get(f"{REQUESTS}/req_a"))


def test_a_form_without_the_sessions_own_token_does_nothing(browse: Browse, app: FastAPI) -> None:
    browser = browse(Role.INSTITUTION)
    assert browser.send(f"{REQUESTS}/req_idle", {"do": "withdraw"}, csrf="0" * 64).status_code == 403
    with open_session(app.state.engine) as session:
        assert session.get_one(Request, "req_idle").status is RequestStatus.OPEN
