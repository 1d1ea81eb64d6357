"""A unit offers places, declines with a reason or does not answer, and only the parties concerned see which."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register import capacity
from placement.tables import DeclineReason, OfferStatus
from placement_solver.weeks import IsoWeek
from tests.placement.sides import (
    AUDITOR,
    COORDINATOR,
    INSTITUTION,
    OTHER_INSTITUTION,
    PROVIDER,
    STRANGER,
    STUDENT,
    UNIT,
    entries,
)

W53, W01, W02 = IsoWeek(2026, 53), IsoWeek(2027, 1), IsoWeek(2027, 2)
NEW: dict[str, Any] = {
    "term_id": "trm_a",
    "unit_id": "unt_a",
    "professions": ["nurse", "physician"],
    "institutions": None,
    "status": OfferStatus.ANSWERED,
    "decline_reason": None,
    "weeks": {W53: 2, W01: 3},
}
NO = {**NEW, "status": OfferStatus.DECLINED, "decline_reason": DeclineReason.REBUILDING, "weeks": {}}
SILENT = {**NEW, "status": OfferStatus.UNANSWERED, "weeks": {}}


@pytest.mark.parametrize("by", [COORDINATOR, PROVIDER, UNIT])
def test_those_who_look_after_a_unit_offer_its_places_week_by_week(store: Session, by: Caller) -> None:
    made = capacity.offer_places(store, by, NEW)
    offer = capacity.show_offer(store, by, made.row.id)
    assert offer.weeks == {W53: 2, W01: 3}
    assert offer.institutions is None
    assert offer.row.answered_at is not None


def test_an_offer_and_its_weeks_leave_their_marks_in_the_audit_trail(store: Session) -> None:
    offer = capacity.offer_places(store, UNIT, {**NEW, "institutions": ["org_ki"]})
    assert entries(store) == [
        ("created", "capacity_offer", offer.row.id),
        ("created", "offer_week", f"{offer.row.id}/2026-W53"),
        ("created", "offer_week", f"{offer.row.id}/2027-W01"),
        ("created", "offer_institution", f"{offer.row.id}/org_ki"),
    ]


def test_to_say_no_and_to_be_silent_are_different_things(store: Session) -> None:
    declined = capacity.offer_places(store, UNIT, NO).row
    silent = capacity.offer_places(store, COORDINATOR, SILENT).row
    assert (declined.decline_reason, declined.answered_at is None) == (DeclineReason.REBUILDING, False)
    assert (silent.decline_reason, silent.answered_at is None) == (None, True)
    found = capacity.list_offers(store, UNIT, status=OfferStatus.DECLINED)
    assert [offer.row.id for offer in found.rows] == [declined.id]


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (COORDINATOR, {"off_a", "off_b"}),
        (INSTITUTION, {"off_a"}),
        (OTHER_INSTITUTION, {"off_b"}),
        (PROVIDER, {"off_a"}),
        (STRANGER, {"off_b"}),
        (UNIT, {"off_a"}),
    ],
)
def test_an_offer_is_seen_by_its_unit_and_by_those_it_is_kept_for(store: Session, by: Caller, seen: set[str]) -> None:
    assert {offer.row.id for offer in capacity.list_offers(store, by).rows} == seen


def test_an_offer_for_everybody_is_seen_by_every_institution(store: Session) -> None:
    offer = capacity.offer_places(store, UNIT, NEW)
    assert capacity.show_offer(store, OTHER_INSTITUTION, offer.row.id).weeks == {W53: 2, W01: 3}


def test_offers_are_found_by_term_and_unit(store: Session) -> None:
    assert capacity.list_offers(store, COORDINATOR, term="trm_a").total == 2
    assert capacity.list_offers(store, COORDINATOR, term="trm_none").total == 0
    assert capacity.list_offers(store, COORDINATOR, unit="unt_b").total == 1


def test_a_week_that_is_not_named_keeps_its_places_and_one_named_without_places_loses_them(store: Session) -> None:
    made = capacity.offer_places(store, UNIT, {**NEW, "weeks": {W53: 2, W01: 3, W02: None}}).row.id
    assert capacity.change_offer(store, UNIT, made, {"weeks": {W02: 0}}).weeks == {W53: 2, W01: 3, W02: 0}
    assert capacity.change_offer(store, UNIT, made, {"weeks": {W01: None}}).weeks == {W53: 2, W02: 0}


def test_weeks_are_replaced_as_a_whole_where_that_is_asked_and_the_version_moves_on_once(store: Session) -> None:
    made = capacity.offer_places(store, UNIT, NEW).row.id
    offer = capacity.replace_offer(store, UNIT, made, {**NEW, "weeks": {W01: 5, W02: 1}})
    assert offer.weeks == {W01: 5, W02: 1}
    assert offer.row.version == 2
    assert [action for action, kind, _ in entries(store) if kind == "offer_week"] == [
        "created",
        "created",
        "removed",
        "changed",
        "created",
    ]


def test_the_institutions_of_an_offer_are_part_of_its_version(store: Session) -> None:
    offer = capacity.change_offer(store, UNIT, "off_a", {"institutions": ["org_b", "org_ki"]})
    assert (offer.institutions, offer.row.version) == (("org_b", "org_ki"), 2)
    opened = capacity.change_offer(store, UNIT, "off_a", {"institutions": None})
    assert (opened.institutions, opened.row.version) == (None, 3)


def test_an_offer_that_becomes_a_no_loses_its_places(store: Session) -> None:
    said = {"status": OfferStatus.DECLINED, "decline_reason": DeclineReason.NO_SUPERVISOR}
    assert capacity.change_offer(store, UNIT, "off_a", said).weeks == {}


def test_a_no_that_becomes_an_offer_loses_its_reason(store: Session) -> None:
    declined = capacity.offer_places(store, UNIT, NO).row.id
    changed = capacity.change_offer(store, UNIT, declined, {"status": OfferStatus.ANSWERED, "weeks": {W02: 1}})
    assert (changed.row.decline_reason, changed.weeks) == (None, {W02: 1})


def test_only_a_new_answer_has_a_new_moment(store: Session) -> None:
    before = capacity.show_offer(store, UNIT, "off_a").row.answered_at
    assert capacity.change_offer(store, UNIT, "off_a", {"professions": ["midwife"]}).row.answered_at == before
    assert capacity.change_offer(store, UNIT, "off_a", {"weeks": {W02: 9}}).row.answered_at != before
    unsaid = capacity.change_offer(store, UNIT, "off_a", {"status": OfferStatus.UNANSWERED})
    assert unsaid.row.answered_at is None


def test_the_same_answer_again_is_not_a_new_answer(store: Session) -> None:
    offer = capacity.show_offer(store, UNIT, "off_a")
    before, version = offer.row.answered_at, offer.row.version
    again = {"status": offer.row.status, "weeks": dict(offer.weeks), "institutions": list(offer.institutions or ())}
    same = capacity.change_offer(store, UNIT, "off_a", again).row
    assert (same.answered_at, same.version) == (before, version)
    assert entries(store) == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"weeks": {IsoWeek(2026, 52): 1}}, "/weeks/0/week"),
        ({"weeks": {W53: 1, IsoWeek(2027, 20): 1}}, "/weeks/1/week"),
        ({"institutions": ["org_ki", "org_city"]}, "/institutions/1"),
        ({"institutions": ["org_none"]}, "/institutions/0"),
        ({"status": OfferStatus.DECLINED, "weeks": {}}, "/decline_reason"),
        ({"decline_reason": DeclineReason.OTHER}, "/decline_reason"),
        ({**NO, "weeks": {W53: 1}}, "/weeks"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(store: Session, wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidError) as refused:
        capacity.offer_places(store, UNIT, {**NEW, **wrong})
    assert refused.value.faults[0].pointer == pointer
    with pytest.raises(InvalidError):
        capacity.change_offer(store, UNIT, "off_a", wrong)


@pytest.mark.parametrize(
    ("by", "wrong", "pointer"),
    [
        (COORDINATOR, {"term_id": "trm_none"}, "/term_id"),
        (COORDINATOR, {"unit_id": "unt_none"}, "/unit_id"),
        (UNIT, {"unit_id": "unt_free"}, "/unit_id"),
        (PROVIDER, {"unit_id": "unt_b"}, "/unit_id"),
    ],
)
def test_nobody_offers_the_places_of_a_unit_that_is_not_theirs(
    store: Session, by: Caller, wrong: dict[str, str], pointer: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        capacity.offer_places(store, by, {**NEW, **wrong})
    assert refused.value.faults[0].pointer == pointer


@pytest.mark.parametrize("moved", [{"unit_id": "unt_free"}, {"term_id": "trm_b"}])
def test_an_offer_stays_with_its_term_and_its_unit(store: Session, moved: dict[str, str]) -> None:
    with pytest.raises(InvalidError):
        capacity.change_offer(store, COORDINATOR, "off_a", moved)


def test_a_withdrawn_offer_is_gone_with_its_weeks(store: Session) -> None:
    capacity.withdraw_offer(store, PROVIDER, "off_a")
    store.commit()
    with pytest.raises(NotFoundError):
        capacity.show_offer(store, COORDINATOR, "off_a")


@pytest.mark.parametrize("by", [INSTITUTION, STUDENT, AUDITOR])
def test_those_who_offer_no_care_change_no_offer(store: Session, by: Caller) -> None:
    attempts = (
        lambda: capacity.offer_places(store, by, NEW),
        lambda: capacity.change_offer(store, by, "off_a", {}),
        lambda: capacity.withdraw_offer(store, by, "off_a"),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            attempt()
