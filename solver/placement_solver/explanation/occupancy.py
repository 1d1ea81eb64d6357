"""How the placements of a plan use scarce resources: who uses what, and what is full."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement_solver.covers import applies, covers, find_agreements, find_capacities, find_taken
from placement_solver.problem import AgreementId, by_week
from placement_solver.taken import find_sharing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import (
        Agreement,
        Capacity,
        InstitutionId,
        Problem,
        ProviderId,
        Request,
        RequestId,
        Student,
        StudentId,
        Supervisor,
        Taken,
        Unit,
        UnitId,
    )


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A full resource: the rule that limits it, its id, and the weeks in which it is full.

    An agreement is full for the whole term, so it has no weeks.
    """

    rule: str
    id: str
    weeks: tuple[int, ...]


class Occupancy:
    """The occupancy of a plan: the requests that use each offer, unit and supervisor by the week."""

    def __init__(self, problem: Problem, placements: Sequence[Placement]) -> None:
        """Count every placement on every resource that it uses."""
        self.problem = problem
        self.placements = tuple(placements)
        self._weeks = problem.term.weeks
        self._offers: defaultdict[UnitId, list[Capacity]] = defaultdict(list)
        for capacity in problem.capacities:
            self._offers[capacity.unit].append(capacity)
        self._between: defaultdict[tuple[InstitutionId, ProviderId], list[Agreement]] = defaultdict(list)
        for agreement in problem.agreements:
            self._between[agreement.institution, agreement.provider].append(agreement)
        self._staff: defaultdict[UnitId, list[Supervisor]] = defaultdict(list)
        for supervisor in problem.supervisors:
            self._staff[supervisor.unit].append(supervisor)
        self._trained: dict[tuple[UnitId, str, float], list[Supervisor]] = {}
        self._of_student: defaultdict[StudentId, list[Placement]] = defaultdict(list)
        self._held: defaultdict[tuple[str, str], list[tuple[RequestId, range]]] = defaultdict(list)
        self._under: defaultdict[str, list[RequestId]] = defaultdict(list)
        self._student_weeks: Counter[str] = Counter()
        self._found: dict[tuple[int, UnitId, int], tuple[Obstacle, ...]] = {}
        self._counts: dict[tuple[str, str], Counter[int]] = {}
        self._full_weeks: dict[tuple[str, str], frozenset[int]] = {}
        self._open_to: dict[tuple[str, InstitutionId, UnitId], list[Capacity]] = {}
        self._others: defaultdict[tuple[str, str], list[Taken]] = defaultdict(list)
        self._others_under = find_taken(problem)
        self._count_other_terms()
        covered = find_agreements(problem, placements)
        for (placement, capacities), (_, agreements) in zip(find_capacities(problem, placements), covered, strict=True):
            request = problem.request[placement.request]
            self._of_student[request.student].append(placement)
            for agreement in agreements:
                self._under[agreement.id].append(request.id)
                self._student_weeks[agreement.id] += request.weeks
            stay = (request.id, range(placement.start, placement.start + request.weeks))
            self._held["unit-ceiling", placement.unit].append(stay)
            for each in capacities:
                self._held["capacity", each.id].append(stay)
            if placement.supervisor is not None:
                self._held["supervisor-load", placement.supervisor].append(stay)

    def _count_other_terms(self) -> None:
        """Count what other terms have taken on every resource that it uses."""
        for agreement, under in self._others_under.items():
            self._student_weeks[agreement] += under.total()
        for each in self.problem.taken:
            self._others["unit-ceiling", each.unit].append(each)
            for offer in self._offers[each.unit]:
                if covers(offer, each):
                    self._others["capacity", offer.id].append(each)
            if each.supervisor is not None:
                self._others["supervisor-load", each.supervisor].append(each)

    def terms_in(self, obstacle: Obstacle) -> tuple[str, ...]:
        """Return the codes of the other terms that have taken part of a full resource, where it is full."""
        if obstacle.rule == "agreement-ceiling":
            return tuple(sorted({each.term for each in self._others_under[AgreementId(obstacle.id)]}))
        found = self._others.get((obstacle.rule, obstacle.id), ())
        return tuple(sorted({each.term for each in found if not set(obstacle.weeks).isdisjoint(each.weeks)}))

    def taken_from(self, student: StudentId, weeks: range) -> tuple[Taken, ...]:
        """Return the student's placements of other terms in some weeks."""
        return find_sharing(self.problem.taken_of[student], weeks)

    def offers_to(self, student: Student, unit: UnitId) -> list[Capacity]:
        """Return a unit's offers that are open to a student's profession and institution."""
        asking = (student.profession, student.institution, unit)
        if asking not in self._open_to:
            self._open_to[asking] = [capacity for capacity in self._offers[unit] if covers(capacity, student)]
        return self._open_to[asking]

    def agreements_between(self, student: Student, unit: Unit) -> list[Agreement]:
        """Return the agreements of a student's institution and a unit's provider, whatever they cover."""
        return self._between[student.institution, unit.provider]

    def on_duty(self, unit: UnitId, profession: str, weeks: range) -> Iterator[Supervisor]:
        """Yield a unit's supervisors of a profession who are on duty in all these weeks, trained or not."""
        return (each for each in self.trained(unit, profession, 0.0) if is_on_duty(each, weeks))

    def trained(self, unit: UnitId, profession: str, credits_asked: float) -> list[Supervisor]:
        """Return a unit's supervisors of a profession who have at least some credits of training."""
        asking = (unit, profession, credits_asked)
        if asking not in self._trained:
            staff = (each for each in self._staff[unit] if each.profession == profession)
            self._trained[asking] = [each for each in staff if each.credits >= credits_asked]
        return self._trained[asking]

    def student_weeks(self, agreement: str) -> int:
        """Return the student-weeks that an agreement covers."""
        return self._student_weeks[agreement]

    def busy_weeks(self, supervisor: Supervisor, weeks: Iterable[int]) -> tuple[int, ...]:
        """Return the weeks in which a supervisor takes no more students."""
        return self._full("supervisor-load", supervisor.id, supervisor.max_students, weeks)

    def full_weeks(self, rule: str, name: str, places: int | tuple[int, ...]) -> frozenset[int]:
        """Return the weeks of the term in which every place of a resource is used."""
        full = self._full_weeks.get((rule, name))
        if full is None:
            room, used = enumerate(by_week(places, self._weeks)), self._count_by_week(rule, name)
            full = frozenset(week for week, most in room if used[week] >= most)
            self._full_weeks[rule, name] = full
        return full

    def count(self, rule: str, name: str, week: int) -> int:
        """Return how many placements use a resource in a week, those of other terms included."""
        return self._count_by_week(rule, name)[week]

    def holders(self, obstacle: Obstacle) -> set[RequestId]:
        """Return the requests that use a full resource in the weeks in which it is full."""
        if obstacle.rule == "agreement-ceiling":
            return set(self._under[obstacle.id])
        held = self._held.get((obstacle.rule, obstacle.id), ())
        return {request for request, weeks in held if not set(obstacle.weeks).isdisjoint(weeks)}

    def is_placed(self, student: StudentId) -> bool:
        """Tell whether a student has any placement at all."""
        return bool(self._of_student[student])

    def units_of(self, student: StudentId) -> set[UnitId]:
        """Return the units of a student's placements."""
        return {placement.unit for placement in self._of_student[student]}

    def own_in_the_way(self, request: Request, unit: UnitId, start: int) -> set[RequestId]:
        """Return the student's other placements that exclude this one: by overlap, order or the same unit."""
        end = start + request.weeks
        in_the_way = set()
        for other in self._of_student[request.student]:
            theirs = self.problem.request[other.request]
            other_end = other.start + theirs.weeks
            if (
                (other.start < end and start < other_end)
                or (other.request in request.after and start < other_end)
                or (request.id in theirs.after and other.start < end)
                or (other.unit == unit and self.problem.student[request.student].distinct_units)
            ):
                in_the_way.add(other.request)
        return in_the_way

    def full_for(self, shared: int, request: Request, unit: Unit, start: int) -> tuple[Obstacle, ...]:
        """Return what is full for one more placement at a unit from a week.

        ``shared`` is the class of the request; the answer is the same for all requests of the class.
        """
        key = (shared, unit.id, start)
        if key not in self._found:
            self._found[key] = tuple(self._find_full(request, unit, range(start, start + request.weeks)))
        return self._found[key]

    def full_places(self, student: Student, unit: Unit, weeks: range) -> Iterator[Obstacle]:
        """Yield a unit's offers to a student that are full in any of these weeks, and its ceiling if reached."""
        for capacity in self.offers_to(student, unit.id):
            if full := self._full("capacity", capacity.id, capacity.places, weeks):
                yield Obstacle("capacity", capacity.id, full)
        if unit.max_students is not None and (full := self._full("unit-ceiling", unit.id, unit.max_students, weeks)):
            yield Obstacle("unit-ceiling", unit.id, full)

    def _find_full(self, request: Request, unit: Unit, weeks: range) -> Iterator[Obstacle]:
        student = self.problem.student[request.student]
        yield from self.full_places(student, unit, weeks)
        for agreement in self.agreements_between(student, unit):
            most, used = agreement.max_student_weeks, self.student_weeks(agreement.id) + request.weeks
            if most is not None and used > most and applies(agreement, student, unit, weeks):
                yield Obstacle("agreement-ceiling", agreement.id, ())
        if request.supervision is not None:
            yield from self._find_busy(request.supervision.credits, student.profession, unit.id, weeks)

    def _find_busy(self, asked: float, profession: str, unit: UnitId, weeks: range) -> Iterator[Obstacle]:
        """Yield the suitable supervisors with the weeks when each is full; nothing where one of them has room."""
        busy = []
        for supervisor in self.trained(unit, profession, asked):
            if is_on_duty(supervisor, weeks):
                full = self.busy_weeks(supervisor, weeks)
                if not full:
                    return
                busy.append(Obstacle("supervisor-load", supervisor.id, full))
        yield from busy

    def _full(self, rule: str, name: str, places: int | tuple[int, ...], weeks: Iterable[int]) -> tuple[int, ...]:
        """Return those of some weeks in which every place of a resource is used."""
        full = self.full_weeks(rule, name, places)
        return () if full.isdisjoint(weeks) else tuple([week for week in weeks if week in full])

    def _count_by_week(self, rule: str, name: str) -> Counter[int]:
        """Return how many placements use a resource in each week, those of other terms included."""
        if (rule, name) not in self._counts:
            counts = Counter(week for _, weeks in self._held.get((rule, name), ()) for week in weeks)
            counts.update(week for each in self._others.get((rule, name), ()) for week in each.weeks)
            self._counts[rule, name] = counts
        return self._counts[rule, name]


def is_on_duty(supervisor: Supervisor, weeks: Iterable[int]) -> bool:
    """Tell whether a supervisor is on duty in all of some weeks."""
    return supervisor.weeks is None or set(weeks) <= set(supervisor.weeks)
