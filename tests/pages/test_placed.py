"""The pages of placements and of those without a place: who sees which rows, why in words, and what helps."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape

import pytest
from fastapi import FastAPI
from sqlmodel import Session, col, select

from placement.callers import Role
from placement.clock import now, today
from placement.errors import UnavailableError
from placement.reading import remedies
from placement.reading.remedies import Advice, Advised, Spot
from placement.register.names import Who
from placement.tables import (
    AuditEntry,
    EndReason,
    KeptRemedies,
    Placement,
    PlacementStatus,
    Plan,
    RemedyState,
    Request,
    Run,
    RunStatus,
    StudentAnswer,
    StudentReason,
    Term,
)
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

PLACED, UNPLACED = "/terms/VT2027/placements", "/terms/VT2027/unplaced"
SWEDISH = ("Placering", "Läge", "Vecka", "Alla", "Huvudman", "utan plats", "Skäl", "Enhet")


@pytest.fixture
def store(app: FastAPI) -> Session:
    """A session over what the pages have stored."""
    return Session(app.state.engine)


def end(placement: Placement) -> None:
    """Let a unit decline a placement."""
    placement.status, placement.reason = PlacementStatus.DECLINED, EndReason.NO_SUPERVISOR


def test_a_laerosaete_finds_one_student_by_pseudonym(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    found = text_of(browser.get(f"{PLACED}?student=ki-0001"))
    assert "ki-0001: 1 placement" in found
    assert "Tallgården City of Stockholm week 53–4 from 28 December" in found
    assert not [word for word in SWEDISH if word in found]
    assert "No placement for p-stu_b" in text_of(browser.get(f"{PLACED}?student=p-stu_b"))
    with store:
        looks = store.exec(select(AuditEntry).where(AuditEntry.object_id == PLACED).order_by(col(AuditEntry.sequence)))
        assert looks.first().people == ["stu_a"]  # type: ignore[union-attr]


def test_a_coordinator_sees_every_placement_without_pseudonyms_and_care_none_here(browse: Browse) -> None:
    said = text_of(browse().get(PLACED))
    assert "2 placements" in said
    assert "Student at Karolinska Institutet" in said
    assert "ki-0001" not in said
    assert browse(Role.UNIT).get(PLACED).status_code == 403


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("course=crs_a", 1),
        ("course=crs_b", 0),
        ("provider=org_city", 1),
        ("cohort=coh_idle", 0),
        ("week=53", 1),
        ("week=4", 1),
        ("week=5", 0),
        ("status=declined", 0),
        ("status=all&sort=-start", 1),
    ],
)
def test_placements_are_filtered(browse: Browse, asked: str, number: int) -> None:
    page = browse(Role.INSTITUTION).get(f"{PLACED}?{asked}")
    assert page.text.count("<tr id=") == number
    assert ("No placements match" in text_of(page)) is (number == 0)


def test_anothers_cohort_is_not_there(browse: Browse) -> None:
    assert browse(Role.INSTITUTION).get(f"{PLACED}?cohort=coh_b").status_code == 404


def test_a_filter_is_taken_away_by_itself(browse: Browse) -> None:
    page = browse(Role.INSTITUTION).get(f"{PLACED}?course=crs_b&week=5&sort=-start")
    assert 'href="/terms/VT2027/placements?week=5&amp;sort=-start">Remove course' in page.text


def test_what_has_ended_is_seen_when_it_is_asked_for(browse: Browse, store: Session) -> None:
    with store:
        end(store.get_one(Placement, "pla_a"))
        store.commit()
    browser = browse(Role.INSTITUTION)
    assert "0 placements" in text_of(browser.get(PLACED))
    assert "tackat nej ingen handledare" in text_of(browser.get(f"{PLACED}?status=all&language=sv"))


def test_before_a_plan_is_published_the_pages_say_when(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    assert "The plan has not been published" in text_of(browser.get("/terms/HT2031/placements"))
    assert "No plan yet" in text_of(browser.get("/terms/HT2031/unplaced"))


def test_a_coordinator_without_a_plan_is_led_to_make_one(browse: Browse) -> None:
    browser = browse()
    for page in (browser.get("/terms/HT2031/unplaced"), browser.get("/terms/HT2031/unplaced/req_a")):
        assert 'href="/terms/HT2031/runs/new"' in page.text
        assert "No plan yet" in text_of(page)
    assert browser.send("/terms/HT2031/unplaced/req_a", {"scenario": "{"}).status_code == 422


def test_who_is_unplaced_is_told_with_causes_and_reasons(browse: Browse) -> None:
    browser = browse()
    said = text_of(browser.get(UNPLACED))
    assert "2 without a place" in said
    assert "The places offered are full 1" in said
    assert "Offers that are full: Tallgården – nurse (weeks 1–5)." in said
    assert not [word for word in SWEDISH if word in said]
    one = browser.get(f"{UNPLACED}?reason=capacities")
    assert one.text.count("<tr id=") == 1
    assert "v. 1–5" in text_of(browser.get(f"{UNPLACED}?reason=capacities&language=sv"))
    assert "Nobody matches" in text_of(browser.get(f"{UNPLACED}?reason=supervisors"))
    assert browser.get(f"{UNPLACED}?institution=org_ki").text.count("<tr id=") == 1


def test_a_laerosaete_sees_its_own_in_the_published_plan(browse: Browse, store: Session) -> None:
    page = browse(Role.INSTITUTION).get(UNPLACED)
    assert "1 without a place" in text_of(page)
    assert "ki-0001" in text_of(page)
    assert "Work out" not in text_of(page)
    with store:
        assert store.exec(select(AuditEntry.people).where(AuditEntry.object_id == UNPLACED)).all() == [["stu_a"]]


def test_a_laerosaete_reads_no_draft_and_no_run_of_another_term(browse: Browse, store: Session) -> None:
    with store:
        draft = next(run.id for run in store.exec(select(Run)) if run.status is RunStatus.CANCELLED)
    assert browse(Role.INSTITUTION).get(f"{UNPLACED}?run={draft}").status_code == 404


def test_a_coordinator_names_a_run_of_the_term_and_one_request(browse: Browse) -> None:
    browser = browse()
    page = browser.get(f"{UNPLACED}?run=run_over&request=req_b")
    assert page.text.count("<tr id=") == 1
    assert "<details open>" in page.text
    assert browser.get(f"{UNPLACED}?run=run_next").status_code == 404


def test_those_who_wait_without_being_in_the_plan_are_counted(browse: Browse, store: Session) -> None:
    with store:
        end(store.get_one(Placement, "pla_a"))
        store.commit()
    assert "1 more requests wait" in text_of(browse(Role.INSTITUTION).get(UNPLACED))


def test_withdrawn_requests_are_not_without_a_place(browse: Browse, store: Session) -> None:
    with store:
        for request in store.exec(select(Request)):
            request.status = "withdrawn"  # type: ignore[assignment]
        store.commit()
    said = text_of(browse(Role.INSTITUTION).get(UNPLACED))
    assert "Everybody has a place" in said
    assert "To the placements" in said
    assert "To the checklist" in text_of(browse().get(UNPLACED))


def _advice(*remedies: Advised, placed: bool = False) -> Advice:
    who = Who("req_a", "stu_a", None, "org_ki", Words("KI", "KI"), "crs_a", "1SJ021", "T2", 6)
    told = Words("stu_a (1SJ021) är utan plats.", "stu_a (1SJ021) is unplaced.")
    return Advice(who, placed, (told,), remedies)


def _remedy(scenario: dict[str, object] | None, *moves: tuple[Spot, Spot]) -> Advised:
    spot = _spot("req_a", "stu_a")
    first = Words("en plats till, 2027-W05–W09", "one more place, 2027-W05–W09")
    moved = Words("stu_b (T6): från A till B", "stu_b (T6): from A to B")
    told = (first, moved)[: 1 + len(moves)]
    return Advised(("places",), spot, moves, 10, 9, smallest=True, sentences=told, scenario=scenario)


def _spot(request: str, student: str) -> Spot:
    who = Who(request, student, None, "org_b", Words("B", "B"), "crs_b", "T6", "T6", 5)
    return Spot(who, "unt_a", "Tallgården", "2027-W05", None, None)


def test_what_helps_is_worked_out_and_tried_as_a_run(
    browse: Browse, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario: dict[str, object] = {
        "offers": [{"offer_id": "off_a", "places": 1, "first_week": "2027-W01", "last_week": "2027-W05"}],
        "agreements": [],
    }
    moved = _remedy(None, (_spot("req_b", "stu_b"), _spot("req_b", "stu_b")))
    monkeypatch.setattr(remedies, "advise", lambda *_: _advice(_remedy(scenario), moved))
    browser = browse()
    page = browser.get(f"{UNPLACED}/req_a")
    said = text_of(page)
    assert "This would give a place" in said
    assert "One more place, weeks 5–9" in said
    assert "Another student (T6): from A to B" in said
    assert "The student (1SJ021) is unplaced." in said
    assert page.text.count('<button class="btn">Try') == 1
    sent = unescape(re.findall(r'name="scenario" value="([^"]*)"', page.text)[0])
    assert json.loads(sent) == scenario
    started = browser.send(f"{UNPLACED}/req_a", {"scenario": sent})
    with store:
        looks = store.exec(select(AuditEntry).where(AuditEntry.object_id == f"{UNPLACED}/req_a"))
        assert {"stu_a", "stu_b"} <= set(looks.first().people or ())  # type: ignore[union-attr]
        run = store.exec(select(Run).order_by(col(Run.requested_at).desc())).first()
        assert run is not None
        assert leads_to(started) == f"/terms/VT2027/runs/{run.id}?done=started"
        assert run.options["scenario"]["offers"][0]["places"] == 1


def test_a_change_that_cannot_be_read_starts_nothing(
    browse: Browse, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remedies, "advise", lambda *_: _advice())
    refused = browse().send(f"{UNPLACED}/req_a", {"scenario": "{"})
    assert refused.status_code == 422
    assert "Nothing has been started" in text_of(refused)
    assert "No single change helps" in text_of(refused)
    with store:
        assert not [run for run in store.exec(select(Run)) if "scenario" in run.options]


def test_when_another_question_is_worked_on_the_page_says_so(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> Advice:
        raise UnavailableError(sv="En annan fråga besvaras just nu.", en="Another question is being answered.")

    monkeypatch.setattr(remedies, "advise", busy)
    page = browse().get(f"{UNPLACED}/req_a")
    assert page.status_code == 503
    assert "Another question is being answered." in text_of(page)


def test_a_request_that_is_placed_is_said_to_be(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedies, "advise", lambda *_: _advice(placed=True))
    assert "The request has a place in this plan" in text_of(browse().get(f"{UNPLACED}/req_a"))
    assert browse(Role.INSTITUTION).get(f"{UNPLACED}/req_a").status_code == 403


def test_answers_of_students_are_counted_and_found_where_the_term_asks(browse: Browse, store: Session) -> None:
    with store:
        store.get_one(Term, "trm_a").students_answer_by = dt.date(2099, 1, 1)
        placement = store.get_one(Placement, "pla_a")
        placement.start, placement.student_answer = IsoWeek.of(today()).plus(3), StudentAnswer.DECLINED
        placement.student_answered_at, placement.student_reason = now(), StudentReason.CLASH
        store.commit()
    browser = browse(Role.INSTITUTION)
    said = text_of(browser.get(f"{PLACED}?answer=declined"))
    assert "0 come , 1 cannot come , 0 have not answered" in said
    assert "cannot come clashes with other studies" in said
    assert "Remove answer" in said
    assert "No placements match." in text_of(browser.get(f"{PLACED}?answer=unanswered"))
    assert "clashes" not in text_of(browse(Role.COORDINATOR).get(PLACED))
    with store:
        end(store.get_one(Placement, "pla_a"))
        store.commit()
    assert "no supervisor cannot come" in text_of(browser.get(f"{PLACED}?status=all"))


SCENARIO: dict[str, object] = {
    "offers": [{"offer_id": "off_a", "places": 1, "first_week": "2027-W01", "last_week": "2027-W05"}],
    "agreements": [],
}


def keep(store: Session, request: str, state: RemedyState, *scenarios: dict[str, object] | None) -> None:
    """Keep for a request a remedy for each scenario, the first the cheapest; one without can only be shown."""
    with store:
        plan = store.exec(select(Plan).where(Plan.run_id == "run_over")).one()
        spot = {"request_id": request, "unit_id": "unt_a", "start": "2027-W01", "supervisor_id": None}
        remedies = [
            {
                "kinds": ["places"],
                "placement": spot,
                "moves": [],
                "objective_before": 10,
                "objective_after": number,
                "smallest": True,
                "scenario": scenario,
                "sentences": [{"sv": f"ändring {number} vid unt_a", "en": f"change {number} at unt_a"}],
            }
            for number, scenario in reversed(list(enumerate(scenarios)))
        ]
        answer = {"placed": False, "sentences": [], "remedies": remedies} if state is RemedyState.DONE else None
        moment = now() if state in {RemedyState.DONE, RemedyState.FAILED} else None
        store.add(
            KeptRemedies(plan_id=plan.id, request_id=request, turn=0, state=state, answer=answer, worked_out_at=moment)
        )
        store.commit()


def test_from_an_unplaced_student_to_a_what_if_with_the_cheapest_change_takes_three_clicks(
    browse: Browse, store: Session
) -> None:
    keep(store, "req_a", RemedyState.DONE, None, SCENARIO)
    keep(store, "req_b", RemedyState.WAITING)
    browser = browse()
    page = browser.get(UNPLACED)
    said = text_of(page)
    assert "Change 1 at Tallgården" in said  # change 0 is cheaper, and cannot be tried
    assert "1 of 2 done" in said
    assert "Not yet. Work out now" in said
    assert "All 2 changes" in said
    address = unescape(re.findall(r'href="([^"]*/try[^"]*)"', page.text)[0])
    trial = browser.get(address)
    assert "Change 1 at Tallgården" in text_of(trial)
    assert trial.text.count("<button") == 2  # to sign out, and to start
    sent = unescape(re.findall(r'name="scenario" value="([^"]*)"', trial.text)[0])
    started = browser.send(f"{UNPLACED}/req_a", {"scenario": sent, "run": "run_over"})
    assert "done=started" in leads_to(started)
    with store:
        run = store.exec(select(Run).order_by(col(Run.requested_at).desc())).first()
        assert run is not None
        assert run.options["scenario"]["offers"][0]["offer_id"] == "off_a"


@pytest.mark.parametrize(
    ("state", "scenarios", "told"),
    [
        (RemedyState.DONE, [], "No single change helps. Show"),
        (RemedyState.DONE, [None], "Change 0 at Tallgården Show"),
        (RemedyState.FAILED, [], "Could not be worked out. Work out now"),
        (RemedyState.GIVEN_UP, [], "Work out now"),
    ],
)
def test_a_row_says_what_is_known_of_what_helps(
    browse: Browse, store: Session, state: RemedyState, scenarios: list[None], told: str
) -> None:
    keep(store, "req_a", state, *scenarios)
    page = browse().get(f"{UNPLACED}?request=req_a")
    assert told in text_of(page)
    assert "in the background" not in text_of(page)
    assert "/try" not in page.text


def test_what_cannot_be_tried_leads_to_what_would_help(browse: Browse, store: Session) -> None:
    keep(store, "req_a", RemedyState.DONE, None)
    browser = browse()
    for address in ("req_a/try?run=run_over", "req_a/try?run=run_over&remedy=9", "req_b/try?run=run_over"):
        led = browser.get(f"{UNPLACED}/{address}")
        assert (led.status_code, "/try" in led.headers["location"]) == (303, False)
    assert browse(Role.INSTITUTION).get(f"{UNPLACED}/req_a/try?run=run_over").status_code == 403
    assert browser.get(f"{UNPLACED}/req_a/try?run=run_none").status_code == 404
