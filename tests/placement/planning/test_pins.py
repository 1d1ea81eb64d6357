"""Pins: what a coordinator decides by hand."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.planning import pins
from placement.tables import (
    Action,
    Agreement,
    AuditEntry,
    BlockedUnit,
    OfferWeek,
    Pin,
    Request,
    RequestStatus,
    Student,
    Supervisor,
)
from placement_solver.weeks import IsoWeek
from tests.rows import WEEK, small_world


@pytest.fixture
def stored(session: Session) -> Session:
    """A county with one request that has no pin, and that the unit has places for."""
    session.add_all(row for row in small_world() if not isinstance(row, Pin))
    session.flush()
    session.get_one(Student, "stu_a").site_id = "sit_a"
    session.get_one(Supervisor, "sup_a").every_week = True
    session.delete(session.get_one(BlockedUnit, ("stu_a", "unt_a")))
    session.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(1, 7))
    session.flush()
    return session


def faults(error: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.pointer for fault in error.value.faults]


def test_a_pin_belongs_to_the_term_of_its_request_and_stands_in_the_audit(stored: Session) -> None:
    pin = pins.pin(stored, SYSTEM, "req_a", "unt_a", WEEK, "sup_a")
    assert (pin.term_id, pin.start, pin.supervisor_id) == ("trm_a", WEEK, "sup_a")
    assert pins.show_pin(stored, SYSTEM, pin.id) is pin
    entry = stored.exec(select(AuditEntry).where(AuditEntry.object_id == pin.id)).one()
    assert (entry.action, entry.object_type) == (Action.CREATED, "pin")


def test_everything_wrong_with_a_pin_is_told_at_once(stored: Session) -> None:
    with pytest.raises(InvalidError) as error:
        pins.pin(stored, SYSTEM, "req_none", "unt_none", WEEK, "sup_none")
    assert faults(error) == ["/request_id", "/unit_id", "/supervisor_id"]


def test_a_pin_lies_within_the_term(stored: Session) -> None:
    with pytest.raises(InvalidError) as error:
        pins.pin(stored, SYSTEM, "req_a", "unt_a", IsoWeek(2026, 52))
    assert faults(error) == ["/start"]


def test_a_withdrawn_request_cannot_be_pinned(stored: Session) -> None:
    stored.get_one(Request, "req_a").status = RequestStatus.WITHDRAWN
    with pytest.raises(InvalidError) as error:
        pins.pin(stored, SYSTEM, "req_a", "unt_a", WEEK)
    assert faults(error) == ["/request_id"]


def test_a_pin_that_breaks_a_rule_by_itself_is_refused_with_the_rule_in_words(stored: Session) -> None:
    stored.add(BlockedUnit(student_id="stu_a", unit_id="unt_a"))
    stored.flush()
    with pytest.raises(InvalidError) as error:
        pins.pin(stored, SYSTEM, "req_a", "unt_a", WEEK.plus(1))
    assert faults(error) == ["", ""]
    window, blocked = (fault.words for fault in error.value.faults)
    assert window.en.startswith("breaks the rule “Weeks of the course”: stu_a (1SJ021)")
    assert blocked.sv.startswith("bryter mot regeln ”Spärrad enhet”: ")
    assert blocked.en.endswith("Tallgården is blocked for stu_a")


def test_in_a_term_with_other_faults_a_pin_waits_for_its_run_to_be_judged(stored: Session) -> None:
    agreed = stored.get_one(Agreement, "agr_a").model_dump()
    stored.add(Agreement(**{**agreed, "id": "agr_twice", "every_unit": True}))
    assert pins.pin(stored, SYSTEM, "req_a", "unt_a", WEEK.plus(1)).start == WEEK.plus(1)


def test_pins_are_listed_by_term_and_taken_back(stored: Session) -> None:
    pin = pins.pin(stored, SYSTEM, "req_a", "unt_a", WEEK)
    assert [each.id for each in pins.list_pins(stored, SYSTEM, term_id="trm_a").rows] == [pin.id]
    assert pins.list_pins(stored, SYSTEM, term_id="trm_none").total == 0
    pins.unpin(stored, SYSTEM, pin.id)
    assert pins.list_pins(stored, SYSTEM).total == 0
    with pytest.raises(NotFoundError):
        pins.show_pin(stored, SYSTEM, pin.id)


def test_only_the_coordinator_decides_by_hand(stored: Session) -> None:
    ki = Caller(Role.INSTITUTION, organisation="org_ki")
    with pytest.raises(NotAllowedError):
        pins.pin(stored, ki, "req_a", "unt_a", WEEK)
    with pytest.raises(NotAllowedError):
        pins.list_pins(stored, ki)
