"""Clashes: the placements that cannot be in force beside each other when two terms share weeks.

A plan may not fit beside what another term has, or what another term has may not fit beside the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from placement.planning.broken import lines_in, name_rule
from placement.planning.decisions import in_force
from placement.planning.excerpts import excerpt
from placement.planning.other_terms import sharing_weeks, write_taken
from placement.store.batches import read_in_batches
from placement.tables import Request, Term
from placement_solver.check import check
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Placement, Plan
from placement_solver.problem import Problem, Taken
from placement_solver.rules import Breach
from placement_solver.rules.agreement_ceiling import AgreementCeiling
from placement_solver.taken import THIS_TERM, find_sharing, name_terms
from placement_solver.weeks import write_span
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
            yield _tell(now, placed[request], breach)


Held = Mapping[str, Sequence[Taken]]
"""What a term has in the weeks of each term that shares some with it, by that term's id."""


def held_beside(session: Session, term: Term) -> Held:
    """Return what a term has in force in the weeks of the terms that share some with it."""
    return {
        other.id: [Taken(**entry) for entry in write_taken(session, other, _ALL, _ALL) if entry["term"] == term.code]
        for other in sharing_weeks(session, term)
    }


def find_overruns(session: Session, term: Term, before: Held) -> Iterator[Clash]:
    """Yield each placement of a term that takes more of another term's numbers, beside what that has, than ``before``.

    What the other term offers, or may have under an agreement, counts for all who are there in its weeks. So a plan
    that fits the term's own numbers may still take what the other term's smaller numbers leave to its own. If they are
    too small already, only what takes still more of them is told.
    """
    now = held_beside(session, term)
    for other in sharing_weeks(session, term):
        new = set(now[other.id]) - set(before[other.id])
        judged = _judged_by(session, other) if new else None
        if judged is None:
            continue
        problem, lines = judged
        added = _known_to(problem, new)
        crowded = [breach for breach in check(problem, lines) if breach.lack and not added.isdisjoint(breach.taken)]
        if not crowded:
            continue
        elsewhere = {each for each in problem.taken if each.term != term.code}
        earlier = replace(problem, taken=tuple(elsewhere | _known_to(problem, before[other.id])))
        then = sum((_taken_of(breach) for breach in check(earlier, lines)), Counter[_Room]())
        for breach in crowded:
            weeks = {week for _rule, _lack, week in _taken_of(breach) - then}
            for taken in breach.taken:
                if taken in added and not weeks.isdisjoint({None, *taken.weeks}):
                    yield _tell_overrun(problem, other, breach, taken)


class _All:
    """Has everything."""

    def __contains__(self, _each: object) -> bool:
        return True


_ALL = _All()
_Room = tuple[str, str | None, int | None]
"""A rule, what has too little room by it, and the week; no week where a whole term is counted."""


def _judged_by(session: Session, term: Term) -> tuple[Problem, Sequence[Placement]] | None:
    """Return the problem by which what a term has in force is judged, and that; None where it cannot be judged."""
    placed = in_force(session, term)
    asked = select(col(Request.id), col(Request.student_id))
    students = {
        student for _, student in read_in_batches(session, asked, Request.id, {row.request_id for row in placed})
    }
    try:
        problem = excerpt(session, term, placed, students)
    except InvalidProblem:  # the term's next run says what is wrong with it
        return None
    return problem, lines_in(problem, placed)


def _known_to(problem: Problem, taken: Iterable[Taken]) -> set[Taken]:
    """Return what is taken at a problem's units as the problem has it, which names its own supervisors only."""
    return {
        each if each.supervisor in problem.supervisor else replace(each, supervisor=None)
        for each in taken
        if each.unit in problem.unit
    }


def _taken_of(breach: Breach) -> Counter[_Room]:
    """Count what other terms have of the room that is too little: placements by week, or student-weeks of a term."""
    weeks = (week for each in breach.taken for week in each.weeks)
    if breach.crowd is None:
        return Counter((breach.rule, breach.lack, None) for _ in weeks)
    return Counter((breach.rule, breach.lack, week) for week in weeks if week in breach.crowd.weeks)


def _tell_overrun(problem: Problem, other: Term, breach: Breach, taken: Taken) -> Clash:
    """Tell one overrun: the student, the unit, the weeks, and the other term's rule and room."""
    name, span = name_rule(breach.rule), write_span(problem.term.first_week, taken.weeks)
    student, unit, code, lack = taken.student, taken.unit, other.code, _lack_in(breach)
    return Clash(
        Words(
            f"studenten {student} vid {unit}, {span}: bryter i {code} mot regeln ”{name.sv}”: {lack.sv}",
            f"the student {student} at {unit}, {span}: breaks the rule “{name.en}” in {code}: {lack.en}",
        ),
        (code,),
    )


def _lack_in(breach: Breach) -> Words:
    """Return what has too little room, without who has taken it."""
    sv, en = (words.partition("; ")[0] for words in (breach.words.sv, breach.words.en))
    return Words(sv, en)


def _meeting(problem: Problem, breach: Breach, placement: Placement) -> tuple[Sequence[Taken], Sequence[int]]:
    """Return the placements of other terms that a placement meets in a breach, and in which weeks.

    Under an agreement, which is counted for the whole term, it meets all of them in all its weeks.
    """
    stay = range(placement.start, placement.start + problem.request[placement.request].weeks)
    if breach.rule == AgreementCeiling.key:
        return breach.taken, stay
    taken = find_sharing(breach.taken, stay)
    return taken, [week for week in stay if any(week in each.weeks for each in taken)]


def _tell(problem: Problem, placement: Placement, breach: Breach) -> Clash:
    """Tell one clash: the student, the unit, the weeks, the rule, what has too little room and the other terms."""
    taken, weeks = _meeting(problem, breach, placement)
    student, span = problem.request[placement.request].student, write_span(problem.term.first_week, weeks)
    codes = {each.term for each in taken}
    name = name_rule(breach.rule)
    told = name_terms(codes) if breach.lack is None else breach.words_for(problem, placement)
    words = Words(
        f"studenten {student} vid {placement.unit}, {span}: bryter mot regeln ”{name.sv}”: {told.sv}",
        f"the student {student} at {placement.unit}, {span}: breaks the rule “{name.en}”: {told.en}",
    )
    return Clash(words, tuple(sorted(problem.term.code if code == THIS_TERM else code for code in codes)))
