"""Reading: the cells of a CSV or XLSX file as text; the size of a workbook is checked before it is unpacked."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook

from placement.errors import PlacementError
from placement.sheets.cells import as_text, from_xml, unescape
from placement.sheets.unpacking import MOST_COLUMNS, MOST_ROWS, hold_unpacked, too_many_rows
from placement.store.access import fault


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as text: its heads, and its lines that are not blank, by line number; the heads are line 1."""

    heads: tuple[str, ...]
    lines: dict[int, tuple[str, ...]]


def read_csv(body: bytes) -> Grid:
    """Read CSV in UTF-8, with commas or semicolons between the cells."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise fault("", "the file is not in UTF-8: save it as 'CSV UTF-8'") from None
    first = text.split("\n", 1)[0]
    delimiter = ";" if ";" in first else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _grid(rows)
    except csv.Error as error:
        raise fault("", f"the file cannot be read as CSV: {error}") from None


def read_xlsx(body: bytes) -> Grid:
    """Read the first sheet of an XLSX workbook, formulas by their values."""
    try:
        hold_unpacked(body)
        with warnings.catch_warnings(action="ignore"):  # openpyxl warns about what it does not read, such as styles
            book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # the size that the file states may be false
            rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
            return _grid([from_xml(as_text(value)) for value in _filled(row)] for row in rows)
    except PlacementError:
        raise
    except Exception as error:  # the library may raise any error for a broken file
        raise fault("", "the file cannot be read as XLSX") from error


def _filled(row: Sequence[object]) -> Sequence[object]:
    """Return the cells of a row up to the last that has a value; openpyxl pads every row to the same width."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return row[:width]


def _grid(rows: Iterable[Iterable[str]]) -> Grid:
    """Use the first row as the heads, and skip blank lines."""
    numbered = enumerate(rows, 1)
    heads = next(_trimmed(numbered), (0, ()))[1]
    if len(heads) > MOST_COLUMNS:
        raise fault("", f"the sheet has too many columns: {MOST_COLUMNS} at most")
    lines = {}
    for number, cells in _trimmed(numbered):
        if number > MOST_ROWS + 1:
            raise too_many_rows()
        if cells:
            lines[number] = cells
    return Grid(heads, lines)


def _trimmed(rows: Iterator[tuple[int, Iterable[str]]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Read the cells of each row up to the last that is not empty."""
    for number, row in rows:
        cells = [unescape(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield number, tuple(cells)
