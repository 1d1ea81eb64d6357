"""Accounts: a student's ledger term by term, and the points that it gives for the terms to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, select

from placement.callers import Caller
from placement.clock import now, today
from placement.fairness.formulas import every_formula
from placement.fairness.ledger import counted, lines_of
from placement.fairness.points import Carried, carried_to, cutoff_of, is_late, is_unmet, is_very_late
from placement.fairness.stays import is_away, is_long
from placement.tables import LedgerEntry, Term


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger, and whether it counts."""

    entry: LedgerEntry
    counts: bool


@dataclass(frozen=True, slots=True)
class TermAccount:
    """What one term has cost a student: sums over the lines that count. ``minutes`` are the mean of weeks, one way."""

    term: Term
    placements: int
    weeks: int
    minutes: int
    long_weeks: int
    weeks_away: int
    wishing: int
    unmet_wishes: int
    late_notices: int
    very_late_notices: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A student's points for a term that is not over; they are settled once its last day for requests has passed."""

    carried: Carried
    settled: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A student's whole ledger, the latest term first, and the points for the terms that are not over."""

    student_id: str
    terms: tuple[TermAccount, ...]
    ahead: tuple[Ahead, ...]


def account_of(session: Session, by: Caller, student_id: str) -> Account:
    """Return the account of one of the caller's students."""
    entries = lines_of(session, by, student_id)
    terms = {term.id: term for term in session.exec(select(Term))}
    own: defaultdict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        own[entry.term_id].append(entry)
    latest_first = sorted(own, key=lambda name: (terms[name].first_week, name), reverse=True)
    formulas, moment = every_formula(session), now()
    to_come = sorted(
        (term for term in terms.values() if not _is_over(term)), key=lambda term: (term.first_week, term.id)
    )
    return Account(
        student_id,
        tuple(_account(terms[name], own[name]) for name in latest_first),
        tuple(Ahead(carried_to(term, formulas, entries, terms), moment >= cutoff_of(term)) for term in to_come),
    )


def _account(term: Term, entries: Iterable[LedgerEntry]) -> TermAccount:
    """Sum up the lines of one term."""
    every = list(entries)
    counts = counted(every)
    weeks = sum(entry.weeks for entry in counts)
    here = {entry.id for entry in counts}
    return TermAccount(
        term=term,
        placements=len(counts),
        weeks=weeks,
        minutes=sum(entry.weeks * entry.minutes for entry in counts) // weeks if weeks else 0,
        long_weeks=sum(entry.weeks for entry in counts if is_long(entry.minutes, entry.long_after)),
        weeks_away=sum(entry.weeks for entry in counts if is_away(entry.km)),
        wishing=sum(entry.possible_wishes > 0 for entry in counts),
        unmet_wishes=sum(map(is_unmet, counts)),
        late_notices=sum(map(is_late, counts)),
        very_late_notices=sum(map(is_very_late, counts)),
        lines=tuple(Line(entry, entry.id in here) for entry in every),
    )


def _is_over(term: Term) -> bool:
    """Tell whether a term's last Sunday has passed."""
    return term.first_week.plus(term.weeks - 1).sunday() < today()
