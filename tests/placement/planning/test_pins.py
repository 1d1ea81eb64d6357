"""Pins: what a coordinator decides by hand."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.planning import pins
from placement.tables import Action, AuditEntry, Pin, Request, RequestStatus
from placement_solver.weeks import IsoWeek
from tests.rows import WEEK, small_world


@pytest.fixture
def stored(session: Session) -> Session:
    """A county with one request that has no pin."""
    session.add_all(row for row in small_world() if not isinstance(row, Pin))
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
