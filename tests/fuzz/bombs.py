"""Bombs: files that are small as they are sent and large as they are read, or that reach for what is not in them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_PARTS = {
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="A" sheetId="1" '
    'r:id="r1"/></sheets></workbook>',
}


def packed(parts: Mapping[str, Iterable[bytes]]) -> bytes:
    """Pack a workbook of these parts, each written piece by piece."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        for name, text in _PARTS.items():
            if name not in parts:
                book.writestr(name, text)
        for name, pieces in parts.items():
            with book.open(name, "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece)
    return out.getvalue()


def _sheet(*rows: bytes, before: bytes = b"") -> Iterable[bytes]:
    yield before + f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    yield from rows
    yield b"</sheetData></worksheet>"


@cache
def unpacking_to_210_mb() -> bytes:
    """Half a megabyte that unpacks to 210 MB of rows."""
    row = b"<row><c><v>1</v></c></row>" * 4_000
    return packed({SHEET: _sheet(*[row] * 2_020)})


def lying_about_its_size() -> bytes:
    """The same, with a directory that tells a hundred bytes."""
    bomb = bytearray(unpacking_to_210_mb())
    place = bomb.rindex(b"PK\x01\x02")
    bomb[place + 24 : place + 28] = (100).to_bytes(4, "little")
    return bytes(bomb)


def a_million_empty_rows() -> bytes:
    """A million rows with nothing in them."""
    return packed({SHEET: _sheet(*[b"<row/>" * 10_000] * 100)})


def ten_thousand_entries() -> bytes:
    """Ten thousand parts that nothing refers to."""
    return packed({SHEET: _sheet()} | {f"xl/media/{number}.bin": (b"",) for number in range(10_000)})


def reaching_for_a_file() -> bytes:
    """An entity that is a file of the machine's (XXE)."""
    entity = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return packed({SHEET: _sheet(b'<row><c t="inlineStr"><is><t>&x;</t></is></c></row>', before=entity)})


def a_billion_laughs() -> bytes:
    """Entities made of entities."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entity = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{lines}]>'.encode()
    return packed({SHEET: _sheet(b'<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>', before=entity)})


def reaching_for_another_folder() -> bytes:
    """Relationships and names of parts that lead out of the file."""
    links = _PARTS["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "../../../../../etc/passwd")
    return packed(
        {"xl/_rels/workbook.xml.rels": (links.encode(),), "../../../../etc/cron.d/placement": (b"* * * * *",)}
    )


def with_macros() -> bytes:
    """A workbook of the macro-enabled kind (.xlsm): its program is not looked at, and its cells are read."""
    return packed({SHEET: _sheet(b"<row><c><v>1</v></c></row>"), "xl/vbaProject.bin": (b"\xd0\xcf\x11\xe0" * 99,)})


def a_style_for_every_cell() -> bytes:
    """Sixteen thousand columns in row after row, all of them without a value."""
    row = b"<row>" + b'<c s="1"/>' * 16_384 + b"</row>"
    return packed({SHEET: _sheet(*[row] * 300)})


def a_repeated_cell_of_ods() -> bytes:
    """An OpenDocument sheet in which one cell is repeated a billion times."""
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    office, text = table.replace("table:1", "office:1"), table.replace("table:1", "text:1")
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}"><office:body>'
        '<office:spreadsheet><table:table table:name="A"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return packed(
        {"mimetype": (b"application/vnd.oasis.opendocument.spreadsheet",), "content.xml": (content.encode(),)}
    )


def an_old_workbook_that_loops() -> bytes:
    """An Excel 97 file whose chain of sectors goes in a circle."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[24:34] = (0x3E).to_bytes(2, "little") + (3).to_bytes(2, "little") + b"\xfe\xff\x09\x00\x06\x00"
    head[44:48] = (1).to_bytes(4, "little")
    head[60:64] = head[68:72] = (0xFFFFFFFE).to_bytes(4, "little")
    head[76:80] = bytes(4)
    head[80:512] = b"\xff" * 432
    return bytes(head) + bytes(512 * 20_000)


def packed_by_gzip() -> bytes:
    """A hundred megabytes of text, packed by gzip."""
    return gzip.compress(b"id;2027-W01\n" * 8_000_000, 1)


def one_endless_line() -> bytes:
    """A text of nine megabytes without an end of line."""
    return b"x;" * 4_500_000


AT_ONCE: tuple[Callable[[], bytes], ...] = (
    unpacking_to_210_mb,
    lying_about_its_size,
    ten_thousand_entries,
    reaching_for_a_file,
    reaching_for_another_folder,
    a_billion_laughs,
    a_repeated_cell_of_ods,
    an_old_workbook_that_loops,
    packed_by_gzip,
)
"""What is refused as soon as it is looked at."""
LATER: tuple[Callable[[], bytes], ...] = (a_style_for_every_cell, one_endless_line)
"""What is refused when enough of it has been counted."""
READ: tuple[Callable[[], bytes], ...] = (a_million_empty_rows, with_macros)
"""What does no harm and is read."""
