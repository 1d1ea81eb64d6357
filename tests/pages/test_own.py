"""The pages of one student and one supervisor at secret addresses: where, when, who and how far, and nobody else's."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, delete, select

from placement.callers import Caller, Role
from placement.clock import now, today
from placement.database import open_session
from placement.outgoing import calendars, student_pages
from placement.tables import (
    AuditEntry,
    CalendarSubject,
    EndReason,
    LedgerEntry,
    Placement,
    PlacementStatus,
    Plan,
    Publication,
    Request,
    RequestStatus,
    Run,
    RunMode,
    StudentAnswer,
    StudentPage,
    StudentReason,
    Supervisor,
    Term,
    Unit,
)
from placement_solver.weeks import IsoWeek
from tests.api.world import OUR_INSTITUTION, OUR_PROVIDER, World
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

SWEDISH = ("Ungefär", "minuter", "Handledare", "vecka", "Tidigare", "Lägg till", "Enheten", "Planen", "Du ")
ENGLISH = {"Accept-Language": "en"}
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
SOON = IsoWeek.of(today()).plus(2)


@pytest.fixture
def store(app: FastAPI, client: TestClient) -> Session:
    """A session in which the student's placement is yet to come."""
    del client  # it has lent the application its database
    session = Session(app.state.engine)
    session.get_one(Placement, "pla_a").start = SOON
    session.get_one(Term, "trm_a").first_week = SOON
    session.commit()
    return session


def end(placement: Placement) -> None:
    """Let a unit decline a placement."""
    placement.status, placement.reason = PlacementStatus.DECLINED, EndReason.NO_SUPERVISOR


def by(world: World, role: Role) -> Caller:
    """Return whoever shows a role's token."""
    token = world.by(role)["Authorization"].split("_")[1]
    return Caller(role, {Role.INSTITUTION: OUR_INSTITUTION, Role.PROVIDER: OUR_PROVIDER}[role], token=token)


@pytest.fixture
def address(store: Session, world: World) -> str:
    """The secret address of our student."""
    with store:
        _, secret = student_pages.open_page(store, by(world, Role.INSTITUTION), "stu_a")
        store.commit()
    return f"/me/{secret}"


@pytest.fixture
def supervisors_address(store: Session, world: World) -> str:
    """The secret address of our supervisor, who has a student."""
    with store:
        supervisor = store.exec(select(Supervisor).where(Supervisor.unit_id == "unt_a")).first()
        assert supervisor is not None
        store.get_one(Placement, "pla_a").supervisor_id = supervisor.id
        given = by(world, Role.PROVIDER), CalendarSubject.SUPERVISOR, supervisor.id
        _, name = calendars.open_calendar(store, *given)
        store.commit()
    return f"/me/{name.removesuffix('.ics')}"


def test_a_student_reads_where_when_and_how_far(client: TestClient, address: str, store: Session) -> None:
    with store:
        line = store.exec(select(LedgerEntry).where(LedgerEntry.placement_id == "pla_a")).first()
        assert line is not None
        minutes = line.minutes
        unit = store.get_one(Unit, "unt_a")
        unit.contact_function, unit.contact_email, unit.contact_phone = "Studentsamordnare", "s@t.example", "08-123 00"
        store.commit()
    page = client.get(address, headers={"Accept-Language": "en"})
    said = text_of(page)
    assert f"About {minutes} minutes from home, one way" in said
    first = SOON.monday()
    assert re.search(rf"Tallgården {first.day}( {first:%B}( {first.year})?)?–", said)
    assert "Studentsamordnare s@t.example 08-123 00" in said
    assert "You are known here as ki-0001, Karolinska Institutet." in said
    assert "waits for the unit to confirm" in said
    assert not [word for word in SWEDISH if word in said]
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "same-origin")
    assert "Ungefär" in text_of(client.get(f"{address}?language=sv"))


@pytest.fixture
def asked(store: Session) -> Session:
    """A term that asks students until the day before the placement begins."""
    with store:
        term = store.get_one(Term, "trm_a")
        term.publish_by, term.students_answer_by = min(term.publish_by, today()), dt.date(2099, 1, 1)
        term.requests_by = term.answers_by = term.outside_answers_by = term.publish_by
        store.commit()
    return store


def form_in(page: httpx2.Response) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    return dict(_HIDDEN.findall(page.text))


def test_a_student_says_yes_with_one_click(client: TestClient, address: str, asked: Session) -> None:
    page = client.get(address, headers=ENGLISH)
    said = text_of(page)
    assert f"Answer by {SOON.monday() - dt.timedelta(days=1):%-d %B} waits for the unit" in said
    assert "Are you coming?" in said
    fields = {**form_in(page), "answer": "accepted"}
    sent = client.post(f"{address}/placements/pla_a", data=fields, headers=ENGLISH, follow_redirects=False)
    assert (sent.status_code, leads_to(sent)) == (303, f"{address}?done=comes")
    said = text_of(client.get(sent.headers["location"], headers=ENGLISH))
    assert "The answer has been saved: you come." in said
    assert "You have answered that you come Answered" in said
    assert "I cannot after all, go to why" in said
    assert not [word for word in SWEDISH if word in said]
    with asked:
        entry = asked.exec(select(AuditEntry).where(AuditEntry.object_id == "pla_a")).one()
        assert entry.actor_organisation == OUR_INSTITUTION


def test_a_student_says_no_with_two_clicks_and_may_change_it(client: TestClient, address: str, asked: Session) -> None:
    del asked
    reasons = client.get(f"{address}/placements/pla_a/reasons", headers=ENGLISH)
    said = text_of(reasons)
    assert "Why can you not come?" in said
    assert "I have other studies at that time I do not take the course" in said
    assert not [word for word in SWEDISH if word in said]
    fields = {**form_in(reasons), "reason": "clash"}
    sent = client.post(f"{address}/placements/pla_a", data=fields, headers=ENGLISH)
    said = text_of(sent)
    assert "You have answered that you cannot come" in said
    assert "Your lärosäte has been told and decides what happens. The place is yours until then." in said
    assert "I am coming after all" in said


def test_after_the_last_day_the_page_says_whom_to_turn_to(client: TestClient, address: str, asked: Session) -> None:
    with asked:
        asked.get_one(Placement, "pla_a").start = IsoWeek.of(today())
        asked.commit()
    said = text_of(client.get(address, headers=ENGLISH))
    assert "You have not answered The last day to answer was" in said
    assert "Turn to Karolinska Institutet." in said
    late = client.get(f"{address}/placements/pla_a/reasons", follow_redirects=False)
    assert late.headers["location"] == address
    fields = {"answer": "accepted", "unit": "unt_a", "start": str(IsoWeek.of(today()))}
    refused = client.post(f"{address}/placements/pla_a", data=fields, headers=ENGLISH)
    assert refused.status_code == 409
    assert "The answer has not been saved The last day to answer was" in text_of(refused)
    with asked:
        placement = asked.get_one(Placement, "pla_a")
        placement.student_answer, placement.student_answered_at = StudentAnswer.DECLINED, now()
        placement.student_reason = StudentReason.OTHER
        asked.commit()
    assert "The place is yours until your lärosäte has cancelled it." in text_of(client.get(address, headers=ENGLISH))


def test_an_answer_from_another_site_or_without_sense_is_refused(
    client: TestClient, address: str, asked: Session
) -> None:
    fields = {"answer": "accepted", "unit": "unt_a", "start": str(SOON)}
    foreign = client.post(f"{address}/placements/pla_a", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    for wrong in ({"answer": "perhaps"}, {"answer": ""}, {"start": "soon"}):
        told = client.post(f"{address}/placements/pla_a", data={**fields, **wrong}, headers=ENGLISH)
        assert (told.status_code, "Choose whether you come or not." in text_of(told)) == (422, True)
        assert client.post(f"{address}/placements/pla_b", data={**fields, **wrong}).status_code == 404
    no = client.post(f"{address}/placements/pla_a", data={**fields, "answer": "declined"}, headers=ENGLISH)
    assert (no.status_code, "Choose the reason that fits best." in text_of(no)) == (422, True)
    assert 'name="reason"' in no.text
    assert client.post(f"{address}/placements/pla_b", data=fields).status_code == 404
    assert client.get(f"{address}/placements/pla_b/reasons").status_code == 404
    assert client.post("/me/nothing/placements/pla_a", data=fields).status_code == 404
    with asked:
        assert asked.get_one(Placement, "pla_a").student_answer is None


def test_the_look_is_logged_as_that_of_whoever_made_the_address(
    client: TestClient, address: str, store: Session
) -> None:
    client.get(address)
    with store:
        look = store.exec(select(AuditEntry).where(AuditEntry.object_id == "/me/{secret}")).one()
        assert (look.people, look.actor_organisation) == (["stu_a"], OUR_INSTITUTION)


def test_a_request_without_a_place_waits(client: TestClient, address: str, store: Session) -> None:
    assert "VFU (crs_asked) You have no place yet." in text_of(client.get(address, headers={"Accept-Language": "en"}))
    with store:
        end(store.get_one(Placement, "pla_a"))
        store.add(Request(term_id="trm_next", student_id="stu_a", course_id="crs_a"))
        store.commit()
    said = text_of(client.get(address, headers={"Accept-Language": "en"}))
    assert said.startswith("You have no place yet")
    assert "T2 (1SJ021) The plan is published by" in said
    assert "Your place is shown here then." in said


def test_what_is_over_stands_last_and_nothing_ahead_is_said(client: TestClient, address: str, store: Session) -> None:
    with store:
        placement = store.get_one(Placement, "pla_a")
        placement.start, placement.weeks = IsoWeek.of(today() - dt.timedelta(weeks=20)), 5
        placement.status = PlacementStatus.COMPLETED
        store.get_one(Request, "req_idle").status = RequestStatus.WITHDRAWN
        store.commit()
    said = text_of(client.get(address, headers={"Accept-Language": "en"}))
    assert "You have no placement ahead" in said
    assert "Earlier Tallgården" in said
    assert "completed" in said


def test_requests_of_terms_that_are_over_do_not_wait(client: TestClient, address: str, store: Session) -> None:
    with store:
        end(store.get_one(Placement, "pla_a"))
        store.get_one(Term, "trm_a").first_week = IsoWeek.of(today() - dt.timedelta(weeks=60))
        store.commit()
    assert "You have no placement ahead" in text_of(client.get(address, headers={"Accept-Language": "en"}))


def test_several_placements_are_cards_in_order_with_what_was_wished(
    client: TestClient, address: str, store: Session
) -> None:
    with store:
        first = store.get_one(Placement, "pla_a")
        second = {**first.model_dump(), "id": "pla_second", "request_id": "req_idle", "start": SOON.plus(6)}
        store.add(Placement(**second))
        for line in store.exec(select(LedgerEntry).where(LedgerEntry.placement_id == "pla_a")):
            line.possible_wishes, line.wish_rank = 3, 1
        store.commit()
    said = text_of(client.get(address, headers={"Accept-Language": "en"}))
    assert "this is number 2 of 3" in said
    assert f"{SOON.plus(6).monday():%-d %B}–" in said
    with store:
        for line in store.exec(select(LedgerEntry).where(LedgerEntry.placement_id == "pla_a")):
            line.wish_rank = 3
        store.commit()
    assert "None of the 3 possible units" in text_of(client.get(address, headers={"Accept-Language": "en"}))


UNMET: list[dict[str, Any]] = [
    {"unit": "unt_city", "rule": None, "full": ["capacity", "supervisor-load"], "busy": True},
    {"unit": "unt_away", "rule": "agreement", "full": [], "busy": False},
    {"unit": "unt_gone", "rule": None, "full": [], "busy": False},
    {"unit": "unt_gone", "rule": "a-newer-rule", "full": [], "busy": False},
]


@pytest.mark.parametrize(
    ("mode", "made"),
    [
        (RunMode.PLAN, "The plan was made for all students together. No plan can be more than"),
        (RunMode.REPAIR, "The plan in force was changed as little as possible."),
        (RunMode.FILL, "Those without a place were planned together, and nobody else was moved."),
        (RunMode.WAITING_LIST, "Those who waited for a place got one in the order of the queue"),
    ],
)
def test_why_just_this_place_is_told_wish_by_wish(
    client: TestClient, address: str, store: Session, mode: RunMode, made: str
) -> None:
    with store:
        for line in store.exec(select(LedgerEntry).where(LedgerEntry.placement_id == "pla_a")):
            line.unmet_wishes, line.possible_wishes, line.wish_rank = UNMET, 3, 1
        placement = store.get_one(Placement, "pla_a")
        placement.supervisor_id = None
        run = store.get_one(Run, store.get_one(Publication, placement.publication_id).run_id)
        run.mode = mode
        plan = store.exec(select(Plan).where(Plan.run_id == run.id)).one()
        plan.objective, plan.bound = 1000, 999
        store.commit()
    said = text_of(client.get(address, headers={"Accept-Language": "en"}))
    assert "Why just this place This is your wish number 5." in said
    city = "the places were taken, the supervisors had no time for more or you are placed elsewhere"
    assert f"{city} in all the weeks when the course can be." in said
    assert "Your wish number 2" in said
    assert "no agreement between your lärosäte and the provider holds there" in said
    assert "it had room, but the plan weighed everybody's journeys" in said
    assert "the rules do not allow it for you" in said
    assert "an agreement with your lärosäte, and a place" in said or "and a place in every week" in said
    assert "with the training that the course requires" not in said
    assert made in said


def test_a_place_that_no_plan_gave_has_no_reasons(client: TestClient, address: str, store: Session) -> None:
    with store:
        for line in store.exec(select(LedgerEntry).where(LedgerEntry.placement_id == "pla_a")):
            line.unmet_wishes, line.possible_wishes = None, 0
            line.wish_rank = 0
        store.commit()
    assert "Why just this place" not in text_of(client.get(address, headers={"Accept-Language": "en"}))


def test_the_same_address_is_a_calendar(client: TestClient, address: str) -> None:
    calendar = client.get(f"{address}/calendar.ics", headers={"Accept-Language": "en"})
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "UID:pla_a@placement" in calendar.text
    assert "UID:pla_b@placement" not in calendar.text


def test_an_address_that_is_not_there_says_so(client: TestClient, address: str, store: Session) -> None:
    assert client.get("/me/nothing").status_code == 404
    assert client.get("/me/nothing/calendar.ics").status_code == 404
    with store:
        store.exec(delete(StudentPage))
        store.commit()
    assert client.get(address).status_code == 404


def test_a_supervisor_reads_who_comes(client: TestClient, supervisors_address: str) -> None:
    page = client.get(supervisors_address, headers={"Accept-Language": "en"})
    said = text_of(page)
    assert "1 student comes" in said
    assert "A student from Karolinska Institutet , nurse" in said
    assert "ki-0001" not in said
    assert "answer" not in said
    assert not [word for word in SWEDISH if word in said]
    feed = page.text.split('href="http://testserver')[1].split('"')[0].replace("&amp;", "&")
    assert "UID:pla_a@placement" in client.get(feed).text


def test_a_supervisor_reads_whether_the_student_comes(
    client: TestClient, supervisors_address: str, asked: Session
) -> None:
    assert "The student’s answer: not answered" in text_of(client.get(supervisors_address, headers=ENGLISH))
    with asked:
        placement = asked.get_one(Placement, "pla_a")
        placement.student_answer, placement.student_answered_at = StudentAnswer.DECLINED, now()
        placement.student_reason = StudentReason.CLASH
        asked.commit()
    said = text_of(client.get(supervisors_address, headers=ENGLISH))
    assert "The student’s answer: cannot come" in said
    assert "clash" not in said


def test_a_supervisor_without_students_is_told_to_keep_the_address(
    client: TestClient, supervisors_address: str, store: Session
) -> None:
    with store:
        end(store.get_one(Placement, "pla_a"))
        store.commit()
    said = text_of(client.get(f"{supervisors_address}?language=sv"))
    assert "Ingen student är på väg till dig" in said
    assert "Spara adressen" in said


def test_a_units_calendar_is_no_page(client: TestClient, store: Session, world: World) -> None:
    with store:
        given = by(world, Role.PROVIDER), CalendarSubject.UNIT, "unt_a"
        _, name = calendars.open_calendar(store, *given)
        store.commit()
    assert client.get(f"/me/{name.removesuffix('.ics')}").status_code == 404


@pytest.mark.parametrize(("role", "said"), [(Role.STUDENT, "My placement"), (Role.SUPERVISOR, "My students")])
def test_who_signs_in_as_a_student_or_a_supervisor_is_told_where_their_page_is(
    browse: Browse, role: Role, said: str
) -> None:
    page = text_of(browse(role).get("/me"))
    assert said in page
    assert "your own page" in page
    assert not [word for word in SWEDISH if word in page]


def test_others_are_led_to_where_they_begin(browse: Browse, app: FastAPI) -> None:
    assert browse(Role.INSTITUTION).get("/me").headers["location"].endswith("/requests")
    with open_session(app.state.engine) as session:
        assert session.get(Placement, "pla_a") is not None
