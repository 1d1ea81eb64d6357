"""Unpacking: the size of a workbook, measured part by part before anything is built from it."""

from __future__ import annotations

import zipfile
from typing import IO
from xml.parsers import expat

from placement.errors import InvalidError
from placement.store.access import fault

MOST_ENTRIES = 500
MOST_ELEMENTS = 3_000_000
MOST_TEXTS = 300_000
LARGEST_UNPACKED = 64_000_000
_PART = 65_536


def hold_unpacked(packed: zipfile.ZipFile) -> None:
    """Refuse a workbook with too many elements, or too many bytes by its directory, beyond which zipfile reads none."""
    entries = packed.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise too_large()
    elements = _Elements()
    for entry in entries:
        with packed.open(entry) as content:
            elements.count_in(content)


def too_large() -> InvalidError:
    """Make the error for a file that holds more than its own size tells."""
    return fault(
        "",
        f"the file is too large unpacked: {LARGEST_UNPACKED:,} bytes at most",
        f"filen är för stor uppackad: högst {LARGEST_UNPACKED} byte",
    )


class _Elements:
    """The number of elements in a workbook, and of the shared texts among them."""

    def __init__(self) -> None:
        self._all = self._texts = 0

    def count_in(self, content: IO[bytes]) -> None:
        """Count the elements of one file up to the point where it is no longer XML, beyond which nothing is read."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EntityDeclHandler = self._declare
        try:
            while part := content.read(_PART):
                parser.Parse(part)
        except expat.ExpatError:
            return

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        """Count an element, with any prefix of its name."""
        self._all += 1
        self._texts += name.rpartition(":")[2] == "si"
        if self._all > MOST_ELEMENTS or self._texts > MOST_TEXTS:
            raise too_large()

    def _declare(self, *_declaration: object) -> None:
        """Refuse entities, which no workbook needs."""
        raise fault("", "the file declares entities, which no workbook needs", "filen deklarerar entiteter")
