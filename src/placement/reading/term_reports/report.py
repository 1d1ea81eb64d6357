"""Report: a term's publication as one text in sections, drawn up from what was published.

Only coordinators draw it up: it tells of every lärosäte and provider at once. They hand it on as a page or as PDF, so
small groups are left out as for readers who answer for none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from placement.callers import Caller
from placement.clock import today
from placement.follow_up.yearly.sections import Section
from placement.reading.term_reports.ground import Ground, read_ground
from placement.reading.term_reports.making import write_changes, write_making, write_sources
from placement.reading.term_reports.resources import write_agreements, write_worth
from placement.reading.term_reports.results import write_hosts, write_institutions, write_summary
from placement.reading.term_reports.students import write_fairness, write_journeys
from placement.tables import Publication, Run, Term

SECTIONS: tuple[Callable[[Ground], Section | None], ...] = (
    write_summary,
    write_changes,
    write_institutions,
    write_hosts,
    write_journeys,
    write_fairness,
    write_worth,
    write_agreements,
    write_making,
    write_sources,
)
"""The sections of a report, in their order; one that returns None is left out."""


@dataclass(frozen=True, slots=True)
class TermReport:
    """A report: its term, publication and run with its number, the last publication's number, and the sections."""

    term: Term
    publication: Publication
    run: Run
    run_number: int
    latest: int
    drawn_on: dt.date
    sections: tuple[Section, ...]

    @property
    def is_in_force(self) -> bool:
        """Tell whether nothing has been published after it."""
        return self.publication.number == self.latest


def draw_up(session: Session, by: Caller, term: Term, number: int) -> TermReport:
    """Draw up the report on a term's publication, by its number; one that is not there is not found."""
    ground = read_ground(session, by, term, number)
    written = (write(ground) for write in SECTIONS)
    return TermReport(
        term=term,
        publication=ground.made.publication,
        run=ground.made.run,
        run_number=ground.made.number,
        latest=ground.latest,
        drawn_on=today(),
        sections=tuple(section for section in written if section is not None),
    )
