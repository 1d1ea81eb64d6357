"""The callers on both sides of the small county, and a helper for the tests of the access layer."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from placement.callers import SYSTEM, Caller, Role
from placement.tables import AuditEntry

COORDINATOR = SYSTEM
INSTITUTION = Caller(Role.INSTITUTION, organisation="org_ki")
OTHER_INSTITUTION = Caller(Role.INSTITUTION, organisation="org_b")
PROVIDER = Caller(Role.PROVIDER, organisation="org_city", token="plc")
OPERATOR = Caller(Role.PROVIDER, organisation="org_care")
STRANGER = Caller(Role.PROVIDER, organisation="org_far")
UNIT = Caller(Role.UNIT, unit="unt_a")
STUDENT = Caller(Role.STUDENT, organisation="org_ki")
AUDITOR = Caller(Role.AUDITOR)


def entries(session: Session) -> list[tuple[str, str, str]]:
    """Return the audit entries since the county was made and its tokens were created."""
    made = session.exec(select(func.max(AuditEntry.sequence)).where(AuditEntry.object_type == "api_token")).one()
    query = select(AuditEntry).where(col(AuditEntry.sequence) > made).order_by(col(AuditEntry.sequence))
    return [(entry.action, entry.object_type, entry.object_id) for entry in session.exec(query)]
