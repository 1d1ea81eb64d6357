"""Naming: what the parties, programmes, courses and units of statements are called, for whoever sees the statements."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, select

from placement.settlement.statements import Seen
from placement.store.batches import read_in_batches
from placement.tables import Course, Organisation, Programme, StatementLine, Unit
from placement_solver.words import Words


class Called:
    """The names of what some statements and lines mention, read with one query for each kind of row."""

    def __init__(self, session: Session, seen: Iterable[Seen], lines: Iterable[StatementLine] = ()) -> None:
        """Read the names."""
        statements, rows = list(seen), list(lines)
        groups = [group for each in statements for group in each.groups]
        parties = {
            *(party for each in statements for party in (each.agreement.institution_id, each.agreement.provider_id)),
            *(group.operator_id for group in groups if group.operator_id is not None),
            *(row.operator_id for row in rows if row.operator_id is not None),
        }
        programmes = {group.programme_id for group in groups} | {row.programme_id for row in rows}
        found_parties = read_in_batches(session, select(Organisation), Organisation.id, parties)
        found_programmes = read_in_batches(session, select(Programme), Programme.id, programmes)
        courses = read_in_batches(session, select(Course), Course.id, {row.course_id for row in rows})
        units = read_in_batches(session, select(Unit), Unit.id, {row.unit_id for row in rows})
        self._organisations = {row.id: Words(row.name_sv, row.name_en) for row in found_parties}
        self._programmes = {row.id: f"{row.name} ({row.code})" for row in found_programmes}
        self._courses = {row.id: f"{row.name} ({row.code})" for row in courses}
        self._units = {row.id: row.name for row in units}

    def organisation(self, organisation_id: str) -> Words:
        """Return the name of a party or an operator."""
        return self._organisations[organisation_id]

    def programme(self, programme_id: str) -> str:
        """Return a programme's name with its code."""
        return self._programmes[programme_id]

    def course(self, course_id: str) -> str:
        """Return a course's name with its code."""
        return self._courses[course_id]

    def unit(self, unit_id: str) -> str:
        """Return a unit's name."""
        return self._units[unit_id]
