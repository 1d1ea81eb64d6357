"""Audit trail: who changed what and who looked at whom, in order, for the coordinator and the auditor to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from placement.callers import Caller
from placement.store.access import AUDITORS, FIRST, Page, Span, allow, matching, page_of
from placement.store.protection import SECRET_ADDRESSES, SECRET_OBJECTS, without_hidden
from placement.tables import Action, AuditEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted: of one object, actor, organisation, action or trace, from one time to before another.

    ``reads`` asks for looks too, which are left out otherwise.
    """

    object_type: str | None = None
    object_id: str | None = None
    organisation: str | None = None
    actor: str | None = None
    action: Action | None = None
    trace: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    reads: bool = False


EVERY_CHANGE = Wanted()


def read_trail(session: Session, by: Caller, wanted: Wanted = EVERY_CHANGE, *, span: Span = FIRST) -> Page[AuditEntry]:
    """Read the entries, the oldest first.

    Nobody reads here who has a protected identity, or who has looked at those who are hidden from the reader.
    """
    allow(by, AUDITORS)
    entry = AuditEntry
    equal = (
        (entry.object_type, wanted.object_type),
        (entry.object_id, wanted.object_id),
        (entry.actor_organisation, wanted.organisation),
        (entry.actor_token, wanted.actor),
        (entry.action, wanted.action),
        (entry.trace, wanted.trace),
    )
    secret = or_(*(col(entry.object_id).startswith(each) for each in SECRET_ADDRESSES))
    query = select(entry).where(col(entry.object_type).not_in(SECRET_OBJECTS), ~secret)
    query = matching(query.order_by(col(entry.sequence)), equal)
    if wanted.since is not None:
        query = query.where(col(entry.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(entry.at) < wanted.until)
    if not wanted.reads and wanted.action is not Action.READ:
        query = query.where(col(entry.action) != Action.READ)
    page = page_of(session, query, span)
    return Page([without_hidden(session, each) for each in page.rows], page.total)
