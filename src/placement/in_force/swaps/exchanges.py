"""Exchanges: what an exchange of two placements would break and what it would give each, judged by the check of plans.

The students are of one course, so the exchange leaves everybody else's places, supervisors and student-weeks as they
are: at each place there is one student of that course, before and after. It is judged whole all the same. A place that
the term no longer allows is no place to exchange to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlmodel import Session, col, or_, select

from placement.in_force.swaps.parties import Party
from placement.planning.broken import Broken, broken_beside, broken_by, lines_in
from placement.planning.excerpts import excerpt
from placement.store.acting import reaching_beyond_own
from placement.store.protection import counting_everyone
from placement.tables import HOLDING, Placement, Request, Term
from placement_solver.check import objective_terms
from placement_solver.journeys import minutes_between
from placement_solver.plan import Placement as Line
from placement_solver.problem import Problem
from placement_solver.rules.agreement_ceiling import AgreementCeiling


@dataclass(frozen=True, slots=True)
class Gain:
    """What an exchange gives one student: the journey in minutes one way, and the rank of the unit, before and after.

    A rank counts from 1; it is None for a unit that is not among the request's preferences.
    """

    minutes_before: int
    minutes_after: int
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """An exchange of two placements: the rules that each would break, by placement, and what it gives.

    ``gains`` are by placement too. ``terms`` is what it changes in each term of the objective, in points where less is
    better. Neither is known where a request is withdrawn, for then it is in no problem.
    """

    broken: dict[str, list[Broken]]
    gains: dict[str, Gain]
    terms: dict[str, int]

    @property
    def total(self) -> int:
        """Return what it changes in the objective; below zero, the plan in force becomes better."""
        return sum(self.terms.values())


class Ground:
    """The part of a term by which exchanges between some placements are judged, as it is in force now."""

    def __init__(self, session: Session, term: Term, parties: Sequence[Party]) -> None:
        """Read it. Raises `InvalidProblem` if the term itself is not a valid problem."""
        beside = _beside(session, term, parties)
        students = {student for _, student in beside}
        placed = [placement for placement, _ in beside]
        self._problem = excerpt(session, term, placed, students)
        self._lines = lines_in(self._problem, placed)

    def exchange(self, one: Party, other: Party) -> Exchange:
        """Judge the exchange of two of the placements."""
        both = (one, other)
        before = self._around(both)
        places = {str(line.request): line for line in before}
        own, others = places.get(one.request.id), places.get(other.request.id)
        broken = {each.placement.id: broken_beside(each.placement, each.request, each.course.weeks) for each in both}
        if own is None or others is None:
            return Exchange(broken, {}, {})
        moved = {own: _at(own, others), others: _at(others, own)}
        after = [moved.get(line, line) for line in before]
        found = broken_by(self._problem, after, {one.request.id, other.request.id})
        for each in both:
            broken[each.placement.id] += [
                rule for rule in found.get(each.request.id, ()) if rule.rule != AgreementCeiling.key
            ]
        return Exchange(
            broken=broken,
            gains={
                one.placement.id: self._gain(own, moved[own]),
                other.placement.id: self._gain(others, moved[others]),
            },
            terms=self._difference(before, after),
        )

    def _around(self, both: Sequence[Party]) -> list[Line]:
        """Return what both students have, and all that is at both units."""
        students = {each.student.id for each in both}
        units = {each.placement.unit_id for each in both}
        asked = self._problem.request
        return [line for line in self._lines if line.unit in units or asked[line.request].student in students]

    def _gain(self, before: Line, after: Line) -> Gain:
        """Return what one placement's student gains, or loses."""
        request = self._problem.request[before.request]
        student, unit = self._problem.student[request.student], self._problem.unit
        wished = {name: rank for rank, name in enumerate(request.preferences, 1)}
        return Gain(
            minutes_before=minutes_between(self._problem, student, unit[before.unit]),
            minutes_after=minutes_between(self._problem, student, unit[after.unit]),
            rank_before=wished.get(before.unit),
            rank_after=wished.get(after.unit),
        )

    @cached_property
    def _valued(self) -> Problem:
        """The problem as the next run would value it: what is in force is then what the exchange has made it."""
        return replace(self._problem, current=())

    def _difference(self, before: Sequence[Line], after: Sequence[Line]) -> dict[str, int]:
        """Return by how much each term of the objective changes, without those that do not."""
        old, new = (objective_terms(self._valued, lines) for lines in (before, after))
        return {key: new[key] - old[key] for key in new if new[key] != old[key]}


def _at(line: Line, other: Line) -> Line:
    """Return a placement with the place of another."""
    return replace(line, unit=other.unit, start=other.start, supervisor=other.supervisor)


@counting_everyone
@reaching_beyond_own
def _beside(session: Session, term: Term, parties: Sequence[Party]) -> list[tuple[Placement, str]]:
    """Return the placements in force of the same students and at the same units, each with its student."""
    rows = session.exec(
        select(Placement, col(Request.student_id))
        .join(Request, col(Request.id) == Placement.request_id)
        .where(
            Placement.term_id == term.id,
            col(Placement.status).in_(HOLDING),
            or_(
                col(Request.student_id).in_({each.student.id for each in parties}),
                col(Placement.unit_id).in_({each.placement.unit_id for each in parties}),
            ),
        )
        .order_by(col(Placement.request_id))
    ).all()
    return [(placement, student) for placement, student in rows]
