"""Rows: the values of each imported row, and the column that each value comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from placement.sheets.cells import as_text, words_as_text
from placement.sheets.files.grid import Cell, place_of
from placement.sheets.finding import Head, Table
from placement.sheets.layout import MOST_GROUPS, Column, Kind, Layout, heading_of, large, split_head
from placement.sheets.values import read_value, shown_of
from placement.sheets.week_names import NO_TERM, NoTermError, WeekName, Weeks, no_such_term
from placement.sheets.wrong import WrongError
from placement_solver.words import Words

LONGEST_VALUE = 100
PLACES = Column(Kind.PLACES)
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Line:
    """A row: its number as the user sees it, its values, and the column of each week or group in it.

    ``wrong`` is what could not be read, by the path of the value. ``cells`` and ``headings`` are of a file's columns,
    by what they hold: the cell of each in this row, and its heading as it is written. ``places`` is how many places a
    file has for each group, numbered from 1 without a gap.
    """

    number: int
    values: Any
    stems: dict[Path, str] = field(default_factory=dict)
    wrong: list[tuple[Path, Words, str | None]] = field(default_factory=list)
    cells: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def column(self, path: Sequence[str | int]) -> str | None:
        """Return the heading of the column that holds the value at a path, or its name where the file has none."""
        held = self._held_by(path)
        return None if held is None else self.headings.get(held, held)

    def heading(self, head: str) -> Words:
        """Return what the reader calls a column: its heading, our words where the file has none, in JSON its name."""
        if self.headings and head not in self.headings:
            return Words(heading_of(head, "sv"), heading_of(head, "en"))
        return Words(self.headings.get(head, head), self.headings.get(head, head))

    def _held_by(self, path: Sequence[str | int]) -> str | None:
        """Return what the column that holds the value at a path is to us."""
        stem = self.stems.get(tuple(path[:2])) or (self._filled_week() if tuple(path) == ("weeks",) else None)
        if stem is not None and len(path) > 2 and path[0] != "weeks":  # noqa: PLR2004 (list, number, field)
            return stem + large(str(path[2]))
        return stem or (str(path[0]) if path else None)

    def _filled_week(self) -> str | None:
        """Return the first column of a week that is filled in, to which a fault of all the weeks is pinned."""
        return next(
            (
                stem
                for (field_name, *place), stem in self.stems.items()
                if field_name == "weeks" and self.value(("weeks", *place, "places")) not in {None, ""}
            ),
            None,
        )

    def cell(self, path: Sequence[str | int]) -> str | None:
        """Return the place of a column's cell in the file, such as ``C7``; None in a JSON body."""
        return self.cells.get(self._held_by(path) or "")

    def value(self, path: Sequence[str | int]) -> str | None:
        """Return the value at a path, as text of bounded length."""
        value = self.values
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        inner = value if isinstance(value, list) else [value]
        if any(isinstance(each, dict | list) for each in inner):
            return None  # nobody has written weeks or groups as one value
        text = words_as_text(value) if isinstance(value, list) else as_text(value)
        return text[:LONGEST_VALUE]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that a sheet may name, by id and by code, and the one that rows without a term belong to."""

    weeks: Mapping[str, Weeks] = field(default_factory=dict)
    usual: str | None = None

    def of(self, values: Mapping[str, Any]) -> Weeks | Words | None:
        """Return the term of a row; words where it has none; None where terms do not count."""
        if not self.weeks:
            return None
        name = values.get("termId") or self.usual
        if not name:
            return NO_TERM
        return self.weeks.get(str(name)) or no_such_term(term.code for term in self.weeks.values())


NO_TERMS = Terms()


def lines_of(layout: Layout, table: Table, terms: Terms = NO_TERMS) -> list[Line]:
    """Read a list's lines by their columns."""
    headings = {head: table.written[column] for column, head in table.heads.items() if isinstance(head, str)}
    return [_Reader(layout, table, terms, Line(number, {}, headings=headings)).line() for number in table.lines]


def lines_in(rows: Sequence[Any], usual: str | None = None) -> list[Line]:
    """Return the rows of a JSON body, numbered from 1; those that name no term are of the ``usual`` one, if any."""
    return [Line(number, _of_term(values, usual)) for number, values in enumerate(rows, 1)]


def _of_term(values: Any, usual: str | None) -> Any:  # noqa: ANN401 (a row is checked later)
    """Return a row with the usual term, where there is one and the row names none."""
    if usual is None or not isinstance(values, dict) or values.get("termId"):
        return values
    return {**values, "termId": usual}


class _Reader:
    """One line that is being read."""

    def __init__(self, layout: Layout, table: Table, terms: Terms, line: Line) -> None:
        self._layout = layout
        self._table = table
        self._terms = terms
        self._given = table.lines[line.number]
        self._line = line
        self._groups: dict[str, dict[str, dict[str, Any]]] = {}
        self._wrong_groups: dict[tuple[str, str], list[tuple[str, WrongError, Cell | None]]] = {}

    def line(self) -> Line:
        """Read the values of the line; weeks and groups become lists."""
        for column, head in sorted(self._table.heads.items(), key=lambda item: not _names_term(item[1])):
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
            except NoTermError as wrong:
                self._miss_term(wrong)
            except WrongError as wrong:
                self._line.wrong.append(((head,), wrong.words, shown_of(cell)))
            return
        group, stem, name = split_head(self._layout, head)
        values = self._groups.setdefault(group, {}).setdefault(stem, {})
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

    def _take_week(self, weeks: list[dict[str, Any]], head: Head, column: int, term: Weeks | Words | None) -> None:
        """Read the places of one week; an empty cell under a week of another row's term says nothing."""
        cell, written = self._given.get(column), self._table.written[column]
        assert isinstance(head, WeekName)  # noqa: S101 (the caller has asked)
        try:
            week = head.in_term(term)
        except NoTermError as wrong:
            if cell is not None:
                self._miss_term(wrong)
            return
        except WrongError as wrong:
            if cell is not None or head.year is not None or term is None:
                self._refuse_week(weeks, written, wrong, cell)
            return
        if cell is None and isinstance(term, Weeks) and not term.has(week):
            return
        place = next((place for place, other in enumerate(weeks) if other["week"] == str(week)), None)
        if place is not None:
            if cell is not None or weeks[place]["places"] is not None:
                self._refuse_week(weeks, written, _twice(self._line.stems["weeks", place], written), cell)
            return
        try:
            places = None if cell is None else read_value(PLACES, cell)
        except WrongError as wrong:
            self._refuse_week(weeks, written, wrong, cell)
            return
        self._line.stems["weeks", len(weeks)] = written
        weeks.append({"week": str(week), "places": places})

    def _refuse_week(self, weeks: list[dict[str, Any]], written: str, wrong: WrongError, cell: Cell | None) -> None:
        """Note what is wrong with the places of a week, which keeps its place in the list."""
        path: Path = ("weeks", len(weeks))
        self._line.stems[path] = written
        weeks.append({"week": "", "places": None})  # never a second fault of the same week
        self._line.wrong.append((path, wrong.words, shown_of(cell)))

    def _miss_term(self, wrong: NoTermError) -> None:
        """Note once that the row's term is missing or unknown, however many weeks need it."""
        if all(path != ("termId",) for path, _words, _shown in self._line.wrong):
            term = self._line.values.get("termId")
            self._line.wrong.append((("termId",), wrong.words, None if term is None else str(term)))

    def _settle_groups(self) -> None:
        """Make each group a list, without the places in which nothing is filled in, and count the places."""
        for group, stems in self._groups.items():
            self._line.places[group] = self._places_for(group)
            named = {
                stem: values
                for stem, values in stems.items()
                if any(value is not None for value in values.values()) or (group, stem) in self._wrong_groups
            }
            self._line.values[group] = list(named.values())
            for place, stem in enumerate(named):
                self._line.stems[group, place] = stem
                for name, wrong, cell in self._wrong_groups.get((group, stem), ()):
                    self._line.wrong.append(((group, place, name), wrong.words, shown_of(cell)))

    def _places_for(self, group: str) -> int:
        """Return for how many members of a group, from the first, there is a column of the field that names them."""
        stem, names = self._layout.groups[group].stem, next(iter(self._layout.groups[group].columns))
        heads = (f"{stem}{number}{large(names)}" for number in range(1, MOST_GROUPS + 1))
        return sum(1 for _head in takewhile(self._line.cells.__contains__, heads))


def _names_term(head: Head) -> bool:
    """Tell whether a column has a term, which is read first because other columns need it."""
    return isinstance(head, str) and head.endswith(("termId", "TermId"))


def _twice(first: str, second: str) -> WrongError:
    """Return the error of two columns of one week, written otherwise."""
    return WrongError(
        Words(
            f"kolumnerna '{first}' och '{second}' är samma vecka: ta bort en av dem",
            f"the columns '{first}' and '{second}' are the same week: remove one of them",
        )
    )
