"""Audit trail: who changed what, in the order it happened, for the coordinator and the auditor to read."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.store.access import AUDITORS, FIRST, Page, Span, allow, matching, page_of
from placement.store.protection import SECRET_OBJECTS
from placement.tables import Action, AuditEntry


def read_trail(
    session: Session,
    by: Caller,
    *,
    object_type: str | None = None,
    object_id: str | None = None,
    organisation: str | None = None,
    action: Action | None = None,
    trace: str | None = None,
    span: Span = FIRST,
) -> Page[AuditEntry]:
    """Read the entries, the oldest first, optionally of one object, actor's organisation, action or trace.

    Nobody reads here who has a protected identity, and who has looked at them.
    """
    allow(by, AUDITORS)
    entry = AuditEntry
    wanted = (
        (entry.object_type, object_type),
        (entry.object_id, object_id),
        (entry.actor_organisation, organisation),
        (entry.action, action),
        (entry.trace, trace),
    )
    told = select(entry).where(col(entry.object_type).not_in(SECRET_OBJECTS)).order_by(col(entry.sequence))
    return page_of(session, matching(told, wanted), span)
