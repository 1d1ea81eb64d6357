"""XLS: the cells of a workbook in the format of Excel 97 to 2003, read by xlrd."""

from __future__ import annotations

import io

import xlrd
from openpyxl.styles.numbers import is_date_format

from placement.sheets.files.formats import shown_as
from placement.sheets.files.grid import NOT_A_DAY, Book, Cell, Grid, Unread, day_cell, number_cell, wrong_value


def read_xls(body: bytes) -> Book:
    """Read every sheet of a workbook, formulas by the values they were saved with."""
    book = xlrd.open_workbook(file_contents=body, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    return Book("xls", [_grid_of(book, sheet) for sheet in book.sheets()])


def _grid_of(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Grid:
    """Read one sheet; xlrd counts rows and columns from 0."""
    grid = Grid(sheet.name)
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
            return day_cell(xlrd.xldate_as_datetime(cell.value, book.datemode)) if cell.value >= 1 else _no_day(written)
        except (OverflowError, ValueError):  # a day before or after every calendar
            return _no_day(written)
    return number_cell(written, shown_as(code, cell.value))


def _no_day(written: str) -> Unread:
    return Unread(NOT_A_DAY, written)
