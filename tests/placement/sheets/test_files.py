"""A file is read by what it is, cell by cell and exactly; what is not what it claims to be can do no harm."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from encodings.aliases import aliases
from pathlib import Path

import pytest
from openpyxl import Workbook

from placement.errors import InvalidError
from placement.sheets.cells import for_xml
from placement.sheets.files import grid as grids
from placement.sheets.files import unpacking
from placement.sheets.files.formats import shown_by
from placement.sheets.files.grid import MOST_COLUMNS, MOST_ROWS, Book, Cell, Grid, Number, Unread, column_of, letters_of
from placement.sheets.files.opening import read_file
from placement.sheets.files.unpacking import LARGEST_UNPACKED, MOST_ENTRIES
from placement.sheets.finding import find_table
from placement.sheets.layout import Column, Kind, Layout
from placement.sheets.values import SHOWN_OTHERWISE, read_value
from placement.sheets.writing import Sheet, write_xlsx
from placement.sheets.wrong import WrongError

DATA = Path(__file__).parent / "data"
CONTENT = "xl/worksheets/sheet1.xml"
PLACES = Layout(
    {name: Column() for name in ("unitId", "unitName", "termId", "professions", "institutions", "status")}, weeks=True
)
NAMED = Layout({"name": Column(), "size": Column(Kind.WHOLE)})


def read(content: bytes, charset: str | None = None) -> Book:
    """Read a file whose separator is the one that gives most cells."""
    return read_file(content, charset, lambda grid: max((len(row) for row in grid.rows.values()), default=0))


def rows(content: bytes, charset: str | None = None) -> dict[int, dict[int, Cell]]:
    """Return the cells of the only sheet."""
    (grid,) = read(content, charset)
    return grid.rows


def wrong(cell: Cell) -> str:
    """Return what is wrong with a cell."""
    assert isinstance(cell, Unread)
    return cell.wrong.en


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
    """Make a workbook whose sheet has this content, as a program leaves it that has calculated it."""
    return workbook(lambda name, old: content if name == CONTENT else old.replace(b' fullCalcOnLoad="1"', b""))


def with_cells(cells: str, more: str = "") -> bytes:
    """Make a workbook whose sheet has these cells in its first row."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{namespace}"><sheetData><row>{cells}</row></sheetData>{more}</worksheet>'
    return with_content(text.encode())


def spreadsheet(table: str) -> bytes:
    """Make an OpenDocument spreadsheet of one sheet."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {spaces}><table:table table:name="B">{table}</table:table></office:document-content>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("content.xml", content)
    return out.getvalue()


@pytest.mark.parametrize("form", ["ods", "xls", "xlsx"])
def test_what_a_municipality_fills_in_with_libreoffice_is_read_alike_in_every_form(form: str) -> None:
    book = read((DATA / f"municipality.{form}").read_bytes())
    assert book.form == form
    table = find_table(book, PLACES)
    assert (table.sheet, table.heading_row, table.ignored) == ("Platser", 3, ["Kommentar"])
    first, second, third, fourth = table.lines.values()
    assert first == {
        1: "Granliden",
        2: "0000123",
        3: "VT2027",
        4: "Sjuksköterska",
        7: Number(2, "2"),
        8: Number(3, "3"),
        10: Number(0, "0"),
    }
    assert second[2] == Number(123, "0000123")
    assert second[10] == dt.date(2027, 2, 1)
    assert (third[1], fourth[1]) == ("Enen", "Enen")
    assert (third[7], third[10]) == (Number(0.3, "30%"), True)
    assert "more digits than a spreadsheet can hold" in wrong(third[8])
    assert fourth[2] == Number(7, None, other=True)
    assert "#DIV/0!" in wrong(fourth[7])
    assert "a time of day" in wrong(fourth[8])
    assert [words.en for words in table.assumed] == [
        "Merged cells are read as the same value in each cell: A6:A7.",
        "Other sheets have not been read: Instruktion.",
    ]


@pytest.mark.parametrize("text", ["name;size\nT2;30\n", "name,size\r\nT2,30\r\n", '\ufeffname;size\r\n"T2";"30"'])
def test_text_may_have_commas_or_semicolons_and_excels_mark(text: str) -> None:
    assert rows(text.encode()) == {1: {1: "name", 2: "size"}, 2: {1: "T2", 2: "30"}}


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_gives_most_known_headings(separator: str) -> None:
    content = f"name{separator}size\n1,5;2{separator}3\n".encode()
    book = read_file(content, None, lambda grid: "size" in grid.rows.get(1, {}).values())
    assert book.separator == separator


@pytest.mark.parametrize("first", ["sep=;", "SEP=;\r", 'sep=;"'.removesuffix('"')])
def test_a_line_that_names_the_separator_is_no_row(first: str) -> None:
    assert rows(f"{first}\nname;a,b,c,d\n".encode()) == {2: {1: "name", 2: "a,b,c,d"}}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("text", ["name;size\nÅsö vårdcentral;1\n", "name;size\nLångbro;1\n", "name;size\nÖrnen;1\n"])
def test_what_swedish_programs_write_is_read_whatever_the_encoding(encoding: str, text: str) -> None:
    found = read(text.encode(encoding))
    assert found.grids[0].rows[2][1] == text.split("\n")[1].removesuffix(";1")
    assert found.encoding_assumed == (encoding not in {"utf-8", "utf-8-sig", "utf-16"})


def test_a_declared_encoding_is_taken_at_its_word_unless_it_cannot_be() -> None:
    content = "name\n„Örn“\n".encode("cp1252")
    assert read(content, "windows-1252").encoding == "windows-1252"
    assert rows(content, "windows-1252")[2] == {1: "„Örn“"}
    assert rows("name\nÖ\n".encode("cp1252"), "utf-8")[2] == {1: "Ö"}
    assert rows("name\nÖ\n".encode(), "klingon")[2] == {1: "Ö"}


@pytest.mark.parametrize(
    "charset",
    ["undefined", "idna", "punycode", "unicode_escape", "hex", "zip", "mbcs", "utf-16", "utf-32", "a\0b", "", "å"],
)
def test_whatever_encoding_is_declared_the_text_is_read_as_what_it_is(charset: str) -> None:
    assert rows("name\nÖrnen\\u0041\n".encode(), charset)[2] == {1: "Örnen\\u0041"}


@pytest.mark.parametrize("name", sorted({*aliases.values(), *aliases}))
def test_every_encoding_that_python_knows_gives_a_reading_or_a_refusal(name: str) -> None:
    for content in ("name\nÖrnen\n".encode(), b"\x89\0\xff" * 50):
        with suppress(InvalidError):
            read(content, name)


def test_text_of_four_bytes_a_letter_is_read_by_its_mark() -> None:
    found = read("name\nÖrnen\n".encode("utf-32"))
    assert (found.encoding, found.grids[0].rows[2]) == ("UTF-32", {1: "Örnen"})


@pytest.mark.parametrize("end", ["\x1a", "\0\0\0", "\n\x1a", "\n\u200b", "\n\ufeff;\u200b", "\n\0;\0", "\n\u2060\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_shows_nothing_is_no_row(end: str, encoding: str) -> None:
    assert rows(f"name;size\nT2;3{end}".encode(encoding)) == {1: {1: "name", 2: "size"}, 2: {1: "T2", 2: "3"}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name\n\xb1\xb2\xb3\xbc\n", "letters cannot be read"),
        (b"\xff\xfen\0a", "letters cannot be read"),
        (b'name\n"T2', "a quotation mark is opened and not closed"),
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf"[:0] + b" \r\n", "the file is empty"),
        (b"%PDF-1.7", "the file is a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0", r"the file is a picture \(PNG\)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", r"the file is a picture \(JPEG\)"),
        (b"MZ\x90\0\3\0\0\0", "the file is a program"),
        (b"\x1f\x8b\x08\0", "the file is a packed file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "neither a text nor a spreadsheet"),
        (b"SQLite format 3\0\x10\0\1\1\0@  \0\0\0\5\0\0\0\7", "neither a text nor a spreadsheet"),
        (bytes(range(256)) * 4, "neither a text nor a spreadsheet"),
        (b"\0\1\0\2\0\3\0\4\0\5", "neither a text nor a spreadsheet"),
        (b"{\\rtf1", "the file is a RTF"),
        (b"<html><table>", "a web page or XML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "a web page or XML"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(InvalidError, match=words):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"\0" * 100,
        b"\xd0\xcf\x11\xe0" + b"\1" * 600,
        workbook()[:-30],
        with_content(b"<worksheet><sheetData><row"),
        with_content(b"<worksheet></sheetData>"),
        workbook(lambda name, old: b"" if name == "xl/workbook.xml" else old),
        workbook(lambda name, old: old.replace(b"worksheet", b"dialog") if name.endswith("workbook.xml.rels") else old),
        with_content(b'<worksheet><sheetData><row r="0"><c t="b"><v>1</v></c></row></sheetData></worksheet>'),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError, match="cannot be read as XLS"):
        read(content)


def test_a_broken_open_document_is_refused_by_its_own_name() -> None:
    with pytest.raises(InvalidError, match="cannot be read as ODS"):
        read(spreadsheet("</table:table>"))


def test_a_formula_without_a_stored_value_is_a_fault_and_never_an_empty_cell() -> None:
    page = (book := Workbook()).active
    assert page is not None
    page.append(["name", "size"])
    page.append(["T2", "=15+15"])
    out = io.BytesIO()
    book.save(out)
    assert "save it in Excel first" in wrong(rows(out.getvalue())[2][2])
    for kind in ("str", "inlineStr", "b", "e", "n", "s", "d"):
        assert "save it in Excel first" in wrong(rows(with_cells(f'<c t="{kind}"><f>1+1</f></c>'))[1][1])
    assert rows(with_cells('<c t="str"><f>""</f><v></v></c><c><f>1+1</f><v>2</v></c>')) == {1: {2: Number(2, "2")}}
    row = "<table:table-row>{}</table:table-row>"
    assert "save it in Excel first" in wrong(
        rows(spreadsheet(row.format('<table:table-cell table:formula="of:=1+1"/>')))[1][1]
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c t="inlineStr"><is><t>T</t><t>2</t><rPh><t>x</t></rPh></is></c>', "T2"),
        ('<c t="str"><v>_x0041_</v></c>', "A"),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="d"><v>2027-02-01T00:00:00</v></c>', dt.date(2027, 2, 1)),
        ('<c t="d"><v>2027-02-01T12:00:00</v></c>', dt.datetime(2027, 2, 1, 12)),  # noqa: DTZ001 (a sheet knows no zone)
        ("<c><v>59.27</v></c>", Number(59.27, "59.27")),
        ("<c><v>1E2</v></c>", Number(100, "100")),
        ('<c r="C1" s="99"><v>5</v></c>', Number(5, "5")),
    ],
)
def test_each_kind_of_cell_is_read(cell: str, value: Cell) -> None:
    ((found,),) = (tuple(cells.values()) for cells in rows(with_cells(cell)).values())
    assert found == value


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('<c t="e"><v>#REF!</v></c>', "the error #REF!"),
        ('<c t="d"><v>12:00:00</v></c>', "a time of day"),
        ("<c><v>12345678901234567890</v></c>", "more digits"),
        ("<c><v>1.2345678901234567E+19</v></c>", "more digits"),
        ("<c><v>NaN</v></c>", "value cannot be read"),
        ("<c><v>x</v></c>", "value cannot be read"),
        ('<c t="s"><v>99</v></c>', "value cannot be read"),
        ('<c t="d"><v>x</v></c>', "value cannot be read"),
    ],
)
def test_each_cell_whose_value_cannot_be_told_is_a_fault(cell: str, words: str) -> None:
    assert words in wrong(rows(with_cells(cell))[1][1])


def test_a_workbook_without_styles_shared_texts_or_a_link_to_its_first_part_is_read() -> None:
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{relations}"/>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="B" sheetId="1" r:id="r1"/></sheets></workbook>',
        CONTENT: f'<worksheet xmlns="{main}"><sheetData><row><c t="inlineStr"><is><t>T2</t></is></c>'
        "<c><v>5</v></c></row></sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    assert rows(out.getvalue()) == {1: {1: "T2", 2: Number(5, "5")}}


@pytest.mark.parametrize(("since_1904", "day"), [(False, dt.date(2027, 2, 1)), (True, dt.date(2031, 2, 2))])
def test_a_day_is_counted_from_the_workbooks_own_beginning(*, since_1904: bool, day: dt.date) -> None:
    page = (book := Workbook()).active
    assert page is not None
    page["A1"], page["A2"], page["A3"] = dt.date(2027, 2, 1), 0.5, 1e9
    page["A2"].number_format = page["A3"].number_format = "yyyy-mm-dd"
    out = io.BytesIO()
    book.save(out)
    content = out.getvalue()
    if since_1904:
        mac = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(mac, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).replace(b"<workbookPr", b'<workbookPr date1904="1"', 1))
        content = mac.getvalue()
    found = rows(content)
    assert found[1][1] == day
    assert wrong(found[2][1]) == "the cell holds a time of day (12:00)"
    assert wrong(found[3][1]) == "the cell holds a day that does not exist"


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("General", 123, "123"),
        ("0", 123, "123"),
        ("0000000", 123, "0000123"),
        ("0000000;-0000000", 123, "0000123"),
        ("#,##0", 1234, "1234"),
        ("0.00", 7.5, None),
        ("0.00", 125, None),
        ("0.0", 7.5, "7.5"),
        ("0.0", 7, None),
        ("0.##", 125, None),
        ("0.00E+00", 2e11, None),
        ("# ?/?", 0.5, None),
        ("000 0000", 120, "000 0120"),
        ("#0000000", 120, "0000120"),
        ("0000000#", 120, "00000120"),
        ("0#", 5, "05"),
        ("0#", 0, None),
        ("?0000000", 120, "0000120"),
        ("000 00 00", 120, "000 01 20"),
        ("000 00", 12345, "123 45"),
        ("000\\ 00", 12345, "123 45"),
        ('000" "00', 12345, "123 45"),
        ("[$-41D]000\\ 00", 12345, "123 45"),
        ("00 00 00 00", 1234, "00 00 12 34"),
        ("00", 12345, "12345"),
        ("0,000", 124, None),
        ("#,##0", 0, "0"),
        ("_-* #,##0_-;-* #,##0_-", 1234, "1234"),
        ("[Red]0000", 12, "0012"),
        ("[<=99]000;0000", 7, "007"),
        ("[<=99]000;0000", 100, "0100"),
        ("0000", -5, "-0005"),
        ("0%", 0.3, "30%"),
        ('"KI-"0000', 123, None),
        ("000\\-000", 123, None),
        ('0 "st"', 2, None),
        ("@", 12, "12"),
    ],
)
def test_a_number_format_shows_what_can_be_told_and_nothing_else(code: str, value: float, shown: str | None) -> None:
    assert shown_by(code, value).text == shown


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ('0"0"', 2),
        ('"1"0', 2),
        ('0",5"', 2),
        ('0".5"', 2),
        ('0"."0', 25),
        ("0,", 2),
        ("0.0,,", 2_000_000),
        ("0*0", 2),
        ('"3"', 2),
        ('"x"', 2),
        (";;;", 2),
        ("0;;", 0),
        ("#", 0),
        ('"-"0', 2),
        ("0;0", -2),
        ("0", 2.5),
        ("[>5]0", 2),
        ("0" * 256, 2),
    ],
)
def test_a_format_that_shows_another_number_or_none_is_found_out(code: str, value: float) -> None:
    assert shown_by(code, value) == (None, True)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("General", 59.334591),
        ("0", 2),
        ("0.0", 59.334591),
        ("#,##0", 1234),
        ("0,000", 124),
        ("0%", 0.345),
        ('0 "platser"', 2),
        ("0 [$kr-41D]", 2),
        ('"ca "0', 2),
        ('0 "m²"', 2),
        ("0;-0", -2),
        ("#,##0;(#,##0)", -1234),
        ('_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', 0),
        ("0.00E+00", 1234.5),
        ("# ?/?", 0.5),
    ],
)
def test_a_format_that_shows_the_number_itself_hinders_no_number(code: str, value: float) -> None:
    assert not shown_by(code, value).other


def test_a_number_that_is_shown_as_another_is_refused_in_a_column_of_numbers_and_of_text() -> None:
    for kind in (Kind.WHOLE, Kind.NUMBER, Kind.PERCENT, Kind.TEXT, Kind.SWITCH):
        with pytest.raises(WrongError):
            read_value(Column(kind), Number(1, None, other=True))
    with pytest.raises(WrongError) as refused:
        read_value(Column(Kind.WHOLE), Number(2, None, other=True))
    assert refused.value.words == SHOWN_OTHERWISE
    assert read_value(Column(Kind.WHOLE), Number(2, None)) == 2


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('office:value-type="float" office:value="123"><text:p>0000123</text:p>', Number(123, "0000123")),
        ('office:value-type="float" office:value="7.5"><text:p>7,50</text:p>', Number(7.5, None)),
        ('office:value-type="float" office:value="7.5"><text:p>7,5</text:p>', Number(7.5, "7.5")),
        ('office:value-type="float" office:value="120"><text:p>000 0120</text:p>', Number(120, "000 0120")),
        ('office:value-type="float" office:value="12345"><text:p>123 45</text:p>', Number(12345, "123 45")),
        ('office:value-type="float" office:value="124"><text:p>0,124</text:p>', Number(124, None)),
        ('office:value-type="float" office:value="124"><text:p>0\u00a0124</text:p>', Number(124, None)),
        ('office:value-type="float" office:value="125"><text:p>125,00</text:p>', Number(125, None)),
        ('office:value-type="float" office:value="-5"><text:p>\u22125</text:p>', Number(-5, "-5")),
        ('office:value-type="float" office:value="2"><text:p>2 platser</text:p>', Number(2, None)),
        ('office:value-type="float" office:value="2"><text:p>20</text:p>', Number(2, None, other=True)),
        ('office:value-type="float" office:value="2"><text:p>2 av 10</text:p>', Number(2, None, other=True)),
        ('office:value-type="float" office:value="2"><text:p>-2</text:p>', Number(2, None, other=True)),
        ('office:value-type="float" office:value="2"><text:p>x</text:p>', Number(2, None, other=True)),
        ('office:value-type="float" office:value="2"><text:p/>', Number(2, None, other=True)),
        ('office:value-type="float" office:value="2">', Number(2, "2")),
        ('office:value-type="float" office:value="0"><text:p> - </text:p>', Number(0, None)),
        ('office:value-type="float" office:value="200000000000"><text:p>2,00E+11</text:p>', Number(200000000000, None)),
        ('office:value-type="float" office:value="1"><text:p>SANT</text:p>', True),
        ('office:value-type="string"><text:p>TRUE</text:p>', "TRUE"),
        ('office:value-type="string"><text:p>Falskt</text:p>', "Falskt"),
        ('office:value-type="boolean" office:boolean-value="true">', True),
        ('office:value-type="boolean" office:boolean-value="false"><text:p>Nej</text:p>', False),
        ('office:value-type="string" office:string-value="y">', "y"),
        ('office:value-type="float" office:value="1234"><text:p>1\u00a0234</text:p>', Number(1234, "1234")),
        ('office:value-type="float" office:value="123"><text:p>KI-123</text:p>', Number(123, None, other=True)),
        ('office:value-type="float" office:value="0.345"><text:p>1</text:p>', Number(0.345, None, other=True)),
        ('office:value-type="percentage" office:value="0.3"><text:p>30%</text:p>', Number(0.3, "30%")),
        ('office:value-type="date" office:date-value="2027-02-01"><text:p>1 feb</text:p>', dt.date(2027, 2, 1)),
        ('office:value-type="boolean" office:boolean-value="true"><text:p>SANT</text:p>', True),
        (
            'office:value-type="string"><text:p>a<text:s text:c="2"/>b<text:tab/>c</text:p><text:p>d</text:p>',
            "a  b c\nd",
        ),
        ('office:value-type="string"><office:annotation><text:p>x</text:p></office:annotation><text:p>y</text:p>', "y"),
    ],
)
def test_each_kind_of_cell_of_an_open_document_is_read(cell: str, value: Cell) -> None:
    table = f"<table:table-row><table:table-cell {cell}</table:table-cell></table:table-row>"
    assert rows(spreadsheet(table)) == {1: {1: value}}


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('table:formula="of:=1+1" office:value-type="float"', "formula without a stored value"),
        ('table:formula="of:=1+1" office:value-type="string"', "formula without a stored value"),
        ('table:formula="of:=1+1" office:value-type="boolean"', "formula without a stored value"),
        ('table:formula="of:=1+1" office:value-type="date"', "formula without a stored value"),
        ('table:formula="of:=1+1" office:value-type="time"', "formula without a stored value"),
        ('office:value-type="float"', "value cannot be read"),
        ('office:value-type="float" office:value="x"', "value cannot be read"),
        ('office:value-type="float" office:value="NaN"', "value cannot be read"),
        ('office:value-type="date" office:date-value="x"', "value cannot be read"),
        ('office:value-type="boolean"', "value cannot be read"),
        ('office:value-type="time" office:time-value="PT12H00M00S"', "a time of day (PT12H00M00S)"),
    ],
)
def test_a_cell_of_an_open_document_that_stores_no_value_is_a_fault_of_its_own(cell: str, words: str) -> None:
    row = f"<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell {cell}/>"
    assert words in wrong(rows(spreadsheet(f"{row}</table:table-row>"))[1][2])


def test_a_formula_of_an_open_document_that_gives_no_text_is_an_empty_cell() -> None:
    kind = 'table:formula="of:=&quot;&quot;" office:value-type="string"'
    cells = f'<table:table-cell {kind} office:string-value=""/><table:table-cell {kind}><text:p/></table:table-cell>'
    assert rows(spreadsheet(f"<table:table-row>{cells}</table:table-row>")) == {}


def test_what_an_open_document_shows_of_a_failed_formula_is_a_fault() -> None:
    kind = 'table:formula="of:=x" office:value-type="string" office:string-value=""'
    cell = f"<table:table-cell {kind}><text:p>Err:502</text:p></table:table-cell>"
    assert "the error Err:502" in wrong(rows(spreadsheet(f"<table:table-row>{cell}</table:table-row>"))[1][1])


def test_spaces_that_a_small_document_only_counts_are_bounded() -> None:
    cell = "<table:table-cell><text:p>" + 4 * '<text:s text:c="300000"/>' + "b</text:p></table:table-cell>"
    with pytest.raises(InvalidError, match="too large unpacked"):
        read(spreadsheet(f"<table:table-row>{cell}</table:table-row>"))


def test_repeated_cells_and_rows_of_an_open_document_are_each_read_and_blank_ones_only_count() -> None:
    cell = '<table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
    blank = '<table:table-cell table:number-columns-repeated="16382"/>'
    table = (
        f'<table:table-row table:number-rows-repeated="2">{cell}{blank}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="1048570">{blank}</table:table-row>'
        f"<table:table-row>{cell}</table:table-row>"
    )
    assert rows(spreadsheet(table)) == {1: {1: "x", 2: "x"}, 2: {1: "x", 2: "x"}, 1048573: {1: "x", 2: "x"}}


def test_a_formatted_cell_in_the_last_row_and_a_space_in_the_last_column_are_no_rows_and_no_columns() -> None:
    far = '<c t="str"><v>name</v></c><c r="XFD1" t="str"><v> </v></c></row><row r="1048576"><c r="A1048576" s="1"/>'
    assert rows(with_cells(far)) == {1: {1: "name"}}


def test_merged_cells_are_read_as_the_same_value_in_each() -> None:
    merged = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="D1"/><mergeCell ref="E5:E6"/></mergeCells>'
    (grid,) = read(with_cells('<c t="str"><v>x</v></c>', merged))
    assert grid.rows == {1: {1: "x", 2: "x"}, 2: {1: "x", 2: "x"}}
    assert grid.filled == [(2, "A1:B2")]


def test_a_merged_area_leaves_the_cells_that_hold_something() -> None:
    areas = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A1:C1"/></mergeCells>'
    (grid,) = read(with_cells('<c t="str"><v>x</v></c><c t="str"><v>y</v></c>', areas))
    assert grid.rows == {1: {1: "x", 2: "y", 3: "x"}, 2: {1: "x", 2: "x"}}


@pytest.mark.parametrize("cell", ['<c t="str"><v>x</v></c>', ""])
def test_merged_cells_are_bounded_in_sum_though_they_overlap_or_are_empty(cell: str) -> None:
    areas = "<mergeCells>" + '<mergeCell ref="A1:AX19999"/>' * 100 + "</mergeCells>"
    with pytest.raises(InvalidError, match="too many merged cells"):
        read(with_cells(cell, areas))


@pytest.mark.parametrize("form", ["ods", "xls", "xlsx", "csv"])
def test_the_cells_of_all_sheets_of_a_file_are_bounded_together(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"name;size\nT2;3\n" if form == "csv" else (DATA / f"municipality.{form}").read_bytes()
    held = [len(cells) for grid in read(content) for cells in grid.rows.values()]
    monkeypatch.setattr(grids, "MOST_CELLS", sum(held))
    read(content)
    monkeypatch.setattr(grids, "MOST_CELLS", sum(held) - 1)
    with pytest.raises(InvalidError, match="too many cells"):
        read(content)


def test_what_a_small_document_repeats_is_bounded() -> None:
    cell = '<table:table-cell table:number-columns-repeated="300"><text:p>x</text:p></table:table-cell>'
    table = f'<table:table-row table:number-rows-repeated="19999">{cell}</table:table-row>'
    with pytest.raises(InvalidError, match="too many cells"):
        read(spreadsheet(f'{table}</table:table><table:table table:name="C">{table}'))


def test_a_row_beyond_the_last_of_a_sheet_is_refused() -> None:
    far = '<c t="b"><v>1</v></c></row><row r="1048577"><c t="b"><v>1</v></c>'
    with pytest.raises(InvalidError, match="in row 1048577"):
        read(with_cells(far))


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_it_is_unpacked() -> None:
    bomb = with_content(b"0" * (LARGEST_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(InvalidError, match="too large unpacked"):
        read(bomb)


def test_a_file_that_says_less_than_it_unpacks_to_is_refused() -> None:
    bomb = with_content(b"0" * 1_000_000)
    said = (1_000_000).to_bytes(4, "little")
    assert bomb.count(said) >= 2
    with pytest.raises(InvalidError, match="cannot be read"):
        read(bomb.replace(said, (100).to_bytes(4, "little")))


def test_a_file_of_too_many_parts_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in ("xl/workbook.xml", *map(str, range(MOST_ENTRIES))):
            packed.writestr(name, b"")
    with pytest.raises(InvalidError, match="too large unpacked"):
        read(out.getvalue())


def test_one_row_more_than_may_come_is_refused() -> None:
    lines = b"name\n" + b"T2\n" * MOST_ROWS
    assert len(find_table(read(lines), NAMED).lines) == MOST_ROWS
    with pytest.raises(InvalidError, match="too many rows"):
        find_table(read(lines + b"T2\n"), NAMED)
    with pytest.raises(InvalidError, match="too many rows"):
        read(lines * 2)


def test_a_value_beyond_the_last_column_is_refused_with_its_cell() -> None:
    with pytest.raises(InvalidError, match="in cell KO1"):
        read(b",".join([b"x"] * (MOST_COLUMNS + 1)))


@pytest.mark.parametrize("entity", [b'SYSTEM "file:///etc/passwd"', b'"once more"'])
def test_a_file_that_declares_entities_is_refused(entity: bytes) -> None:
    with pytest.raises(InvalidError, match="entities"):
        read(with_content(b"<!DOCTYPE x [<!ENTITY y " + entity + b">]><worksheet>&y;</worksheet>"))


@pytest.mark.parametrize("content", [b"<sst>" + b"<si/>" * 11 + b"</sst>", b"<styles>" + b"<xf/>" * 500 + b"</styles>"])
def test_more_than_a_sheet_holds_is_refused_before_anything_is_built(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_TEXTS", 10)
    monkeypatch.setattr(unpacking, "MOST_ELEMENTS", 400)
    with pytest.raises(InvalidError, match="too large unpacked"):
        read(with_content(content))


def test_columns_are_lettered_as_a_spreadsheet_letters_them() -> None:
    assert [letters_of(number) for number in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert [column_of(letters_of(number)) for number in range(1, 1000)] == list(range(1, 1000))


def sheets(**grids: dict[int, dict[int, Cell]]) -> Book:
    """Return a workbook of several sheets."""
    return Book("xlsx", [Grid(name, cells) for name, cells in grids.items()])


LIST: dict[int, dict[int, Cell]] = {1: {1: "name", 2: "size"}, 2: {1: "T2", 2: "1"}}


def test_the_sheet_is_found_by_its_headings_wherever_it_is_and_below_any_title() -> None:
    book = sheets(Instruktion={1: {1: "Fyll i blad 2"}, 2: {1: "Namn", 2: "kullens"}}, Kullar=LIST)
    assert find_table(book, NAMED).sheet == "Kullar"
    titled: dict[int, dict[int, Cell]] = {1: {1: "Kullar VT2027"}, 4: LIST[1], 5: LIST[2]}
    assert find_table(sheets(Kullar=titled), NAMED).heading_row == 4


def test_two_sheets_with_the_headings_are_refused_unless_one_is_named_or_empty() -> None:
    with pytest.raises(InvalidError, match="'Kullar' and 'Gamla'"):
        find_table(sheets(Kullar=LIST, Gamla=dict(LIST)), NAMED)
    assert find_table(sheets(Kullar=LIST, Gamla=dict(LIST)), NAMED, "gamla").sheet == "Gamla"
    assert find_table(sheets(Kullar=LIST, Mall={1: LIST[1]}), NAMED).sheet == "Kullar"
    with pytest.raises(InvalidError, match="no sheet 'Andra': Kullar"):
        find_table(sheets(Kullar=LIST), NAMED, "Andra")


def test_a_list_without_rows_says_so() -> None:
    with pytest.raises(InvalidError, match="no rows below the headings"):
        find_table(read(b"name;size\n"), NAMED)
    with pytest.raises(InvalidError, match="no rows below the headings in the sheet 'Kullar'"):
        find_table(sheets(Kullar={1: LIST[1]}), NAMED)
    with pytest.raises(InvalidError, match="no row of the file has the list's headings"):
        find_table(sheets(Kullar={}), NAMED)


def test_a_control_character_survives_as_a_workbook_writes_it() -> None:
    assert for_xml("\x07") == "_x0007_"
