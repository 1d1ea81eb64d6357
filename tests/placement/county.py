"""The callers in the tests of the lärosäten's side, and the county that these run in."""

from __future__ import annotations

from sqlmodel import Session, select

from placement.callers import Caller, Role
from placement.tables import AuditEntry
from tests.api.world import rows

CKU = Caller(Role.COORDINATOR, token="t-cku")
KI = Caller(Role.INSTITUTION, organisation="org_ki", token="t-ki")
UMEA = Caller(Role.INSTITUTION, organisation="org_b", token="t-umea")
CITY = Caller(Role.PROVIDER, organisation="org_city", token="t-city")
AUDITOR = Caller(Role.AUDITOR, token="t-audit")


def settle(session: Session) -> None:
    """Store the county of the API's tests."""
    session.add_all(rows())
    session.commit()


def told(session: Session, object_type: str) -> list[tuple[str, str]]:
    """Return the action and the object id of each audit entry for one kind of object, in order."""
    query = select(AuditEntry).where(AuditEntry.object_type == object_type).order_by("sequence")
    return [(entry.action.value, entry.object_id) for entry in session.exec(query)]
