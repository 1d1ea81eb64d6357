"""Unpacking: the size of a workbook, measured part by part before anything is built from it."""

from __future__ import annotations

import io
import zipfile
from typing import IO
from xml.parsers import expat

from placement.errors import InvalidError
from placement.store.access import fault

MOST_ROWS = 20_000
MOST_COLUMNS = 300
MOST_ENTRIES = 200
MOST_ELEMENTS = 1_500_000
MOST_TEXTS = 300_000
LARGEST_UNPACKED = 64_000_000
_PART = 65_536


def hold_unpacked(body: bytes) -> None:
    """Refuse a workbook with too many elements, or too many bytes by its directory, beyond which zipfile reads none."""
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        entries = packed.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise fault("", f"the file is too large unpacked: {LARGEST_UNPACKED:,} bytes at most")
        elements = _Elements()
        for entry in entries:
            with packed.open(entry) as content:
                elements.count_in(content)


def too_many_rows() -> InvalidError:
    """Make the error for more rows than one import may have."""
    return fault("/rows", f"there are too many rows: {MOST_ROWS:,} at most")


class _Elements:
    """The number of elements in a workbook, and of the rows, cells in a row and texts among them."""

    def __init__(self) -> None:
        self._all = self._texts = self._rows = self._cells = 0

    def count_in(self, content: IO[bytes]) -> None:
        """Count the elements of one file up to the point where it is no longer XML, beyond which nothing is read."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EntityDeclHandler = self._declare
        self._rows = 0
        try:
            while part := content.read(_PART):
                parser.Parse(part)
        except expat.ExpatError:
            return

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        """Count an element, with any prefix of its name."""
        self._all += 1
        match name.rpartition(":")[2]:
            case "row":
                self._rows += 1
                self._cells = 0
            case "c":
                self._cells += 1
            case "si":
                self._texts += 1
        if self._rows > MOST_ROWS + 1:
            raise too_many_rows()
        if self._cells > MOST_COLUMNS + 1:
            raise fault("", f"the sheet has too many columns: {MOST_COLUMNS} at most")
        if self._all > MOST_ELEMENTS or self._texts > MOST_TEXTS:
            raise fault("", "the file is too large unpacked")

    def _declare(self, *_declaration: object) -> None:
        """Refuse entities, which no workbook needs."""
        raise fault("", "the file declares entities")
