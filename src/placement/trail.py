"""Trail: who changed what, in the order it happened, for those who look after that all is done rightly."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement.access import AUDITORS, FIRST, Page, Span, allow, page_of
from placement.callers import Caller
from placement.tables import Action, AuditEntry


def read_trail(
    session: Session,
    by: Caller,
    *,
    object_type: str | None = None,
    object_id: str | None = None,
    organisation: str | None = None,
    action: Action | None = None,
    span: Span = FIRST,
) -> Page[AuditEntry]:
    """Read the entries, the oldest first; of one object, actor's organisation or action where named."""
    allow(by, AUDITORS)
    query = select(AuditEntry).order_by(col(AuditEntry.sequence))
    if object_type is not None:
        query = query.where(col(AuditEntry.object_type) == object_type)
    if object_id is not None:
        query = query.where(col(AuditEntry.object_id) == object_id)
    if organisation is not None:
        query = query.where(col(AuditEntry.actor_organisation) == organisation)
    if action is not None:
        query = query.where(col(AuditEntry.action) == action)
    return page_of(session, query, span)
