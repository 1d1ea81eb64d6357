"""A problem: one term's places, agreements, students and requests, as the solver sees them.

The document behind these classes is ``placement-problem/1``; `placement_solver.documents` reads and writes it and
`problem.schema.json` publishes it. It holds no names and no personal identity numbers, only opaque
ids, points, weeks and minutes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NewType, TypeVar

from placement_solver.weeks import IsoWeek

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = TypeVar("Key")

InstitutionId = NewType("InstitutionId", str)
ProviderId = NewType("ProviderId", str)
UnitId = NewType("UnitId", str)
CapacityId = NewType("CapacityId", str)
SupervisorId = NewType("SupervisorId", str)
AgreementId = NewType("AgreementId", str)
StudentId = NewType("StudentId", str)
RequestId = NewType("RequestId", str)
TakenId = NewType("TakenId", str)

FORMAT = "placement-problem/1"
MOST_POINTS = 1_000
"""The most points of carried burden that a student can have."""
PROVIDER_KINDS = ("region", "municipality", "private")


@dataclass(frozen=True, slots=True)
class Term:
    """A planning term: ``weeks`` weeks counted from ``first_week``; week 0 of the problem is ``first_week``."""

    code: str
    first_week: IsoWeek
    weeks: int


@dataclass(frozen=True, slots=True)
class Institution:
    """A lärosäte, whose students are placed."""

    id: InstitutionId


@dataclass(frozen=True, slots=True)
class Provider:
    """A huvudman: the party of the agreements that cover its units."""

    id: ProviderId
    kind: Literal["region", "municipality", "private"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A place where students learn; ``max_students`` is its ceiling for all students together, in each week."""

    id: UnitId
    provider: ProviderId
    site: str | None
    kinds: tuple[str, ...]
    lat: float
    lon: float
    university_healthcare: bool
    max_students: int | tuple[int, ...] | None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Capacity:
    """Places that a unit offers students of some professions and institutions (``None``: all), week by week."""

    id: CapacityId
    unit: UnitId
    professions: tuple[str, ...]
    institutions: tuple[InstitutionId, ...] | None
    places: int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Supervisor:
    """A handledare: ``credits`` hp of training, ``max_students`` at a time, on duty in ``weeks`` (``None``: all)."""

    id: SupervisorId
    unit: UnitId
    profession: str
    credits: float
    max_students: int
    weeks: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A samverkansavtal between a lärosäte and a provider, as it applies to this term (both weeks included)."""

    id: AgreementId
    institution: InstitutionId
    provider: ProviderId
    professions: tuple[str, ...] | None
    units: tuple[UnitId, ...] | None
    first_week: int
    last_week: int
    min_student_weeks: int
    max_student_weeks: int | None


@dataclass(frozen=True, slots=True)
class Student:
    """A student, known by an opaque id; ``lat``, ``lon`` is where travel starts.

    ``burden`` is what earlier terms have cost the student, in points from 0 to `MOST_POINTS`. ``home`` is the area that
    they live in, by which figures are grouped.
    """

    id: StudentId
    institution: InstitutionId
    profession: str
    site: str | None
    lat: float
    lon: float
    blocked_units: tuple[UnitId, ...]
    max_travel: int | None
    distinct_units: bool
    zone: str | None = None
    burden: int = 0
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Supervision:
    """What a request requires of the named supervisor: at least ``credits`` hp of pedagogical training."""

    credits: float


@dataclass(frozen=True, slots=True)
class Request:
    """One placement to be found for a student: ``weeks`` whole weeks from one of ``starts``.

    Requests with the same ``pair_group`` are taught in pairs (``None``: not in pairs).
    """

    id: RequestId
    student: StudentId
    kinds: tuple[str, ...]
    weeks: int
    starts: tuple[int, ...]
    supervision: Supervision | None
    university_healthcare: bool
    preferences: tuple[UnitId, ...]
    after: tuple[RequestId, ...]
    priority: int
    pair_group: str | None = None


@dataclass(frozen=True, slots=True)
class Travel:
    """How minutes are computed; ``matrix`` maps a student's zone to a unit's zone to minutes, where known."""

    base_minutes: int
    minutes_per_km: float
    max_travel: int | None
    long_after: int
    matrix: dict[str, dict[str, int]] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A placement decided beforehand: a pin, which is kept, or a line of the plan in force (``current``)."""

    request: RequestId
    unit: UnitId
    start: int
    supervisor: SupervisorId | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A placement in force of another term, in the weeks of this term that it takes (both included).

    It may also be one of this term that is over but whose request the problem no longer has. Its ``term`` is then
    `placement_solver.taken.THIS_TERM`.
    """

    id: TakenId
    term: str
    student: StudentId
    institution: InstitutionId
    profession: str
    unit: UnitId
    supervisor: SupervisorId | None
    first_week: int
    last_week: int

    @property
    def weeks(self) -> range:
        """Its weeks in this term."""
        return range(self.first_week, self.last_week + 1)


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit of each objective term costs; a term that older documents lack weighs nothing there."""

    unplaced: int
    travel: int
    long_travel: int
    preference: int
    agreement_floor: int
    change: int
    interprofessional: int = 0
    pairs: int = 0
    carried_burden: int = 0


@dataclass(frozen=True)
class Problem:
    """A whole valid problem; ``sha256`` is the fingerprint of the document's canonical JSON.

    ``taken`` is what other terms have taken in this term's weeks. A student in it need not be one of ``students``.
    """

    term: Term
    institutions: tuple[Institution, ...]
    providers: tuple[Provider, ...]
    units: tuple[Unit, ...]
    capacities: tuple[Capacity, ...]
    supervisors: tuple[Supervisor, ...]
    agreements: tuple[Agreement, ...]
    students: tuple[Student, ...]
    requests: tuple[Request, ...]
    travel: Travel
    pins: tuple[Decision, ...]
    current: tuple[Decision, ...]
    weights: Weights
    sha256: str
    taken: tuple[Taken, ...] = ()

    @cached_property
    def unit(self) -> dict[UnitId, Unit]:
        """Units by id."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def student(self) -> dict[StudentId, Student]:
        """Students by id."""
        return {student.id: student for student in self.students}

    @cached_property
    def request(self) -> dict[RequestId, Request]:
        """Requests by id."""
        return {request.id: request for request in self.requests}

    @cached_property
    def supervisor(self) -> dict[SupervisorId, Supervisor]:
        """Supervisors by id."""
        return {supervisor.id: supervisor for supervisor in self.supervisors}

    @cached_property
    def taken_at(self) -> dict[UnitId, list[Taken]]:
        """What other terms have taken, by unit."""
        return _grouped((each.unit, each) for each in self.taken)

    @cached_property
    def taken_of(self) -> dict[StudentId, list[Taken]]:
        """What other terms have taken, by student."""
        return _grouped((each.student, each) for each in self.taken)

    @cached_property
    def taken_with(self) -> dict[SupervisorId | None, list[Taken]]:
        """What other terms have taken, by supervisor."""
        return _grouped((each.supervisor, each) for each in self.taken)


def _grouped(pairs: Iterable[tuple[Key, Taken]]) -> dict[Key, list[Taken]]:
    """Group what is taken by key; a key without any has an empty list."""
    groups: defaultdict[Key, list[Taken]] = defaultdict(list)
    for key, each in pairs:
        groups[key].append(each)
    return groups


def by_week(amount: int | tuple[int, ...], weeks: int) -> tuple[int, ...]:
    """Return an amount as one number for each week; a single number holds for all weeks."""
    return (amount,) * weeks if isinstance(amount, int) else amount
