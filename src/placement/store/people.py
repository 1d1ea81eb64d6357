"""People: which students an audit entry is about, so that who saw or changed something of somebody can be found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, col, select

from placement.store.batches import in_batches
from placement.tables import Placement, Request, Row, Student

ABOUT = "_about"
"""Where an entry that waits has the ids that its row names: pairs of a table and an id."""
_NAMING = {"student": "student", "request": "request", "placement": "placement"}


def named_by(row: Row, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the students, requests and placements that a row names by its own values."""
    return tuple((table, values[name]) for name, table in _columns(type(row)) if values[name] is not None)


@cache
def _columns(kind: type[Row]) -> tuple[tuple[str, str], ...]:
    """Return the columns of a table that name somebody, and which table they refer to; not those that are sensitive."""
    table = inspect(kind).local_table
    own = [("id", table.name)] if table.name in _NAMING else []
    referring = [
        (column.name, key.column.table.name)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in _NAMING and not column.info.get("sensitive")
    ]
    return (*own, *referring)


def add_people(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Give entries the students that they are about, the same order for the same students; empty if about nobody."""
    found = Students(session, (pair for entry in entries for pair in entry.get(ABOUT, ())))
    for entry in entries:
        people = found.of(entry.pop(ABOUT, ()))
        entry["people"] = sorted({*(entry.get("people") or ()), *people}) or None


class Students:
    """The students behind some ids of students, requests and placements; unknown ids are nobody's.

    What has been removed in the same transaction is still found by the other ids that were given with it.
    """

    def __init__(self, session: Session, pairs: Iterable[tuple[str, str]]) -> None:
        ids: dict[str, set[str]] = {table: set() for table in _NAMING}
        for table, named in pairs:
            ids[table].add(named)
        self._requests: dict[str, str] = {}
        placed = select(col(Placement.id), col(Placement.request_id))
        self._placements = _pairs(session, placed, Placement.id, ids["placement"])
        asked = select(col(Request.id), col(Request.student_id))
        self._requests = _pairs(session, asked, Request.id, ids["request"] | set(self._placements.values()))

    def of(self, pairs: Iterable[tuple[str, str]]) -> set[str]:
        """Return the students behind some of the ids."""
        found = set()
        for table, named in pairs:
            request = self._placements.get(named) if table == "placement" else named
            student = named if table == "student" else self._requests.get(request or "")
            if student is not None:
                found.add(student)
        return found


def _pairs(session: Session, query: Any, column: object, ids: Iterable[str]) -> dict[str, str]:  # noqa: ANN401
    """Read pairs of ids in batches; no entry is written, and nothing flushed, by asking."""
    found: dict[str, str] = {}
    for batch in in_batches(ids):
        found |= {row[0]: row[1] for row in session.connection().execute(query.where(col(column).in_(batch)))}
    return found


def known_students(session: Session, ids: Iterable[str]) -> set[str]:
    """Return those of some ids that are a student's."""
    query = select(col(Student.id), col(Student.id))
    return set(_pairs(session, query, Student.id, ids))
