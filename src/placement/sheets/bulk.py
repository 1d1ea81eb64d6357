"""Bulk: changes of many rows that reach the database together, with the audit entries and events of single ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import insert, inspect
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from placement.callers import Caller
from placement.events import feed
from placement.events.feed import Happening
from placement.store import audit
from placement.store.access import Page, Span, fault, refer
from placement.tables import Action, Row
from placement.tables.columns import Versioned

AT_A_TIME = 5_000
"""So many ids go into one question to the database, or rows into one part of a list."""

R = TypeVar("R")
K = TypeVar("K", bound=Versioned)


@dataclass(slots=True)
class Outcome:
    """How many rows were handed in, and what came of them."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def count(self, *, changed: bool) -> None:
        """Count a row that was there already."""
        if changed:
            self.changed += 1
        else:
            self.unchanged += 1


class Bulk:
    """What is to be added, changed and removed, with the audit entries in the order it was said."""

    def __init__(self, session: Session, by: Caller) -> None:
        self._session = session
        self._by = by
        self._added: dict[type[Row], list[dict[str, Any]]] = {}
        self._removed: list[Row] = []
        self._entries: list[tuple[Action, Row, dict[str, Any] | None]] = []
        self._happenings: list[Happening] = []

    def add(self, row: Row) -> None:
        """Let a new row be stored."""
        columns = inspect(type(row)).columns
        self._added.setdefault(type(row), []).append({name: getattr(row, name) for name in columns.keys()})  # noqa: SIM118
        self._entries.append((Action.CREATED, row, None))

    def remove(self, row: Row) -> None:
        """Let a row be removed."""
        self._removed.append(row)
        self._entries.append((Action.REMOVED, row, None))

    def change(self, row: Row, values: Mapping[str, Any]) -> list[str]:
        """Give a row new values, and name those that were others before."""
        other = {name: value for name, value in values.items() if getattr(row, name) != value}
        if other:
            before = audit.snapshot(row)
            for name, value in other.items():
                setattr(row, name, value)
            self._entries.append((Action.CHANGED, row, before))
        return list(other)

    def settle(
        self, present: Iterable[Row], wanted: Iterable[Row], key: Callable[[Any], Hashable] | None = None
    ) -> bool:
        """Make the rows that belong to another row those that are wanted, and tell whether they were others before."""
        known = key or _primary_key
        here: dict[Hashable, list[Row]] = {}
        for row in present:
            here.setdefault(known(row), []).append(row)
        other = False
        for row in wanted:
            alike = here.get(known(row))
            if not alike:
                self.add(row)
                other = True
            elif key is None:
                other |= bool(self.change(alike.pop(), {name: getattr(row, name) for name in audit.snapshot(row)}))
            else:
                alike.pop()
        gone = [row for rows in here.values() for row in rows]
        for row in gone:
            self.remove(row)
        return other or bool(gone)

    def touch(self, row: Versioned, column: str) -> None:
        """Count what belongs to a row as a change of the row: its version moves on."""
        flag_modified(row, column)

    def tell(self, happening: Happening) -> None:
        """Let the feed tell of something."""
        self._happenings.append(happening)

    def finish(self) -> None:
        """Write everything, what is taken away before what comes in its place."""
        for row in self._removed:
            self._session.delete(row)
        self._session.flush()
        for table, rows in self._added.items():
            self._session.execute(insert(table), rows)
        audit.record_all(self._session, [audit.entry_of(self._by, *entry) for entry in self._entries])
        feed.tell(self._session, self._happenings)


def hand_in(session: Session, bring_in: Callable[[], Outcome], *, dry_run: bool) -> Outcome:
    """Bring rows in, or only find out what would come of it."""
    with session.begin_nested() as stage:
        outcome = bring_in()
        if dry_run:
            stage.rollback()
    return outcome


class Known(Generic[K]):
    """The rows that are there already, by id and by the partner's own key; no two lines may mean the same one."""

    def __init__(
        self, what: str, rows: Iterable[K], key: Callable[[K], Hashable], pointer: str, *, unique: bool = True
    ) -> None:
        self._what = what
        self._unique = unique
        self._pointer = pointer
        self._by_id: dict[str, K] = {}
        self._by_key: dict[Hashable, list[K]] = {}
        self._claimed: set[Hashable] = set()
        for row in rows:
            self._by_id[_id_of(row)] = row
            self._by_key.setdefault(key(row), []).append(row)

    def find(self, row_id: str | None, key: Hashable) -> K | None:
        """Return the row with an id or, where none is given, with a key; None where it is new."""
        if row_id is not None:
            return refer(self._by_id.get(row_id), "/id", self._what)
        bearers = self._by_key.get(key, [])
        if len(bearers) > 1:
            raise fault("/id", f"there are several of this {self._what}: give the id of one")
        return bearers[0] if bearers else None

    def claim(self, row: K | None, key: Hashable) -> None:
        """Refuse a second line about the same row and, where a key is only one row's, a key that is taken."""
        marks: set[Hashable] = {("key", key)} if row is None or self._unique else set()
        if row is not None:
            marks.add(("id", _id_of(row)))
        if not self._claimed.isdisjoint(marks):
            raise fault(self._pointer, f"another row of the sheet is about the same {self._what}")
        self._claimed |= marks
        if self._unique and any(bearer is not row for bearer in self._by_key.get(key, ())):
            raise fault(self._pointer, f"there is another {self._what} of this name")


def in_parts(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    """Divide ids among questions to the database that are not too large for it."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), AT_A_TIME):
        yield ordered[start : start + AT_A_TIME]


def every(part: Callable[[Span], Page[R]]) -> Iterator[R]:
    """Read a whole list, part by part."""
    offset, total = 0, 1
    while offset < total:
        page = part(Span(AT_A_TIME, offset))
        yield from page.rows
        offset, total = offset + AT_A_TIME, page.total


def named_in(rows: Mapping[int, Mapping[str, Any]], *fields: str) -> Collection[str]:
    """Return every text that stands in some fields of the rows."""
    return {values[field] for values in rows.values() for field in fields if values.get(field) is not None}


def by_owner(rows: Iterable[R], owner: Callable[[R], str]) -> dict[str, list[R]]:
    """Group rows by the id of the row they belong to."""
    groups: dict[str, list[R]] = {}
    for row in rows:
        groups.setdefault(owner(row), []).append(row)
    return groups


def _id_of(row: Versioned) -> str:
    """Return a row's id."""
    return str(inspect(type(row)).primary_key_from_instance(row)[0])


def _primary_key(row: Row) -> Hashable:
    """Return what a row is known by."""
    return tuple(inspect(type(row)).primary_key_from_instance(row))
