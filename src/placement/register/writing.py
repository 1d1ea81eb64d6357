"""Writing: one writer for one row and for a whole sheet, so that both leave the same rows, entries and events.

A room of the register opens a *book* over a writer and the rows concerned. The book reads what it needs of all of
them at once, so that the number of statements does not grow with the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from placement.callers import Caller
from placement.events import feed
from placement.events.feed import Happening
from placement.store import audit
from placement.store.access import fault
from placement.store.in_use import refuse_if_used
from placement.tables import Action, Row
from placement.tables.columns import Versioned


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value of a stored row, or of what belongs to it, that has been replaced; a list holds its parts in order."""

    row: Row
    field: str
    before: Any
    after: Any


class Writer:
    """Collects what is added, changed and removed, and writes it together with its audit entries and events."""

    def __init__(self, session: Session, by: Caller) -> None:
        self.session = session
        self.by = by
        self._added: list[Row] = []
        self._removed: list[Row] = []
        self._entries: list[dict[str, Any]] = []
        self._happenings: list[Happening] = []
        self._replaced: list[Replaced] = []

    def add(self, row: Row) -> None:
        """Store a new row."""
        self._added.append(row)
        self._record(Action.CREATED, row)

    def remove(self, row: Row) -> None:
        """Remove a row."""
        self._removed.append(row)
        self._record(Action.REMOVED, row)

    def lose(self, row: Row) -> None:
        """Record that a row goes with the one that it belongs to; the database removes it."""
        self._record(Action.REMOVED, row)

    def change(self, row: Row, values: Mapping[str, Any]) -> list[str]:
        """Give a row new values; return the names of the fields that changed."""
        before = {name: getattr(row, name) for name in values}
        changed = self._give(row, values)
        for name in changed:
            self.note(row, name, before[name], values[name])
        return changed

    def note(self, row: Row, field: str, before: Any, after: Any) -> None:  # noqa: ANN401 (a column holds what it holds)
        """Note that a value of a row, or of what belongs to it, is replaced, for those who are told of it."""
        if before != after:
            self._replaced.append(Replaced(row, field, before, after))

    def take_replaced(self) -> list[Replaced]:
        """Return what has been replaced since it was last taken."""
        taken, self._replaced = self._replaced, []
        return taken

    def settle(
        self, present: Iterable[Row], wanted: Iterable[Row], key: Callable[[Any], Hashable] | None = None
    ) -> bool:
        """Replace the rows that belong to another row with those that are wanted; tell whether anything changed.

        Rows are compared by their primary key, and changed where they have other values; with ``key`` they are
        compared by that, and a row with the same key stays as it is.
        """
        known = key or _primary_key
        standing: dict[Hashable, list[Row]] = {}
        for row in present:
            standing.setdefault(known(row), []).append(row)
        pairs = [(row, alike.pop() if (alike := standing.get(known(row))) else None) for row in wanted]
        gone = [row for rows in standing.values() for row in rows]
        for row in gone:
            self.remove(row)
        changed = bool(gone)
        for row, old in pairs:
            if old is None:
                self.add(row)
                changed = True
            elif key is None:
                changed |= bool(self._give(old, {name: getattr(row, name) for name in audit.snapshot(row)}))
        return changed

    def touch(self, row: Versioned, column: str) -> None:
        """Count a change of what belongs to a row as a change of the row: its version goes up."""
        flag_modified(row, column)

    def tell(self, happening: Happening) -> None:
        """Announce something in the feed."""
        self._happenings.append(happening)

    def finish(self) -> None:
        """Write everything: removed rows before those that replace them, and the events last."""
        for row in self._removed:
            self.session.delete(row)
        self.session.flush()
        for row in self._removed:
            refuse_if_used(self.session, self.by, row)
        self.session.add_all(self._added)
        self.session.flush()
        audit.record_all(self.session, self._entries)
        feed.tell(self.session, self._happenings)

    def _give(self, row: Row, values: Mapping[str, Any]) -> list[str]:
        """Give a row new values, with their audit entry; return the names of the fields that changed."""
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if changed:
            before = audit.snapshot(row)
            for name, value in changed.items():
                setattr(row, name, value)
            self._record(Action.CHANGED, row, before)
        return list(changed)

    def _record(self, action: Action, row: Row, before: dict[str, Any] | None = None) -> None:
        """Add the audit entry of what is done to a row."""
        self._entries.append(audit.entry_of(self.by, action, row, before))


@contextmanager
def writing(session: Session, by: Caller) -> Iterator[Writer]:
    """Open a writer, and finish it when the block ends without an error; nothing of it is written before that.

    What the session already holds is written first, so that the queries in the block see it.
    """
    session.flush()
    writer = Writer(session, by)
    with session.no_autoflush:
        yield writer
    writer.finish()


def keep_fixed(row: Row, changes: Mapping[str, Any], *fields: str) -> None:
    """Refuse another value for a field that cannot be changed once the row is stored."""
    for field in fields:
        if changes.get(field, getattr(row, field)) != getattr(row, field):
            raise fault(
                f"/{field}",
                "this cannot be changed once it is stored: enter another row instead",
                "det här kan inte ändras när det väl är sparat: lägg till en ny rad i stället",
            )


def _primary_key(row: Row) -> Hashable:
    """Return a row's primary key."""
    return tuple(inspect(type(row)).primary_key_from_instance(row))
