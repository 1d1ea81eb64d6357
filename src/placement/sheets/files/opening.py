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
from placement_solver.words import Words

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_OLD_XLS = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")
_PAGE = (b"<html", b"<!doctype html", b"<table", b"<?xml")
_PACKED = {
    "xl/workbook.bin": Words("en binär Excelfil (XLSB)", "a binary workbook (XLSB)"),
    "Index/Document.iwa": Words("ett dokument från Numbers", "a document of Numbers"),
    "Index.zip": Words("ett dokument från Numbers", "a document of Numbers"),
    "word/document.xml": Words("ett textdokument (DOCX)", "a text document (DOCX)"),
    "ppt/presentation.xml": Words("en presentation (PPTX)", "a presentation (PPTX)"),
}
"""What else is packed as a workbook is, by a part that it has."""
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The name of what a locked XLSX workbook is kept in."""
_MANIFEST = "META-INF/manifest.xml"
_OTHER = {
    b"%PDF": Words("en PDF", "a PDF"),
    b"{\\rtf": Words("en RTF", "a RTF"),
    b"\x89PNG": Words("en bild (PNG)", "a picture (PNG)"),
    b"\xff\xd8\xff": Words("en bild (JPEG)", "a picture (JPEG)"),
    b"GIF8": Words("en bild (GIF)", "a picture (GIF)"),
    b"II*\0": Words("en bild (TIFF)", "a picture (TIFF)"),
    b"MM\0*": Words("en bild (TIFF)", "a picture (TIFF)"),
    b"MZ\x90\0": Words("ett program", "a program"),
    b"\x7fELF": Words("ett program", "a program"),
    b"\x1f\x8b": Words("en packad fil", "a packed file"),
    b"7z\xbc\xaf\x27\x1c": Words("en packad fil", "a packed file"),
    b"Rar!\x1a\x07": Words("en packad fil", "a packed file"),
}
"""What else people send, by how it begins."""


def read_file(body: bytes, charset: str | None, score: Callable[[Grid], int]) -> Book:
    """Read a file's sheets; ``score`` tells how many known headings a sheet has, which decides a text's separator.

    Raises `InvalidError` in plain words for what is no list.
    """
    if not body.strip(b"\0 \t\r\n"):
        raise fault("", "the file is empty", "filen är tom")
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, name in _OTHER.items():
        if body.startswith(mark):
            raise _other(name)
    if start.startswith(_PAGE):
        raise fault(
            "",
            "the file is a web page or XML, whatever its name says: open it in Excel and save it as XLSX",
            "filen är en webbsida eller XML, vad den än heter: öppna den i Excel och spara den som XLSX",
        )
    if body.startswith(_ZIP):
        return _unpack(body)
    if body.startswith((_OLE, *_OLD_XLS)):
        if _LOCKED in body:
            raise _locked()
        return _guarded(lambda: "XLS", lambda: read_xls(body))
    return read_text(body, charset, score)


def _unpack(body: bytes) -> Book:
    """Read a packed workbook: an OpenDocument spreadsheet has a type, an XLSX workbook has its parts."""
    form = "XLSX"

    def read() -> Book:
        nonlocal form
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            form = _form_of(packed)
            hold_unpacked(packed)
            if _MANIFEST in packed.namelist() and b"encryption-data" in packed.read(_MANIFEST):
                raise _locked()
            return read_ods(packed) if form == "ODS" else read_xlsx(packed)

    return _guarded(lambda: form, read)


def _form_of(packed: zipfile.ZipFile) -> str:
    """Return the form of a packed workbook, and refuse what else is packed by its name."""
    names = set(packed.namelist())
    for part, name in _PACKED.items():
        if part in names:
            raise _other(name)
    if "content.xml" in names:
        return "ODS"
    if names.isdisjoint(("_rels/.rels", "xl/workbook.xml")):
        raise _other(Words("en packad fil (ZIP)", "a packed file (ZIP)"))
    return "XLSX"


def _other(name: Words) -> PlacementError:
    return fault(
        "",
        f"the file is {name.en}: save the list as XLSX, ODS or CSV",
        f"filen är {name.sv}: spara listan som XLSX, ODS eller CSV",
    )


def _locked() -> PlacementError:
    return fault(
        "",
        "the file is locked with a password: save it without one",
        "filen är låst med lösenord: spara den utan lösenord",
    )


def _guarded(form: Callable[[], str], read: Callable[[], Book]) -> Book:
    """Read with a reader that may raise any error for a broken file."""
    try:
        book = read()
    except PlacementError:
        raise
    except Exception as error:  # noqa: BLE001 (as above; the error's own words never reach the caller)
        _refuse(form(), error)
    if not book.grids:
        _refuse(form(), None)
    return book


def _refuse(form: str, error: Exception | None) -> NoReturn:
    raise fault(
        "",
        f"the file cannot be read as {form}: is it damaged, or locked with a password? Save it without one",
        f"filen går inte att läsa som {form}: är den skadad eller låst med lösenord? Spara den utan lösenord",
    ) from error
