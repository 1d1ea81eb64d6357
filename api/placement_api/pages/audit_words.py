"""Audit words: what the columns of a stored row are called for whoever reads the audit trail.

Columns that sheets have too are called as there. One that has no words here is shown by its name in the database.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic.alias_generators import to_camel

from placement.sheets.layout import HEADINGS
from placement_api.pages.term_fields import DATES, LABELS
from placement_solver.words import Words

_WORDS: Mapping[str, tuple[str, str]] = {
    "active": ("Igång", "Active"),
    "agreement_id": ("Avtal", "Agreement"),
    "amount_ore": ("Belopp i öre", "Amount in öre"),
    "answered_at": ("Besvarat", "Answered"),
    "answered_by": ("Besvarat av", "Answered by"),
    "asked_at": ("Begärt", "Asked for"),
    "asked_by": ("Begärt av", "Asked for by"),
    "at": ("När", "When"),
    "bound": ("Gräns för målvärdet", "Bound of the objective"),
    "broken_rules": ("Regler som bryts", "Rules broken"),
    "cancelled_because": ("Inställt eftersom", "Cancelled because"),
    "ceiling": ("Högst", "At most"),
    "changed_at": ("Ändrat", "Changed"),
    "clause": ("Villkor", "Clause"),
    "closes_on": ("Sista dag", "Last day"),
    "completed_on": ("Genomförd", "Completed on"),
    "course": ("Kurs", "Course"),
    "created_at": ("Skapat", "Created"),
    "credits": ("Hp", "Credits"),
    "days": ("Dagar", "Days"),
    "days_before": ("Dagar före", "Days before"),
    "decided_at": ("Fastställt", "Decided"),
    "decided_by": ("Fastställt av", "Decided by"),
    "decided_on": ("Fastställt", "Decided on"),
    "details": ("Uppgifter", "Details"),
    "due_on": ("Ska vara klart", "Due on"),
    "drawn_at": ("Lottat", "Drawn"),
    "effect": ("Vad den ger", "What it gives"),
    "ended": ("Upphörda", "Ended"),
    "ended_because": ("Slutade eftersom", "Ended because"),
    "ends_at": ("Gäller till", "Ends"),
    "error": ("Fel (engelska)", "Error"),
    "error_sv": ("Fel", "Error (Swedish)"),
    "every_institution": ("För alla lärosäten", "For every lärosäte"),
    "every_unit": ("För alla enheter", "For every unit"),
    "every_week": ("Varje vecka", "Every week"),
    "expires_at": ("Gäller till", "Expires"),
    "expires_on": ("Gäller till", "Expires on"),
    "figure": ("Vad villkoret gäller", "What the clause settles"),
    "finished_at": ("Avslutat", "Finished"),
    "floor": ("Minst", "At least"),
    "from_term_id": ("Gäller från termin", "Holds from term"),
    "granted": ("Beviljat", "Granted"),
    "half_year": ("Halvår", "Half-year"),
    "label": ("Vad åtkomsten heter", "What the access is called"),
    "last_used_at": ("Senast använt", "Last used"),
    "late": ("Sent", "Late"),
    "left_on": ("Slutade", "Left on"),
    "lifted_on": ("Hävt", "Lifted on"),
    "marked_at": ("Märkt", "Marked"),
    "mode": ("Vad körningen gör", "What the run does"),
    "moved": ("Flyttade", "Moved"),
    "note": ("Anteckning", "Note"),
    "notice_received_on": ("Uppsägning mottagen", "Notice received on"),
    "number": ("Nummer", "Number"),
    "objective": ("Målvärde", "Objective"),
    "opened_at": ("Öppnat", "Opened"),
    "opens_on": ("Första dag", "First day"),
    "options": ("Inställningar", "Options"),
    "organisation_id": ("Organisation", "Organisation"),
    "outcome": ("Hur det gick", "Outcome"),
    "percent": ("Procent", "Per cent"),
    "phase": ("Fas", "Phase"),
    "place": ("Plats i ordningen", "Place in the order"),
    "placed": ("Placerade", "Placed"),
    "placed_on": ("Infört", "Placed on"),
    "placement_id": ("Placering", "Placement"),
    "priority_id": ("Förtur", "Priority"),
    "publication_id": ("Publicering", "Publication"),
    "published_at": ("Publicerat", "Published"),
    "published_by": ("Publicerat av", "Published by"),
    "rank": ("Plats i ordningen", "Place in the order"),
    "recorded_at": ("Bokfört", "Recorded"),
    "request_id": ("Begäran", "Request"),
    "requested_at": ("Begärt", "Asked for"),
    "requested_by": ("Begärt av", "Asked for by"),
    "revoked_at": ("Återkallat", "Revoked"),
    "run_id": ("Körning", "Run"),
    "scopes": ("Vad den får göra", "What it may do"),
    "seed": ("Frö", "Seed"),
    "sees_protected": ("Ser skyddade studenter", "Sees protected students"),
    "sent_at": ("Skickat", "Sent"),
    "side": ("Part", "Side"),
    "sites": ("Studieorter", "Sites"),
    "start": ("Första vecka", "First week"),
    "started_at": ("Påbörjat", "Started"),
    "statement_id": ("Avräkning", "Statement"),
    "student_answered_at": ("Studenten svarade", "The student answered"),
    "student_reason": ("Studentens skäl", "The student's reason"),
    "subject_id": ("Om vem eller vad", "About whom or what"),
    "subject_type": ("Vad det är", "What that is"),
    "synthetic": ("Påhittat", "Made up"),
    "time_limit_seconds": ("Högst så många sekunder", "Seconds at most"),
    "token_id": ("Åtkomstnyckel", "Token"),
    "unplaced": ("Utan plats", "Without a place"),
    "url": ("Adress", "Address"),
    "used_at": ("Använt", "Used"),
    "verdict": ("Svar", "Answer"),
    "withdrawal_by_id": ("Uppsagt av", "Notice given by"),
    "withdrawn_at": ("Återkallat", "Withdrawn"),
    "words": ("Med egna ord", "In their own words"),
}
_GROUPS = {"weight": "weights", "travel": "travel"}
"""The columns of a term that its form has in groups."""


def heading_of_column(column: str) -> Words | None:
    """Return what a column is called; None where it has no words."""
    if column in DATES:
        return LABELS[DATES[column]]
    group, _, rest = column.partition("_")
    if group in _GROUPS and (label := LABELS.get(f"{_GROUPS[group]}.{to_camel(rest)}")):
        return label
    found = _WORDS.get(column) or HEADINGS.get(to_camel(column))
    return None if found is None else Words(found[0], found[1])
