"""Matching: the lines of an import that a register's book writes, each matched by our id or by its own key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from placement.register.lists import Lists
from placement.sheets import names
from placement.sheets.importing import Outcome
from placement.sheets.keys import Key, Known
from placement.sheets.names import Names
from placement.tables.columns import Versioned

K = TypeVar("K", bound=Versioned)


class Book(Protocol[K]):
    """The one place where a register's rows are written."""

    def enter(self, given: Mapping[str, Any]) -> K:
        """Add a row."""

    def change(self, row: K, changes: Mapping[str, Any]) -> bool:
        """Change a row, and tell whether anything changed."""


@dataclass(slots=True)
class Matched(Generic[K]):
    """Lines that are each about one row of a register.

    ``key`` returns the key of a line's values, by which a line without an id finds its row. ``needed`` are the fields
    that a new row must have, ``fixed`` those that a stored row keeps, and
    ``usual`` what a new row has where a line does not say. ``lists`` are needed where the rows name words of a list.
    """

    book: Book[K]
    known: Known[K]
    key: Callable[[Mapping[str, Any]], Key]
    needed: Sequence[str]
    references: Mapping[str, Names] = field(default_factory=dict)
    fixed: Sequence[str] = ()
    usual: Mapping[str, Any] = field(default_factory=dict)
    lists: Lists | None = None
    outcome: Outcome = field(default_factory=Outcome)

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(values, self.references, self.outcome.assumed, self.lists)

    def take(self, values: dict[str, Any]) -> None:
        """Enter or change one row."""
        self.outcome.rows += 1
        given = self.refer(values)
        row = self.known.find(given, self.key(given), self.outcome.assumed)
        if row is None:
            names.need(given, *self.needed)
            self.known.claim(None, self.key(given))
            self.book.enter({**self.usual, **given})
            self.outcome.created += 1
            return
        names.hold(row, given, *self.fixed)
        self.known.claim(row, self.key({**row.model_dump(), **given}))
        self.outcome.count(changed=self.book.change(row, given))
