"""Grids: the cells of one sheet of a file, by row and column from 1, and what was assumed when the file was read."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from placement.sheets.files.formats import Shown
from placement.store.access import fault
from placement_solver.words import Words

MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_CELLS = 1_000_000
"""The cells that hold something in all sheets of a file together, and the cells that are merged."""
_LAST_ROW = 1_048_576
"""The last row of a sheet in Excel."""
_LETTERS = 26
_LONGEST_TIME = 20
_MOST_DIGITS = 15
"""The digits that a spreadsheet's number holds exactly (IEEE 754 binary64)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and how its cell shows it: ``shown`` is None where the cell shows something else than the number.

    ``other`` tells that it shows another number, or none: 2 as 20, or nothing at all.
    """

    value: int | float
    shown: str | None
    other: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell whose value cannot be told: what is wrong with it, and what it shows."""

    wrong: Words
    shown: str | None = None


Cell = str | bool | dt.date | dt.datetime | Number | Unread

NO_VALUE = Unread(
    Words(
        "cellen har en formel utan sparat värde: öppna filen och spara den i Excel först",
        "the cell has a formula without a stored value: open the file, and save it in Excel first",
    )
)
TOO_LONG = Words(
    "talet har fler siffror än ett kalkylblad kan hålla: formatera kolumnen som text och skriv in det igen",
    "the number has more digits than a spreadsheet can hold: format the column as text, and enter it again",
)
NO_SUCH_DAY = Words("cellen har en dag som inte finns", "the cell holds a day that does not exist")
BROKEN = Words(
    "cellens värde går inte att läsa: skriv in det igen",
    "the cell's value cannot be read: enter it again",
)
_UNSEEN = "\0\x1a\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Signs that show nothing, which ``strip`` leaves: Ctrl-Z ends a list of old programs, others have no width."""


def is_blank(text: str) -> bool:
    """Tell whether a text shows nothing."""
    return not text.strip() or all(letter.isspace() or letter in _UNSEEN for letter in text)


class Room:
    """How many cells the sheets of one file may still have, all together."""

    def __init__(self) -> None:
        self._cells = self._merged = 0

    def take(self) -> None:
        """Count one more cell that holds something."""
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise fault(
                "",
                f"the file has too many cells: {MOST_CELLS:,} at most. Divide the list, or remove other sheets",
                f"filen har för många celler: högst {MOST_CELLS}. Dela listan, eller ta bort andra blad",
            )

    def merge(self, cells: int) -> None:
        """Count the cells of a merged area; areas that overlap count each."""
        self._merged += cells
        if self._merged > MOST_CELLS:
            raise fault(
                "",
                f"the file has too many merged cells: {MOST_CELLS:,} at most. Divide them",
                f"filen har för många sammanfogade celler: högst {MOST_CELLS}. Dela upp dem",
            )


@dataclass(slots=True)
class Grid:
    """The cells of one sheet that hold something, row by row; ``name`` is empty where the file has only one.

    The sheets of one file share their ``room``.
    """

    name: str = ""
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    filled: list[tuple[int, str]] = field(default_factory=list)
    """The merged cells whose value was read as that of each: the last row, and their place."""
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    """What the one who looks at the sheet does not see, though it is read."""
    room: Room = field(default_factory=Room, repr=False, compare=False)

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Keep a cell that holds something; refuse more rows or columns than one import may have."""
        if isinstance(cell, str) and is_blank(cell):
            return
        if column > MOST_COLUMNS:
            place = place_of(row, column)
            raise fault(
                "",
                f"there is a value in cell {place}: a sheet has at most {MOST_COLUMNS} columns",
                f"det finns ett värde i cell {place}: ett blad har högst {MOST_COLUMNS} kolumner",
            )
        if row > _LAST_ROW:
            raise fault(
                "",
                f"there is a value in row {row}: a sheet has at most {_LAST_ROW:,} rows",
                f"det finns ett värde i rad {row}: ett blad har högst {_LAST_ROW} rader",
            )
        line = self.rows.setdefault(row, {})
        if len(self.rows) > MOST_ROWS + 100:  # title rows and the headings come on top
            raise too_many_rows()
        if column not in line:
            self.room.take()
        line[column] = cell

    def fill(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Give every empty one of some merged cells the value of the first, as the reader of the sheet sees it."""
        self.room.merge(max(0, last[0] - first[0] + 1) * max(0, last[1] - first[1] + 1))
        cell = self.rows.get(first[0], {}).get(first[1])
        if cell is None:
            return
        self.filled.append((last[0], f"{place_of(*first)}:{place_of(*last)}"))
        for row in range(first[0], last[0] + 1):
            held = self.rows.get(row, {})
            for column in range(first[1], min(last[1], MOST_COLUMNS) + 1):
                if column not in held:
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


def number_cell(written: str, show: Callable[[float], Shown]) -> Number | Unread:
    """Read a stored number; one that has more digits than the file can hold exactly is a fault.

    ``show`` returns what its cell shows.
    """
    try:
        value = float(written)
    except ValueError:
        return Unread(BROKEN, written)
    if not math.isfinite(value):
        return Unread(BROKEN, written)
    shown = show(value)
    if value.is_integer() and abs(value) < 10**_MOST_DIGITS:
        return Number(int(value), *shown)
    digits = sum(letter.isdigit() for letter in written.upper().split("E")[0].lstrip("-0."))
    if value.is_integer() or (abs(value) >= 1 and digits > 2 * _MOST_DIGITS):
        return Unread(TOO_LONG, written)
    return Number(value, *shown)


def day_cell(moment: dt.datetime | dt.date) -> dt.date | dt.datetime:
    """Return a day, or a moment where the cell has a time of day too; a sheet knows no zone."""
    if isinstance(moment, dt.datetime):
        return moment.date() if moment.time() == dt.time() else moment.replace(tzinfo=None)
    return moment


def time_cell(time: dt.time | str) -> Unread:
    """Return a cell that holds a time of day and no day: no column has one."""
    shown = time[:_LONGEST_TIME] if isinstance(time, str) else f"{time:%H:%M:%S}"
    if shown.count(":") > 1:
        shown = shown.removesuffix(":00")
    return Unread(Words(f"cellen har ett klockslag ({shown})", f"the cell holds a time of day ({shown})"), shown)


def wrong_value(shown: str) -> Words:
    """Return what is wrong with a cell that shows an error of the spreadsheet's own, such as ``#REF!``."""
    return Words(f"cellen visar felet {shown}", f"the cell shows the error {shown}")
