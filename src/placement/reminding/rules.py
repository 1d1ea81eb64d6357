"""Rules of reminders: how many days before its date each kind is sent; a change is a new row from a day on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import today
from placement.register.writing import writing
from placement.store.access import CARE, COORDINATORS, FIRST, INSTITUTIONS, Page, Span, allow, conflict, fault, page_of
from placement.tables import ReminderKind, ReminderRule

REMINDED = CARE | INSTITUTIONS
"""The roles that are reminded, and may read of what and when."""


def list_rules(
    session: Session, by: Caller, *, kind: ReminderKind | None = None, span: Span = FIRST
) -> Page[ReminderRule]:
    """List the rules that there have been and are, by kind, days and first day."""
    allow(by, REMINDED)
    row = ReminderRule
    query = select(row).order_by(col(row.kind), col(row.days_before).desc(), col(row.valid_from), col(row.id))
    return page_of(session, query if kind is None else query.where(row.kind == kind), span)


def set_rule(session: Session, by: Caller, given: Mapping[str, Any]) -> ReminderRule:
    """Let a kind of reminder be sent a number of days before its date, or no longer, from today or a later day."""
    allow(by, COORDINATORS)
    row = ReminderRule(**given)
    if row.valid_from < today():
        raise fault(
            "/valid_from",
            "a rule begins today at the earliest; what has been sent stays sent",
            "en regel börjar gälla tidigast i dag; det som har skickats är skickat",
        )
    alike = select(ReminderRule.id).where(
        ReminderRule.kind == row.kind,
        ReminderRule.days_before == row.days_before,
        ReminderRule.valid_from == row.valid_from,
    )
    if session.exec(alike).first() is not None:
        raise conflict(
            "/valid_from",
            "There is already a rule for this kind and number of days from that day. Give a later day.",
            "Det finns redan en regel för det slaget och antalet dagar från den dagen. Ange en senare dag.",
        )
    with writing(session, by) as writer:
        writer.add(row)
    return row


def steps_on(session: Session, day: dt.date) -> Mapping[ReminderKind, tuple[int, ...]]:
    """Return how many days before its date each kind of reminder is sent by the rules of a day, the fewest first."""
    latest: dict[tuple[ReminderKind, int], bool] = {}
    rows = select(ReminderRule).where(col(ReminderRule.valid_from) <= day).order_by(col(ReminderRule.valid_from))
    for row in session.exec(rows):
        latest[row.kind, row.days_before] = row.active
    steps: dict[ReminderKind, list[int]] = defaultdict(list)
    for (kind, days), active in latest.items():
        if active:
            steps[kind].append(days)
    return {kind: tuple(sorted(days)) for kind, days in steps.items()}
