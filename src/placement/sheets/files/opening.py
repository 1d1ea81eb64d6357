"""Opening: a file is read by what it is, whatever name or media type it was sent under."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import NoReturn

from placement.errors import PlacementError
from placement.sheets.files.grid import Book, Grid
from placement.sheets.files.ods import read_ods
from placement.sheets.files.text import read_text
from placement.sheets.files.unpacking import hold_unpacked
from placement.sheets.files.xls import read_xls
from placement.sheets.files.xlsx import read_xlsx
from placement.store.access import fault

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_OLD_XLS = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_PAGE = (b"<html", b"<!doctype html", b"<table", b"<?xml")
_OTHER = {b"%PDF": "PDF", b"{\\rtf": "RTF"}


def read_file(body: bytes, charset: str | None, score: Callable[[Grid], int]) -> Book:
    """Read a file's sheets; ``score`` tells how many known headings a sheet has, which decides a text's separator.

    Raises `InvalidError` in plain words for what is no list.
    """
    if not body.strip(b"\0 \t\r\n"):
        raise fault("", "the file is empty", "filen är tom")
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, name in _OTHER.items():
        if body.startswith(mark):
            raise fault(
                "",
                f"the file is a {name}: save the list as XLSX, ODS or CSV",
                f"filen är en {name}: spara listan som XLSX, ODS eller CSV",
            )
    if start.startswith(_PAGE):
        raise fault(
            "",
            "the file is a web page or XML, whatever its name says: open it in Excel and save it as XLSX",
            "filen är en webbsida eller XML, vad den än heter: öppna den i Excel och spara den som XLSX",
        )
    if body.startswith(_ZIP):
        return _unpack(body)
    if body.startswith((_OLE, *_OLD_XLS)):
        return _guarded("XLS", lambda: read_xls(body))
    return read_text(body, charset, score)


def _unpack(body: bytes) -> Book:
    """Read a packed workbook: an OpenDocument spreadsheet has a type, an XLSX workbook has its parts."""

    def read() -> Book:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            hold_unpacked(packed)
            return read_ods(packed) if "content.xml" in packed.namelist() else read_xlsx(packed)

    return _guarded("XLSX", read)


def _guarded(form: str, read: Callable[[], Book]) -> Book:
    """Read with a reader that may raise any error for a broken file."""
    try:
        book = read()
    except PlacementError:
        raise
    except Exception as error:  # noqa: BLE001 (as above; the error's own words never reach the caller)
        _refuse(form, error)
    if not book.grids:
        _refuse(form, None)
    return book


def _refuse(form: str, error: Exception | None) -> NoReturn:
    raise fault(
        "",
        f"the file cannot be read as {form}: is it damaged, or locked with a password? Save it without one",
        f"filen går inte att läsa som {form}: är den skadad eller låst med lösenord? Spara den utan lösenord",
    ) from error
