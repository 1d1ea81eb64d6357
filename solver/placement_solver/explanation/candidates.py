"""Every (unit, start, supervisor) that a request could have if offers, agreements, supervision or travel were relaxed.

Some rules are never relaxed: the weeks and kinds of the course, the site, university healthcare, blocked units, and the
student's own other placements. All other requests keep their placements and supervisors.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.covers import applies, count_taken, overlap
from placement_solver.explanation.reasons import NARROWING, every_way
from placement_solver.explanation.relaxations import (
    LongerJourney,
    MorePlaces,
    MoreStudents,
    MoreTraining,
    Relaxation,
    WiderAgreement,
)
from placement_solver.plan import Placement
from placement_solver.problem import Agreement, AgreementId, Capacity, CapacityId
from placement_solver.search.gatherings import change_company
from placement_solver.wishes import COSTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.columns import Columns
    from placement_solver.explanation.occupancy import Obstacle, Occupancy
    from placement_solver.problem import SupervisorId, Unit

RELAXED = ("travel-limit", "capacity", "agreement", "supervision")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A placement that a request could have, the relaxations it needs, and its cost compared with other candidates."""

    placement: Placement
    needs: tuple[Relaxation, ...]
    cost: int

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of change that it needs."""
        return tuple(need.kind for need in self.needs)

    @property
    def rank(self) -> tuple[tuple[float, int] | int, ...]:
        """The sort key, lower is better: the size of each change, then the cost."""
        return (*(need.size for need in self.needs), self.cost)


class Candidates:
    """The candidates of one request that has no placement in ``occupancy``."""

    def __init__(self, columns: Columns, occupancy: Occupancy, number: int) -> None:
        """Choose the request by its number."""
        self._columns = columns
        self._occupancy = occupancy
        self._number = number
        problem = columns.problem
        self._problem = problem
        self._request = problem.requests[number]
        self._student = problem.student[self._request.student]
        self._offer_name = CapacityId(_unused("new-offer", {capacity.id for capacity in problem.capacities}))
        self._known_taken: dict[Agreement, int] = {}
        self._agreement_name = AgreementId(_unused("new-agreement", {agreement.id for agreement in problem.agreements}))

    def __iter__(self) -> Iterator[Candidate]:
        """Yield every candidate, unit by unit."""
        columns, request = self._columns, self._request
        student = int(columns.request_student[self._number])
        ways = every_way(columns, self._number, np.arange(len(self._problem.units)))
        for rule in NARROWING:
            if rule.key not in RELAXED:
                ways = ways.take(rule.admits(columns, ways))
        costs = np.zeros(len(ways), dtype=np.int64)
        for wish in COSTS:
            costs += wish.of_options(columns, ways)
        costs += change_company(columns, self._occupancy.placements, ways)
        limit, minutes = int(columns.student_max_travel[student]), columns.minutes[student, ways.unit].tolist()
        for at, start, cost, far in zip(ways.unit.tolist(), ways.start.tolist(), costs.tolist(), minutes, strict=True):
            unit, weeks = self._problem.units[at], range(start, start + request.weeks)
            if self._occupancy.own_in_the_way(request, unit.id, start):
                continue
            if self._occupancy.taken_from(request.student, weeks):
                continue
            travel = (LongerJourney(self._student.id, far, limit),) if far > limit else ()
            places = tuple(self._needed_places(unit, weeks))
            worth = cost - self._saved_floor(unit, weeks)
            for agreements in self._needed_agreements(unit, weeks):
                for supervisor, supervision in self._needed_supervision(unit, weeks):
                    needs = (*places, *agreements, *supervision, *travel)
                    yield Candidate(Placement(request.id, unit.id, start, supervisor), needs, worth)

    def _needed_places(self, unit: Unit, weeks: range) -> Iterator[MorePlaces]:
        """Yield the places that a unit must add to take one more student; nothing where it has room."""
        student = self._student
        obstacles = tuple(self._occupancy.full_places(student, unit, weeks))
        full = {week for obstacle in obstacles for week in obstacle.weeks}
        new_offer = None
        if not self._occupancy.offers_to(student, unit.id):
            places = tuple(int(week in weeks) for week in range(self._problem.term.weeks))
            places = self._beside_other_terms(unit, places)
            new_offer = Capacity(self._offer_name, unit.id, (student.profession,), (student.institution,), places)
            full = set(weeks)
        if full:
            yield MorePlaces(
                unit=unit.id,
                weeks=tuple(sorted(full)),
                offers=tuple((CapacityId(each.id), each.weeks) for each in obstacles if each.rule == "capacity"),
                ceiling=next((each.weeks for each in obstacles if each.rule == "unit-ceiling"), ()),
                new_offer=new_offer,
                least=tuple((each.id, week, self._least(each, week)) for each in obstacles for week in each.weeks),
            )

    def _least(self, obstacle: Obstacle, week: int) -> int:
        """Return how many places a full resource must have in a week for one more student."""
        return self._occupancy.count(obstacle.rule, obstacle.id, week) + 1

    def _beside_other_terms(self, unit: Unit, places: tuple[int, ...]) -> tuple[int, ...]:
        """Return a new offer's places with as many more as other terms have students whom the offer covers too."""
        student, more = self._student, Counter[int]()
        for each in self._problem.taken_at[unit.id]:
            if (each.profession, each.institution) == (student.profession, student.institution):
                more.update(each.weeks)
        return tuple(count and count + more[week] for week, count in enumerate(places))

    def _needed_agreements(self, unit: Unit, weeks: range) -> Iterator[tuple[WiderAgreement, ...]]:
        """Yield the one way to have an agreement cover a stay, if there is one: no change, or a wider agreement."""
        known = self._occupancy.agreements_between(self._student, unit)
        stay = Agreement(
            id=self._agreement_name,
            institution=self._student.institution,
            provider=unit.provider,
            professions=(self._student.profession,),
            units=(unit.id,),
            first_week=weeks[0],
            last_week=weeks[-1],
            min_student_weeks=0,
            max_student_weeks=len(weeks),
        )
        near = [agreement for agreement in known if overlap(agreement, stay)]
        if not near:
            enough = len(weeks) + self._taken_under(stay)
            new = replace(stay, max_student_weeks=enough)
            yield (_widened(new, enough, new),)
        elif len(near) == 1:
            (standing,) = near
            most = standing.max_student_weeks
            wider = replace(
                standing,
                first_week=min(standing.first_week, weeks[0]),
                last_week=max(standing.last_week, weeks[-1]),
            )
            used = self._occupancy.student_weeks(standing.id) + len(weeks)
            used += self._taken_under(wider) - self._taken_under(standing)
            wider = replace(wider, max_student_weeks=None if most is None else max(most, used))
            if wider == standing:
                yield ()
            elif not any(overlap(wider, other) for other in known if other is not standing):
                outside = len(set(weeks) - set(range(standing.first_week, standing.last_week + 1)))
                above = 0 if most is None else used - most
                yield (_widened(wider, max(outside, above), None),)

    def _taken_under(self, agreement: Agreement) -> int:
        """Return the student-weeks of other terms that an agreement covers, or would cover if it were like this."""
        if agreement not in self._known_taken:
            self._known_taken[agreement] = count_taken(self._problem, agreement)
        return self._known_taken[agreement]

    def _needed_supervision(
        self, unit: Unit, weeks: range
    ) -> Iterator[tuple[SupervisorId | None, tuple[MoreTraining | MoreStudents, ...]]]:
        """Yield each supervisor who is on duty in all weeks, with the changes needed; None where none is required."""
        if self._request.supervision is None:
            yield None, ()
            return
        asked = self._request.supervision.credits
        for supervisor in self._occupancy.on_duty(unit.id, self._student.profession, weeks):
            needs: list[MoreTraining | MoreStudents] = []
            if supervisor.credits < asked:
                needs.append(MoreTraining(supervisor.id, supervisor.credits, asked))
            if busy := self._occupancy.busy_weeks(supervisor, weeks):
                most = max(self._occupancy.count("supervisor-load", supervisor.id, week) for week in busy) + 1
                needs.append(MoreStudents(supervisor.id, supervisor.max_students, busy, most))
            yield supervisor.id, tuple(needs)

    def _saved_floor(self, unit: Unit, weeks: range) -> int:
        """Return how much a stay saves of the cost of an agreement below its floor."""
        for agreement in self._occupancy.agreements_between(self._student, unit):
            if applies(agreement, self._student, unit, weeks):
                short = max(0, agreement.min_student_weeks - self._occupancy.student_weeks(agreement.id))
                return min(short, len(weeks)) * self._problem.weights.agreement_floor
        return 0


def _widened(terms: Agreement, student_weeks: int, new_agreement: Agreement | None) -> WiderAgreement:
    return WiderAgreement(
        institution=terms.institution,
        provider=terms.provider,
        student_weeks=student_weeks,
        agreement=None if new_agreement is not None else terms.id,
        first_week=terms.first_week,
        last_week=terms.last_week,
        ceiling=terms.max_student_weeks,
        new_agreement=new_agreement,
    )


def _unused(name: str, taken: set[str]) -> str:
    """Return a name that is not taken: the name itself, or the name with the first free number."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
