"""People: which students an audit entry is about, so that who saw or changed something of somebody can be found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import QueryContext
from sqlmodel import Session, col, select

from placement.store.acting import beyond_own
from placement.store.batches import in_batches
from placement.tables import Placement, Request, Row, Student

ABOUT = "_about"
"""Where an entry that waits has the ids that its row names: pairs of a table and an id."""
_READ = "people.read"
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
    about = [entry.pop(ABOUT, ()) for entry in entries]
    found = Students(session, chain.from_iterable(about))
    for entry, pairs in zip(entries, about, strict=True):
        entry["people"] = sorted({*(entry.get("people") or ()), *found.of(pairs)}) or None


class Students:
    """The students behind some ids of students, requests and placements; unknown ids are nobody's.

    What has been removed in the same transaction is still found by the other ids that were given with it. The database
    is asked only about rows that the session has not read.
    """

    def __init__(self, session: Session, pairs: Iterable[tuple[str, str]]) -> None:
        ids: dict[str, set[str]] = {table: set() for table in _NAMING}
        for table, named in pairs:
            ids[table].add(named)
        placed = select(col(Placement.id), col(Placement.request_id))
        self._placements = _pairs(session, Placement, placed, ids["placement"])
        asked = select(col(Request.id), col(Request.student_id))
        self._requests = _pairs(session, Request, asked, ids["request"] | set(self._placements.values()))

    def of(self, pairs: Iterable[tuple[str, str]]) -> set[str]:
        """Return the students behind some of the ids."""
        found = set()
        for table, named in pairs:
            request = self._placements.get(named) if table == "placement" else named
            student = named if table == "student" else self._requests.get(request or "")
            if student is not None:
                found.add(student)
        return found


def known_students(session: Session, ids: Iterable[str]) -> set[str]:
    """Return those of some ids that are a student's."""
    return set(_pairs(session, Student, select(col(Student.id), col(Student.id)), ids))


_BEHIND: Mapping[type[Row], str] = {Student: "id", Request: "student_id", Placement: "request_id"}
"""The column of each table that leads to the student; it never changes."""


def _pairs(session: Session, kind: type[Row], query: Any, ids: Iterable[str]) -> dict[str, str]:  # noqa: ANN401
    """Return what some rows lead to; in batches if it has to be read. No entry is written, and nothing flushed."""
    read: dict[str, str] = session.info.get(_READ, {}).get(kind, {})
    wanted = set(ids)
    found = {row_id: read[row_id] for row_id in wanted & read.keys()}
    key = inspect(kind).primary_key[0]
    with beyond_own(session) if wanted - found.keys() else nullcontext():
        for batch in in_batches(wanted - found.keys()):
            found |= {row[0]: row[1] for row in session.connection().execute(query.where(key.in_(batch)))}
    return found


def _remember(row: Row, context: QueryContext) -> None:
    """Remember what a row leads to that a session has read, for as long as the session lives."""
    leads_to = row.__dict__.get(_BEHIND[type(row)])
    if leads_to is None:
        return
    read = context.session.info.setdefault(_READ, {kind: {} for kind in _BEHIND})
    read[type(row)][row.__dict__["id"]] = leads_to
    if isinstance(row, Request):  # whom a request refers to is there
        read[Student][leads_to] = leads_to


for _kind in _BEHIND:
    event.listen(_kind, "load", _remember)
