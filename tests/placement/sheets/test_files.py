"""A file that is not what it claims to be is refused before it can do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from placement.errors import InvalidError
from placement.sheets import unpacking
from placement.sheets.reading import read_csv, read_xlsx
from placement.sheets.unpacking import LARGEST_UNPACKED, MOST_COLUMNS, MOST_ENTRIES, MOST_ROWS
from placement.sheets.writing import Sheet, write_xlsx

CONTENT = "xl/worksheets/sheet1.xml"


def workbook(change: Callable[[str, bytes], bytes] = lambda _name, content: content) -> bytes:
    """Make a workbook with one line, in which parts may be replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_xlsx(Sheet(("name",), [("T2",)]), "cohorts"))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            bad.writestr(name, change(name, good.read(name)))
    return out.getvalue()


def with_content(content: bytes) -> bytes:
    """Make a workbook whose sheet has this content."""
    return workbook(lambda name, old: content if name == CONTENT else old)


@pytest.mark.parametrize("text", ["name;size\nT2;30\n", "name,size\r\nT2,30\r\n", '\ufeffname;size\r\n"T2";"30"'])
def test_csv_may_have_commas_or_semicolons_and_excels_mark(text: str) -> None:
    grid = read_csv(text.encode())
    assert (grid.heads, grid.lines) == (("name", "size"), {2: ("T2", "30")})


def test_blank_lines_are_passed_over_and_the_others_keep_their_numbers() -> None:
    assert read_csv(b"name,size\n,\n\nT2,30\n").lines == {4: ("T2", "30")}
    assert read_csv(b"").heads == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [("namn\nHöst".encode("latin-1"), "UTF-8"), (b'name\n"T2', "CSV"), (b"name\n" + b"x" * 200_000, "CSV")],
)
def test_what_is_no_csv_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(InvalidError, match=words):
        read_csv(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,size\n",
        b"PK\x03\x04" + b"\0" * 100,
        workbook()[:-30],
        with_content(b"<worksheet><sheetData><row"),
        with_content(b"<worksheet></sheetData>"),
        workbook(lambda name, old: b"" if name == "xl/workbook.xml" else old),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match="cannot be read as XLSX"):
        read_xlsx(content)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_it_is_unpacked() -> None:
    bomb = with_content(b"0" * (LARGEST_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(InvalidError, match="too large unpacked"):
        read_xlsx(bomb)


def test_a_file_that_says_less_than_it_unpacks_to_is_refused() -> None:
    bomb = with_content(b"0" * 1_000_000)
    said = (1_000_000).to_bytes(4, "little")
    assert bomb.count(said) >= 2
    with pytest.raises(InvalidError, match="cannot be read"):
        read_xlsx(bomb.replace(said, (100).to_bytes(4, "little")))


def test_a_file_of_too_many_parts_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(MOST_ENTRIES + 1):
            packed.writestr(f"part{number}", b"")
    with pytest.raises(InvalidError, match="too large unpacked"):
        read_xlsx(out.getvalue())


def test_one_row_more_than_may_come_is_refused_in_both_forms() -> None:
    lines = b"name\n" + b"T2\n" * MOST_ROWS
    assert len(read_csv(lines).lines) == MOST_ROWS
    with pytest.raises(InvalidError, match="too many rows"):
        read_csv(lines + b"T2\n")
    far = with_content(
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(InvalidError, match="too many rows"):
        read_xlsx(far)


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(InvalidError, match="too many columns"):
        read_csv(b",".join([b"x"] * (MOST_COLUMNS + 1)))


@pytest.mark.parametrize("entity", [b'SYSTEM "file:///etc/passwd"', b'"once more"'])
def test_a_file_that_declares_entities_is_refused(entity: bytes) -> None:
    with pytest.raises(InvalidError, match="entities"):
        read_xlsx(with_content(b"<!DOCTYPE x [<!ENTITY y " + entity + b">]><worksheet>&y;</worksheet>"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<w><d><row>" + b"<c/>" * (MOST_COLUMNS + 2) + b"</row></d></w>", "too many columns"),
        (b"<w><d>" + b"<x:row/>" * (MOST_ROWS + 2) + b"</d></w>", "too many rows"),
        (b"<sst>" + b"<si/>" * 11 + b"</sst>", "too large unpacked"),
        (b"<styles>" + b"<xf/>" * 500 + b"</styles>", "too large unpacked"),
    ],
)
def test_more_than_a_sheet_holds_is_refused_before_anything_is_built(
    content: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_TEXTS", 10)
    monkeypatch.setattr(unpacking, "MOST_ELEMENTS", 30_000 if b"row" in content else 400)
    with pytest.raises(InvalidError, match=words):
        read_xlsx(with_content(content))


def test_a_formula_counts_by_the_value_it_was_saved_with() -> None:
    page = (book := Workbook()).active
    assert page is not None
    page.append(["name", "size"])
    page.append(["T2", "=15+15"])
    out = io.BytesIO()
    book.save(out)
    assert read_xlsx(out.getvalue()).lines == {2: ("T2",)}
