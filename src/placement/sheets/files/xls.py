"""XLS: the cells of a workbook in the format of Excel 97 to 2003, read by xlrd."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import partial
from struct import unpack_from

import xlrd
from openpyxl.styles.numbers import is_date_format
from xlrd.compdoc import SIGNATURE, CompDoc

from placement.sheets.files.formats import shown_by
from placement.sheets.files.grid import (
    NO_SUCH_DAY,
    NO_VALUE,
    Book,
    Cell,
    Grid,
    Room,
    Unread,
    day_cell,
    number_cell,
    time_cell,
    wrong_value,
)

_BIFF8 = 80
"""The format since Excel 97, as xlrd numbers it."""
_FORMULA, _END, _NOT_CALCULATED, _SHEET, _CALCULATED_BY = 0x06, 0x0A, 0x5E, 0x85, 0x1C1
"""The kinds of records that are looked for (MS-XLS, section 2.3)."""


def read_xls(body: bytes) -> Book:
    """Read every sheet of a workbook, formulas by the values they were saved with, if a program has calculated it."""
    book = xlrd.open_workbook(file_contents=body, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    grids, room = [], Room()
    unknown = _uncalculated(body) if book.biff_version >= _BIFF8 else {}
    for number, sheet in enumerate(book.sheets()):
        grids.append(_grid_of(book, sheet, room, unknown.get(number, ())))
    return Book("xls", grids)


def _uncalculated(body: bytes) -> dict[int, list[tuple[int, int]]]:
    """Return the places of formulas that no program has calculated, by the number of their sheet.

    A program that calculates a workbook leaves its mark in it, and marks each sheet that it has not calculated.
    """
    stream = body
    if body.startswith(SIGNATURE):
        content, start, size = CompDoc(body, logfile=io.StringIO()).locate_named_stream("Workbook")
        stream = content[start : start + size]
    book = list(_records(stream, 0))
    calculated = any(kind == _CALCULATED_BY and any(data[4:]) for kind, data in book)
    starts = [unpack_from("<I", data)[0] for kind, data in book if kind == _SHEET and data[5] == 0]
    found: dict[int, list[tuple[int, int]]] = {}
    for number, start in enumerate(starts):
        records = list(_records(stream, start))
        if not calculated or any(kind == _NOT_CALCULATED for kind, _ in records):
            found[number] = [unpack_from("<HH", data) for kind, data in records if kind == _FORMULA]
    return found


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the content of each record of the workbook or of one sheet."""
    place, kind = start, 0
    while kind != _END:
        kind, size = unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def _grid_of(book: xlrd.Book, sheet: xlrd.sheet.Sheet, room: Room, unknown: Iterable[tuple[int, int]]) -> Grid:
    """Read one sheet, in which the values of some formulas are unknown; rows and columns are counted from 0."""
    grid = Grid(sheet.name, room=room, hidden=sheet.visibility != 0)
    grid.hidden_rows = {row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden}
    grid.hidden_columns = {column + 1 for column, info in sheet.colinfo_map.items() if info.hidden}
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype not in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
                grid.put(row + 1, column + 1, _cell_of(book, cell))
    for row, column in unknown:
        grid.put(row + 1, column + 1, NO_VALUE)
    for top, below, left, right in sheet.merged_cells:
        grid.fill((top + 1, left + 1), (below, right))
    return grid


def _cell_of(book: xlrd.Book, cell: xlrd.sheet.Cell) -> Cell:
    """Return what a cell holds."""
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            shown = xlrd.error_text_from_code.get(cell.value, "#?")
            return Unread(wrong_value(shown), shown)
    code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    written = repr(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE or is_date_format(code):
        try:
            moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (OverflowError, ValueError):  # a day before or after every calendar
            return Unread(NO_SUCH_DAY, written)
        return time_cell(moment.time()) if 0 <= cell.value < 1 else day_cell(moment)
    return number_cell(written, partial(shown_by, code))
