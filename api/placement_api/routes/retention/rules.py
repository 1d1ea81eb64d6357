"""Routes of retention: how long each kind of record is kept, the county's own rules, and legal holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.retention import rules
from placement_api.callers import Anyone, Coordinator
from placement_api.paging import Linked, Listed, Paging
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import HoldPath
from placement_api.schemas.retention.rules import (
    HoldGiven,
    HoldShown,
    RetainedShown,
    RetentionRuleGiven,
    RetentionRuleShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["retention"])


@router.get("/retention-periods", summary="Show how long records are kept")
def list_retained(
    store: Transaction, by: Anyone, asked: Annotated[Paging, Query()], links: Linked
) -> Listed[RetainedShown]:
    """List the kinds of record, and how long each is kept today.

    Listar slagen av uppgifter, och hur länge vart och ett sparas i dag.
    """
    return links.page(asked, rules.list_kinds(store, by, span=asked.span), lambda each: RetainedShown.of(*each))


@router.get("/retention-rules", summary="List retention rules")
def list_rules(
    store: Transaction, by: Coordinator, asked: Annotated[Paging, Query()], links: Linked
) -> Listed[RetentionRuleShown]:
    """List the rules that the county has entered, the latest first.

    Listar de regler som länet har infört, den senaste först.
    """
    return links.page(asked, rules.list_rules(store, by, span=asked.span), RetentionRuleShown.of)


@router.post("/retention-rules", status_code=201, summary="Enter a retention rule")
def enter_rule(store: Transaction, by: Coordinator, given: RetentionRuleGiven) -> RetentionRuleShown:
    """Enter for how long a kind of record is kept from a day on, and why.

    Inför hur länge ett slag av uppgifter sparas från och med en dag, och varför.
    """
    entered = rules.enter_rule(store, by, given.kind, given.days, given.valid_from, given.reason)
    return RetentionRuleShown.of(entered)


@router.get("/legal-holds", summary="List legal holds")
def list_holds(
    store: Transaction, by: Coordinator, asked: Annotated[Paging, Query()], links: Linked
) -> Listed[HoldShown]:
    """List what must be kept for now, and what had to be.

    Listar det som tills vidare ska bevaras, och det som har behövt bevaras.
    """
    return links.page(asked, rules.list_holds(store, by, span=asked.span), HoldShown.model_validate)


@router.post("/legal-holds", status_code=201, summary="Place a legal hold")
def place_hold(store: Transaction, by: Coordinator, given: HoldGiven, response: Response) -> HoldShown:
    """Keep everything of a student, everything of a kind, or everything, until the hold is lifted.

    Bevarar allt om en student, allt av ett slag eller allt, till dess att beslutet hävs.
    """
    hold = rules.place_hold(store, by, given.reason, kind=given.kind, student_id=given.student_id)
    shown = HoldShown.model_validate(hold)
    tag(response, shown)
    response.headers["Location"] = f"/v1/legal-holds/{shown.id}"
    return shown


@router.get("/legal-holds/{holdId}", summary="Show a legal hold")
def show_hold(store: Transaction, by: Coordinator, hold_id: HoldPath, response: Response) -> HoldShown:
    """Show one.

    Visar ett beslut om att bevara.
    """
    shown = HoldShown.model_validate(rules.show_hold(store, by, hold_id))
    tag(response, shown)
    return shown


@router.delete("/legal-holds/{holdId}", summary="Lift a legal hold")
def lift_hold(store: Transaction, by: Coordinator, hold_id: HoldPath, expected: IfMatch) -> HoldShown:
    """Lift a hold from today on. It stays in the list with its last day.

    Häver beslutet från och med i dag. Det står kvar i listan med sin sista dag.
    """
    expected.hold(HoldShown.model_validate(rules.show_hold(store, by, hold_id)))
    return HoldShown.model_validate(rules.lift_hold(store, by, hold_id))
