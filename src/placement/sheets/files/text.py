"""Text: lists with a separator between the cells (CSV and the like), in any encoding that Swedish programs write."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from placement.sheets.files.grid import Book, Grid
from placement.store.access import fault

SEPARATORS = (";", ",", "\t", "|")
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_PAGES = ("windows-1252", "macintosh", "cp850")
"""The code pages that Swedish programs have written: Windows, the older Macintosh, and DOS."""
_LETTERS = frozenset("åäöÅÄÖéÉ")
_ORDINARY = _LETTERS | frozenset("èàáüÜøæØÆíóúñçêëôïßÀÈÁ–—’”“…·°§½€ \u00a0")
_LOOKED_AT = 50
csv.field_size_limit(1_000_000)


def read_text(body: bytes, charset: str | None, score: Callable[[Grid], int]) -> Book:
    """Read a list, in the declared encoding if it has one and with the separator that gives the most known headings."""
    text, encoding, assumed = _decoded(body, charset)
    told, text = _separator_line(text)
    if told:
        return Book("csv", [_grid(text, told, first=2)], encoding, told, assumed)
    grids = {separator: _try(text, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda each: score(grids[each]))
    return Book("csv", [_grid(text, best)], encoding, best, assumed)


def _decoded(body: bytes, charset: str | None) -> tuple[str, str, bool]:
    """Return the text, the encoding, and whether it was assumed."""
    for mark, encoding in _MARKS.items():
        if body.startswith(mark):
            return _decode(body, encoding), encoding.removesuffix("-sig").upper(), False
    if charset is not None:
        try:
            return body.decode(charset), charset.upper() if charset.startswith("utf") else charset, False
        except (LookupError, UnicodeDecodeError):
            pass  # what is declared is often what a program always declares
    zeros = [body[start : 2 * _LOOKED_AT : 2].count(0) for start in (0, 1)]
    if max(zeros) > len(body[: 2 * _LOOKED_AT]) // 4:
        return _decode(body, "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"), "UTF-16", True
    try:
        return body.decode("utf-8"), "UTF-8", False
    except UnicodeDecodeError:
        pass
    page = max(_PAGES, key=lambda each: _plausible(body, each))
    if _plausible(body, page) <= 0:
        raise _not_text()
    return body.decode(page), page, True


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise _not_text() from None


def _not_text() -> Exception:
    return fault(
        "",
        "the file's letters cannot be read: save it as 'CSV UTF-8'",
        "filens bokstäver går inte att läsa: spara den som 'CSV UTF-8'",
    )


def _plausible(body: bytes, page: str) -> int:
    """Return how much a text looks like Swedish in a code page: its letters count for it, odd signs against it."""
    try:
        text = body.decode(page)
    except UnicodeDecodeError:
        return -len(body)
    beyond = [letter for letter in text if ord(letter) >= 128]  # noqa: PLR2004 (beyond ASCII)
    return sum(3 if letter in _LETTERS else 1 if letter in _ORDINARY else -2 for letter in beyond)


def _separator_line(text: str) -> tuple[str, str]:
    """Return the separator that the first line names (``sep=;``, as Excel writes it), and the text after that line."""
    first, _, rest = text.partition("\n")
    name, _, separator = first.strip("\r\n").partition("=")
    if name.strip().lower() == "sep" and (separator in SEPARATORS or separator.strip() in SEPARATORS):
        return separator if separator in SEPARATORS else separator.strip(), rest
    return "", text


def _try(text: str, separator: str) -> Grid:
    """Read the first rows with a separator; what cannot be read so is empty."""
    grid = Grid()
    try:
        for row, (number, cells) in enumerate(_rows(text, separator)):
            if row >= _LOOKED_AT:
                break
            for column, cell in enumerate(cells, 1):
                if cell.strip():
                    grid.rows.setdefault(number, {})[column] = cell
    except csv.Error:
        pass
    return grid


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its number, from 1."""
    yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1)


def _grid(text: str, separator: str, first: int = 1) -> Grid:
    """Read the whole list."""
    grid, row = Grid(), first - 1
    try:
        for number, cells in _rows(text, separator):
            row = number + first - 1
            for column, cell in enumerate(cells, 1):
                grid.put(row, column, cell)
    except csv.Error:
        raise fault(
            "",
            f"row {row + 1} cannot be read: a quotation mark is opened and not closed, or stands inside a cell",
            f"rad {row + 1} går inte att läsa: ett citattecken öppnas men stängs inte, eller står inne i en cell",
        ) from None
    return grid
