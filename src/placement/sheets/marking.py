"""Marking: the file that was sent, as XLSX, with every faulty cell coloured and what is wrong in a comment."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as WrittenCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from placement.sheets.cells import for_xml
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.files.grid import Book, Number, Unread, letters_of
from placement.sheets.finding import Table
from placement.sheets.values import shown_of

_COLOUR = PatternFill("solid", fgColor="FFC7CE")
_AUTHOR = "Placement"
_WIDTH, _HEIGHT = 320, 120
_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]\x00-\x1f]")
_LONGEST_TITLE = 31


class MarkedError(SheetError):
    """A sheet has faults; the same sheet comes back as XLSX with the faulty cells marked."""

    def __init__(self, error: SheetError, marked: bytes) -> None:
        super().__init__(error.cell_faults)
        self.marked = marked


def mark(content: bytes, book: Book, table: Table, faults: Sequence[CellFault], language: str) -> bytes:
    """Return the sheet as XLSX with its faults; an XLSX file keeps everything else that it holds.

    A file that our reader takes and openpyxl does not (an unknown colour or rule in it) comes back as its cells alone.
    """
    told = list(_by_place(table, faults, language))
    if book.form == "xlsx":
        with suppress(Exception):
            return _marked(*_opened(content, table), told)
    return _marked(*_rewritten(book, table), told)


def _marked(marked: Workbook, page: Worksheet, told: Iterable[tuple[str, str]]) -> bytes:
    """Mark the faulty cells of a sheet, and return its workbook."""
    for place, words in told:
        cell = page[place]
        if isinstance(cell, WrittenCell):
            cell.fill = _COLOUR
            cell.comment = Comment(for_xml(words), _AUTHOR, height=_HEIGHT, width=_WIDTH)
    marked.active = page
    out = io.BytesIO()
    marked.save(out)
    return out.getvalue()


def _opened(content: bytes, table: Table) -> tuple[Workbook, Worksheet]:
    """Open the file itself."""
    with warnings.catch_warnings(action="ignore"):  # openpyxl warns about what it does not keep, such as drawings
        marked = load_workbook(io.BytesIO(content))
    page = marked[table.sheet]
    assert isinstance(page, Worksheet)  # noqa: S101 (the reader takes no charts)
    return marked, page


def _rewritten(book: Book, table: Table) -> tuple[Workbook, Worksheet]:
    """Write the cells of a sheet into a new workbook."""
    marked = Workbook()
    title = _NOT_IN_TITLES.sub("_", table.sheet)[:_LONGEST_TITLE].strip("'")
    page = marked.create_sheet(title or "Placement", 0)
    marked.remove(marked.worksheets[1])
    grid = next(grid for grid in book if grid.name == table.sheet)
    for row, cells in grid.rows.items():
        for column, cell in cells.items():
            written = page.cell(row, column)
            value = cell.value if isinstance(cell, Number) else shown_of(cell) if isinstance(cell, Unread) else cell
            written.value = for_xml(value) if isinstance(value, str) else value
            if isinstance(value, str):
                written.data_type = "s"
    return marked, page


def _by_place(table: Table, faults: Iterable[CellFault], language: str) -> Iterator[tuple[str, str]]:
    """Yield each faulty cell with all that is wrong with it; a fault of no cell stands in the row's first."""
    told: dict[str, list[str]] = {}
    columns = {text: column for column, text in table.written.items()}
    heads = {head: column for column, head in table.heads.items() if isinstance(head, str)}
    for fault in faults:
        place = fault.cell or _place_of(fault, heads, columns)
        told.setdefault(place, []).append(fault.words.sv if language == "sv" else fault.words.en)
    for place, words in told.items():
        yield place, "\n".join(words)


def _place_of(fault: CellFault, heads: dict[str, int], columns: dict[str, int]) -> str:
    """Return the cell of a fault that names a column which the file may lack."""
    column = heads.get(fault.column or "") or columns.get(fault.column or "") or 1
    return f"{letters_of(column)}{max(fault.row, 1)}"
