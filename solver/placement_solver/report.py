"""A report on a plan: how the plan turns out for each party, and what one more of each scarce resource is worth.

The document behind these classes is ``placement-report/1``, published as `report.schema.json`. `figures` computes
them. A share is a number from 0 to 1; a percentile is by nearest rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = "placement-report/1"

GroupedBy = Literal["institution", "home"]
"""What students are grouped by."""
Figure = Literal["placed", "first_wish", "median_journey"]
"""A figure that is compared between groups."""
SummedBy = Literal["unit", "provider", "kind", "profession", "week"]
"""What prices are added up by."""


@dataclass(frozen=True, slots=True)
class Journeys:
    """Minutes one way of a group's journeys: median, 90th percentile and longest, and the share over an hour."""

    median: int
    ninetieth: int
    longest: int
    over_hour: float


@dataclass(frozen=True, slots=True)
class Wishes:
    """The requests that name preferred units: the shares placed at the first of these units, and at any of them."""

    requests: int
    first: float
    any: float


@dataclass(frozen=True, slots=True)
class Group:
    """The outcome for a group of students: all, those of one lärosäte, or those from one home.

    ``name`` is None for all students, and for students whose home is not known. ``journeys`` is None where no student
    is placed, ``wishes`` where no request has preferences.
    """

    name: str | None
    requests: int
    placed: int
    placed_share: float
    journeys: Journeys | None
    wishes: Wishes | None


@dataclass(frozen=True, slots=True)
class Programme:
    """How many of a lärosäte's requests in a profession are placed, and how many are not."""

    institution: str
    profession: str
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Evenness:
    """How evenly a figure is spread over groups: its Jain index (1 is even), and the group with the worst figure."""

    figure: Figure
    by: GroupedBy
    jain: float
    worst: str | None


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """The student-weeks that a provider's units offer and those placed there; ``used`` is placed / offered.

    What other terms have taken is not offered.
    """

    provider: str
    kind: str
    offered: int
    placed: int
    used: float | None


@dataclass(frozen=True, slots=True)
class MunicipalFigures:
    """The municipalities' shares of all student-weeks offered and placed; None where there are none."""

    offered_share: float | None
    placed_share: float | None


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """An agreement's student-weeks, floor and ceiling; ``short`` is what is missing below the floor.

    The student-weeks that other terms have in the term's weeks count.
    """

    agreement: str
    institution: str
    provider: str
    student_weeks: int
    floor: int
    ceiling: int | None
    short: int


@dataclass(frozen=True, slots=True)
class SupervisorFigures:
    """How many supervisors there are, how many have a student, and the student-weeks of those who have.

    ``least``, ``median`` (nearest rank) and ``most`` are over the supervisors who have a student; 0 where none has.
    """

    supervisors: int
    used: int
    unused_share: float
    least: int
    median: int
    most: int


@dataclass(frozen=True, slots=True)
class EnvironmentFigures:
    """How many of the weeks in which units have students are interprofessional, student-dense or in even pairs.

    ``unit_weeks`` counts each unit and week with students of the plan: in ``interprofessional`` of them there are
    students of several professions, in ``dense`` at least four students. ``together`` are the student-weeks in
    interprofessional ones. ``paired`` counts each pair group, unit and week with students, ``odd`` those with an odd
    number. A share is None where there is nothing to share.
    """

    unit_weeks: int
    interprofessional: int
    interprofessional_share: float | None
    dense: int
    dense_share: float | None
    student_weeks: int
    together: int
    together_share: float | None
    paired: int
    odd: int
    odd_share: float | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """How a plan turns out for students, lärosäten, providers and supervisors.

    ``environments`` is None in reports that are older than the figure.
    """

    everyone: Group
    institutions: tuple[Group, ...]
    homes: tuple[Group, ...]
    programmes: tuple[Programme, ...]
    evenness: tuple[Evenness, ...]
    providers: tuple[ProviderFigures, ...]
    municipal: MunicipalFigures
    agreements: tuple[AgreementFigures, ...]
    supervisors: SupervisorFigures
    environments: EnvironmentFigures | None = None


@dataclass(frozen=True, slots=True)
class Scarce:
    """The prices of one scarce resource: the price of one more in each week that has one.

    ``weeks`` is empty where the resource is not counted by the week; it then has one price. All supervisors of one unit
    and profession with at least ``credits`` hp are priced together; their ``id`` is the unit's.
    """

    rule: str
    id: str
    unit: str | None
    provider: str
    professions: tuple[str, ...]
    credits: float | None
    weeks: tuple[int, ...]
    prices: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What room for one more student of a profession at a unit is worth by part, for a stay that some request asks for.

    ``place`` is one more place in every offer that such a student uses, ``ceiling`` one more under the unit's ceiling,
    ``supervisor`` one more student for the unit's supervisors. Each is for all weeks of the stay and by itself, and is
    0 where that part is not lacking or not the only part lacking. ``together`` is one more of all three, which is what
    the unit itself can give. ``agreement`` is the stay's student-weeks added to the agreement's ceiling.
    """

    unit: str
    provider: str
    kinds: tuple[str, ...]
    profession: str
    first_week: int
    weeks: int
    place: float
    ceiling: float
    supervisor: float
    together: float
    agreement: float


@dataclass(frozen=True, slots=True)
class Total:
    """The prices of a rule summed over a unit, provider, kind, profession or week.

    ``amount`` is how much there is, ``worth`` its worth at its prices, ``mean`` the mean price of one (a place for a
    week, a student-week), ``most`` the highest price. A resource of several kinds or professions counts under each.
    """

    rule: str
    by: SummedBy
    name: str
    amount: int
    worth: float
    mean: float
    most: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What every scarce resource is worth; ``bound`` is the bound that the prices prove, rounded down to hundredths.

    ``places`` are the units and professions where one more place is worth the most, ``supervisors`` those where a
    supervisor for one more student is, ``together`` those where all three parts together are, and neither of the other
    two is worth as much. Each unit and profession is listed once, with the stay for which it is worth the most.
    """

    bound: float
    scarce: tuple[Scarce, ...]
    places: tuple[Room, ...]
    supervisors: tuple[Room, ...]
    together: tuple[Room, ...]
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The report on a plan of one problem; ``prices`` is None where none were computed."""

    problem_sha256: str
    objective: int
    bound: int
    fairness: Fairness
    prices: Worth | None
