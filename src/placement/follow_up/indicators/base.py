"""What every indicator is: its words, its source, and how it is counted from facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from placement.follow_up.facts import Facts
from placement.vocabulary import Named
from placement_solver.words import Source, Words


class Grouping(Named):
    """What figures are told about: the whole county, or each lärosäte, programme, provider or unit."""

    COUNTY = "county", "länet", "county"
    INSTITUTION = "institution", "lärosäte", "institution"
    PROGRAMME = "programme", "program", "programme"
    PROVIDER = "provider", "huvudman", "provider"
    UNIT = "unit", "enhet", "unit"


EVERYWHERE = frozenset(Grouping)
OF_STUDENTS = frozenset({Grouping.COUNTY, Grouping.INSTITUTION, Grouping.PROGRAMME})
"""Where something is counted that belongs to no unit, such as a request without a place."""
OF_CARE = frozenset({Grouping.COUNTY, Grouping.PROVIDER, Grouping.UNIT})
"""Where something is counted that belongs to no lärosäte, such as a place that is open to all."""


@dataclass(frozen=True, slots=True)
class Count:
    """A part of a whole, in exact numbers."""

    numerator: int
    denominator: int

    @property
    def share(self) -> float | None:
        """Return the part as a share with four decimals; None if the whole is 0."""
        return round(self.numerator / self.denominator, 4) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A share that is followed from year to year.

    ``counted`` names what the whole consists of. ``rising`` tells whether a larger share is better. ``personal`` marks
    an indicator about where students live, which is told of no small group (`placement.follow_up.withholding`).
    ``count`` takes the facts and the number of students from which a unit is student-dense in a week.
    """

    key: str
    name: Words
    meaning: Words
    source: Source
    counted: Words
    groupings: frozenset[Grouping]
    rising: bool
    count: Callable[[Facts, int], Count]
    personal: bool = False


REQUESTS = Words("begäranden", "requests")
PLACEMENTS = Words("placeringar", "placements")
EVER_PUBLISHED = Words("publicerade placeringar, även avslutade", "published placements, ended ones too")
STUDENT_WEEKS = Words("studentveckor", "student-weeks")
OFFERED_WEEKS = Words("erbjudna platsveckor", "offered place-weeks")
UNIT_WEEKS = Words("veckor på en enhet med någon student", "weeks at a unit with any student")
