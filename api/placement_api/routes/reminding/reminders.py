"""Routes of reminders and of their rules."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.clock import today
from placement.reminding import rules, sending
from placement_api.callers import Coordinator, Reminded
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.schemas.reminding.reminders import (
    ReminderFilter,
    ReminderRuleFilter,
    ReminderRuleGiven,
    ReminderRuleShown,
    ReminderShown,
    Stage,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["reminders"])


@router.get("/reminders", summary="List reminders")
def list_reminders(
    request: Request, store: Transaction, by: Reminded, asked: Annotated[ReminderFilter, Query()], links: Linked
) -> Listed[ReminderShown]:
    """List the reminders that the caller has been sent, or that are due and not sent yet; a coordinator sees all.

    Listar de påminnelser som anroparen har fått, eller som ska skickas härnäst; en samordnare ser alla.
    """
    language = language_of(request)
    if asked.stage is Stage.DUE:
        found = sending.list_due(store, by, today(), kind=asked.kind, span=asked.span)
    else:
        found = sending.list_sent(store, by, kind=asked.kind, span=asked.span)
    return links.page(asked, found, lambda told: ReminderShown.of(told, language))


@router.get("/reminder-rules", summary="List rules of reminders")
def list_rules(
    store: Transaction, by: Reminded, asked: Annotated[ReminderRuleFilter, Query()], links: Linked
) -> Listed[ReminderRuleShown]:
    """List how many days before its date each kind of reminder is sent, was sent and will be sent.

    Listar hur många dagar före sitt datum varje slag av påminnelse skickas, har skickats och ska skickas.
    """
    return links.page(asked, rules.list_rules(store, by, kind=asked.kind, span=asked.span), ReminderRuleShown.of)


@router.post("/reminder-rules", status_code=201, summary="Set a rule of reminders")
def set_rule(store: Transaction, by: Coordinator, given: ReminderRuleGiven) -> ReminderRuleShown:
    """Let a kind of reminder be sent a number of days before its date from a day on, or no longer.

    Låter ett slag av påminnelse skickas ett antal dagar före sitt datum från och med en dag, eller inte längre.
    """
    return ReminderRuleShown.of(rules.set_rule(store, by, given.model_dump()))
