"""XLS: the cells of a workbook in the format of Excel 97 to 2003, read by xlrd."""

from __future__ import annotations

import io
from functools import partial

import xlrd
from openpyxl.styles.numbers import is_date_format

from placement.sheets.files.formats import shown_by
from placement.sheets.files.grid import (
    NO_SUCH_DAY,
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


def read_xls(body: bytes) -> Book:
    """Read every sheet of a workbook, formulas by the values they were saved with."""
    book = xlrd.open_workbook(file_contents=body, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    room = Room()
    return Book("xls", [_grid_of(book, sheet, room) for sheet in book.sheets()])


def _grid_of(book: xlrd.Book, sheet: xlrd.sheet.Sheet, room: Room) -> Grid:
    """Read one sheet; xlrd counts rows and columns from 0."""
    grid = Grid(sheet.name, room=room)
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            if cell.ctype not in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
                grid.put(row + 1, column + 1, _cell_of(book, cell))
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
