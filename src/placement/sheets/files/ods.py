"""ODS: the cells of an OpenDocument spreadsheet, as LibreOffice writes it (OASIS OpenDocument 1.3, part 3, section 9).

A cell stores its value and, beside it, the text that it shows. The text tells how a number is shown.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from placement.sheets.files.formats import plain
from placement.sheets.files.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    NO_VALUE,
    NOT_A_DAY,
    Book,
    Cell,
    Grid,
    Unread,
    day_cell,
    number_cell,
    wrong_value,
)
from placement.sheets.files.xml import stream

_NUMBERS = frozenset({"float", "currency", "percentage"})
_SWITCHES = {"TRUE": True, "SANT": True, "FALSE": False, "FALSKT": False}
_BLANKS = re.compile(r"[\s\u00a0\u202f]")


def read_ods(packed: zipfile.ZipFile) -> Book:
    """Read every sheet of a spreadsheet, formulas by the values they were saved with."""
    reader = _Reader()
    with packed.open("content.xml") as content:
        stream(content, reader.begin, reader.end, reader.text)
    return Book("ods", reader.grids)


@dataclass(slots=True)
class _Open:
    """A cell that is being read: its attributes, and the paragraphs that it shows."""

    attributes: Mapping[str, str]
    shown: list[str] = field(default_factory=list)


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

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a sheet, a row, a cell or a paragraph of a cell."""
        given = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        match name:
            case "table":
                self.grids.append(Grid(given.get("name", "")))
                self._row = 0
            case "table-row":
                self._cells, self._merged, self._column = {}, [], 0
                self._repeated = int(given.get("number-rows-repeated", 1))
            case "table-cell" | "covered-table-cell":
                self._cell = _Open(given)
            case "annotation":
                self._notes += 1
            case "p" if self._cell is not None and not self._notes:
                self._cell.shown.append("")
                self._paragraph = True
            case "s" if self._paragraph:
                self.text(" " * min(int(given.get("c", 1)), MOST_COLUMNS))
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
            self._cell.shown[-1] += data

    def _close_cell(self, opened: _Open) -> None:
        """Keep a cell, as often as it is repeated."""
        given = opened.attributes
        times = int(given.get("number-columns-repeated", 1))
        cell = _cell_of(given, "\n".join(opened.shown))
        if cell is not None and not (isinstance(cell, str) and not cell.strip()):
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
            for column, down, right in self._merged:
                grid.fill((self._row + 1, column), (self._row + down, column + right - 1))
        self._row += self._repeated


def _cell_of(given: Mapping[str, str], shown: str) -> Cell | None:
    """Return what a cell holds, by its attributes and the text that it shows."""
    kind = given.get("value-type")
    if kind is None:
        return NO_VALUE if given.get("formula") and not shown else shown or None
    if shown.startswith("#") and given.get("formula"):
        return Unread(wrong_value(shown), shown)
    if shown.upper() in _SWITCHES:  # LibreOffice stores what it shows as TRUE as a number
        return _SWITCHES[shown.upper()]
    if kind in _NUMBERS:
        written = given.get("value", "")
        return number_cell(written, _shown_number(float(written), shown, kind))
    if kind == "date":
        return day_cell(dt.datetime.fromisoformat(given.get("date-value", "")))
    return Unread(NOT_A_DAY, shown) if kind == "time" else given.get("string-value", shown)


def _shown_number(value: float, shown: str, kind: str) -> str | None:
    """Return the text that a number is shown as; None where it is another number, or has letters beside it."""
    bare = _BLANKS.sub("", shown)
    if kind == "percentage":
        return f"{round(value * 100, 10):g}%"
    if bare.isdecimal() and int(bare) == value:
        return bare
    figures = bare.replace(",", ".").replace("\u2212", "-")
    try:
        close = float(figures) == round(value, len(figures.partition(".")[2]))
    except ValueError:
        return None
    return plain(value) if close else None
