"""The audit trail: who changed what and who looked at whom, the latest first, for the coordinator and the auditor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller
from placement.clock import STOCKHOLM
from placement.register.names import Names
from placement.register.organisations import list_organisations
from placement.store import audit_trail
from placement.store.access import EVERY, SortField, Span
from placement.store.tokens import tokens_by_id
from placement.tables import Action, AuditEntry
from placement_api.pages.audit_words import heading_of_column
from placement_api.pages.frame import show
from placement_api.pages.readers import Auditor
from placement_api.schemas.base import ExternalId, Id, Word
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["audit"])

LIMIT = 50
ACTIONS = {
    Action.CREATED: Words("lade till", "added"),
    Action.CHANGED: Words("ändrade", "changed"),
    Action.REMOVED: Words("tog bort", "removed"),
    Action.READ: Words("läste", "read"),
}
SERVICE = Words("tjänsten själv", "the service itself")
"""Who did what no token did: a background task, or a command."""
KINDS = {
    "account": Words("konto", "account"),
    "agreement": Words("avtal", "agreement"),
    "agreement_cancellation": Words("avbokningsregel i avtal", "cancellation rule of an agreement"),
    "agreement_clause": Words("avtalsvillkor", "clause of an agreement"),
    "agreement_price": Words("pris i avtal", "price of an agreement"),
    "agreement_template": Words("avtalsmall", "agreement template"),
    "agreement_volume": Words("avtalsvolym", "agreement volume"),
    "api_token": Words("åtkomstnyckel", "token"),
    "blocked_unit": Words("spärrad enhet", "blocked unit"),
    "burden_formula": Words("poängformel", "burden formula"),
    "calendar": Words("kalender", "calendar"),
    "capacity_offer": Words("erbjudande", "offer"),
    "cohort": Words("kull", "cohort"),
    "course": Words("kurs", "course"),
    "course_window": Words("kursfönster", "course window"),
    "delivery": Words("utskick till webhook", "delivery to a webhook"),
    "event": Words("händelse", "event"),
    "kept_journey": Words("sparad resa", "kept journey"),
    "ledger_entry": Words("rad i terminsboken", "line of the ledger"),
    "legal_hold": Words("undantag från gallring", "legal hold"),
    "listed_word": Words("ord i en lista", "word of a list"),
    "municipality": Words("kommun", "municipality"),
    "organisation": Words("organisation", "organisation"),
    "organisation_contact": Words("kontakt", "contact"),
    "pin": Words("låst placering", "pin"),
    "placement": Words("placering", "placement"),
    "plan": Words("plan", "plan"),
    "programme": Words("program", "programme"),
    "protected_student": Words("skyddad identitet", "protected identity"),
    "publication": Words("publicering", "publication"),
    "reminder": Words("påminnelse", "reminder"),
    "reminder_rule": Words("påminnelseregel", "reminder rule"),
    "request": Words("begäran", "request"),
    "retention_rule": Words("gallringsregel", "retention rule"),
    "run": Words("körning", "run"),
    "sign_in_link": Words("inloggningslänk", "sign-in link"),
    "sign_in_refusal": Words("nekad inloggning", "refused sign-in"),
    "sign_in_session": Words("inloggning", "session"),
    "site": Words("studieort", "site"),
    "site_decision": Words("studieort utanför valet", "site decided outside a round"),
    "site_priority": Words("förtursgrund", "priority"),
    "site_quota": Words("platser vid en studieort", "quota of a site"),
    "site_round": Words("studieortsval", "site round"),
    "site_turn": Words("tur i studieortsval", "turn in a site round"),
    "site_wish": Words("önskemål om studieort", "wish for a site"),
    "statement": Words("avräkning", "statement"),
    "statement_answer": Words("svar på en avräkning", "answer to a statement"),
    "student": Words("student", "student"),
    "student_page": Words("adress till en students sida", "address of a student’s page"),
    "supervisor": Words("handledare", "supervisor"),
    "survey": Words("enkät", "survey"),
    "survey_answer": Words("enkätsvar", "survey answer"),
    "survey_group": Words("grupp i en enkät", "group of a survey"),
    "survey_invitation": Words("inbjudan till en enkät", "invitation to a survey"),
    "survey_question": Words("enkätfråga", "survey question"),
    "survey_round": Words("enkätomgång", "survey round"),
    "survey_version": Words("enkätversion", "survey version"),
    "swap": Words("byte", "swap"),
    "term": Words("termin", "term"),
    "training": Words("handledarutbildning", "training"),
    "travel_time": Words("restid", "travel time"),
    "unit": Words("enhet", "unit"),
    "webhook": Words("webhook", "webhook"),
}
"""What each kind of row is called."""


class AuditAsked(BaseModel):
    """Which entries to list, as the form asks for them."""

    kind: Word | Literal[""] = ""
    id: Annotated[ExternalId, Query(max_length=512)] | Literal[""] = ""
    organisation: Id | Literal[""] = ""
    action: Action | Literal[""] = ""
    since: dt.date | Literal[""] = ""
    until: dt.date | Literal[""] = ""
    looks: Literal["", "yes"] = ""
    offset: Annotated[int, Query(ge=0, le=100_000_000)] = 0

    @property
    def wanted(self) -> audit_trail.Wanted:
        """Return what is asked for as the trail is asked."""
        return audit_trail.Wanted(
            object_type=self.kind or None,
            object_id=self.id or None,
            organisation=self.organisation or None,
            action=self.action or None,
            since=_midnight(self.since) if self.since else None,
            until=_midnight(self.until + dt.timedelta(days=1)) if self.until else None,
            reads=self.looks == "yes",
        )


@router.get("/audit")
def show_audit(request: Request, store: Transaction, by: Auditor, asked: Annotated[AuditAsked, Query()]) -> Response:
    """Show the trail, the latest entry first."""
    span = Span(LIMIT, asked.offset, (SortField("sequence", falling=True),))
    found = audit_trail.read_trail(store, by, asked.wanted, span=span)
    organisations = list_organisations(store, by, span=EVERY).rows
    return show(
        request,
        store,
        by,
        "audit.html",
        found=found,
        lines=_lines(store, by, found.rows),
        asked=asked,
        limit=LIMIT,
        query=urlencode({name: value for name, value in asked.model_dump(exclude={"offset"}).items() if value}),
        actions=ACTIONS,
        kinds=KINDS,
        organisations=sorted(((row.id, Words(row.name_sv, row.name_en)) for row in organisations), key=_by_name),
    )


def _lines(store: Session, by: Caller, entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Return entries with the names of who did what to which row."""
    entries = list(entries)
    names = Names(store, by, [each for entry in entries for each in (entry.actor_organisation, entry.object_id)])
    tokens = tokens_by_id(store, [entry.actor_token for entry in entries if entry.actor_token])
    return [
        {
            "entry": entry,
            "who": entry.actor_role.words if entry.actor_token else SERVICE,
            "holder": tokens[entry.actor_token].label if entry.actor_token and entry.actor_token in tokens else None,
            "organisation": names.words_of(entry.actor_organisation) if entry.actor_organisation else None,
            "kind": KINDS.get(entry.object_type, Words(entry.object_type, entry.object_type)),
            "name": names.words_of(entry.object_id),
            "fields": [
                (name, heading_of_column(name)) for name in sorted({*(entry.before or {}), *(entry.after or {})})
            ],
        }
        for entry in entries
    ]


def _midnight(day: dt.date) -> dt.datetime:
    """Return when a day begins in Stockholm."""
    return dt.datetime.combine(day, dt.time(), STOCKHOLM)


def _by_name(organisation: tuple[str, Words]) -> str:
    return organisation[1].sv
