"""Sections: what a yearly report is made of, and what a section is written from.

A section is a function from the ground to a `Section`, or to None where it has nothing to say. `report.SECTIONS` has
them in their order; another room's section joins the report by being named there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session

from placement.follow_up.facts import Facts
from placement.follow_up.figures import Year
from placement.follow_up.tables import Table
from placement.tables import Organisation
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: what it is about, what is said, its tables, and a list of points."""

    key: str
    title: Words
    said: tuple[Words, ...] = ()
    tables: tuple[Table, ...] = ()
    points: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a report is written from: whose it is (None: the county's), its facts this year and last, and its units.

    ``day`` is the day on which the report is drawn up; trainings, levels and agreements are told as they are then.
    """

    session: Session
    municipality: Organisation | None
    year: Year
    last: Year
    facts: Facts
    last_facts: Facts
    units: frozenset[str]
    day: dt.date

    def is_under_way(self) -> bool:
        """Return whether any of the year's terms has its last day today or later."""
        return any(term.first_week.plus(term.weeks - 1).sunday() >= self.day for term in self.year.terms)
