"""Terms as pages: a coordinator adds one, with the usual dates proposed, and changes its dates and settings."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from sqlmodel import Session, select

from placement.callers import Role
from placement.tables import Term
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

NEW, SETTINGS = "/terms/new", "/terms/VT2027/settings"
SWEDISH = ("Lägg", "Sista", "vecka", "Termin ", "Spara", "dagar", "resa")


def fields_of(browser: Browser, path: str) -> dict[str, str]:
    """Return what the fields of a page's form have."""
    page = browser.get(path).text.partition('<form class="card')[2]
    return {
        name: found[1]
        for part in re.findall(r"<input ([^>]*)>", page)
        if (name := re.search(r'name="([^"]+)"', part)[1]) not in {"csrf", "once"}  # type: ignore[index]
        and (found := re.search(r'value="([^"]*)"', part))
    }


def term_of(store: Session, code: str) -> Term | None:
    """Return a term as it is stored."""
    term = store.exec(select(Term).where(Term.code == code).execution_options(populate_existing=True)).first()
    if term is not None:
        store.expunge(term)
    store.rollback()
    return term


def test_a_term_is_added_with_the_usual_dates_of_its_first_week(browse: Browse, store: Session) -> None:
    browser = browse()
    assert "/terms/new" in browser.get("/terms").text
    assert "/terms/new" not in browse(Role.PROVIDER).get("/terms").text
    first = text_of(browser.get(NEW))
    assert "You see them before anything is saved." in first
    assert not [word for word in SWEDISH if word in first]
    wrong = browser.get(f"{NEW}?code=VT2028&firstWeek=soon&weeks=")
    assert wrong.status_code == 422
    assert "First week: " in text_of(wrong)
    assert "Number of weeks: " in text_of(wrong)
    given = fields_of(browser, f"{NEW}?code=VT2028&firstWeek=2028+v.+3&weeks=20")
    assert (given["requestsBy"], given["publishBy"], given["studentsAnswerBy"]) == ("2027-09-15", "2027-12-20", "")
    assert (given["weights.unplaced"], given["travel.minutesPerKm"]) == ("10000", "2.2")
    added = browser.send(NEW, {**given, "travel.minutesPerKm": "2,5", "travel.maxMinutes": "", "answersBy": ""})
    assert leads_to(added) == "/terms/VT2028/overview?done=term-added"
    term = term_of(store, "VT2028")
    assert term is not None
    assert (str(term.first_week), term.weeks, term.answers_by) == ("2028-W03", 20, dt.date(2027, 11, 1))
    assert (term.travel_minutes_per_km, term.travel_max_minutes, term.students_answer_by) == (2.5, None, None)
    twice = browser.send(NEW, given)
    assert twice.status_code == 422
    assert "Code: there is a term VT2028 already" in text_of(twice)


def test_a_terms_dates_and_weights_are_changed_and_faults_are_told_by_field(browse: Browse, store: Session) -> None:
    browser = browse()
    given = fields_of(browser, SETTINGS)
    assert given["publishBy"] == "2026-12-01"
    early = browser.send(SETTINGS, {**given, "studentsAnswerBy": "2026-11-30", "weights.travel": "much"})
    assert "Cost" not in text_of(early)
    assert "A minute's journey: give a number" in text_of(early)
    early = browser.send(SETTINGS, {**given, "studentsAnswerBy": "2026-11-30"})
    assert "Last day for answers from students: students answer about what is published" in text_of(early)
    planned = browser.send(SETTINGS, {**given, "weeks": "21"})
    assert "The term has been planned" in text_of(planned)
    taken = browser.send(SETTINGS, {**given, "code": "HT2027"})
    assert "there is a term HT2027 already" in text_of(taken)
    saved = browser.send(SETTINGS, {**given, "studentsAnswerBy": "2026-12-15", "weights.travel": "2"})
    assert leads_to(saved) == f"{SETTINGS}?done=term-saved"
    term = term_of(store, "VT2027")
    assert term is not None
    assert (term.students_answer_by, term.weight_travel) == (dt.date(2026, 12, 15), 2)
    told = text_of(browser.get("/terms/VT2027/overview"))
    assert "Students answer by 15 December" in told
    assert "have not answered" in told
    assert "15 December 2026" in text_of(browser.get("/terms"))


def test_a_term_that_somebody_else_has_changed_is_not_overwritten(browse: Browse, store: Session) -> None:
    browser = browse()
    given = fields_of(browser, SETTINGS)
    assert browser.send(SETTINGS, {**given, "answersBy": "2026-10-30"}).status_code == 303
    stale = browser.send(SETTINGS, {**given, "answersBy": "2026-10-20"})
    assert stale.status_code == 412
    said = text_of(stale)
    assert "Nothing has been saved" in said
    assert "Changed by" in said
    assert "Saved now: 30 October 2026" in said
    assert 'value="2026-10-20"' in stale.text
    term = term_of(store, "VT2027")
    assert term is not None
    assert term.answers_by == dt.date(2026, 10, 30)


def test_a_code_that_cannot_stand_in_an_address_is_told_beside_its_field(browse: Browse) -> None:
    browser = browse()
    told = "Code: the code stands in the addresses of the term's pages"
    for code in ("..", "a/b", "VT2028?"):
        asked = browser.get(f"{NEW}?{urlencode({'code': code, 'firstWeek': '2028 v. 3', 'weeks': '20'})}")
        added = browser.send(NEW, {"code": code, "firstWeek": "2028 v. 3", "weeks": "20"})
        saved = browser.send(SETTINGS, {**fields_of(browser, SETTINGS), "code": code, "version": "1"})
        for page in (asked, added, saved):
            assert page.status_code == 422
            assert told in text_of(page)
            assert 'id="code-wrong"' in page.text


@pytest.mark.parametrize("written", ["2028 v. 3", "v. 3 2028", "2028v3", "2028-W03", "week 3, 2028"])
def test_a_first_week_is_read_as_people_write_it(browse: Browse, written: str) -> None:
    given = fields_of(browse(), f"{NEW}?{urlencode({'code': 'VT2028', 'firstWeek': written, 'weeks': '20'})}")
    assert given["publishBy"] == "2027-12-20"


def test_a_week_is_written_in_one_way_in_hints_fields_and_faults(browse: Browse) -> None:
    for language, week in (("sv", "v."), ("en", "week")):
        browser = browse(Role.COORDINATOR, language)
        assert fields_of(browser, SETTINGS)["firstWeek"] == f"2026 {week} 53"
        for first in ("2027-W60", "soon"):
            wrong = text_of(browser.get(f"{NEW}?code=VT2028&firstWeek={first}&weeks=20"))
            assert f"2028 {week} 3; " in wrong
            assert "ISO" not in wrong
