"""Facts: what figures are counted from, one fact for each request, ended placement and week offered at a unit.

They are plain values without sessions or rows, so that a figure is a function of facts alone, whoever they are about.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from placement.tables import PlacementStatus
from placement_solver.weeks import IsoWeek

UnitWeek = tuple[str, IsoWeek]
"""A week at a unit."""


def weeks_at(unit_id: str, start: IsoWeek, weeks: int) -> Iterator[UnitWeek]:
    """Yield some weeks at a unit."""
    for week in range(weeks):
        yield unit_id, start.plus(week)


@dataclass(frozen=True, slots=True)
class Attending:
    """A placement in force, of any term, as what it brings to its unit: a student of a profession, week by week."""

    student_id: str
    profession: str
    unit_id: str
    start: IsoWeek
    weeks: int

    def unit_weeks(self) -> Iterator[UnitWeek]:
        """Yield each week of the placement, at its unit."""
        return weeks_at(self.unit_id, self.start, self.weeks)


@dataclass(frozen=True, slots=True)
class Guidance:
    """The supervisor named for a placement: the profession, and the best training that counted on the first day.

    ``credits`` is None for a supervisor who had no training then; an introduction gives 0 hp.
    """

    profession: str
    credits: float | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement that is in force or has been held: where, when, how far away, under whom, and when it was told.

    ``minutes`` is the journey one way, and ``long`` tells whether the term calls it long. ``first_on`` is the day on
    which the request was first given a place that was published; ``told_on`` the day on which the present unit and
    start were. ``credits_required`` is what the course asks of a supervisor; None if it asks nothing.
    """

    unit_id: str
    municipal: bool
    start: IsoWeek
    weeks: int
    minutes: int
    long: bool
    first_on: dt.date
    told_on: dt.date
    guidance: Guidance | None
    credits_required: float | None

    def unit_weeks(self) -> Iterator[UnitWeek]:
        """Yield each week of the stay, at its unit."""
        return weeks_at(self.unit_id, self.start, self.weeks)


@dataclass(frozen=True, slots=True)
class Case:
    """A request of a term, whose it is, and the placement that meets it if there is one."""

    request_id: str
    term_id: str
    student_id: str
    institution_id: str
    programme_id: str
    profession: str
    publish_by: dt.date
    withdrawn: bool
    stay: Stay | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A placement that was published and then ended early, and how."""

    term_id: str
    unit_id: str
    institution_id: str
    programme_id: str
    status: PlacementStatus


@dataclass(frozen=True, slots=True)
class Offering:
    """The places that a unit's answered offers have in a week of a term, and how many of them the term has used."""

    term_id: str
    unit_id: str
    week: IsoWeek
    places: int
    used: int


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is at each unit in each week, whichever lärosäte and term they come from: how many, of which professions."""

    students: Mapping[UnitWeek, int]
    professions: Mapping[UnitWeek, frozenset[str]]

    @classmethod
    def of(cls, attending: Iterable[Attending]) -> Presence:
        """Count who is present by the placements; a student who has two of them somewhere is one student."""
        students: defaultdict[UnitWeek, set[str]] = defaultdict(set)
        professions: defaultdict[UnitWeek, set[str]] = defaultdict(set)
        for each in attending:
            for unit_week in each.unit_weeks():
                students[unit_week].add(each.student_id)
                professions[unit_week].add(each.profession)
        counted = defaultdict(int, {where: len(ids) for where, ids in students.items()})
        return cls(counted, {where: frozenset(names) for where, names in professions.items()})


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of some terms, of the whole county or of a part of it; ``presence`` is always the county's."""

    cases: tuple[Case, ...]
    endings: tuple[Ending, ...]
    offerings: tuple[Offering, ...]
    presence: Presence

    def stays(self) -> Iterator[Stay]:
        """Yield the placements."""
        return (case.stay for case in self.cases if case.stay is not None)

    def of_terms(self, term_ids: frozenset[str]) -> Facts:
        """Return the facts of some of the terms."""
        return Facts(
            tuple(case for case in self.cases if case.term_id in term_ids),
            tuple(ending for ending in self.endings if ending.term_id in term_ids),
            tuple(offering for offering in self.offerings if offering.term_id in term_ids),
            self.presence,
        )
