"""Tabling: a report's table as a sheet, in the reader's language."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from placement.follow_up.tables import Table
from placement.sheets.writing import Sheet, write_csv, write_xlsx
from placement_api.media_types import CSV, XLSX
from placement_api.schemas.follow_up.yearly_reports import cell_of
from placement_api.schemas.sheets import Form

_FILE = {"schema": {"type": "string"}}
SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sheet. Kalkylbladet.", "content": {CSV: _FILE, XLSX: _FILE}}
}
"""The answer of an operation that takes out a table."""


def as_sheet(table: Table, name: str, form: Form, language: str) -> Response:
    """Answer with a table as CSV or XLSX, to be saved under a name."""
    heads = [getattr(column.name, language) for column in table.columns]
    sheet = Sheet(heads, [[cell_of(cell, language) for cell in row] for row in table.rows])
    content = write_csv(sheet) if form is Form.CSV else write_xlsx(sheet, getattr(table.caption, language)[:31])
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Content-Language": language}
    return Response(content, media_type=f"{CSV}; charset=utf-8" if form is Form.CSV else XLSX, headers=headers)
