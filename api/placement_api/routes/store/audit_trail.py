"""Routes of the audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.store import audit_trail
from placement_api.callers import Auditor
from placement_api.paging import Linked, Listed
from placement_api.schemas.store.audit_trail import AuditEntryShown, AuditFilter
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["audit"])


@router.get("/audit-entries", summary="Read the audit trail")
def read_trail(
    store: Transaction, by: Auditor, asked: Annotated[AuditFilter, Query()], links: Linked
) -> Listed[AuditEntryShown]:
    """Read who changed what, in the order it happened; protected values are not repeated.

    Visar vem som ändrade vad, i den ordning det hände; skyddade värden upprepas inte.
    """
    found = audit_trail.read_trail(
        store,
        by,
        object_type=asked.object_type,
        object_id=asked.object_id,
        organisation=asked.actor_organisation,
        action=asked.action,
        trace=asked.trace,
        span=asked.span,
    )
    return links.page(asked, found, AuditEntryShown.of)
