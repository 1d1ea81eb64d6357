"""Wishes for sites on pages: who has ranked, one student's ranking, a file of wishes, and claims of a priority."""

from __future__ import annotations

import re

import httpx2
import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from placement.callers import Role
from placement.database import open_session
from placement.tables import (
    AuditEntry,
    ProtectedStudent,
    QuotaKind,
    SiteQuota,
    SiteWish,
    Student,
)
from tests import site_rows
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

ROUND = "/terms/VT2027/sites/srd_open_a"
WISHES = f"{ROUND}/wishes"
CLAIMS = f"{ROUND}/claims"
ONE, OTHER = "stu_open_a1", "stu_open_a2"
SWEDISH = ("rangordn", "Önskemål", "Välj", "Spara", "Inte nu", "Ta bort", "Sök", "förtur", "Bevilja", "Avslå", "Fil")
RANKED = {"do": "save", "version": "0", "choice-1": "sit_north", "choice-2": "sit_a"}


@pytest.fixture
def store(app: FastAPI, browse: Browse) -> Session:
    """A session over a county with an open round of two sites, in which one of two students has ranked."""
    del browse  # it has lent the application its database
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.with_two_sites())
        session.flush()
        session.add(SiteQuota(round_id="srd_open_a", site_id="sit_north", place=1, kind=QuotaKind.REST))
        claimed = session.get_one(SiteWish, "swi_open_a")
        claimed.ranking, claimed.granted = ["sit_a", "sit_north"], None
        session.add(claimed)
    return Session(app.state.engine)


def wish_of(store: Session, student: str) -> SiteWish | None:
    """Return what is stored of a student's wish."""
    with store:
        query = select(SiteWish).where(SiteWish.student_id == student, SiteWish.round_id == "srd_open_a")
        return store.exec(query).one_or_none()


def test_a_larosate_sees_who_has_ranked_and_who_has_not(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    said = text_of(browser.get(WISHES))
    assert "1 of 2 have ranked" in said
    assert "1. Söder, 2. Norr" in said
    assert "Special reasons: waits for an answer" in said
    assert "p-stu_open_a2 has not ranked" in said
    assert not [word for word in SWEDISH if word in said]
    assert f"p-{ONE}" not in text_of(browser.get(f"{WISHES}?part=unranked"))
    found = text_of(browser.get(f"{WISHES}?student=p-{OTHER}"))
    assert (f"p-{OTHER}" in found, f"p-{ONE} " in found) == (True, False)
    assert "No student matches." in text_of(browser.get(f"{WISHES}?student=nobody"))
    with store:
        looks = store.exec(select(AuditEntry).where(AuditEntry.object_id == WISHES)).all()
        assert next(each.people for each in looks) == [ONE, OTHER]


@pytest.mark.usefixtures("store")
def test_many_students_are_shown_a_page_at_a_time(app: FastAPI, browse: Browse) -> None:
    with open_session(app.state.engine) as session:
        session.add_all(
            Student(
                id=f"stu_more{at}",
                cohort_id="coh_open_a",
                institution_id="org_ki",
                external_id=f"x{at:02}",
                lat=59.4,
                lon=17.9,
            )
            for at in range(50)
        )
    browser = browse(Role.INSTITUTION)
    assert "1–50 of 52 students" in text_of(browser.get(WISHES))
    rest = browser.get(f"{WISHES}?part=unranked&offset=50")
    assert "51–51 of 51 students" in text_of(rest)
    assert "part=unranked&amp;offset=0" in rest.text


@pytest.mark.usefixtures("store")
def test_a_part_without_students_says_so(app: FastAPI, browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    assert "Nobody has ranked yet." in text_of(browser.get("/terms/VT2027/sites/srd_planned_a/wishes?part=ranked"))
    browser.send(f"{WISHES}/{OTHER}", RANKED)
    assert "Everybody has ranked." in text_of(browser.get(f"{WISHES}?part=unranked"))
    with open_session(app.state.engine) as session:
        for student in session.exec(select(Student).where(Student.cohort_id == "coh_planned_a")).all():
            student.cohort_id = "coh_free_a"
            session.add(student)
    assert "The cohort has no students yet." in text_of(browser.get("/terms/VT2027/sites/srd_planned_a/wishes"))


def test_a_ranking_is_entered_changed_and_removed(browse: Browse, store: Session) -> None:
    browser, where = browse(Role.INSTITUTION), f"{WISHES}/{OTHER}"
    form = text_of(browser.get(where))
    assert f"p-{OTHER}: has not ranked" in form
    assert not [word for word in SWEDISH if word in form]
    done = browser.send(where, {**RANKED, "priority": "1", "partner": f"p-{ONE}"})
    assert leads_to(done) == f"{where}?done=wish-saved"
    sent = wish_of(store, OTHER)
    assert sent is not None
    assert (sent.ranking, sent.priority_id, sent.partner_id) == (["sit_north", "sit_a"], "spr_open_a", ONE)
    page = browser.get(done.headers["location"])
    assert "Now: no pair yet" in text_of(page)
    assert f'value="p-{ONE}"' in page.text
    browser.send(where, {**RANKED, "version": "1", "choice-1": "sit_a", "choice-2": "sit_north"})
    changed = wish_of(store, OTHER)
    assert changed is not None
    assert (changed.ranking, changed.priority_id, changed.partner_id) == (["sit_a", "sit_north"], None, None)
    gone = browser.send(where, {"do": "remove", "version": "2"})
    assert leads_to(gone) == f"{WISHES}?done=wish-removed"
    assert wish_of(store, OTHER) is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"choice-1": ""}, "Ranking: rank every site; these are missing: Norr"),
        ({"choice-2": "sit_north"}, "Choice 2: the site is named twice"),
        ({"choice-1": "", "choice-2": ""}, "Ranking: "),
        ({"partner": "nobody"}, "Wants the same site as: "),
        ({"partner": OTHER}, "a pair is two students"),
        ({"priority": "7"}, "Claims a priority: "),
    ],
)
def test_a_ranking_that_does_not_hold_is_refused(
    browse: Browse, store: Session, typed: dict[str, str], told: str
) -> None:
    refused = browse(Role.INSTITUTION).send(f"{WISHES}/{OTHER}", {**RANKED, **typed})
    assert (refused.status_code, told in text_of(refused)) == (422, True)
    assert wish_of(store, OTHER) is None


def test_nobody_overwrites_anothers_ranking(browse: Browse, store: Session) -> None:
    stale = browse(Role.INSTITUTION).send(f"{WISHES}/{ONE}", RANKED)
    assert stale.status_code == 412
    assert "Choice 1 Choose a site Söder Norr Saved now: Söder" in text_of(stale)
    standing = wish_of(store, ONE)
    assert standing is not None
    assert standing.ranking == ["sit_a", "sit_north"]


@pytest.mark.usefixtures("store")
def test_a_round_that_takes_in_no_wishes_shows_them_and_says_why(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    closed = "/terms/VT2027/sites/srd_closed_a/wishes/stu_closed_a1"
    page = browser.get(closed)
    assert "Wishes are taken in from 1 January 2000 to 1 January 2001" in text_of(page)
    assert "<select" not in page.text
    late = browser.send(closed, {"do": "remove", "version": "1"})
    assert (late.status_code, "Wishes are taken in" in text_of(late)) == (409, True)
    planned = text_of(browser.get("/terms/VT2027/sites/srd_planned_a/wishes/stu_planned_a1"))
    assert "The site round is planned" in planned


@pytest.mark.usefixtures("store")
def test_only_ones_own_students_of_the_round_are_there(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    for student in ("stu_open_b1", "stu_planned_a1", "none_such"):
        assert browser.get(f"{WISHES}/{student}").status_code == 404
        assert browser.send(f"{WISHES}/{student}", RANKED).status_code == 404


@pytest.mark.usefixtures("store")
def test_a_coordinator_enters_wishes_without_seeing_pseudonyms(browse: Browse) -> None:
    browser = browse()
    page = browser.get(WISHES)
    assert (f"p-{OTHER}" in page.text, f"/wishes/{OTHER}" in page.text, OTHER in text_of(page)) == (False, True, False)
    done = browser.send(f"{WISHES}/{OTHER}", {**RANKED, "partner": ONE})
    assert done.status_code == 303
    assert "p-stu" not in browser.get(f"{WISHES}/{OTHER}").text


@pytest.mark.usefixtures("store")
def test_a_student_with_a_protected_identity_is_not_there(app: FastAPI, browse: Browse) -> None:
    with open_session(app.state.engine) as session:
        session.add(
            ProtectedStudent(
                student_id=ONE,
                contact_function="Studievägledningen",
                contact_email="stod@ki.example",
                contact_phone="08-46500400",
            )
        )
    browser = browse(Role.INSTITUTION)
    for page in (ROUND, WISHES, f"{WISHES}?part=ranked", f"{WISHES}?student=p-{ONE}", CLAIMS):
        assert f'id="{ONE}"' not in browser.get(page).text
        assert f"wishes/{ONE}" not in browser.get(page).text
    assert browser.get(f"{WISHES}/{ONE}").status_code == 404
    answered = browser.send(CLAIMS, {"student": ONE, "version": "2", "do": "grant"})
    assert answered.status_code == 412
    paired = browser.send(f"{WISHES}/{OTHER}", {**RANKED, "partner": f"p-{ONE}"})
    assert paired.status_code == 422


def upload(browser: Browser, csv: str, **fields: str) -> httpx2.Response:
    """Upload a file of wishes as the form does."""
    return browser.send(f"{WISHES}/imports", fields, files={"file": ("val.csv", csv.encode(), "text/csv")})


def test_a_file_of_wishes_is_tried_and_read_in(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    asked = text_of(browser.get(f"{WISHES}/imports"))
    assert "Empty template:" in asked
    assert "What the file holds" not in asked
    csv = f"roundId;studentId;ranking\nsrd_open_a;p-{OTHER};Norr, Söder\n"
    tried = upload(browser, csv, **{"try": "1"})
    assert "Tried: no faults in 1 rows. Nothing has been stored yet." in text_of(tried)
    assert wish_of(store, OTHER) is None
    kept = dict(re.findall(r'type="hidden" name="(kept|name)" value="([^"]*)"', tried.text))
    done = browser.send(f"{WISHES}/imports", kept)
    assert leads_to(done) == f"{WISHES}?created=1&changed=0&unchanged=0"
    assert "The file has been read in: 1 new rows" in text_of(browser.get(done.headers["location"]))
    sent = wish_of(store, OTHER)
    assert sent is not None
    assert sent.ranking == ["sit_north", "sit_a"]


def test_a_file_with_faults_is_told_row_by_row_and_marked(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    csv = f"roundId;studentId;ranking\nsrd_open_a;p-{OTHER};Norr\nsrd_open_a;nobody;Norr, Söder\n"
    refused = upload(browser, csv, **{"try": "1"})
    said = text_of(refused)
    assert refused.status_code == 422
    assert "2 rows need to be put right" in said
    assert "Row 2" in said
    assert "Row 3" in said
    marked = upload(browser, csv, **{"try": "1", "do": "mark"})
    assert 'filename="site-wishes-faults.xlsx"' in marked.headers["content-disposition"]
    assert "Choose a file." in text_of(browser.send(f"{WISHES}/imports", {}))
    assert wish_of(store, OTHER) is None


def test_a_claim_of_a_priority_is_granted_and_then_refused(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    assert "Answer the claims of a priority" in text_of(browser.get(ROUND))
    page = browser.get(CLAIMS)
    said = text_of(page)
    assert "1 claim of a priority waits for an answer" in said
    assert "Special reasons first choice" in said
    assert not [word for word in SWEDISH if word in said]
    answer = {"student": ONE, "part": "waiting"}
    done = browser.send(CLAIMS, {**answer, "version": "2", "do": "grant"})
    assert leads_to(done) == f"{CLAIMS}?part=waiting&done=claim-granted"
    after = text_of(browser.get(done.headers["location"]))
    assert "No claim of a priority waits" in after
    assert "Everybody who has claimed a priority has an answer." in after
    granted = wish_of(store, ONE)
    assert granted is not None
    assert granted.granted is True
    answered = browser.get(f"{CLAIMS}?part=answered")
    assert "Grant priority for" not in answered.text
    browser.send(CLAIMS, {"student": ONE, "part": "answered", "version": "3", "do": "refuse"})
    refused = wish_of(store, ONE)
    assert refused is not None
    assert refused.granted is False


def test_only_the_claim_that_was_shown_is_answered(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    for sent in (
        {"student": ONE, "version": "7", "do": "grant"},
        {"student": "stu_open_b1", "version": "1", "do": "grant"},
        {"student": OTHER, "version": "1", "do": "grant"},
    ):
        stale = browser.send(CLAIMS, sent)
        assert (stale.status_code, "Nothing has been done" in text_of(stale)) == (412, True)
    assert browser.send(CLAIMS, {"student": ONE, "version": "2", "do": "guess"}).status_code == 422
    browser.send(f"{WISHES}/{OTHER}", RANKED)
    unclaimed = browser.send(CLAIMS, {"student": OTHER, "version": "1", "do": "grant"})
    assert (unclaimed.status_code, "claims no priority" in text_of(unclaimed)) == (409, True)
    standing = wish_of(store, ONE)
    assert standing is not None
    assert standing.granted is None


@pytest.mark.usefixtures("store")
def test_the_claims_of_a_drawn_round_are_only_shown(app: FastAPI, browse: Browse) -> None:
    with open_session(app.state.engine) as session:
        for student, granted in (("stu_drawn_a1", True), ("stu_drawn_a2", None)):
            session.add(
                SiteWish(
                    round_id="srd_drawn_a",
                    student_id=student,
                    ranking=["sit_a"],
                    priority_id="spr_drawn_a",
                    granted=granted,
                )
            )
    browser = browse(Role.INSTITUTION)
    for part in ("waiting", "answered"):
        page = browser.get(f"/terms/VT2027/sites/srd_drawn_a/claims?part={part}")
        assert "Grant priority" not in page.text
    assert "granted" in text_of(page)
    none = text_of(browser.get("/terms/VT2027/sites/srd_planned_a/claims?part=answered"))
    assert "No answer has been given yet." in none
