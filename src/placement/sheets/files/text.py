"""Text: lists with a separator between the cells (CSV and the like), in any encoding that Swedish programs write."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from unicodedata import category

from placement.sheets.files.grid import MOST_COLUMNS, Book, Grid, is_blank
from placement.store.access import fault

SEPARATORS = (";", ",", "\t", "|")
_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_PAGES = ("windows-1252", "macintosh", "cp850")
"""The code pages that Swedish programs have written: Windows, the older Macintosh, and DOS."""
_LETTERS = frozenset("åäöÅÄÖéÉ")
_ORDINARY = _LETTERS | frozenset("èàáüÜøæØÆíóúñçêëôïßÀÈÁ–—’”“…·°§½€ \u00a0")
_NO_LETTERS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "unicode_escape"})
"""What Python calls encodings, and no program writes lists in."""
_UNLETTERED = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Unicode's categories of what is no letter: control, not assigned, private, half a letter."""
_LINES = frozenset("\t\n\r\x0b\x0c\x1a")
_BEYOND = frozenset(map(chr, range(128, 256)))
_LAST = "\0\x1a"
"""What old programs end a list with."""
_LOOKED_AT = 50
_SAMPLE = 1_000
_FEW = 10
"""A text has at most one sign of control among this many letters."""
csv.field_size_limit(1_000_000)


def read_text(body: bytes, charset: str | None, score: Callable[[Grid], int]) -> Book:
    """Read a list, in the declared encoding if it has one and with the separator that gives the most known headings."""
    text, encoding, assumed = _decoded(body, charset)
    text = text.rstrip(_LAST)
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
    if charset is not None and _is_utf_8(body, charset):
        return body.decode("utf-8"), "UTF-8", True
    if charset is not None and (text := _declared(body, charset)) is not None:
        return text, charset.upper() if charset.startswith("utf") else charset, False
    zeros = [body[start : 2 * _LOOKED_AT : 2].count(0) for start in (0, 1)]
    if max(zeros) > len(body[: 2 * _LOOKED_AT]) // 4:
        return _hold_text(_decode(body, "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be")), "UTF-16", True
    try:
        return _hold_text(body.decode("utf-8")), "UTF-8", False
    except UnicodeDecodeError:
        pass
    page = max(_PAGES, key=lambda each: _plausible(body, each))
    _hold_text(body[:_SAMPLE].decode("latin-1"), _BEYOND)
    if _plausible(body, page) <= 0:
        raise _not_text()
    return body.decode(page), page, True


def _is_utf_8(body: bytes, charset: str) -> bool:
    """Tell whether a text that is declared to be in another encoding is UTF-8: its letters beyond ASCII make no other.

    A program may declare always the same.
    """
    try:
        body.decode("utf-8")
        return not body.isascii() and not codecs.lookup(charset).name.startswith("utf")
    except (LookupError, ValueError):
        return False


def _declared(body: bytes, charset: str) -> str | None:
    """Return the text in the declared encoding; None if it is not in it, as a program may declare always the same."""
    try:
        if codecs.lookup(charset).name in _NO_LETTERS:
            return None
        text = body.decode(charset)
    except (LookupError, ValueError):
        return None
    return text if _is_text(text) else None


def _hold_text(text: str, beside: frozenset[str] = frozenset()) -> str:
    """Return a text, and refuse what is none; ``beside`` are letters of a code page that is not known yet."""
    if not _is_text(text, beside):
        raise _no_list()
    return text


def _is_text(text: str, beside: frozenset[str] = frozenset()) -> bool:
    """Tell a text from what only happens to be letters, by the signs that no text has many of."""
    sample = [letter for letter in text[:_SAMPLE].rstrip(_LAST) if letter not in beside]
    return sum(category(letter) in _UNLETTERED and letter not in _LINES for letter in sample) * _FEW <= len(sample)


def _no_list() -> Exception:
    return fault(
        "",
        "the file is neither a text nor a spreadsheet: save the list as XLSX, ODS or CSV",
        "filen är varken en text eller ett kalkylblad: spara listan som XLSX, ODS eller CSV",
    )


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
            for column, cell in enumerate(cells[:MOST_COLUMNS], 1):
                if not is_blank(cell):
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
