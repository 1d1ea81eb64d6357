"""The ALF report: the student-weeks that the state pays for, by university healthcare unit and by programme term.

It says what the placements say now, planned and done, and rests on no statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, select

from placement.callers import Caller, Role
from placement.settlement.coverage import Coverage
from placement.settlement.half_years import HalfYear
from placement.settlement.lines import kind_of
from placement.settlement.stays import Stay, stays_in
from placement.store.access import PARTIES, allow
from placement.store.scopes import units_of
from placement.tables import Programme, Unit, WeekKind

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class AlfRow:
    """The weeks of one unit for one term of a programme (None: the courses do not say which)."""

    unit: Unit
    programme: Programme
    programme_term: int | None
    planned: int
    done: int


@dataclass(frozen=True, slots=True)
class AlfReport:
    """The weeks of a half-year that the state pays for, of the caller's own students or units."""

    half_year: HalfYear
    rows: tuple[AlfRow, ...]

    def by_unit(self) -> list[tuple[Unit, int, int]]:
        """Return each unit with its weeks planned and done, university healthcare units first."""
        units = {row.unit.id: row.unit for row in self.rows}
        return [(units[key], planned, done) for key, planned, done in _summed(self.rows, lambda row: row.unit.id)]

    def by_programme_term(self) -> list[tuple[Programme, int | None, int, int]]:
        """Return each term of each programme with its weeks planned and done."""
        programmes = {row.programme.id: row.programme for row in self.rows}
        summed = _summed(self.rows, lambda row: (row.programme.id, row.programme_term))
        return sorted(
            ((programmes[programme], term, planned, done) for (programme, term), planned, done in summed),
            key=lambda each: (each[0].code, each[0].id, each[1] or 0),
        )


def report_alf(session: Session, by: Caller, half_year: HalfYear) -> AlfReport:
    """Report the weeks of a half-year that the state pays for: a lärosäte's students, a provider's units, or all."""
    allow(by, PARTIES)
    institution = by.organisation if by.role is Role.INSTITUTION else None
    own = set(session.exec(select(Unit.id).where(units_of(by)))) if by.role is Role.PROVIDER else None
    covered = Coverage(session)
    weeks: dict[tuple[str, str, int | None], list[int]] = defaultdict(lambda: [0, 0])
    seen: dict[tuple[str, str, int | None], Stay] = {}
    for stay in stays_in(session, half_year, institution):
        if own is not None and stay.unit.id not in own:
            continue
        for number, week in stay.weeks_in(half_year):
            if covered.is_alf(stay, week.monday()):
                key = stay.unit.id, stay.programme.id, stay.course.programme_term
                seen[key] = stay
                weeks[key][0] += 1
                weeks[key][1] += kind_of(stay, number) is WeekKind.DONE
    rows = [
        AlfRow(seen[key].unit, seen[key].programme, key[2], planned, done) for key, (planned, done) in weeks.items()
    ]
    return AlfReport(half_year, tuple(sorted(rows, key=_place)))


def _place(row: AlfRow) -> tuple[bool, str, str, str, int]:
    """Return where a row stands: university healthcare units first, then by unit, programme and term."""
    unit = row.unit
    return not unit.university_healthcare, unit.name, unit.id, row.programme.code, row.programme_term or 0


def _summed(rows: Sequence[AlfRow], key: Callable[[AlfRow], K]) -> list[tuple[K, int, int]]:
    """Add up the weeks planned and done by key, in the order in which the keys come."""
    sums: dict[K, list[int]] = {}
    for row in rows:
        own = sums.setdefault(key(row), [0, 0])
        own[0] += row.planned
        own[1] += row.done
    return [(each, planned, done) for each, (planned, done) in sums.items()]
