"""Report: the yearly report that the letter of intent asks for, of the county and of each municipality.

The county's report is open to all. A municipality's is read by the coordinator, by the municipality, and by the
lärosäten that have had an agreement with it during the year. Every reader reads the same report. It is drawn up when
it is asked for, from what is stored then; whoever wants to keep it keeps the page or the PDF.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from placement.callers import Caller, Role
from placement.clock import today
from placement.errors import NotFoundError
from placement.follow_up.facts import Facts
from placement.follow_up.figures import THE_COUNTY, Year
from placement.follow_up.indicators import Grouping
from placement.follow_up.yearly.agreements import write_agreements
from placement.follow_up.yearly.competence import write_levels, write_supervisors
from placement.follow_up.yearly.key_figures import write_definitions, write_key_figures
from placement.follow_up.yearly.next_steps import write_next_steps
from placement.follow_up.yearly.sections import Ground, Section
from placement.follow_up.yearly.student_weeks import write_municipalities, write_weeks
from placement.follow_up.yearly.surveys import write_surveys
from placement.follow_up.years import terms_of_year, years_with_terms
from placement.store.access import ANYONE, FIRST, Page, Span, allow
from placement.tables import Agreement, Organisation, ProviderKind, Term, ends_on
from placement_solver.words import Words

SECTIONS: tuple[Callable[[Ground], Section | None], ...] = (
    write_key_figures,
    write_weeks,
    write_municipalities,
    write_agreements,
    write_supervisors,
    write_levels,
    write_surveys,
    write_next_steps,
    write_definitions,
)
"""The sections of a report, in their order; one that returns None is left out."""
_APART = "."
_COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Heading:
    """A report that can be read: its id, its year and terms, and whose it is (None: the county's)."""

    id: str
    year: int
    terms: tuple[str, ...]
    municipality: Organisation | None

    @property
    def name(self) -> Words:
        """Return whose report it is."""
        row = self.municipality
        return THE_COUNTY if row is None else Words(row.name_sv, row.name_en)


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """A report: its heading, the day on which it was drawn up, and its sections."""

    heading: Heading
    drawn_on: dt.date
    sections: tuple[Section, ...]


def list_yearly_reports(session: Session, by: Caller, *, year: int | None = None, span: Span = FIRST) -> Page[Heading]:
    """List the reports that the caller may read: the latest year first, the county's before the municipalities'."""
    allow(by, ANYONE)
    headings = [
        heading
        for each in years_with_terms(session)
        if year in {None, each}
        for heading in _headings(session, by, each)
    ]
    return Page(headings[span.offset : span.offset + span.limit], len(headings))


def draw_up(session: Session, by: Caller, report_id: str) -> YearlyReport:
    """Draw up a report; one that the caller may not read is not found."""
    allow(by, ANYONE)
    number, _, _ = report_id.partition(_APART)
    readable = _headings(session, by, int(number)) if number.isdecimal() and len(number) <= len("9999") else ()
    heading = next((each for each in readable if each.id == report_id), None)
    if heading is None:
        raise NotFoundError(report_id)
    ground = _ground(session, heading)
    written = (write(ground) for write in SECTIONS)
    return YearlyReport(heading, ground.day, tuple(section for section in written if section is not None))


def id_of(year: int, municipality_id: str | None = None) -> str:
    """Return the id of a report: of a year, of a municipality or the county."""
    return f"{year}{_APART}{municipality_id or _COUNTY}"


def _headings(session: Session, by: Caller, year: int) -> Iterator[Heading]:
    """Yield the reports of a year that a caller may read; none for a year without terms."""
    terms = terms_of_year(session, year)
    if not terms:
        return
    codes = tuple(term.code for term in terms)
    yield Heading(id_of(year), year, codes, None)
    for row in _municipalities(session, by, terms):
        yield Heading(id_of(year, row.id), year, codes, row)


def _municipalities(session: Session, by: Caller, terms: Sequence[Term]) -> Sequence[Organisation]:
    """Return the municipalities whose reports a caller may read, by name."""
    query = select(Organisation).where(Organisation.provider_kind == ProviderKind.MUNICIPALITY)
    rows = session.exec(query.order_by(col(Organisation.name_sv), col(Organisation.id))).all()
    if by.role is Role.COORDINATOR:
        return rows
    if by.role is Role.INSTITUTION:
        parties = _parties(session, by.organisation or "", terms)
        return [row for row in rows if row.id in parties]
    return [row for row in rows if by.role is Role.PROVIDER and row.id == by.organisation]


def _parties(session: Session, institution_id: str, terms: Sequence[Term]) -> set[str]:
    """Return the providers with which a lärosäte has an agreement that was valid on any day of the year's terms."""
    first = min(term.first_week.monday() for term in terms)
    last = max(term.first_week.plus(term.weeks - 1).sunday() for term in terms)
    signed = session.exec(
        select(Agreement).where(
            Agreement.institution_id == institution_id,
            col(Agreement.valid_from) <= last,
            or_(col(Agreement.valid_to).is_(None), col(Agreement.valid_to) >= first),
        )
    )
    return {row.provider_id for row in signed if (ends_on(row) or last) >= first}


def _ground(session: Session, heading: Heading) -> Ground:
    """Read what a report is written from."""
    year, last = Year(session, heading.year), Year(session, heading.year - 1)
    row = heading.municipality
    return Ground(
        session=session,
        municipality=row,
        year=year,
        last=last,
        facts=_part(year, row),
        last_facts=_part(last, row),
        units=frozenset(year.holders.all_units()) if row is None else year.holders.units_of(row.id),
        day=today(),
    )


def _part(year: Year, municipality: Organisation | None) -> Facts:
    """Return the facts that a report is about: the county's, or a municipality's, which may be none."""
    if municipality is None:
        return year.facts
    none = Facts((), (), (), year.facts.presence)
    return year.groups(Grouping.PROVIDER).get(municipality.id, none)
