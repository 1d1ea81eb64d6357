"""Rows: the values of each imported row, and the column that each value comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from placement.sheets.cells import as_text, words_as_text
from placement.sheets.files.grid import Cell, place_of
from placement.sheets.finding import Head, Table
from placement.sheets.layout import Column, Kind, Layout, large, split_head
from placement.sheets.values import read_value, shown_of
from placement.sheets.week_names import WeekName, Weeks
from placement.sheets.wrong import WrongError
from placement_solver.words import Words

LONGEST_VALUE = 100
PLACES = Column(Kind.WHOLE)
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Line:
    """A row: its number as the user sees it, its values, and the column of each week or group in it.

    ``wrong`` is what could not be read, by the path of the value.
    """

    number: int
    values: Any
    stems: dict[Path, str] = field(default_factory=dict)
    wrong: list[tuple[Path, Words, str | None]] = field(default_factory=list)
    cells: Mapping[str, str] = field(default_factory=dict)

    def column(self, path: Sequence[str | int]) -> str | None:
        """Return the name of the column that holds the value at a path."""
        stem = self.stems.get(tuple(path[:2]))
        if stem is not None and len(path) > 2 and path[0] != "weeks":  # noqa: PLR2004 (list, number, field)
            return stem + large(str(path[2]))
        return stem or (str(path[0]) if path else None)

    def cell(self, path: Sequence[str | int]) -> str | None:
        """Return the place of a column's cell in the file, such as ``C7``; None in a JSON body."""
        return self.cells.get(self.column(path) or "")

    def value(self, path: Sequence[str | int]) -> str | None:
        """Return the value at a path, as text of bounded length."""
        value = self.values
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        text = words_as_text(value) if isinstance(value, list) else as_text(value)
        return text[:LONGEST_VALUE]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that a sheet may name, by id and by code, and the one that rows without a term belong to."""

    weeks: Mapping[str, Weeks] = field(default_factory=dict)
    usual: str | None = None

    def of(self, values: Mapping[str, Any]) -> Weeks | None:
        """Return the term of a row."""
        return self.weeks.get(str(values.get("termId", self.usual)))


NO_TERMS = Terms()


def lines_of(layout: Layout, table: Table, terms: Terms = NO_TERMS) -> list[Line]:
    """Read a list's lines by their columns."""
    return [_Reader(layout, table, terms, number).line() for number in table.lines]


def lines_in(rows: Sequence[Any]) -> list[Line]:
    """Return the rows of a JSON body, numbered from 1."""
    return [Line(number, values) for number, values in enumerate(rows, 1)]


class _Reader:
    """One line that is being read."""

    def __init__(self, layout: Layout, table: Table, terms: Terms, number: int) -> None:
        self._layout = layout
        self._table = table
        self._terms = terms
        self._given = table.lines[number]
        self._line = Line(number, {})
        self._groups: dict[str, dict[str, dict[str, Any]]] = {}
        self._wrong_groups: dict[tuple[str, str], list[tuple[str, WrongError, Cell]]] = {}

    def line(self) -> Line:
        """Read the values of the line; weeks and groups become lists."""
        for column, head in self._table.heads.items():
            written = self._table.written[column] if isinstance(head, WeekName) else head
            self._line.cells = {**self._line.cells, written: place_of(self._line.number, column)}
            if isinstance(head, str):
                self._take(head, self._given.get(column))
        if "termId" in self._layout.columns and self._terms.usual and not self._line.values.get("termId"):
            self._line.values["termId"] = self._terms.usual
        if any(isinstance(head, WeekName) for head in self._table.heads.values()):
            self._take_weeks()
        self._settle_groups()
        return self._line

    def _take(self, head: str, cell: Cell | None) -> None:
        """Read the value of a field, or of a field of a group."""
        if head in self._layout.columns:
            try:
                self._put(self._line.values, head, head, cell)
            except WrongError as wrong:
                self._line.wrong.append(((head,), wrong.words, shown_of(cell)))
            return
        group, stem, name = split_head(self._layout, head)
        values = self._groups.setdefault(group, {}).setdefault(stem, {})
        if cell is None:
            return
        try:
            self._put(values, head, name, cell)
        except WrongError as wrong:
            self._wrong_groups.setdefault((group, stem), []).append((name, wrong, cell))

    def _put(self, values: dict[str, Any], head: str, name: str, cell: Cell | None) -> None:
        """Read a cell by its column's kind; an empty cell is None or an empty list if allowed, else it is left out."""
        column = self._layout.column(head)
        if cell is not None:
            values[name] = read_value(column, cell, self._terms.of(values))
        elif column.nullable:
            values[name] = None
        elif column.kind in {Kind.WORDS, Kind.WEEKS} and not column.some:
            values[name] = []

    def _take_weeks(self) -> None:
        """Read the places of each week that has a column; an empty cell says that there are none any more."""
        term = self._terms.of(self._line.values)
        weeks: list[dict[str, Any]] = []
        for column, head in self._table.heads.items():
            if isinstance(head, WeekName):
                self._take_week(weeks, head, column, term)
        self._line.values["weeks"] = weeks

    def _take_week(self, weeks: list[dict[str, Any]], head: Head, column: int, term: Weeks | None) -> None:
        """Read the places of one week."""
        path: Path = ("weeks", len(weeks))
        cell = self._given.get(column)
        self._line.stems[path] = self._table.written[column]
        assert isinstance(head, WeekName)  # noqa: S101 (the caller has asked)
        try:
            week = str(head.in_term(term))
            weeks.append({"week": week, "places": None if cell is None else read_value(PLACES, cell)})
        except WrongError as wrong:
            if cell is None and term is not None and head.year is None:
                del self._line.stems[path]
                return  # a week of another row's term
            weeks.append({"week": self._table.written[column], "places": None})
            self._line.wrong.append((path, wrong.words, shown_of(cell)))

    def _settle_groups(self) -> None:
        """Make each group a list, without the places in which nothing is filled in."""
        for group, stems in self._groups.items():
            named = {stem: values for stem, values in stems.items() if values or (group, stem) in self._wrong_groups}
            self._line.values[group] = list(named.values())
            for place, stem in enumerate(named):
                self._line.stems[group, place] = stem
                for name, wrong, cell in self._wrong_groups.get((group, stem), ()):
                    self._line.wrong.append(((group, place, name), wrong.words, shown_of(cell)))
