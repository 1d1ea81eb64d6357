"""No cell is taken for a formula, and the usual ways to write a value are understood."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from placement.errors import InvalidError
from placement.sheets.cells import as_text, escape, read_number, read_switch, read_words, unescape, words_as_text
from placement.sheets.reading import read_csv, read_xlsx
from placement.sheets.writing import LONGEST_TEXT, Sheet, write_csv, write_xlsx

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "\0x",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "'=1",
    "''@x",
]


@settings(deadline=None)
@given(ANY_TEXT)
def test_whatever_is_escaped_is_read_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text


@settings(deadline=None)
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), min_size=1, max_size=5))
def test_any_text_survives_csv(cells: list[tuple[str, str]]) -> None:
    grid = read_csv(write_csv(Sheet(("a", "b", "c"), [(*pair, "x") for pair in cells])))
    assert list(grid.lines.values()) == [(*pair, "x") for pair in cells]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), min_size=1, max_size=5))
def test_any_text_survives_xlsx(cells: list[tuple[str, str]]) -> None:
    grid = read_xlsx(write_xlsx(Sheet(("a", "b", "c"), [(*pair, "x") for pair in cells]), "cohorts"))
    assert list(grid.lines.values()) == [(*pair, "x") for pair in cells]


@settings(max_examples=40, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12))
def test_a_number_survives_both(number: float) -> None:
    sheet = Sheet(("a",), [(number,)])
    for grid in (read_csv(write_csv(sheet)), read_xlsx(write_xlsx(sheet, "cohorts"))):
        assert float(grid.lines[2][0]) == number


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_is_written_as_text(text: str) -> None:
    sheet = Sheet(("a",), [(text,)])
    book = load_workbook(io.BytesIO(write_xlsx(sheet, "cohorts")))
    cell = book.worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")
    written = list(csv.reader(io.StringIO(write_csv(sheet).decode("utf-8-sig"), newline="")))
    assert written[1][0].startswith("'")


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "2027-W03", "007", "TRUE"])
def test_a_text_stays_one_though_it_looks_like_something_else(text: str) -> None:
    assert read_xlsx(write_xlsx(Sheet(("a",), [(text,)]), "cohorts")).lines[2] == (text,)


def test_a_text_longer_than_xlsx_holds_is_refused_and_not_cut() -> None:
    sheet = Sheet(("a",), [("x" * (LONGEST_TEXT + 1),)])
    with pytest.raises(InvalidError, match="ask for CSV"):
        write_xlsx(sheet, "cohorts")
    assert len(read_csv(write_csv(sheet)).lines[2][0]) == LONGEST_TEXT + 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (60.0, "60"),
        (59.31, "59.31"),
        (1e300, "1e+300"),
        (dt.datetime(2024, 5, 31, tzinfo=dt.UTC), "2024-05-31"),
        (dt.date(2024, 5, 31), "2024-05-31"),
    ],
)
def test_a_value_is_written_as_a_person_would(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("60", 60), ("-3", -3), ("59.31", 59.31), ("7,5", 7.5), ("1e3", 1000.0), ("1 000", "1 000"), ("ett", "ett")],
)
def test_a_number_may_have_a_decimal_comma(text: str, number: object) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "switch"),
    [("true", True), ("JA", True), ("SANT", True), ("Nej", False), ("0", False), ("kanske", "kanske")],
)
def test_yes_and_no_are_understood_in_both_languages(text: str, switch: object) -> None:
    assert read_switch(text) == switch


def test_a_list_is_written_with_commas_and_read_with_any_sign_between() -> None:
    assert words_as_text(["a", "b"]) == "a, b"
    assert (words_as_text(None), words_as_text([]), words_as_text([], "none")) == ("", "", "none")
    assert read_words("a, b;c d\ne") == ["a", "b", "c", "d", "e"]
    assert read_words("none") == []
