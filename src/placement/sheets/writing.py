"""Writing: a list as a file for Excel or for another system, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from placement.sheets.cells import Value, as_text, escape, for_xml
from placement.store.access import fault

LONGEST_TEXT = 32_767


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list with its heads and its lines; texts may contain anything, and numbers stay numbers."""

    heads: Sequence[str]
    lines: Sequence[Sequence[Value]]

    def rows(self) -> Iterator[Sequence[Value]]:
        """Return the heads and the lines, with every text escaped."""
        yield self.heads
        for line in self.lines:
            yield [escape(value) if isinstance(value, str) else value for value in line]


def write_csv(sheet: Sheet) -> bytes:
    """Write CSV by RFC 4180, in UTF-8 with the byte order mark that Excel needs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in sheet.rows():
        writer.writerow([as_text(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(sheet: Sheet, name: str) -> bytes:
    """Write an XLSX workbook with one sheet, in which the heads stay in view."""
    rows = [[_for_xlsx(value) for value in row] for row in sheet.rows()]
    book = Workbook(write_only=True)
    page = book.create_sheet(name)
    page.freeze_panes = "A2"
    for row in rows:
        page.append([_text_cell(page, value) if isinstance(value, str) else value for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _for_xlsx(value: Value) -> Value:
    """Return a value as XLSX can hold it: text of bounded length, and a number of more than 16 digits as text."""
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        return as_text(value)
    if not isinstance(value, str):
        return value
    text = for_xml(value)
    if len(text) > LONGEST_TEXT:
        raise fault(
            "",
            "a cell would be longer than XLSX can hold: ask for CSV",
            "en cell skulle bli längre än XLSX kan hålla: ta ut listan som CSV",
        )
    return text


def _text_cell(page: WriteOnlyWorksheet, text: str) -> Cell:
    """Make a cell whose text is never taken for anything else."""
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    return cell
