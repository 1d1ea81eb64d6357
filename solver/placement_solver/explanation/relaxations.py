"""The relaxations that could let one request be placed, and how each is written into the problem document."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from operator import sub
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from placement_solver.problem import (
    Agreement,
    AgreementId,
    Capacity,
    CapacityId,
    InstitutionId,
    Problem,
    ProviderId,
    StudentId,
    SupervisorId,
    UnitId,
    by_week,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind = Literal["places", "agreement", "training", "load", "travel"]
KINDS: tuple[Kind, ...] = ("places", "agreement", "training", "load", "travel")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one value in the problem document: where (a JSON Pointer), the old value and the new.

    A pointer that ends in ``/-`` adds an entry to a list, as in RFC 6902.
    """

    pointer: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class MorePlaces:
    """One more place at a unit in some weeks: in offers that are full, under its ceiling, or in an offer of its own.

    ``least`` has how many places an offer, or the unit, must have in a week (id, week, places): one more than are used,
    which is more than one more than it has where other terms have taken too many.
    """

    kind: ClassVar[Kind] = "places"
    unit: UnitId
    weeks: tuple[int, ...]
    offers: tuple[tuple[CapacityId, tuple[int, ...]], ...]
    ceiling: tuple[int, ...]
    new_offer: Capacity | None
    least: tuple[tuple[str, int, int], ...]

    @property
    def size(self) -> tuple[float, int]:
        """The weeks with one more student than offered; a new offer counts as larger than a raised one."""
        return len(self.weeks), int(self.new_offer is not None)

    def changes(self, problem: Problem) -> Iterable[Change]:
        """Write the places week by week."""
        for i, capacity in enumerate(problem.capacities):
            for name, weeks in self.offers:
                if capacity.id == name:
                    yield self._raised(problem, f"/capacities/{i}/places", capacity.places, (name, weeks))
        if self.new_offer is not None:
            yield Change("/capacities/-", None, _plain(self.new_offer))
        for i, unit in enumerate(problem.units):
            if unit.id == self.unit and self.ceiling and unit.max_students is not None:
                yield self._raised(problem, f"/units/{i}/max_students", unit.max_students, (unit.id, self.ceiling))

    def more(self, problem: Problem) -> int:
        """Return how many more places the week that lacks most needs: one, unless other terms have taken too many."""
        needed = list(by_week(0 if self.new_offer is None else self.new_offer.places, problem.term.weeks))
        for change in self.changes(problem):
            if change.old is not None:
                old = change.old if isinstance(change.old, int) else tuple(change.old)
                needed += map(sub, change.new, by_week(old, problem.term.weeks))
        return max(needed)

    def _raised(
        self, problem: Problem, pointer: str, places: int | tuple[int, ...], full: tuple[str, tuple[int, ...]]
    ) -> Change:
        """Raise the places of a full resource in its weeks to the least that is needed."""
        name, weeks = full
        old = by_week(places, problem.term.weeks)
        least = {week: amount for each, week, amount in self.least if each == name}
        new = [max(amount, least[week]) if week in weeks else amount for week, amount in enumerate(old)]
        return Change(pointer, places if isinstance(places, int) else list(places), new)


@dataclass(frozen=True, slots=True)
class WiderAgreement:
    """More student-weeks under an agreement: a higher ceiling, more weeks, or a new agreement.

    ``agreement`` is None where there is none; then ``new_agreement`` is one that would be enough.
    """

    kind: ClassVar[Kind] = "agreement"
    institution: InstitutionId
    provider: ProviderId
    student_weeks: int
    agreement: AgreementId | None
    first_week: int
    last_week: int
    ceiling: int | None
    new_agreement: Agreement | None

    @property
    def size(self) -> tuple[float, int]:
        """The added student-weeks; a new agreement counts as larger than a wider one."""
        return self.student_weeks, int(self.agreement is None)

    def changes(self, problem: Problem) -> Iterable[Change]:
        """Write the ceiling and the weeks where they differ, or the whole new agreement."""
        if self.new_agreement is not None:
            yield Change("/agreements/-", None, _plain(self.new_agreement))
        for i, agreement in enumerate(problem.agreements):
            if agreement.id == self.agreement:
                for name, old, new in (
                    ("first_week", agreement.first_week, self.first_week),
                    ("last_week", agreement.last_week, self.last_week),
                    ("max_student_weeks", agreement.max_student_weeks, self.ceiling),
                ):
                    if old != new:
                        yield Change(f"/agreements/{i}/{name}", old, new)


@dataclass(frozen=True, slots=True)
class MoreTraining:
    """More training for a supervisor, from ``credits`` hp to the ``asked`` hp that the request requires."""

    kind: ClassVar[Kind] = "training"
    supervisor: SupervisorId
    credits: float
    asked: float

    @property
    def size(self) -> tuple[float, int]:
        """The hp that are missing."""
        return self.asked - self.credits, 0

    def changes(self, problem: Problem) -> Iterable[Change]:
        """Write the credits."""
        number = _place_of(self.supervisor, [supervisor.id for supervisor in problem.supervisors])
        yield Change(f"/supervisors/{number}/credits", self.credits, self.asked)


@dataclass(frozen=True, slots=True)
class MoreStudents:
    """One more student at a time for a supervisor, who has ``max_students`` already in ``weeks``: ``most`` instead."""

    kind: ClassVar[Kind] = "load"
    supervisor: SupervisorId
    max_students: int
    weeks: tuple[int, ...]
    most: int

    @property
    def size(self) -> tuple[float, int]:
        """The weeks with one more student."""
        return len(self.weeks), 0

    def changes(self, problem: Problem) -> Iterable[Change]:
        """Write the number, which holds for all weeks in the document."""
        number = _place_of(self.supervisor, [supervisor.id for supervisor in problem.supervisors])
        yield Change(f"/supervisors/{number}/max_students", self.max_students, self.most)


@dataclass(frozen=True, slots=True)
class LongerJourney:
    """A longer journey than the student's limit: ``minutes`` instead of at most ``limit``."""

    kind: ClassVar[Kind] = "travel"
    student: StudentId
    minutes: int
    limit: int

    @property
    def size(self) -> tuple[float, int]:
        """The minutes above the limit."""
        return self.minutes - self.limit, 0

    def changes(self, problem: Problem) -> Iterable[Change]:
        """Write the student's own limit."""
        number = _place_of(self.student, [student.id for student in problem.students])
        yield Change(f"/students/{number}/max_travel", problem.students[number].max_travel, self.minutes)


Relaxation = MorePlaces | WiderAgreement | MoreTraining | MoreStudents | LongerJourney


def _place_of(name: str, names: Sequence[str]) -> int:
    return names.index(name)


def _plain(entry: Capacity | Agreement) -> dict[str, Any]:
    """Write a new entry as the document holds it."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(entry).items()}
