"""Who comes to a unit, week by week; many are accepted or declined at once, and nobody is declined by mistake."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlmodel import Session, select

from placement.callers import Role
from placement.tables import Action, AuditEntry, EndReason, Placement, PlacementStatus, ProtectedStudent, Term
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database
INCOMING = "/terms/VT2027/incoming"
_TICK = re.compile(r'name="(p\.[a-z]+_[0-9a-z]+)" value="(\d+)"')


def placement_of(store: Session, name: str = "pla_a") -> Placement:
    row = store.get_one(Placement, name, populate_existing=True)
    store.expunge(row)
    store.rollback()
    return row


def test_a_unit_sees_who_comes_and_that_it_has_been_seen_is_logged(browse: Browse, store: Session) -> None:
    page = browse(Role.UNIT).get(INCOMING)
    said = text_of(page)
    assert "Begin in week 53, 28 December 2026" in said
    assert "Karolinska Institutet 1SJ021 T2 Tallgården week 53–4 nobody named waits for an answer" in said
    assert "pla_b" not in page.text
    assert "ki-0001" not in page.text  # only the lärosäte reads the pseudonym
    seen = select(AuditEntry).where(AuditEntry.object_id == INCOMING, AuditEntry.action == Action.READ)
    assert len(store.exec(seen).all()) == 1


def test_a_coordinator_sees_all_and_filters_by_week_unit_and_answer(browse: Browse) -> None:
    browser = browse()
    assert "Avdelning 7" in text_of(browser.get(INCOMING))
    assert "Avdelning 7" not in text_of(browser.get(f"{INCOMING}?unit=unt_a"))
    assert "2 placements" in text_of(browser.get(f"{INCOMING}?week=2026-W53&show=unanswered"))
    assert "Nobody fits. Show all" in text_of(browser.get(f"{INCOMING}?week=2027-W01"))
    assert browser.get(f"{INCOMING}?week=later").status_code == 404


def test_before_anything_is_published_the_page_says_when_it_will_be(browse: Browse) -> None:
    browser = browse(Role.PROVIDER, "sv")
    swedish = text_of(browser.get("/terms/HT2031/incoming"))
    assert "planen publiceras senast 31 juli 2031" in swedish
    assert "Ingen är placerad hos er än." in swedish
    english = text_of(browser.get("/terms/HT2031/incoming?language=en"))
    assert not any(word in english for word in ("Ingen", "planen", "Vilka", "Till platserna"))
    assert browse(Role.INSTITUTION).get(INCOMING).status_code == 403


def test_once_the_plan_is_published_a_provider_with_nobody_is_told_that_it_is(browse: Browse, store: Session) -> None:
    for placement in store.exec(select(Placement)).all():
        placement.status, placement.reason = PlacementStatus.CANCELLED, EndReason.REQUEST_WITHDRAWN
    store.commit()
    said = text_of(browse(Role.PROVIDER).get(INCOMING))
    assert "VT2027 · nobody is placed with you" in said
    assert "The plan is published, and nobody is placed with you." in said


def test_those_chosen_are_accepted(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    chosen = dict(_TICK.findall(browser.get(INCOMING).text))
    assert list(chosen) == ["p.pla_a"]
    answer = browser.send(INCOMING, {**chosen, "do": "accept"})
    assert leads_to(answer) == f"{INCOMING}?done=placements-accepted"
    assert placement_of(store).status is PlacementStatus.ACCEPTED


def test_declining_needs_a_reason_and_is_asked_about_once_more(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    chosen = dict(_TICK.findall(browser.get(INCOMING).text))
    assert "Choose one placement at least." in text_of(browser.send(INCOMING, {"do": "accept"}))
    without = browser.send(INCOMING, {**chosen, "do": "decline"})
    assert (without.status_code, "Choose a reason to decline." in text_of(without)) == (422, True)
    assert "checked" in without.text
    asked = browser.send(INCOMING, {**chosen, "do": "decline", "reason": "no-supervisor"})
    assert "Decline 1 placement? Reason: no supervisor." in text_of(asked)
    assert placement_of(store).status is PlacementStatus.PUBLISHED
    done = browser.send(INCOMING, {**chosen, "do": "decline", "reason": "no-supervisor", "sure": "yes"})
    assert leads_to(done).endswith("done=placements-declined")
    assert (placement_of(store).status, placement_of(store).reason) == (
        PlacementStatus.DECLINED,
        EndReason.NO_SUPERVISOR,
    )


@pytest.mark.parametrize("reason", [{}, {"reason": "other"}])
def test_nobody_is_asked_whether_to_decline_what_is_not_theirs(browse: Browse, reason: dict[str, str]) -> None:
    asked = browse(Role.PROVIDER).send(INCOMING, {"p.pla_a": "1", "p.pla_b": "1", "do": "decline", **reason})
    assert asked.status_code == 404


def test_what_cannot_be_answered_is_said_and_the_rest_is_answered(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    sent = {"p.pla_a": "1", "p.pla_b": "1", "do": "accept"}
    refused = browser.send(INCOMING, sent)
    assert (refused.status_code, "The placement is no longer there." in text_of(refused)) == (422, True)
    assert placement_of(store).status is PlacementStatus.ACCEPTED
    stale = browser.send(INCOMING, {"p.pla_a": "1", "do": "decline", "reason": "other", "sure": "yes"})
    assert "Nothing is overwritten." in text_of(stale)
    twice = browser.send(INCOMING, {"p.pla_a": "2", "do": "accept"})
    assert twice.status_code == 303  # the same answer again is no fault
    over = browser.send(INCOMING, {"p.pla_a": "2", "do": "decline", "reason": "other", "sure": "yes"})
    assert over.status_code == 303
    late = browser.send(INCOMING, {"p.pla_a": "3", "do": "accept"})
    assert "A placement with the status" in text_of(late)


def test_a_student_with_a_protected_identity_is_one_student_and_is_answered(browse: Browse, store: Session) -> None:
    store.add(ProtectedStudent(student_id="stu_a", contact_function="VFU office", contact_email="vfu@ki.example.se"))
    store.commit()
    browser = browse(Role.UNIT)
    page = browser.get(INCOMING)
    assert "One student" in text_of(page)
    assert "VFU office, vfu@ki.example.se" in text_of(page)
    assert not any(name in page.text for name in ("pla_a", "stu_a", "1SJ021"))
    assert "One student" not in text_of(browser.get(f"{INCOMING}?week=2027-W01"))
    chosen = dict(_TICK.findall(page.text))
    assert browser.send(INCOMING, {**chosen, "do": "accept"}).status_code == 303
    assert placement_of(store).status is PlacementStatus.ACCEPTED


def test_whether_the_student_comes_stands_beside_the_units_answer_where_the_term_asks(
    browse: Browse, store: Session
) -> None:
    browser = browse(Role.UNIT)
    assert "The student" not in text_of(browser.get(INCOMING))
    store.get_one(Term, "trm_a").students_answer_by = dt.date(2099, 1, 1)
    store.commit()
    said = text_of(browser.get(INCOMING))
    assert "Your answer The student" in said
    assert "waits for an answer not answered" in said
    store.get_one(Placement, "pla_a").status = PlacementStatus.COMPLETED
    store.commit()
    assert "completed –" in text_of(browser.get(INCOMING))
