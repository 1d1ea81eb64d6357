"""Faults: everything that is wrong with a sheet, reported together, each with its row, column and value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic.alias_generators import to_camel

from placement.errors import ConflictError, Fault, InvalidError, PlacementError
from placement.identity_numbers import resembles_identity_number
from placement_solver.words import Words

MOST_FAULTS = 1_000
LONGEST_SHOWN = 100


class Source(Protocol):
    """A row as it was given in the sheet."""

    @property
    def number(self) -> int:
        """Return the row's number as the user sees it, from 1."""

    def column(self, path: Sequence[str | int]) -> str | None:
        """Return the name of the column that holds the value at a path."""

    def heading(self, head: str) -> Words:
        """Return what the reader calls the column of a field."""

    def cell(self, path: Sequence[str | int]) -> str | None:
        """Return the place of that column's cell in the file."""

    def value(self, path: Sequence[str | int]) -> str | None:
        """Return the value at a path as text."""

    @property
    def places(self) -> Mapping[str, int]:
        """Return how many places a file has for each group of columns."""


@dataclass(frozen=True, slots=True)
class CellFault(Fault):
    """One fault in a sheet, and its cell; the value of a protected column is not repeated."""

    row: int = 0
    column: str | None = None
    value: str | None = None
    cell: str | None = None


class SheetError(InvalidError):
    """A sheet has faults, and nothing of it has been stored."""

    def __init__(self, faults: Sequence[CellFault]) -> None:
        shown = tuple(faults[:MOST_FAULTS])
        self.cell_faults = shown
        PlacementError.__init__(
            self,
            sv=f"Inget har sparats: kalkylbladet har {_counted(faults)} fel.",
            en=f"Nothing has been stored: the sheet has {_counted(faults)} fault{'s' * (len(faults) != 1)}.",
            faults=shown,
        )


def _counted(faults: Sequence[CellFault]) -> str:
    """Return the number of faults as text; more than ``MOST_FAULTS`` are not counted."""
    return str(len(faults)) if len(faults) <= MOST_FAULTS else f"> {MOST_FAULTS}"


class Faults:
    """The faults found so far in the rows of a sheet; ``watch`` is told the index of each row that is stored."""

    def __init__(
        self,
        sources: Sequence[Source],
        protected: Collection[str] = (),
        watch: Callable[[int], None] = lambda _done: None,
    ) -> None:
        self._sources = sources
        self._watch = watch
        self._protected = protected
        self._found: list[CellFault] = []
        self.readable: dict[int, dict[str, Any]] = {}
        """What can be read of the rows that have faults, by their indexes."""

    @property
    def full(self) -> bool:
        """Tell whether there are more faults than are reported."""
        return len(self._found) > MOST_FAULTS

    def source(self, index: int) -> Source:
        """Return a row as it was given."""
        return self._sources[index]

    def places_for(self, group: str) -> int | None:
        """Return for how many members of a group the sheet has columns; None in JSON, whose lists are whole."""
        return next((source.places.get(group) for source in self._sources), None)

    def note(
        self,
        index: int,
        words: Words,
        path: Sequence[str | int],
        *,
        shown: str | None = None,
        told: bool = True,
    ) -> None:
        """Note a fault in the value at a path in a row; with ``told=False`` the value is not repeated.

        ``shown`` is what the cell shows, where that could not be read as a value.
        """
        source = self._sources[index]
        protected = not told or not path or path[0] in self._protected
        value = None if protected else source.value(path) if shown is None else shown[:LONGEST_SHOWN]
        if value is not None and resembles_identity_number(value):
            value = None
        pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in ("rows", index, *path))
        place = source.column(path), value, source.cell(path)
        self._found.append(CellFault(pointer, words.en, words.sv, source.number, *place))

    @contextmanager
    def of(self, index: int) -> Iterator[None]:
        """Note the errors that the block raises about a row, so that the next row can be read.

        A conflict with what is stored is the row's too. What concerns the whole call (somebody else has changed a row,
        the database is busy) is told by the database, outside of any row.
        """
        try:
            yield
        except (InvalidError, ConflictError) as error:
            for fault in error.faults or (Fault("", error.en, error.sv),):
                steps = fault.pointer.split("/")[1:]
                path = [int(step) if step.isdecimal() else to_camel(step) for step in steps]
                self.note(index, fault.words, path)

    def each(self, rows: Mapping[int, dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Return the rows in order, until there are more faults than are reported."""
        for index, values in rows.items():
            if self.full:
                return
            self._watch(index)
            yield index, dict(values)

    def settle(self) -> None:
        """Refuse the sheet if any fault has been noted."""
        if self._found:
            raise SheetError(sorted(self._found, key=lambda fault: fault.row))
