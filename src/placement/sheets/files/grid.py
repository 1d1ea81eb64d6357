"""Grids: the cells of one sheet of a file, by row and column from 1, and what was assumed when the file was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from placement.store.access import fault
from placement_solver.words import Words

MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_CELLS = 1_000_000
_LETTERS = 26
_MOST_DIGITS = 15
"""The digits that a spreadsheet's number holds exactly (IEEE 754 binary64)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and how its cell shows it: ``shown`` is None where the cell shows something else than the number."""

    value: int | float
    shown: str | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell whose value cannot be told: what is wrong with it, and what it shows."""

    wrong: Words
    shown: str | None = None


Cell = str | bool | dt.date | dt.datetime | Number | Unread

NO_VALUE = Unread(
    Words(
        "cellen har en formel utan sparat värde: öppna filen i Excel och spara den först",
        "the cell has a formula without a stored value: open the file in Excel and save it in Excel first",
    )
)
TOO_LONG = Words(
    "talet har fler siffror än ett kalkylblad kan hålla: formatera kolumnen som text och skriv in det igen",
    "the number has more digits than a spreadsheet can hold: format the column as text, and enter it again",
)
NOT_A_DAY = Words("cellen är ett klockslag, inte en dag", "the cell is a time of day, not a day")


@dataclass(slots=True)
class Grid:
    """The cells of one sheet that hold something, row by row; ``name`` is empty where the file has only one."""

    name: str = ""
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    filled: list[tuple[int, str]] = field(default_factory=list)
    """The merged cells whose value was read as that of each: the last row, and their place."""

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Keep a cell that holds something; refuse more rows or columns than one import may have."""
        if isinstance(cell, str) and not cell.strip():
            return
        if column > MOST_COLUMNS:
            place = place_of(row, column)
            raise fault(
                "",
                f"there is a value in cell {place}: a sheet has at most {MOST_COLUMNS} columns",
                f"det finns ett värde i cell {place}: ett blad har högst {MOST_COLUMNS} kolumner",
            )
        line = self.rows.setdefault(row, {})
        if len(self.rows) > MOST_ROWS + 100:  # title rows and the headings come on top
            raise too_many_rows()
        line[column] = cell

    def fill(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Give every one of some merged cells the value of the first, as the reader of the sheet sees it."""
        cell = self.rows.get(first[0], {}).get(first[1])
        if cell is None or (last[0] - first[0] + 1) * (last[1] - first[1] + 1) > MOST_CELLS:
            return
        self.filled.append((last[0], f"{place_of(*first)}:{place_of(*last)}"))
        for row in range(first[0], last[0] + 1):
            for column in range(first[1], min(last[1], MOST_COLUMNS) + 1):
                self.put(row, column, cell)


@dataclass(slots=True)
class Book:
    """A file: its form (``csv``, ``xlsx``, ``xls`` or ``ods``), its sheets, and how its text was read."""

    form: str
    grids: list[Grid]
    encoding: str | None = None
    separator: str | None = None
    encoding_assumed: bool = False

    def __iter__(self) -> Iterator[Grid]:
        return iter(self.grids)


def too_many_rows() -> Exception:
    """Make the error for more rows than one import may have."""
    return fault(
        "/rows",
        f"there are too many rows: {MOST_ROWS:,} at most",
        f"det är för många rader: högst {MOST_ROWS} får läsas in",
    )


def place_of(row: int, column: int) -> str:
    """Return a cell's place as a spreadsheet names it, such as ``C7``."""
    return f"{letters_of(column)}{row}"


def letters_of(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, letter = divmod(column - 1, _LETTERS)
        text = chr(ord("A") + letter) + text
    return text


def column_of(letters: str) -> int:
    """Return the number of a column from its letters."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def number_cell(written: str, shown: str | None) -> Number | Unread:
    """Read a stored number; one that has more digits than the file can hold exactly is a fault."""
    value = float(written)
    if value.is_integer() and abs(value) < 10**_MOST_DIGITS:
        return Number(int(value), shown)
    digits = sum(letter.isdigit() for letter in written.upper().split("E")[0].lstrip("-0."))
    if value.is_integer() or (abs(value) >= 1 and digits > 2 * _MOST_DIGITS):
        return Unread(TOO_LONG, written)
    return Number(value, shown)


def day_cell(moment: dt.datetime | dt.date) -> dt.date | dt.datetime:
    """Return a day, or a moment where the cell has a time of day too."""
    if isinstance(moment, dt.datetime) and moment.time() == dt.time():
        return moment.date()
    return moment


def wrong_value(shown: str) -> Words:
    """Return what is wrong with a cell that shows an error of the spreadsheet's own, such as ``#REF!``."""
    return Words(f"cellen visar felet {shown}", f"the cell shows the error {shown}")
