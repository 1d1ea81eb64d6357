"""A check list tells what a term still lacks, from an empty term to one that can be planned."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.errors import NotAllowedError, NotFoundError
from placement.planning.readiness import MOST_ITEMS, judge_readiness
from placement.tables import (
    Agreement,
    AgreementUnit,
    AgreementVolume,
    CapacityOffer,
    Course,
    CourseWindow,
    OfferStatus,
    OfferWeek,
    Request,
    RequestStatus,
    Supervisor,
    Training,
    Unit,
)
from tests.rows import WEEK


def found(store: Session) -> dict[str, tuple[str, int, list[str]]]:
    """Return every finding by code: its severity, its count and what its rows are called."""
    store.flush()
    return {
        finding.code: (finding.severity, finding.count, [item.name for item in finding.items])
        for finding in judge_readiness(store, SYSTEM, "trm_a").findings
    }


@pytest.fixture
def ready(store: Session) -> Session:
    """A term in which the one request can be placed."""
    store.get_one(CapacityOffer, "off_a").every_institution = True
    for week in store.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_a")):
        store.delete(week)
    store.flush()
    store.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(6))
    for request in store.exec(select(Request).where(Request.id != "req_a")):
        request.status = RequestStatus.WITHDRAWN
    store.get_one(Request, "req_a").status = RequestStatus.OPEN
    store.flush()
    return store


def test_a_term_that_lacks_nothing_that_blocks_is_ready(ready: Session) -> None:
    judged = judge_readiness(ready, SYSTEM, "trm_a")
    assert judged.ready, judged.findings


def test_a_term_without_requests_and_places_says_both(ready: Session) -> None:
    ready.get_one(Request, "req_a").status = RequestStatus.WITHDRAWN
    offer = ready.get_one(CapacityOffer, "off_a")
    offer.status, offer.answered_at = OfferStatus.UNANSWERED, None
    told = found(ready)
    assert told["no-requests"] == ("blocking", 0, [])
    assert told["no-places"][0] == "blocking"
    assert told["units-unanswered"][0] == "warning"
    assert "Tallgården" in told["units-unanswered"][2]


def test_a_course_without_windows_is_named_with_its_requests(ready: Session) -> None:
    ready.delete(ready.get_one(CourseWindow, ("crs_a", "trm_a", WEEK)))
    assert found(ready)["courses-without-windows"] == ("blocking", 1, ["T2"])


def test_a_course_whose_kind_nobody_offers_is_named(ready: Session) -> None:
    ready.get_one(Course, "crs_a").kinds = ["psychiatry"]
    assert found(ready)["courses-without-places"] == ("blocking", 1, ["T2"])


def test_a_pair_without_an_agreement_is_named_with_how_many_students_ask(ready: Session) -> None:
    for unit in ready.exec(select(AgreementUnit)):
        ready.delete(unit)
    for agreement in ready.exec(select(Agreement).where(Agreement.institution_id == "org_ki")):
        agreement.professions = ["midwife"]
    severity, count, pairs = found(ready)["no-agreement"]
    assert (severity, count) == ("blocking", 1)
    assert [pair.endswith(": 1") for pair in pairs] == [True]


def test_a_course_that_requires_training_that_nobody_has_is_named(ready: Session) -> None:
    ready.get_one(Course, "crs_a").supervision_credits = 30
    assert found(ready)["no-supervisor"] == ("blocking", 1, ["T2"])
    ready.get_one(Course, "crs_a").supervision_credits = 0
    ready.get_one(Supervisor, "sup_a").every_week = True
    assert "no-supervisor" not in found(ready)


def test_units_without_an_offer_agreements_for_a_part_and_trainings_that_expire_are_warnings(ready: Session) -> None:
    ready.get_one(Agreement, "agr_a").valid_to = WEEK.plus(10).sunday()
    for volume in ready.exec(select(AgreementVolume)):
        ready.delete(volume)
    for training in ready.exec(select(Training)):
        training.expires_on = WEEK.plus(2).sunday()
        training.completed_on = dt.date(2020, 1, 1)
    told = found(ready)
    units = ready.exec(select(Unit.name).where(Unit.id.not_in(["unt_a"]))).all()  # type: ignore[attr-defined]
    assert told["units-without-offers"][1] <= len(units)
    assert told["agreements-for-a-part"][0] == "warning"
    assert told["agreements-without-volume"][1] >= 1
    assert told["trainings-expire"][0] == "warning"


def test_fewer_places_than_asked_are_counted_by_profession(ready: Session) -> None:
    for week in ready.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_a")):
        week.places = 0
    next(iter(ready.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_a")))).places = 1
    assert found(ready)["fewer-places-than-asked"] == ("warning", 5, ["sjuksköterska: 1/6"])


def test_only_a_coordinator_sees_it_and_only_of_a_term_that_exists(ready: Session) -> None:
    with pytest.raises(NotAllowedError):
        judge_readiness(ready, Caller(Role.INSTITUTION, organisation="org_ki"), "trm_a")
    with pytest.raises(NotFoundError):
        judge_readiness(ready, SYSTEM, "trm_none")
    assert all(len(each.shown) <= MOST_ITEMS for each in judge_readiness(ready, SYSTEM, "trm_a").findings)
