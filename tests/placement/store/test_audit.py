"""Every change writes an entry with who, what and which values, but without sensitive values."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.store.audit import record, snapshot
from placement.tables import (
    Action,
    AuditEntry,
    BlockedUnit,
    CapacityOffer,
    EducationLevel,
    Student,
    Term,
    Unit,
)
from tests.rows import small_world

CITY = Caller(Role.PROVIDER, organisation="org_city", token="0123456789abcdef")


@pytest.fixture(autouse=True)
def world(session: Session) -> None:
    """One row of every table."""
    session.add_all(small_world())
    session.commit()


def last_entry(session: Session) -> AuditEntry:
    """The entry written last, read back from the database."""
    session.commit()
    session.expire_all()
    return session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence).desc()).limit(1)).one()


def test_a_change_is_recorded_with_the_values_that_became_others(session: Session) -> None:
    unit = session.get_one(Unit, "unt_a")
    before = snapshot(unit)
    unit.max_students = 6
    unit.kinds.append("primary-care")
    record(session, CITY, Action.CHANGED, unit, before)
    entry = last_entry(session)
    assert (entry.actor_token, entry.actor_role, entry.actor_organisation) == (
        "0123456789abcdef",
        Role.PROVIDER,
        "org_city",
    )
    assert (entry.action, entry.object_type, entry.object_id) == (Action.CHANGED, "unit", "unt_a")
    assert entry.before == {"max_students": 4, "kinds": ["elderly-care"]}
    assert entry.after == {"max_students": 6, "kinds": ["elderly-care", "primary-care"]}
    assert entry.at.tzinfo is dt.UTC


def test_a_new_row_is_recorded_with_all_its_values_as_json_knows_them(session: Session) -> None:
    record(session, SYSTEM, Action.CREATED, session.get_one(Term, "trm_a"))
    entry = last_entry(session)
    assert entry.before is None
    assert entry.after is not None
    assert entry.after["first_week"] == "2026-W53"
    assert entry.after["publish_by"] == "2026-12-01"
    assert "version" not in entry.after


def test_a_moment_and_a_status_are_recorded_as_they_are_written_elsewhere(session: Session) -> None:
    record(session, CITY, Action.CREATED, session.get_one(CapacityOffer, "off_a"))
    entry = last_entry(session)
    assert entry.after is not None
    assert json.loads(json.dumps(entry.after))["status"] == "answered"
    assert entry.after["answered_at"] == "2026-10-01T12:00:00+00:00"


def test_a_removed_row_is_recorded_with_what_it_was(session: Session) -> None:
    level = session.exec(select(EducationLevel)).one()
    session.delete(level)
    record(session, CITY, Action.REMOVED, level)
    entry = last_entry(session)
    assert entry.object_id == "unt_a/goals-known/2026-09-01"
    assert entry.before == {
        "unit_id": "unt_a",
        "level": "goals-known",
        "judged_on": "2026-09-01",
        "met": True,
        "evidence": None,
        "valid_until": None,
    }
    assert entry.after is None


def test_no_sensitive_value_of_a_student_stands_in_the_trail(session: Session) -> None:
    student = session.get_one(Student, "stu_a")
    before = snapshot(student)
    student.lat, student.max_travel = 59.4444, 60
    record(session, SYSTEM, Action.CHANGED, student, before)
    entry = last_entry(session)
    assert entry.before == {"lat": "[protected]", "max_travel": 90}
    assert entry.after == {"lat": "[protected]", "max_travel": 60}


def test_which_unit_is_blocked_for_whom_does_not_stand_in_the_trail(session: Session) -> None:
    record(session, SYSTEM, Action.CREATED, session.exec(select(BlockedUnit)).one())
    entry = last_entry(session)
    assert entry.object_id == "stu_a/[protected]"
    assert entry.after == {"student_id": "stu_a", "unit_id": "[protected]"}


def test_a_change_that_is_undone_leaves_no_entry(session: Session) -> None:
    entries = len(session.exec(select(AuditEntry)).all())
    record(session, SYSTEM, Action.CREATED, session.get_one(Unit, "unt_a"))
    session.flush()
    session.rollback()
    assert len(session.exec(select(AuditEntry)).all()) == entries


def test_entries_are_numbered_in_the_order_they_were_written(session: Session) -> None:
    unit = session.get_one(Unit, "unt_a")
    for action in (Action.CREATED, Action.REMOVED, Action.CREATED):
        record(session, SYSTEM, action, unit)
        session.flush()
    entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence))).all()
    assert [entry.action for entry in entries[-3:]] == [Action.CREATED, Action.REMOVED, Action.CREATED]


def test_a_change_is_not_recorded_without_what_was_before(session: Session) -> None:
    with pytest.raises(ValueError, match="snapshot taken before"):
        record(session, SYSTEM, Action.CHANGED, session.get_one(Unit, "unt_a"))
