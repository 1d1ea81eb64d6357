"""What other programs write is read as what it is: formulas, declared encodings, and what is no list."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from xlrd.compdoc import CompDoc

from placement.errors import InvalidError
from placement.sheets.files.grid import NO_VALUE, Book, Number, Unread
from placement.sheets.files.opening import read_file

DATA = Path(__file__).parent / "data"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MARK = bytes.fromhex("c1010800c1010000548d0100")
"""What LibreOffice leaves in an XLS workbook that it has calculated."""


def read(content: bytes, charset: str | None = None) -> Book:
    return read_file(content, charset, lambda _grid: 0)


def packed(parts: Mapping[str, str]) -> bytes:
    """Pack some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def workbook(calculation: str, cells: str) -> bytes:
    """Make a workbook with one row of cells."""
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "_rels/.rels": f'<Relationships xmlns="{relations}"/>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="B" sheetId="1" r:id="r1"/></sheets>{calculation}</workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row></sheetData></worksheet>',
    }
    return packed(files)


@pytest.mark.parametrize("flag", ["1", "true"])
@pytest.mark.parametrize("cell", ["<c><f>1+2</f><v>0</v></c>", '<c t="str"><f>"a"</f><v>b</v></c>'])
def test_a_formula_of_a_workbook_that_asks_to_be_calculated_is_not_read(flag: str, cell: str) -> None:
    calculation = f'<calcPr calcId="124519" fullCalcOnLoad="{flag}"/>'
    (grid,) = read(workbook(calculation, f"{cell}<c><v>7</v></c>"))
    assert grid.rows == {1: {1: NO_VALUE, 2: Number(7, "7")}}


def test_a_formula_of_a_workbook_that_has_been_calculated_is_read_by_its_value() -> None:
    for calculation in ("", '<calcPr calcId="191029"/>', '<calcPr iterate="false" fullCalcOnLoad="false"/>'):
        (grid,) = read(workbook(calculation, "<c><f>1+2</f><v>0</v></c>"))
        assert grid.rows == {1: {1: Number(0, "0")}}


def test_a_formula_of_an_old_workbook_that_no_program_has_calculated_is_not_read_and_no_empty_cell() -> None:
    content = (DATA / "uncalculated.xls").read_bytes()
    memory, start, size = CompDoc(content, logfile=io.StringIO()).locate_named_stream("Workbook")
    for form in (content, memory[start : start + size]):
        (grid,) = read(form)
        assert grid.rows == {
            1: {1: "name", 2: "size"},
            2: {1: "T2", 2: NO_VALUE},
            3: {1: "T3", 2: NO_VALUE},
            4: {1: "T4", 2: NO_VALUE},
        }


@pytest.mark.parametrize(
    ("mark", "instead"),
    [
        (MARK, MARK[:8] + bytes(4)),
        (bytes.fromhex("0c0002006400"), bytes.fromhex("5e0002000000")),
    ],
)
def test_an_old_workbook_that_says_that_it_has_not_been_calculated_is_believed(mark: bytes, instead: bytes) -> None:
    content = (DATA / "municipality.xls").read_bytes()
    assert mark in content

    def failed(body: bytes) -> Unread:
        cell = read(body).grids[1].rows[7][7]
        assert isinstance(cell, Unread)
        return cell

    assert "#DIV/0!" in failed(content).wrong.en
    assert failed(content.replace(mark, instead)) == NO_VALUE


@pytest.mark.parametrize("charset", ["iso-8859-1", "latin1", "windows-1252", "cp437", "macintosh", "shift_jis"])
def test_letters_that_are_utf_8_are_read_so_whatever_is_declared_and_that_is_told(charset: str) -> None:
    book = read("name\nHemsjukvården\n".encode(), charset)
    assert book.grids[0].rows[2] == {1: "Hemsjukvården"}
    assert (book.encoding, book.encoding_assumed) == ("UTF-8", True)


def test_a_declared_encoding_holds_for_other_letters_and_for_none() -> None:
    assert read("name\nÖ\n".encode("latin-1"), "iso-8859-1").encoding == "iso-8859-1"
    plain = read(b"name\nO\n", "iso-8859-1")
    assert (plain.encoding, plain.encoding_assumed) == ("iso-8859-1", False)
    assert not read("name\nÖ\n".encode(), "utf-8").encoding_assumed


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed({"xl/workbook.bin": ""}), "a binary workbook (XLSB): save"),
        (packed({"Index/Document.iwa": ""}), "a document of Numbers: save"),
        (packed({"platser.csv": "name"}), "a packed file (ZIP): save the list as XLSX, ODS or CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "is locked with a password"),
    ],
)
def test_what_is_packed_or_locked_is_named_for_what_it_is(content: bytes, words: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        read(content)
    assert words in str(refusal.value)


def test_a_locked_open_document_is_told_to_be_locked() -> None:
    content = packed({"content.xml": "\x01\x02", "META-INF/manifest.xml": "<manifest:encryption-data/>"})
    with pytest.raises(InvalidError, match="locked with a password: save it without one"):
        read(content)
