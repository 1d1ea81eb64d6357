"""Figures: every indicator counted for a year or a term, of the county, a lärosäte, a programme, a provider or a unit.

The county's figures are open to all. A lärosäte reads those of itself and its programmes, and those of providers and
units over all students; a provider reads its own and its units', and a unit its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.follow_up.counting import count_facts
from placement.follow_up.facts import Facts
from placement.follow_up.groups import COUNTY, divide
from placement.follow_up.holders import Holders, is_municipality
from placement.follow_up.indicators import CATALOGUE, DENSE_FROM, Count, Grouping, Indicator
from placement.follow_up.tables import Column, Kind, Table, text
from placement.follow_up.withholding import is_large, is_large_beside, is_large_in_each, large_ones
from placement.follow_up.years import terms_of_year, years_with_terms
from placement.register.rounds import year_of
from placement.store.access import ANYONE, FIRST, Page, Span, allow, missing
from placement.store.scopes import units_of
from placement.tables import Organisation, Programme, Term, Unit
from placement_solver.words import Words

THE_COUNTY = Words("Länet", "The county")


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator and its count; None if it is withheld, because it would tell of too few students."""

    indicator: Indicator
    count: Count | None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one group in a year, or in one of its terms, with how many placements and weeks they rest on."""

    grouping: Grouping
    id: str
    name: Words
    year: int
    term: Term | None
    placements: int
    student_weeks: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures are wanted: of what, in which year or term, and of one group or all.

    Without a year or a term, they are those of the latest year. ``dense_from`` is the number of students from which a
    unit is student-dense in a week.
    """

    grouping: Grouping = Grouping.COUNTY
    year: int | None = None
    term_id: str | None = None
    group_id: str | None = None
    dense_from: int = DENSE_FROM


class Year:
    """The facts of a year, and of which groups a personal figure may be told."""

    def __init__(self, session: Session, year: int) -> None:
        """Read the facts of the year's terms; `terms` is empty if there is no such year."""
        self.number = year
        self.terms = terms_of_year(session, year)
        self.holders = Holders(session)
        self.facts = count_facts(session, self.terms, self.holders)
        self._of_term = {term.id: self.facts.of_terms(frozenset({term.id})) for term in self.terms}

    def groups(self, grouping: Grouping, term_id: str | None = None) -> Mapping[str, Facts]:
        """Return the facts of each group, in the year or in one of its terms."""
        return divide(self.facts if term_id is None else self._of_term[term_id], grouping, self.holders)

    def tells_of(self, grouping: Grouping, part: Facts, term_id: str | None = None) -> bool:
        """Return whether a personal figure of a group may be told, in the year or in one of its terms.

        ``part`` are the group's facts in the whole year. Where there is no placement, there is nothing to withhold.
        """
        if not any(True for _ in part.stays()):
            return True
        if grouping is Grouping.COUNTY:
            large = is_large_beside(self.facts, self._told_municipalities())
        else:
            large = is_large(part, self.facts)
        if term_id is None or not large:
            return large
        return is_large_in_each([(part.of_terms(frozenset({own})), whole) for own, whole in self._of_term.items()])

    def _told_municipalities(self) -> Iterable[Facts]:
        """Return the facts of the municipalities whose yearly reports tell of them."""
        groups = self.groups(Grouping.PROVIDER)
        municipal = {name: part for name, part in groups.items() if is_municipality(self.holders.organisations[name])}
        return large_ones(municipal, self.facts)


def list_figures(session: Session, by: Caller, wanted: Wanted, span: Span = FIRST) -> Page[GroupFigures]:
    """List the figures of each group that the caller may see, by its id; a year without terms has none."""
    allow(by, ANYONE)
    term = None if wanted.term_id is None else session.get(Term, wanted.term_id)
    if wanted.term_id is not None and term is None:
        raise missing("?termId", nouns.TERM)
    number = year_of(term.first_week) if term is not None else wanted.year
    year = Year(session, _latest(session) if number is None else number)
    if not year.terms or (wanted.year is not None and wanted.year != year.number):
        return Page((), 0)
    groups = year.groups(wanted.grouping, wanted.term_id)
    seen = _seen_by(session, by, wanted.grouping)
    ids = [name for name in groups if seen is None or name in seen]
    ids = [name for name in ids if wanted.group_id in {None, name}]
    part = ids[span.offset : span.offset + span.limit]
    names = _names(session, wanted.grouping, part)
    whole_year = year.groups(wanted.grouping)
    rows = [
        GroupFigures(
            wanted.grouping,
            name,
            names[name],
            year.number,
            term,
            *_size(groups[name]),
            figures_of(
                groups[name],
                wanted.grouping,
                wanted.dense_from,
                personal=_knows(by, wanted.grouping)
                or (
                    _may_be_told(by, wanted.grouping)
                    and year.tells_of(wanted.grouping, whole_year[name], wanted.term_id)
                ),
            ),
        )
        for name in part
    ]
    return Page(rows, len(ids))


def list_indicators(by: Caller, span: Span = FIRST) -> Page[Indicator]:
    """List what is followed, in the order in which it is shown."""
    allow(by, ANYONE)
    return Page(CATALOGUE[span.offset : span.offset + span.limit], len(CATALOGUE))


def table_of(rows: Sequence[GroupFigures]) -> Table:
    """Return figures as a table, for a sheet: one row for each figure of each group."""
    columns = (
        Column(Words("Id", "Id"), Kind.TEXT),
        Column(Words("Gäller", "About"), Kind.TEXT),
        Column(Words("År", "Year")),
        Column(Words("Termin", "Term"), Kind.TEXT),
        Column(Words("Siffra", "Figure"), Kind.TEXT),
        Column(Words("Räknas i", "Counted in"), Kind.TEXT),
        Column(Words("Del", "Part")),
        Column(Words("Helhet", "Whole")),
        Column(Words("Andel", "Share"), Kind.SHARE),
    )
    cells = tuple(
        (
            text(row.id),
            row.name,
            row.year,
            None if row.term is None else text(row.term.code),
            figure.indicator.name,
            figure.indicator.counted,
            None if figure.count is None else figure.count.numerator,
            None if figure.count is None else figure.count.denominator,
            figure.count,
        )
        for row in rows
        for figure in row.figures
    )
    return Table(Words("Siffror", "Figures"), columns, cells)


def figures_of(facts: Facts, grouping: Grouping, dense_from: int = DENSE_FROM, *, personal: bool) -> tuple[Figure, ...]:
    """Count every indicator that a grouping has; a personal one is withheld unless it may be told."""
    return tuple(
        Figure(each, each.count(facts, dense_from) if personal or not each.personal else None)
        for each in CATALOGUE
        if grouping in each.groupings
    )


def _latest(session: Session) -> int:
    """Return the latest year that has a term; 0 if there is none."""
    return next(iter(years_with_terms(session)), 0)


def _size(facts: Facts) -> tuple[int, int]:
    """Return how many placements facts have, and how many student-weeks."""
    weeks = [stay.weeks for stay in facts.stays()]
    return len(weeks), sum(weeks)


def _knows(by: Caller, grouping: Grouping) -> bool:
    """Return whether a caller knows where a group's students live anyway: all of them, or a lärosäte its own."""
    of_its_own = grouping in {Grouping.INSTITUTION, Grouping.PROGRAMME}
    return by.role is Role.COORDINATOR or (by.role is Role.INSTITUTION and of_its_own)


def _may_be_told(by: Caller, grouping: Grouping) -> bool:
    """Return whether a caller may read personal figures of large groups: of the county, or a provider of itself.

    A lärosäte reads the figures of all providers, and those of a municipality and of those who run its units overlap.
    """
    return grouping is Grouping.COUNTY or (by.role is Role.PROVIDER and grouping is Grouping.PROVIDER)


def _seen_by(session: Session, by: Caller, grouping: Grouping) -> set[str] | None:
    """Return the groups that a caller may see; None for all."""
    if by.role is Role.COORDINATOR or grouping is Grouping.COUNTY:
        return None
    if by.role is Role.INSTITUTION:
        if grouping is Grouping.PROGRAMME:
            return set(session.exec(select(Programme.id).where(Programme.institution_id == by.organisation)))
        return {by.organisation or ""} if grouping is Grouping.INSTITUTION else None
    if grouping is Grouping.PROVIDER and by.role is Role.PROVIDER:
        return {by.organisation or ""}
    if grouping is Grouping.UNIT and by.role in {Role.PROVIDER, Role.UNIT}:
        return set(session.exec(select(Unit.id).where(units_of(by))))
    return set()


def _names(session: Session, grouping: Grouping, ids: Sequence[str]) -> Mapping[str, Words]:
    """Return what groups are called."""
    if grouping is Grouping.COUNTY:
        return {COUNTY: THE_COUNTY}
    if grouping is Grouping.UNIT:
        return {row.id: Words(row.name, row.name) for row in session.exec(select(Unit).where(col(Unit.id).in_(ids)))}
    if grouping is Grouping.PROGRAMME:
        rows = session.exec(
            select(Programme, Organisation)
            .join(Organisation, col(Organisation.id) == col(Programme.institution_id))
            .where(col(Programme.id).in_(ids))
        )
        return {row.id: Words(f"{row.name}, {owner.name_sv}", f"{row.name}, {owner.name_en}") for row, owner in rows}
    rows_ = session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))
    return {row.id: Words(row.name_sv, row.name_en) for row in rows_}
