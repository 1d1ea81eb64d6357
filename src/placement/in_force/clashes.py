"""Clashes: the placements that cannot be in force beside each other when two terms share weeks.

A plan may not fit beside what another term has, or what another term has may not fit beside the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from placement.planning.broken import lines_in, name_rule
from placement.planning.decisions import in_force
from placement.planning.excerpts import excerpt
from placement.planning.other_terms import sharing_weeks, write_taken
from placement.store.batches import read_in_batches
from placement.tables import Request, Term
from placement_solver.check import check
from placement_solver.explanation.sentences import write_span
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Placement, Plan
from placement_solver.problem import Problem, Taken
from placement_solver.rules import Breach
from placement_solver.rules.agreement_ceiling import AgreementCeiling
from placement_solver.taken import find_sharing, name_terms
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Clash:
    """A placement of a plan that another term leaves no room for: in words that name our ids, and the terms' codes."""

    words: Words
    terms: tuple[str, ...]


def find_clashes(session: Session, term: Term, solved: Problem, plan: Plan) -> Iterator[Clash]:
    """Yield each placement of a plan that breaks a rule because of what other terms have now.

    The plan must keep every rule of the problem that it solves. What other terms have at a unit that the problem does
    not know is left out: its input has changed, so the plan is refused anyway.
    """
    elsewhere = tuple(Taken(**entry) for entry in write_taken(session, term, solved.supervisor, solved.request))
    now = replace(solved, taken=tuple(each for each in elsewhere if each.unit in solved.unit))
    placed: dict[str, Placement] = {placement.request: placement for placement in plan.placements}
    for breach in check(now, plan.placements):
        for request in breach.requests:
            taken, weeks = _meeting(now, breach, placed[request])
            yield _tell(now, placed[request], breach.rule, taken, weeks)


Stays = frozenset[tuple[object, ...]]
"""Where each placement of a term is, in which weeks, and with which supervisor."""


def stays_in(session: Session, term: Term) -> Stays:
    """Return the stays of a term's placements in force."""
    return frozenset((row.id, row.unit_id, row.start, row.weeks, row.supervisor_id) for row in in_force(session, term))


def find_overruns(session: Session, term: Term, before: Stays) -> Iterator[Clash]:
    """Yield each placement of another term that no longer fits beside what a term has put in force since ``before``.

    What the other term offers, or may have under an agreement, counts for all who are there in its weeks. So a plan
    that fits the term's own numbers may still take what the other term's smaller numbers leave to its own.
    """
    new = {str(stay[0]) for stay in stays_in(session, term) - before}
    for other in sharing_weeks(session, term) if new else ():
        placed = in_force(session, other)
        asked = select(col(Request.id), col(Request.student_id))
        students = {
            student for _, student in read_in_batches(session, asked, Request.id, {row.request_id for row in placed})
        }
        try:
            judged = excerpt(session, other, placed, students)
        except InvalidProblem:  # the other term's next run says what is wrong with it
            continue
        lines = lines_in(judged, placed)
        at = {str(line.request): line for line in lines}
        for breach in check(judged, lines):
            if not new.isdisjoint(each.id for each in breach.taken):
                for request in breach.requests:
                    told = _tell(judged, at[request], breach.rule, *_meeting(judged, breach, at[request]))
                    yield Clash(told.words, (other.code,))


def _meeting(problem: Problem, breach: Breach, placement: Placement) -> tuple[Sequence[Taken], Sequence[int]]:
    """Return the placements of other terms that a placement meets in a breach, and in which weeks.

    Under an agreement, which is counted for the whole term, it meets all of them in all its weeks.
    """
    stay = range(placement.start, placement.start + problem.request[placement.request].weeks)
    if breach.rule == AgreementCeiling.key:
        return breach.taken, stay
    taken = find_sharing(breach.taken, stay)
    return taken, [week for week in stay if any(week in each.weeks for each in taken)]


def _tell(problem: Problem, placement: Placement, rule: str, taken: Sequence[Taken], weeks: Sequence[int]) -> Clash:
    """Tell one clash: the student, the unit, the weeks, the rule and the other terms."""
    student, span = problem.request[placement.request].student, write_span(problem.term.first_week, weeks)
    codes = tuple(sorted({each.term for each in taken}))
    name, terms = name_rule(rule), name_terms(codes)
    words = Words(
        f"studenten {student} vid {placement.unit}, {span}: bryter mot regeln ”{name.sv}”, {terms.sv}",
        f"the student {student} at {placement.unit}, {span}: breaks the rule “{name.en}”, {terms.en}",
    )
    return Clash(words, codes)
