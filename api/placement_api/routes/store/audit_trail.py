"""Routes of the audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.keys import keys_of
from placement.store import audit_trail, heads, inquiries
from placement_api.callers import Auditor
from placement_api.paging import Linked, Listed
from placement_api.schemas.store.audit_trail import (
    AuditEntryShown,
    AuditFilter,
    HeadShown,
    InquiryGiven,
    InquiryShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["audit"])


@router.get("/audit-entries", summary="Read the audit trail")
def read_trail(
    store: Transaction, by: Auditor, asked: Annotated[AuditFilter, Query()], links: Linked
) -> Listed[AuditEntryShown]:
    """Read who changed what, in the order it happened; protected values are not repeated. Looks are shown if asked for.

    Visar vem som ändrade vad, i den ordning det hände; skyddade värden upprepas inte. Läsningar visas på begäran.
    """
    wanted = audit_trail.Wanted(
        object_type=asked.object_type,
        object_id=asked.object_id,
        organisation=asked.actor_organisation,
        actor=asked.actor_token,
        action=asked.action,
        trace=asked.trace,
        since=asked.since,
        until=asked.until,
        reads=asked.reads,
    )
    found = audit_trail.read_trail(store, by, wanted, span=asked.span)
    return links.page(asked, found, AuditEntryShown.of)


@router.get("/audit-head", summary="Show the head of the audit trail")
def show_head(store: Transaction, by: Auditor, request: Request) -> HeadShown:
    """Show how far the audit trail has come, signed, to be kept where nobody who may change the database can change it.

    Visar hur långt granskningsloggen har kommit, undertecknat, att spara där ingen som kan ändra databasen kan ändra.
    """
    return HeadShown.of(heads.make_head(store, by, keys_of(request.app.state.settings)))


@router.post("/audit-inquiries", status_code=200, summary="Ask who saw some students")
def ask_who_saw(store: Transaction, by: Auditor, given: InquiryGiven) -> InquiryShown:
    """Find out who saw or changed something of some students between two times, and who could have seen it.

    Tar reda på vilka som såg eller ändrade något om vissa studenter mellan två tidpunkter, och vilka som kunde se det.
    """
    return InquiryShown.of(inquiries.inquire(store, by, given.student_ids, given.since, given.until))
