"""Making: one person's extract, and what it says besides the rows: who has looked, where it went, how long it is kept.

Of others it has nothing: where another student or supervisor is named, it says so in place of the id.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.extracts.others import without_others
from placement.extracts.rows import Found, rows_of, swaps_of
from placement.retention import traces
from placement.retention.kinds import KINDS, Kind
from placement.retention.rules import days_kept
from placement.store import access, looks
from placement.store.acting import beyond_own
from placement.store.protection import in_full
from placement.store.scopes import students_of, units_of
from placement.tables import ApiToken, Student, Supervisor, Unit, Webhook
from placement_solver.words import Words

FORMAT = "placement-extract/1"
_CARE = frozenset({Role.PROVIDER, Role.UNIT})

TITLES: dict[str, Words] = {
    "student": Words("Studenten", "The student"),
    "protected_student": Words("Skyddade personuppgifter", "Protected identity"),
    "blocked_unit": Words("Enheter där studenten inte ska placeras", "Units where the student is not to be placed"),
    "request": Words("Begäranden om placering", "Requests for placements"),
    "preference": Words("Önskemål om enhet", "Preferred units"),
    "placement": Words("Placeringar", "Placements"),
    "planned_placement": Words("Placeringar i planer", "Placements in plans"),
    "unplaced_request": Words("Begäranden som en plan lämnade utan plats", "Requests that a plan left unplaced"),
    "kept_remedies": Words("Vad som skulle ge plats", "What would give a place"),
    "pin": Words("Placeringar bestämda för hand", "Placements decided by hand"),
    "ledger_entry": Words("Terminsboken", "The ledger"),
    "site_wish": Words("Önskemål om studieort", "Wishes for a site"),
    "site_turn": Words("Turer i studieortsval", "Turns in site rounds"),
    "site_decision": Words("Beslut om studieort", "Decisions of a site"),
    "student_page": Words("Egna sidor", "Pages of one's own"),
    "survey_invitation": Words("Inbjudningar till enkäter", "Invitations to surveys"),
    "statement_line": Words("Rader i avräkningar", "Lines of statements"),
    "swap_side": Words("Placeringar i byten", "Placements in swaps"),
    "swap": Words("Byten", "Swaps"),
    "legal_hold": Words("Beslut att inget får gallras", "Decisions that nothing may be erased"),
    "kept_journey": Words("Resor som sparats till statistiken", "Journeys kept for the statistics"),
    "supervisor": Words("Handledaren", "The supervisor"),
    "training": Words("Utbildningar", "Trainings"),
    "supervisor_week": Words("Veckor i tjänst", "Weeks on duty"),
    "events": Words("Händelser i flödet", "Events in the feed"),
    "changes": Words("Ändringar i revisionsloggen", "Changes in the audit trail"),
    "calendars": Words("Kalendrar", "Calendars"),
    "documents": Words("Delar av planernas underlag", "Parts of the plans' documents"),
    "released": Words("Beslut som en körning släppte", "Decisions that a run released"),
}
"""What each part is called, in both languages."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table, or of one kind of trace."""

    name: str
    title: Words
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a kind of record is kept."""

    kind: Kind
    days: int


@dataclass(frozen=True, slots=True)
class Extract:
    """Everything that is stored about one person."""

    person: str
    own_id: str
    made_at: dt.datetime
    parts: tuple[Part, ...]
    looks: tuple[dict[str, Any], ...]
    receivers: tuple[dict[str, Any], ...]
    kept: tuple[Kept, ...]


def extract_student(session: Session, by: Caller, student_id: str) -> Extract:
    """Make the extract of a student, for the student's own lärosäte; the look is logged.

    A protected student's is made for those who may see them.
    """
    _allow(by, frozenset({Role.INSTITUTION}))
    own = select(Student).where(col(Student.id) == student_id, students_of(by))
    student = access.found(session.exec(own).first(), student_id)
    return _extract(session, "student", student.id, student.external_id)


def extract_supervisor(session: Session, by: Caller, supervisor_id: str) -> Extract:
    """Make the extract of a supervisor, for those who manage the unit; the look is logged."""
    _allow(by, _CARE)
    own = select(Supervisor).join(Unit, col(Unit.id) == col(Supervisor.unit_id))
    own = own.where(col(Supervisor.id) == supervisor_id, units_of(by))
    supervisor = access.found(session.exec(own).first(), supervisor_id)
    return _extract(session, "supervisor", supervisor.id, supervisor.external_id or supervisor.id)


def _allow(by: Caller, roles: frozenset[Role]) -> None:
    """Let in those who answer for people of their own, and the operator on the machine; CKU's coordinators do not."""
    if by != SYSTEM:
        access.allow(by, roles)


def _extract(session: Session, root: str, person: str, own_id: str) -> Extract:
    """Read everything, and note the look."""
    with in_full(session), beyond_own(session):
        found = rows_of(session, root, person)
        if root == "supervisor":
            found = _of_a_supervisor(found)
        ids = sorted(found.ids)
        terms = _terms_of(found)
        rows = {
            **found.tables,
            "swap": swaps_of(session, found),
            "events": traces.events_about(session, ids),
            "changes": traces.changes_about(session, ids),
            "calendars": traces.calendars_about(session, ids),
            "documents": traces.parts_of_documents(session, ids, terms),
            "released": traces.parts_of_runs(session, ids, terms),
        }
        told = without_others(session, rows, ids)
        seen = [
            {"at": entry.at.isoformat(), "role": entry.actor_role, "organisation": entry.actor_organisation}
            | {"operation": (entry.after or {}).get("operation")}
            for entry in looks.looks_at(session, person)
        ]
        receivers = _receivers(session, found)
        days = days_kept(session)
        periods = tuple(Kept(kind, days[kind.key]) for kind in KINDS)
    if root == "student":
        looks.note(session, [person])
    return Extract(
        person,
        own_id,
        now(),
        tuple(Part(name, TITLES[name], tuple(lines)) for name, lines in told.items()),
        tuple(seen),
        tuple(receivers),
        periods,
    )


def _of_a_supervisor(found: Found) -> Found:
    """Leave out what placements lead to: it is about their students, not about who supervised them."""
    theirs = {"survey_invitation", "statement_line", "ledger_entry", "swap_side", "kept_journey"}
    kept = {name: rows for name, rows in found.tables.items() if name not in theirs}
    unnamed = {name: {"request_id": None} for name in ("placement", "planned_placement", "pin")}
    own = {name: [{**row, **unnamed.get(name, {})} for row in rows] for name, rows in kept.items()}
    return Found(own, {row["id"] for name in ("supervisor", "training") for row in own.get(name, ())})


def _terms_of(found: Found) -> list[str]:
    """Return the terms in whose plans a person can be."""
    asked = {row["term_id"] for name in ("request", "placement") for row in found.tables.get(name, ())}
    return sorted(asked)


def _receivers(session: Session, found: Found) -> list[dict[str, Any]]:
    """Return whose webhooks what happens to a person is sent to: the lärosäte's, the units' and the coordinators'."""
    units = {row["unit_id"] for row in found.tables.get("placement", ()) if row.get("unit_id")}
    units |= {row["unit_id"] for row in found.tables.get("supervisor", ())}
    parties = {row["institution_id"] for row in found.tables.get("student", ())}
    for unit in session.exec(select(Unit).where(col(Unit.id).in_(sorted(units)))):
        parties |= {each for each in (unit.provider_id, unit.operator_id) if each is not None}
    query = select(Webhook, ApiToken).join(ApiToken, col(ApiToken.id) == col(Webhook.token_id))
    return [
        {
            "webhook": webhook.id,
            "role": token.role,
            "organisation": token.organisation_id,
            "unit": token.unit_id,
            "active": webhook.active,
        }
        for webhook, token in session.exec(query.order_by(col(Webhook.id)))
        if token.role in {Role.COORDINATOR, Role.AUDITOR} or token.organisation_id in parties or token.unit_id in units
    ]


def document_of(extract: Extract) -> dict[str, Any]:
    """Return an extract as a JSON document."""
    return {
        "format": FORMAT,
        "person": extract.person,
        "ownId": extract.own_id,
        "madeAt": extract.made_at.isoformat(),
        "parts": [
            {"name": part.name, "title": {"sv": part.title.sv, "en": part.title.en}, "rows": list(part.rows)}
            for part in extract.parts
        ],
        "looks": list(extract.looks),
        "receivers": list(extract.receivers),
        "periods": [
            {
                "kind": kept.kind.key,
                "days": kept.days,
                "after": {"sv": kept.kind.after.sv, "en": kept.kind.after.en},
                "basis": {"sv": kept.kind.basis.sv, "en": kept.kind.basis.en},
            }
            for kept in extract.kept
        ],
    }
