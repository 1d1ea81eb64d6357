"""Places: where, when and with whom a student is placed, by the names that the reader knows."""

from __future__ import annotations

from dataclasses import dataclass

from placement.register.names import Names
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Place:
    """Where, when and with whom a student is placed; the supervisor by the provider's own id, if it has given one."""

    unit_id: str
    unit_name: str | None
    first_week: IsoWeek
    last_week: IsoWeek
    supervisor_id: str | None
    supervisor_name: str | None


def name_place(names: Names, unit: str, start: IsoWeek, weeks: int, supervisor: str | None) -> Place:
    """Return where a placement is, by name."""
    last = start.plus(weeks - 1)
    return Place(unit, names.name_of(unit), start, last, supervisor, names.own_id_of(supervisor))
