"""Points: what a student's earlier terms have cost, by the published formula, as whole numbers from 0 to 1,000.

Everyone can compute them again. They rest on lines written by the last day for the term's requests, about terms that
began earlier, and on the formula that applied that day. So nothing that a student could not know then can change them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.clock import STOCKHOLM
from placement.fairness.formulas import every_formula, formula_of
from placement.fairness.ledger import counted
from placement.fairness.stays import is_away, is_long
from placement.register.rounds import NOTICE
from placement.tables import BurdenFormula, LedgerEntry, Request, Term
from placement_solver.problem import MOST_POINTS

SHORT_NOTICE = dt.timedelta(weeks=2)
"""Later than this is very late: Vårdförbundet's survey of students asks about two weeks (2019)."""
WHOLE = 1_000


@dataclass(frozen=True, slots=True)
class TermPoints:
    """An earlier term's points for a student, and what they count now."""

    term: Term
    points: int
    counted: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A student's points for a term: the formula, what each earlier term gives, the latest first, and the sum."""

    term: Term
    formula: BurdenFormula | None
    terms: tuple[TermPoints, ...]
    points: int


def notice_of(entry: LedgerEntry) -> int:
    """Return how many days before the first Monday the student was told; negative if it had begun."""
    return (entry.start.monday() - entry.told_on).days


def is_late(entry: LedgerEntry) -> bool:
    """Tell whether the student was told later than four weeks before."""
    return notice_of(entry) < NOTICE.days


def is_very_late(entry: LedgerEntry) -> bool:
    """Tell whether the student was told later than two weeks before."""
    return notice_of(entry) < SHORT_NOTICE.days


def is_unmet(entry: LedgerEntry) -> bool:
    """Tell whether the student had a wish that was possible, and got none."""
    return 0 < entry.possible_wishes == entry.wish_rank


def points_of_line(formula: BurdenFormula, entry: LedgerEntry) -> int:
    """Return what one placement gives; a very late notice gives its points instead of a late one's."""
    points = is_unmet(entry) * formula.unmet_wish
    points += is_long(entry.minutes, entry.long_after) * entry.weeks * formula.long_week
    points += is_away(entry.km) * entry.weeks * formula.week_away
    if is_very_late(entry):
        return points + formula.very_late_notice
    return points + is_late(entry) * formula.late_notice


def points_of_term(formula: BurdenFormula, entries: Iterable[LedgerEntry]) -> int:
    """Return what the lines of one term give, at most the formula's limit; only lines that count."""
    return min(formula.most_per_term, sum(points_of_line(formula, entry) for entry in counted(entries)))


def add_up(formula: BurdenFormula, terms: Sequence[int]) -> list[int]:
    """Return what the points of terms, the latest first, count: each by the share kept of the one after it."""
    return [points * formula.kept_permille**back // WHOLE**back for back, points in enumerate(terms)]


def carried_to(
    term: Term, formulas: Sequence[BurdenFormula], entries: Iterable[LedgerEntry], terms: Mapping[str, Term]
) -> Carried:
    """Return a student's points for a term, from all lines about the student; later ones are left out."""
    formula, cutoff = formula_of(formulas, term), cutoff_of(term)
    if formula is None:
        return Carried(term, None, (), 0)
    earlier: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        if terms[entry.term_id].first_week < term.first_week and entry.recorded_at < cutoff:
            earlier[entry.term_id].append(entry)
    known = [each for each in earlier if counted(earlier[each])]
    order = sorted(known, key=lambda each: (terms[each].first_week, each), reverse=True)
    given = [points_of_term(formula, earlier[each]) for each in order]
    counts = add_up(formula, given)
    lines = (TermPoints(terms[name], points, now) for name, points, now in zip(order, given, counts, strict=True))
    return Carried(term, formula, tuple(lines), min(MOST_POINTS, sum(counts)))


def cutoff_of(term: Term) -> dt.datetime:
    """Return the moment until which lines count for a term: midnight after the last day for requests, in Stockholm."""
    return dt.datetime.combine(term.requests_by + dt.timedelta(days=1), dt.time(), STOCKHOLM)


def burdens_of(session: Session, term: Term) -> dict[str, int]:
    """Return the points of the students who have asked for a placement in a term; those without any are left out."""
    formulas = every_formula(session)
    if formula_of(formulas, term) is None:
        return {}
    asking = select(Request.student_id).where(Request.term_id == term.id)
    rows = session.exec(
        select(LedgerEntry, Term)
        .join(Term, col(Term.id) == col(LedgerEntry.term_id))
        .where(col(LedgerEntry.student_id).in_(asking))
    ).all()
    terms = {earlier.id: earlier for _, earlier in rows}
    entries: dict[str, list[LedgerEntry]] = defaultdict(list)
    for entry, _ in rows:
        entries[entry.student_id].append(entry)
    found = {student: carried_to(term, formulas, own, terms).points for student, own in entries.items()}
    return {student: points for student, points in found.items() if points}
