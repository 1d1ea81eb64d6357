"""A report on a plan: what the plan comes to for those whom it concerns, and what one more of anything would be worth.

The document behind these classes is ``placement-report/1``, published as `report.schema.json`. How the figures are
computed is the business of `figures`. A share is a number from 0 to 1; a percentile is by nearest rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = "placement-report/1"

GroupedBy = Literal["institution", "home"]
"""What students are grouped by."""
Figure = Literal["placed", "first_wish", "median_journey"]
"""A figure of a group, compared between groups."""
SummedBy = Literal["unit", "provider", "kind", "profession", "week"]
"""What prices are added up by."""


@dataclass(frozen=True, slots=True)
class Journeys:
    """The minutes one way of a group's placements: median, 90th percentile and longest, and the share over an hour."""

    median: int
    ninetieth: int
    longest: int
    over_hour: float


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of the requests that name units they prefer: the shares placed at the first of them, and at any of them."""

    requests: int
    first: float
    any: float


@dataclass(frozen=True, slots=True)
class Group:
    """How it went for some students: all, those of one lärosäte, or those from one home.

    ``name`` is None for all students, and for those whose home is not known. ``journeys`` is None where nobody is
    placed, ``wishes`` where nobody has any.
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
    """How evenly a figure falls on groups: Jain's index of it (1 is even), and the group that fares worst."""

    figure: Figure
    by: GroupedBy
    jain: float
    worst: str | None


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """The student-weeks that a provider's units offer and those placed there; ``used`` is the latter's share."""

    provider: str
    kind: str
    offered: int
    placed: int
    used: float | None


@dataclass(frozen=True, slots=True)
class MunicipalFigures:
    """The municipalities' part of all student-weeks offered and of all that are placed; None where there are none."""

    offered_share: float | None
    placed_share: float | None


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """The student-weeks that an agreement carries, against its floor and ceiling; it is ``short`` of its floor."""

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
class Fairness:
    """What a plan comes to for those whom it concerns."""

    everyone: Group
    institutions: tuple[Group, ...]
    homes: tuple[Group, ...]
    programmes: tuple[Programme, ...]
    evenness: tuple[Evenness, ...]
    providers: tuple[ProviderFigures, ...]
    municipal: MunicipalFigures
    agreements: tuple[AgreementFigures, ...]
    supervisors: SupervisorFigures


@dataclass(frozen=True, slots=True)
class Scarce:
    """The prices of one line of something scarce: of one more in each of some weeks, those without a price left out.

    ``weeks`` is empty where the line is not counted by the week; it then has one price. Supervisors are priced
    together, as those of one unit and profession with at least so many ``credits``; their ``id`` is the unit's.
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
    """What one more student of a profession at a unit, for a stay that somebody asks for, is worth, part by part.

    ``place`` is one more in every offer that a student there takes, ``ceiling`` one more under the unit's ceiling,
    ``supervisor`` one more student for its supervisors, each in all those weeks and each by itself: 0 is what is not
    lacking, or not alone. ``together`` is one more of all three, which is what the unit itself can give. ``agreement``
    is as many more student-weeks under the agreement.
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
    """The prices of a rule added up over a unit, provider, kind, profession or week.

    ``amount`` is how much there is of it, ``worth`` what all that is worth at its prices, ``mean`` the price of one
    (a place for a week, a student-week), ``most`` the highest price. What belongs to several kinds or professions
    counts with each.
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
    """What everything scarce is worth; ``bound`` is what these prices prove of every plan, rounded down to hundredths.

    ``places`` are the units and professions where one more place is worth most, ``supervisors`` those where one more
    student for the supervisors is, ``together`` those where all three parts are and neither of those two would do as
    much. Each unit and profession stands once, with the stay that makes the most of it.
    """

    bound: float
    scarce: tuple[Scarce, ...]
    places: tuple[Room, ...]
    supervisors: tuple[Room, ...]
    together: tuple[Room, ...]
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a plan of one problem comes to; ``prices`` is None where none were sought or found."""

    problem_sha256: str
    objective: int
    bound: int
    fairness: Fairness
    prices: Worth | None
