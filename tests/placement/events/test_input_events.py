"""Input events: each party gets events about its own input, and none about what did not change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.events.feed import read_feed
from placement.planning.lottery import draw_lottery
from placement.register import agreements, capacity, requests, supervision
from placement.register.notices import give_notice
from placement.tables import DeclineReason, OfferStatus, Request, RequestStatus, Student
from tests.api.world import rows
from tests.rows import WEEK

KI, OTHER = (Caller(Role.INSTITUTION, organisation=name) for name in ("org_ki", "org_b"))
CITY, FAR = (Caller(Role.PROVIDER, organisation=name) for name in ("org_city", "org_far"))
WARD = Caller(Role.UNIT, unit="unt_a")

OFFER = {
    "id": "off_new",
    "term_id": "trm_a",
    "unit_id": "unt_a",
    "professions": ["nurse"],
    "status": OfferStatus.ANSWERED,
    "weeks": {WEEK: 2},
    "institutions": None,
}
SUPERVISOR = {"id": "sup_new", "unit_id": "unt_a", "external_id": "h-77", "profession": "nurse", "weeks": None}
TRAINING = {"course": "Handledning", "credits": 7.5, "completed_on": dt.date(2020, 1, 1)}
AGREEMENT = {
    "id": "agr_new",
    "institution_id": "org_ki",
    "provider_id": "org_city",
    "professions": ["speech-therapist"],
    "valid_from": dt.date(2026, 1, 1),
    "units": None,
    "volumes": [],
    "clauses": [],
}


@pytest.fixture
def county(session: Session) -> Session:
    """A county with two of everything, and a student of the first lärosäte without requests."""
    session.add_all(rows())
    session.add(Student(id="stu_new", cohort_id="coh_a", institution_id="org_ki", external_id="k-9", lat=59, lon=18))
    session.flush()
    return session


def heard(session: Session, by: Caller, subject_id: str) -> list[tuple[str, list[str]]]:
    """Return the events that a caller gets about an object, with the fields that changed."""
    return [(event.kind, event.details["changed"]) for event in read_feed(session, by, subject_id=subject_id)]


def ask(session: Session) -> None:
    requests.ask_for_placement(
        session, KI, Request(id="req_new", term_id="trm_a", student_id="stu_new", course_id="crs_a")
    )


def test_a_request_is_told_of_to_its_laerosaete_until_it_is_removed(county: Session) -> None:
    ask(county)
    changed = partial(requests.change_request, county, KI, "req_new")
    changed(preferences=["unt_a"])
    changed(preferences=["unt_a"], status=RequestStatus.OPEN)
    changed(preferences=[], status=RequestStatus.WITHDRAWN)
    changed(status=RequestStatus.OPEN)
    requests.remove_request(county, KI, "req_new")
    story = [
        ("request.created", []),
        ("request.changed", ["preferences"]),
        ("request.withdrawn", ["preferences", "status"]),
        ("request.changed", ["status"]),
        ("request.removed", []),
    ]
    assert heard(county, KI, "req_new") == heard(county, SYSTEM, "req_new") == story
    for stranger in (OTHER, CITY, WARD):
        assert heard(county, stranger, "req_new") == []


def test_an_offer_is_told_of_to_its_unit_and_a_no_as_a_no(county: Session) -> None:
    capacity.offer_places(county, WARD, OFFER)
    changed = partial(capacity.change_offer, county, WARD, "off_new")
    changed({"institutions": ["org_ki"], "professions": ["nurse"]})
    changed({"professions": ["nurse"]})
    changed({"status": OfferStatus.DECLINED, "decline_reason": DeclineReason.OTHER})
    capacity.withdraw_offer(county, WARD, "off_new")
    no = {"status": OfferStatus.DECLINED, "decline_reason": DeclineReason.OTHER, "weeks": {}}
    capacity.offer_places(county, WARD, {**OFFER, "id": "off_no", **no})
    assert heard(county, WARD, "off_no") == [("offer.declined", [])]
    story = [
        ("offer.created", []),
        ("offer.changed", ["everyInstitution", "institutions"]),
        ("offer.declined", ["answeredAt", "declineReason", "status", "weeks"]),
        ("offer.withdrawn", []),
    ]
    assert heard(county, WARD, "off_new") == heard(county, CITY, "off_new") == heard(county, SYSTEM, "off_new") == story
    assert heard(county, FAR, "off_new") == heard(county, KI, "off_new") == []


def test_a_supervisor_is_told_of_to_the_unit_without_who_it_is(county: Session) -> None:
    supervision.name_supervisor(county, WARD, SUPERVISOR)
    changed = partial(supervision.change_supervisor, county, WARD, "sup_new")
    changed({"max_students": 3, "weeks": [WEEK]})
    changed({"max_students": 3})
    guide = supervision.record_training(county, WARD, "sup_new", TRAINING)
    supervision.strike_training(county, WARD, "sup_new", guide.trainings[0].id)
    supervision.remove_supervisor(county, WARD, "sup_new")
    story = [
        ("supervisor.created", []),
        ("supervisor.changed", ["everyWeek", "maxStudents", "weeks"]),
        ("supervisor.changed", ["trainings"]),
        ("supervisor.changed", ["trainings"]),
        ("supervisor.left", []),
    ]
    assert heard(county, WARD, "sup_new") == heard(county, CITY, "sup_new") == story
    assert heard(county, KI, "sup_new") == []
    assert "h-77" not in str([event.details for event in read_feed(county, SYSTEM)])


def test_an_agreement_is_told_of_to_both_its_parties(county: Session) -> None:
    agreements.sign_agreement(county, CITY, AGREEMENT)
    changed = partial(agreements.change_agreement, county, CITY, "agr_new")
    changed({"units": ["unt_a"], "volumes": [{"term_id": "trm_a", "min_student_weeks": 1, "max_student_weeks": 9}]})
    changed({"units": ["unt_a"]})
    give_notice(county, KI, "agr_new", dt.date(2026, 9, 1))
    agreements.remove_agreement(county, SYSTEM, "agr_new")
    story = [
        ("agreement.created", []),
        ("agreement.changed", ["everyUnit", "units", "volumes"]),
        ("agreement.notice-given", []),
        ("agreement.removed", []),
    ]
    assert heard(county, KI, "agr_new") == heard(county, CITY, "agr_new") == heard(county, SYSTEM, "agr_new") == story
    for stranger in (OTHER, FAR, WARD):
        assert heard(county, stranger, "agr_new") == []


def test_everyone_hears_that_lots_have_been_drawn_and_how_many(county: Session) -> None:
    ask(county)
    draw = draw_lottery(county, SYSTEM, "trm_a")
    for by in (KI, OTHER, CITY, FAR, WARD):
        [told] = read_feed(county, by, kind="lottery.drawn")
        assert told.details == {"termId": "trm_a", "drawId": draw.id, "students": draw.students}


@pytest.mark.parametrize(
    "refused",
    [
        partial(requests.change_request, by=OTHER, request_id="req_a", status=RequestStatus.WITHDRAWN),
        partial(capacity.withdraw_offer, by=FAR, offer_id="off_a"),
    ],
)
def test_what_is_refused_is_not_told_of(refused: Callable[..., Any], county: Session) -> None:
    before = len(read_feed(county, SYSTEM))
    with pytest.raises(Exception, match="There is no"):
        refused(county)
    assert len(read_feed(county, SYSTEM)) == before
