"""The overview and the answers: how a term stands, who is silent, and a reminder that is written beforehand."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from placement.callers import Role
from placement.clock import now
from placement.database import open_session
from placement.register.answers import Tally, TermAnswers
from placement.tables import (
    CapacityOffer,
    DeclineReason,
    OfferStatus,
    OrganisationContact,
    Plan,
    PlanDocument,
    ProtectedStudent,
    Request,
    Term,
)
from placement_api.pages import overview
from placement_solver.weeks import IsoWeek
from tests.pages.browsing import Browser, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

OVERVIEW, ANSWERS = "/terms/VT2027/overview", "/terms/VT2027/answers"


def test_the_overview_says_how_the_term_stands_and_what_to_do_now(browse: Browse) -> None:
    told = text_of(browse().get(OVERVIEW))
    for part in (
        "VT2027: published – Placement",
        "4 requests from 2 lärosäten",
        "1 missing 1 November Answers from units",
        "Done 1 December The plan is published",
        "Answers in 1 of 2 1 yes · 0 no · 1 silent",
        "Without a place 2 of 2",
        "To do now Remind those who are silent 1 answer is missing.",
        "The places offered are full 1",
        "Proven best: no plan can cost less than 20,120.",
        "Umeå University 0 / 1",
    ):
        assert part in told, (part, told)


def test_the_overview_speaks_swedish(browse: Browse) -> None:
    told = text_of(browse(language="sv").get(OVERVIEW))
    for part in ("VT2027: publicerad", "4 begäranden från 2 lärosäten", "Att göra nu", "20 120"):
        assert part in told, (part, told)


def test_the_pages_in_english_have_no_swedish(browse: Browse) -> None:
    browser = browse()
    for path in (OVERVIEW, ANSWERS, f"{ANSWERS}?status=silent"):
        told = text_of(browser.get(path))
        assert not re.search(r"\b(svar|saknas|körning|tysta|Påminn|enhet|utan plats|huvudman)\b", told), told


def test_a_term_without_anything_says_what_is_next_and_shows_no_figure(browse: Browse) -> None:
    told = text_of(browse().get("/terms/HT2027/overview"))
    for part in (
        "HT2027: not planned",
        "Answers in – No unit has been asked yet",
        "Without a place – Unknown before a run",
        "Await the lärosäten's requests",
        "See what is missing before a run",
        "No lärosäte has asked for places yet.",
    ):
        assert part in told, (part, told)


def test_a_term_with_requests_and_no_plan_counts_them_by_laerosaete(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        for request in session.exec(select(Request).where(Request.term_id == "trm_a")):
            request.term_id = "trm_idle"
            session.add(request)
    told = text_of(browser.get("/terms/HT2027/overview"))
    assert "4 requests from 2 lärosäten" in told
    assert "Umeå University outside the county 2" in told


def test_it_says_what_one_more_place_is_worth_and_how_long_the_journeys_are(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    place = {"unit": "unt_a", "profession": "nurse", "first_week": 1, "weeks": 5, "place": 983.2}
    report_with(app, place)
    told = text_of(browser.get(OVERVIEW))
    assert "Journey, median 16 min Nine in ten at most 36 min · 1 over an hour" in told
    assert "one more place for nurse at Tallgården, week 1–5: it lowers the cost of the plan by at most 983. " in told
    checklist = text_of(browser.get("/terms/VT2027/publish"))
    assert "Median 16 min, longest 70 min, 1 over an hour." in checklist
    report_with(app, {**place, "place": 0.0})
    assert "one more place" not in text_of(browser.get(OVERVIEW))


def test_floors_that_are_not_reached_are_to_be_looked_at_on_both_pages(browse: Browse, app: FastAPI) -> None:
    browser, place = browse(), {"unit": "unt_a", "profession": "nurse", "first_week": 1, "weeks": 5, "place": 1.0}
    report_with(app, place, short=1_200)
    assert "See the floors of agreements" in text_of(browser.get(OVERVIEW))
    checklist = text_of(browser.get("/terms/VT2027/publish"))
    assert "Look The floors of agreements are not reached 1,200 student-weeks are missing" in checklist
    report_with(app, place)
    assert "See the floors of agreements" not in text_of(browser.get(OVERVIEW))
    assert "Done The floors of agreements Every floor is reached." in text_of(browser.get("/terms/VT2027/publish"))


def report_with(app: FastAPI, place: dict[str, object], short: int = 0) -> None:
    """Give the draft's report journeys, a place that is worth most, and what an agreement's floor lacks."""
    with open_session(app.state.engine) as session:
        plan = session.exec(select(Plan).where(Plan.run_id == "run_over")).one()
        documents = session.get_one(PlanDocument, plan.id)
        report = documents.report or {}
        journeys = {"median": 16, "ninetieth": 36, "longest": 70, "over_hour": 1.0}
        everyone = {**report["fairness"]["everyone"], "placed": 1, "journeys": journeys}
        documents.report = {
            **report,
            "fairness": {**report["fairness"], "everyone": everyone, "agreements": [{"short": short}]},
            "prices": {**(report["prices"] or {}), "places": [place]},
        }
        session.add(documents)


def test_each_date_says_how_it_stands_on_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    term = Term(
        code="VT2027",
        first_week=IsoWeek(2027, 3),
        weeks=20,
        requests_by=dt.date(2026, 9, 15),
        answers_by=dt.date(2026, 11, 1),
        outside_answers_by=dt.date(2026, 11, 15),
        publish_by=dt.date(2026, 12, 21),
    )

    def states(day: dt.date, answered: TermAnswers) -> list[str]:
        monkeypatch.setattr(overview, "today", lambda: day)
        return [step.state.en for step in overview.steps_of(term, 0, answered, None)]

    nobody, everybody = TermAnswers(), TermAnswers(Tally(yes=3))
    assert states(dt.date(2026, 9, 14), nobody) == ["1 day left", *["To come"] * 4]
    assert states(dt.date(2026, 9, 15), nobody)[0] == "Today"
    assert states(dt.date(2026, 11, 20), nobody)[:4] == ["None in", "Nobody was asked", "Passed", "31 days left"]
    assert states(dt.date(2027, 2, 1), everybody)[1:] == ["Done", "Passed", "Late", "Has begun"]


def test_a_student_with_a_protected_identity_counts_as_everybody_else(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        session.add(ProtectedStudent(student_id="stu_a", contact_function="VFU", contact_phone="08-1"))
    told = text_of(browser.get(OVERVIEW))
    assert "4 requests from 2 lärosäten" in told
    assert "The places offered are full 1" in told


def test_the_reminder_is_written_beforehand_and_goes_to_the_contact(browse: Browse, app: FastAPI) -> None:
    browser = browse(language="sv")
    with open_session(app.state.engine) as session:
        session.add(
            OrganisationContact(
                organisation_id="org_far", contact_function="VFU-samordning", contact_email="vfu@north.example.se"
            )
        )
    (address,) = set(re.findall(r'href="(mailto:[^"]*)"', browser.get(OVERVIEW).text))
    told = unquote(address)
    assert told.startswith("mailto:vfu@north.example.se?subject=Svar om platser för VT2027")
    for part in ("saknas 1 av 1 svar", "1 november", "/terms/VT2027/offers?show=silent"):
        assert part in told, (part, told)


def test_the_answers_are_listed_by_provider_and_narrowed_to_those_who_are_silent(browse: Browse) -> None:
    browser = browse()
    told = text_of(browser.get(ANSWERS))
    assert "1 answer is missing" in told
    assert "City of Stockholm 1 1 0 0" in told
    silent = text_of(browser.get(f"{ANSWERS}?status=silent"))
    assert "Avdelning 7 Region North nurse silent" in silent
    assert "Tallgården" not in silent
    answered = text_of(browser.get(f"{ANSWERS}?status=answered&provider=org_city"))
    assert "Tallgården City of Stockholm nurse yes" in answered
    assert "No answers match: City of Stockholm, silent" in text_of(
        browser.get(f"{ANSWERS}?status=silent&provider=org_city")
    )


def test_a_no_is_shown_with_its_reason_and_silence_is_not_a_no(browse: Browse, app: FastAPI) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        offer = session.get_one(CapacityOffer, "off_b")
        offer.status, offer.decline_reason, offer.answered_at = OfferStatus.DECLINED, DeclineReason.REBUILDING, now()
        session.add(offer)
    told = text_of(browser.get(f"{ANSWERS}?status=declined"))
    assert "All answers are in" in told
    assert "no rebuilding" in told


def test_a_term_where_nobody_was_asked_says_so(browse: Browse) -> None:
    assert "Nobody has been asked yet" in text_of(browse().get("/terms/HT2027/answers"))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_only_the_coordinator_sees_everybodys_answers(browse: Browse, role: Role) -> None:
    browser = browse(role)
    for path in (OVERVIEW, ANSWERS, "/terms/VT2027/readiness", "/terms/VT2027/runs", "/terms/VT2027/publish"):
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert "Region North" not in answer.text


def test_what_is_not_there_is_not_found(browse: Browse, client: TestClient) -> None:
    browser = browse()
    for path in ("/terms/VT2099/overview", "/terms/VT2099/answers", f"{ANSWERS}?status=maybe", f"{ANSWERS}?offset=-1"):
        assert browser.get(path).status_code == 404, path
    assert Browser(client, "").get(OVERVIEW).status_code == 303


def test_readiness_says_what_stops_a_run_first(browse: Browse) -> None:
    browser = browse()
    first = text_of(browser.get("/terms/VT2027/readiness"))
    assert "1 obstacle before a run" in first
    assert "Try the whole term" in first
    assert "whatever a run does" not in first.partition("As it should be")[2]
    told = text_of(browser.get("/terms/VT2027/readiness?whole=yes"))
    assert "3 obstacles before a run" in told
    assert "cannot be placed, whatever a run does" in told
    assert "stu_a" not in told
    assert "a student (1SJ021), Tallgården, week 53" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert "Try the whole term" not in told
    assert told.index("In the way") < told.index("Look") < told.index("As it should be")
    assert "1 unit of 1 provider without an answer. Look Show 1 Avdelning 7 · Region North" in told
