"""Callers on the two sides of the small world, and what they share in tests of the access layer."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.tables import AuditEntry
from tests.api import theirs
from tests.rows import small_world

COORDINATOR = SYSTEM
INSTITUTION = Caller(Role.INSTITUTION, organisation="org_ki")
OTHER_INSTITUTION = Caller(Role.INSTITUTION, organisation="org_b")
PROVIDER = Caller(Role.PROVIDER, organisation="org_city", token="plc")
OPERATOR = Caller(Role.PROVIDER, organisation="org_care")
STRANGER = Caller(Role.PROVIDER, organisation="org_far")
UNIT = Caller(Role.UNIT, unit="unt_a")
STUDENT = Caller(Role.STUDENT, organisation="org_ki")
AUDITOR = Caller(Role.AUDITOR)


def settle(session: Session) -> Session:
    """Fill the session's database with both sides."""
    session.add_all([*small_world(), *theirs.rows()])
    session.commit()
    return session


def entries(session: Session) -> list[tuple[str, str, str]]:
    """Return what the audit trail says happened since the world was made."""
    query = select(AuditEntry).where(col(AuditEntry.object_id) != "unt_a").order_by(col(AuditEntry.sequence))
    return [(entry.action, entry.object_type, entry.object_id) for entry in session.exec(query)]
