"""In use: what refers to a row that somebody wants to remove, in words, within what they may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import ForeignKey, Table, func, inspect, or_, select
from sqlmodel import Session

from placement import nouns
from placement.callers import Caller, Role
from placement.errors import ConflictError
from placement.nouns import Counted, joined
from placement.store.acting import beyond_own
from placement.store.protection import seen_in
from placement.tables import Row
from placement_solver.words import Words

_COORDINATORS = frozenset({Role.COORDINATOR})
_INSTITUTIONS = _COORDINATORS | {Role.INSTITUTION}
_CARE = _COORDINATORS | {Role.PROVIDER, Role.UNIT}
_PARTIES = _INSTITUTIONS | _CARE

SUBJECTS: Mapping[str, Words] = {
    "agreement": nouns.AGREEMENT,
    "cohort": nouns.COHORT,
    "course": nouns.COURSE,
    "organisation": nouns.ORGANISATION,
    "programme": nouns.PROGRAMME,
    "request": nouns.REQUEST,
    "site_round": nouns.SITE_ROUND,
    "student": nouns.STUDENT,
    "supervisor": nouns.SUPERVISOR,
    "term": nouns.TERM,
    "unit": nouns.UNIT,
}
"""The tables whose rows are removed by people and referred to by others, and what one row is called."""


class Use(NamedTuple):
    """Rows that refer to another: their noun, who may know of them, and whether they are kept for good."""

    noun: Counted
    seen_by: frozenset[Role]
    kept: bool = False


USES: Mapping[str, Use] = {
    "agreement": Use(nouns.AGREEMENTS, _PARTIES),
    "agreement_unit": Use(nouns.LISTING, _CARE),
    "agreement_volume": Use(nouns.VOLUMES, _PARTIES),
    "alf_profession": Use(nouns.ALF_PROFESSIONS, _PARTIES),
    "blocked_unit": Use(nouns.BLOCKED, _COORDINATORS),
    "capacity_offer": Use(nouns.OFFERS, _CARE),
    "cohort": Use(nouns.COHORTS, _INSTITUTIONS),
    "course": Use(nouns.COURSES, _INSTITUTIONS),
    "course_window": Use(nouns.START_WEEKS, _INSTITUTIONS),
    "offer_institution": Use(nouns.MEANT_FOR, _COORDINATORS),
    "organisation": Use(nouns.ORGANISATIONS, _PARTIES),
    "pin": Use(nouns.PINS, _COORDINATORS),
    "preference": Use(nouns.PREFERENCES, _COORDINATORS),
    "programme": Use(nouns.PROGRAMMES, _INSTITUTIONS),
    "request": Use(nouns.REQUESTS, _INSTITUTIONS),
    "site": Use(nouns.SITES, _PARTIES),
    "site_decision": Use(nouns.SITE_DECISIONS, _INSTITUTIONS, kept=True),
    "site_round": Use(nouns.SITE_ROUNDS, _INSTITUTIONS),
    "legal_hold": Use(nouns.LEGAL_HOLDS, _COORDINATORS, kept=True),
    "site_turn": Use(nouns.SITE_TURNS, _INSTITUTIONS, kept=True),
    "site_wish": Use(nouns.SITE_WISHES, _INSTITUTIONS),
    "student": Use(nouns.STUDENTS, _INSTITUTIONS),
    "supervisor": Use(nouns.SUPERVISORS, _CARE),
    "unit": Use(nouns.UNITS, _PARTIES),
    "letter_party": Use(nouns.LETTER_PARTIES, _PARTIES),
    "template_clause": Use(nouns.TEMPLATE_CLAUSES, _COORDINATORS),
    "api_token": Use(nouns.TOKENS, _COORDINATORS, kept=True),
    "placement": Use(nouns.PLACEMENTS, _PARTIES, kept=True),
    "plan": Use(nouns.PLANS, _COORDINATORS, kept=True),
    "planned_placement": Use(nouns.PLANNED, _COORDINATORS, kept=True),
    "publication": Use(nouns.PUBLICATIONS, _COORDINATORS, kept=True),
    "run": Use(nouns.RUNS, _COORDINATORS, kept=True),
    "swap": Use(nouns.SWAPS, _PARTIES, kept=True),
    "swap_side": Use(nouns.SWAP_SIDES, _PARTIES, kept=True),
    "statement": Use(nouns.STATEMENTS, _PARTIES, kept=True),
    "statement_line": Use(nouns.STATEMENT_LINES, _PARTIES, kept=True),
    "survey_round": Use(nouns.SURVEY_ROUNDS, _PARTIES),
    "unplaced_request": Use(nouns.WITHOUT_PLACE, _COORDINATORS, kept=True),
}
"""The tables whose rows keep a row of ``SUBJECTS`` from being removed."""

_OTHERS = Words("annat som du inte ser", "something else that you do not see")
_INSTEAD = {"request": Words("Återkalla den i stället.", "Withdraw it instead.")}


def is_followed(key: ForeignKey) -> bool:
    """Tell whether rows that refer by a key are removed together with what they refer to."""
    return key.ondelete == "CASCADE"


def refuse_if_used(session: Session, by: Caller, row: Row) -> None:
    """Refuse to have removed a row that others still refer to; they are counted once the row is gone."""
    table = inspect(type(row)).local_table
    if table.name not in SUBJECTS:
        return
    with beyond_own(session):
        used = {USES[name]: seen for name, seen in _counts(session, table, row)}
    if used:
        raise refusal(SUBJECTS[table.name], used, by, _INSTEAD.get(table.name))


def refusal(what: Words, used: Mapping[Use, int], by: Caller, instead: Words | None = None) -> ConflictError:
    """Make the error for something that is used, by how many of what, and say what to do."""
    told = [use.noun(number) for use, number in used.items() if number and by.role in use.seen_by]
    hidden = len(told) < len(used)
    by_what = joined([*told, *([_OTHERS] if hidden else [])])
    kept = [use.noun.many for use, number in used.items() if use.kept and number and by.role in use.seen_by]
    if instead is not None:
        todo = instead
    elif kept:
        these = joined(kept)
        todo = Words(
            f"{_sentence(these.sv)} sparas, så {what.sv} kan inte tas bort.",
            f"{_sentence(these.en)} are kept, so the {what.en} cannot be removed.",
        )
    elif hidden:
        todo = Words("Be samordnaren om hjälp.", "Ask the coordinator for help.")
    else:
        todo = Words("Ta bort eller ändra det först.", "Remove or change that first.")
    return ConflictError(
        sv=f"{_sentence(what.sv)} används av {by_what.sv}. {todo.sv}",
        en=f"The {what.en} is used by {by_what.en}. {todo.en}",
    )


def _counts(session: Session, table: Table, row: Row) -> Iterator[tuple[str, int]]:
    """Yield each table with rows that refer to a row, and how many of them are not hidden from the reader."""
    for other in table.metadata.sorted_tables:
        keys = [key for key in other.foreign_keys if key.column.table is table and not is_followed(key)]
        if keys:
            refers = or_(*(key.parent == getattr(row, key.column.key) for key in keys))
            counted = select(func.count()).select_from(other).where(refers)
            if session.connection().execute(counted).scalar_one():
                yield other.name, session.connection().execute(counted.where(seen_in(session, other))).scalar_one()


def _sentence(text: str) -> str:
    """Return a text with a capital letter."""
    return text[0].upper() + text[1:]
