"""ODS: the cells of an OpenDocument spreadsheet, as LibreOffice writes it (OASIS OpenDocument 1.3, part 3, section 9).

A cell stores its value and, beside it, the text that it shows. The text tells how a number is shown.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from placement.sheets.files.formats import Shown, plain, shown_text
from placement.sheets.files.grid import (
    BROKEN,
    MOST_COLUMNS,
    MOST_ROWS,
    NO_VALUE,
    Book,
    Cell,
    Grid,
    Room,
    Unread,
    day_cell,
    is_blank,
    number_cell,
    time_cell,
    wrong_value,
)
from placement.sheets.files.unpacking import too_large
from placement.sheets.files.xml import stream

_NUMBERS = frozenset({"float", "currency", "percentage"})
_SWITCHES = {"TRUE": True, "SANT": True, "FALSE": False, "FALSKT": False}
_HIDDEN = frozenset({"collapse", "filter"})
_TRUE = {"true": True, "false": False}
_MOST_SPACES = 1_000_000
"""The spaces that a document may have told by their number, which takes no room in the file."""


def read_ods(packed: zipfile.ZipFile) -> Book:
    """Read every sheet of a spreadsheet, formulas by the values they were saved with."""
    reader = _Reader()
    with packed.open("content.xml") as content:
        stream(content, reader.begin, reader.end, reader.text)
    return Book("ods", reader.grids)


@dataclass(slots=True)
class _Open:
    """A cell that is being read: its attributes, and the paragraphs that it shows, piece by piece."""

    attributes: Mapping[str, str]
    shown: list[list[str]] = field(default_factory=list)

    def text(self) -> str | None:
        """Return what the cell shows; None where it does not tell."""
        return "\n".join("".join(pieces) for pieces in self.shown) if self.shown else None


class _Reader:
    """The sheets of one document."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self._row = self._column = 0
        self._cells: dict[int, Cell] = {}
        self._merged: list[tuple[int, int, int]] = []
        self._repeated = 1
        self._cell: _Open | None = None
        self._notes = 0
        self._paragraph = False
        self._room = Room()
        self._spaces = 0
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._columns = 0
        self._row_hidden = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a style, a sheet, columns, a row, a cell or a paragraph of a cell."""
        given = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        match name:
            case "style" | "table-properties" | "table" | "table-column":
                self._begin_sheet(name, given)
            case "table-row":
                self._cells, self._merged, self._column = {}, [], 0
                self._repeated = int(given.get("number-rows-repeated", 1))
                self._row_hidden = given.get("visibility") in _HIDDEN
            case "table-cell" | "covered-table-cell":
                self._cell = _Open(given)
            case "annotation":
                self._notes += 1
            case "p" if self._cell is not None and not self._notes:
                self._cell.shown.append([])
                self._paragraph = True
            case "s" if self._paragraph:
                times = int(given.get("c", 1))
                self._spaces += times
                if self._spaces > _MOST_SPACES:
                    raise too_large()
                self.text(" " * times)
            case "tab" | "line-break" if self._paragraph:
                self.text(" ")

    def end(self, name: str) -> None:
        """End what was begun."""
        match name:
            case "annotation":
                self._notes -= 1
            case "p":
                self._paragraph = False
            case "table-cell" | "covered-table-cell" if self._cell is not None:
                self._close_cell(self._cell)
                self._cell = None
            case "table-row":
                self._close_row()

    def text(self, data: str) -> None:
        """Take a piece of the text that a cell shows."""
        if self._cell is not None and self._paragraph and not self._notes:
            self._cell.shown[-1].append(data)

    def _begin_sheet(self, name: str, given: Mapping[str, str]) -> None:
        """Begin a style, a sheet, or columns that are described together, and keep which of them are hidden."""
        match name:
            case "style":
                self._style = given.get("name", "")
            case "table-properties" if given.get("display") == "false":
                self._hidden_styles.add(self._style)
            case "table":
                hidden = given.get("style-name") in self._hidden_styles
                self.grids.append(Grid(given.get("name", ""), room=self._room, hidden=hidden))
                self._row = self._columns = 0
            case "table-column":
                self._begin_columns(given)

    def _begin_columns(self, given: Mapping[str, str]) -> None:
        """Count columns that are described together."""
        first, self._columns = self._columns + 1, self._columns + int(given.get("number-columns-repeated", 1))
        if given.get("visibility") in _HIDDEN:
            self.grids[-1].hidden_columns.update(range(first, min(self._columns, MOST_COLUMNS) + 1))

    def _close_cell(self, opened: _Open) -> None:
        """Keep a cell, as often as it is repeated."""
        given = opened.attributes
        times = int(given.get("number-columns-repeated", 1))
        cell = _cell_of(given, opened.text())
        if cell is not None and not (isinstance(cell, str) and is_blank(cell)):
            for column in range(self._column + 1, self._column + min(times, MOST_COLUMNS + 1) + 1):
                self._cells[column] = cell
            down, right = (int(given.get(f"number-{what}-spanned", 1)) for what in ("rows", "columns"))
            if down > 1 or right > 1:
                self._merged.append((self._column + 1, down, right))
        self._column += times

    def _close_row(self) -> None:
        """Keep a row, as often as it is repeated; empty rows only count."""
        grid = self.grids[-1]
        if self._cells:
            for row in range(self._row + 1, self._row + min(self._repeated, MOST_ROWS + 200) + 1):
                for column, cell in self._cells.items():
                    grid.put(row, column, cell)
                if self._row_hidden:
                    grid.hidden_rows.add(row)
            for column, down, right in self._merged:
                grid.fill((self._row + 1, column), (self._row + down, column + right - 1))
        self._row += self._repeated


def _cell_of(given: Mapping[str, str], told: str | None) -> Cell | None:
    """Return what a cell holds, by its attributes and the text that it shows, if it tells it."""
    kind, formula, shown = given.get("value-type"), bool(given.get("formula")), told or ""
    if kind is None:
        return NO_VALUE if formula and not shown else shown or None
    if formula and (shown.startswith(("#", "Err:")) or kind == "error"):
        return Unread(wrong_value(shown), shown)
    try:
        cell = _of_kind(kind, given, told)
    except (OverflowError, ValueError):
        return Unread(BROKEN, shown or None)
    if cell is None and formula:
        return NO_VALUE
    return Unread(BROKEN, shown or None) if cell is None and kind != "string" else cell


def _of_kind(kind: str, given: Mapping[str, str], told: str | None) -> Cell | None:
    """Return a value by its kind; None where the cell does not store it."""
    shown = told or ""
    match kind:
        case "boolean":
            return _TRUE.get(given.get("boolean-value", ""), _SWITCHES.get(shown.upper()))
        case "date":
            written = given.get("date-value")
            return None if written is None else day_cell(dt.datetime.fromisoformat(written))
        case "time":
            return time_cell(shown or given.get("time-value", "")) if shown or "time-value" in given else None
        case _ if kind not in _NUMBERS:
            return given.get("string-value", told)
    return _number_of(kind, given.get("value"), told)


def _number_of(kind: str, written: str | None, told: str | None) -> Cell | None:
    """Return a number; LibreOffice stores what it shows as TRUE as one."""
    switch = _SWITCHES.get((told or "").upper()) if kind == "float" else None
    if written is None or switch is not None:
        return switch
    return number_cell(written, partial(_shown_number, told, kind))


def _shown_number(told: str | None, kind: str, value: float) -> Shown:
    """Return what a number's cell shows; a program that stores no text shows the number itself."""
    if kind == "percentage":
        return Shown(f"{round(value * 100, 10):g}%")
    return Shown(plain(value)) if told is None else shown_text(told, value)
