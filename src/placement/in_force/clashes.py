"""Clashes: the placements of a plan that cannot be in force beside what other terms have in the same weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from placement.planning.broken import name_rule
from placement.planning.other_terms import write_taken
from placement.tables import Term
from placement_solver.check import check
from placement_solver.explanation.sentences import write_span
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
    elsewhere = tuple(Taken(**entry) for entry in write_taken(session, term, solved.supervisor))
    now = replace(solved, taken=tuple(each for each in elsewhere if each.unit in solved.unit))
    placed: dict[str, Placement] = {placement.request: placement for placement in plan.placements}
    for breach in check(now, plan.placements):
        for request in breach.requests:
            taken, weeks = _meeting(now, breach, placed[request])
            yield _tell(now, placed[request], breach.rule, taken, weeks)


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
