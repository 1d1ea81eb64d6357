"""Planted faults: a term, a valid plan of it, and random choices of where the fault goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from placement_solver.check import DOCUMENT, objective_terms
from placement_solver.plan import Placement, Plan, Reasons, Unplaced
from placement_solver.problem import Decision, Problem, RequestId, by_week

if TYPE_CHECKING:
    import random

    from placement_solver.problem import Request, Student, Unit

Thing = TypeVar("Thing")


class BarrenError(LookupError):
    """The plan has nothing that a fault of this kind could break."""


@dataclass(frozen=True)
class Planted:
    """A plan with one fault: the rule that should report it, the request or words, and whether no other rule may."""

    term: Problem
    plan: Plan
    rule: str
    request: str | None
    words: str = ""
    alone: bool = True


@dataclass(frozen=True)
class Ground:
    """A term, a valid plan of it, and random choices of where the fault goes."""

    term: Problem
    plan: Plan
    chance: random.Random

    def one(self, things: Iterable[Thing]) -> Thing:
        """Choose one; raise `BarrenError` where there is none."""
        choices = list(things)
        if not choices:
            raise BarrenError
        return self.chance.choice(choices)

    def placement(self) -> Placement:
        """Choose a placement that no pin names."""
        pinned = {pin.request for pin in self.term.pins}
        return self.one(each for each in self.plan.placements if each.request not in pinned)

    def asked(self, placement: Placement) -> Request:
        """Return the request of a placement."""
        return self.term.request[placement.request]

    def student(self, placement: Placement) -> Student:
        """Return the student of a placement."""
        return self.term.student[self.asked(placement).student]

    def unit(self, placement: Placement) -> Unit:
        """Return the unit of a placement."""
        return self.term.unit[placement.unit]

    def weeks(self, placement: Placement) -> range:
        """Return the weeks of a placement."""
        return range(placement.start, placement.start + self.asked(placement).weeks)

    def one_too_few(
        self, room: int | tuple[int, ...], placement: Placement, present: Iterable[Placement]
    ) -> tuple[int, ...]:
        """Leave room for one fewer than are present in one week of a placement."""
        week = self.chance.choice(self.weeks(placement))
        crowd = sum(week in self.weeks(each) for each in present)
        rooms = by_week(room, self.term.term.weeks)
        return (*rooms[:week], crowd - 1, *rooms[week + 1 :])

    def pairs(self) -> Iterator[tuple[Placement, Placement]]:
        """Yield each two placements of one student, the earlier first, the later not pinned."""
        pinned = {pin.request for pin in self.term.pins}
        for one in self.plan.placements:
            for other in self.plan.placements:
                same = self.asked(one).student == self.asked(other).student
                if same and one.start < other.start and other.request not in pinned:
                    yield one, other

    def altered(self, kind: str, name: str, **changes: Any) -> Problem:  # noqa: ANN401  (any field)
        """Change one of the term's units, students and so on."""
        lines = tuple(replace(each, **changes) if each.id == name else each for each in getattr(self.term, kind))
        fields: dict[str, Any] = {kind: lines}
        return replace(self.term, **fields)

    def turned(self, rule: str, against: Placement | Decision, term: Problem) -> Planted:
        """Keep the plan, with correct figures, in a changed term that one placement breaks."""
        return Planted(term, honest(term, self.plan), rule, against.request)

    def moved(self, rule: str, placement: Placement, by_hand: Placement, words: str = "") -> Planted:
        """Replace one placement by another, with correct figures."""
        lines = tuple(by_hand if each is placement else each for each in self.plan.placements)
        plan = honest(self.term, replace(self.plan, placements=lines))
        return Planted(self.term, plan, rule, by_hand.request, words, alone=False)

    def claimed(self, words: str, **claims: Any) -> Planted:  # noqa: ANN401  (any field)
        """Make a false claim in the plan."""
        return Planted(self.term, replace(self.plan, **claims), DOCUMENT, None, words)


Planter = Callable[[Ground], Planted]


def honest(term: Problem, plan: Plan) -> Plan:
    """Give a plan correct figures for its placements, and a bound that claims nothing."""
    terms = objective_terms(term, plan.placements)
    placed = {placement.request for placement in plan.placements}
    objective = sum(terms.values())
    return replace(
        plan,
        status="optimal" if objective == 0 else "feasible",
        objective=objective,
        bound=0,
        terms=terms,
        unplaced=tuple(unplaced(request.id) for request in term.requests if request.id not in placed),
    )


def unplaced(request: str) -> Unplaced:
    """List a request as unplaced, without reasons."""
    return Unplaced(RequestId(request), Reasons((), (), (), (), (), (), 0))
