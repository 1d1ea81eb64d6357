"""No cell is taken for a formula, and what is written is read as it was."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from placement.errors import InvalidError
from placement.sheets.cells import as_text, escape, read_switch, unescape, words_as_text
from placement.sheets.files.grid import Grid, is_blank
from placement.sheets.files.opening import read_file
from placement.sheets.layout import Column, Kind
from placement.sheets.values import read_value, text_of
from placement.sheets.writing import LONGEST_TEXT, Sheet, write_csv, write_xlsx
from placement.sheets.wrong import WrongError

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


def grid_of(content: bytes) -> Grid:
    """Read the only sheet of a file whose headings are of no list."""
    (grid,) = read_file(content, None, len_of).grids
    return grid


def seen(text: str) -> str:
    """Return a text as it is read back: without blanks around it, and nothing where it shows nothing."""
    return "" if is_blank(escape(text)) else text.strip()


def len_of(grid: Grid) -> int:
    """Prefer the separator that gives most cells in the first row."""
    return len(grid.rows.get(1, {}))


@settings(deadline=None)
@given(ANY_TEXT)
def test_whatever_is_escaped_is_read_as_it_was(text: str) -> None:
    assert unescape(escape(text)) == text


@settings(deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_any_text_survives_csv(texts: list[str]) -> None:
    grid = grid_of(write_csv(Sheet(("a", "b", "c"), [(text, "x", "y") for text in texts])))
    assert [text_of(cells.get(1, "")) for row, cells in sorted(grid.rows.items()) if row > 1] == [
        seen(text) for text in texts
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
def test_any_text_survives_xlsx(texts: list[str]) -> None:
    grid = grid_of(write_xlsx(Sheet(("a", "b"), [(text, "x") for text in texts]), "cohorts"))
    assert [text_of(cells.get(1, "")) for row, cells in sorted(grid.rows.items()) if row > 1] == [
        seen(text) for text in texts
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14) | st.integers(-(10**12), 10**12)
)
def test_a_number_survives_both(number: float) -> None:
    sheet = Sheet(("a", "b"), [(number, "x")])
    for content in (write_csv(sheet), write_xlsx(sheet, "cohorts")):
        assert read_value(Column(Kind.NUMBER), grid_of(content).rows[2][1]) == number


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
    assert grid_of(write_xlsx(Sheet(("a",), [(text,)]), "cohorts")).rows[2] == {1: text}


@pytest.mark.parametrize("text", ["2E+11", "2,E+11", "2.e+11", "1,23457E+12", "1.23457E+12", "2e+11", "1E+100"])
def test_an_id_that_was_shortened_to_a_power_is_refused(text: str) -> None:
    with pytest.raises(WrongError, match="shortened"):
        text_of(text)


@pytest.mark.parametrize("text", ["E+11", "2E11", "12E+11", "2E+1", "A2E+11"])
def test_an_id_with_the_letter_e_is_one(text: str) -> None:
    assert text_of(text) == text


def test_a_text_longer_than_xlsx_holds_is_refused_and_not_cut() -> None:
    sheet = Sheet(("a",), [("x" * (LONGEST_TEXT + 1),)])
    with pytest.raises(InvalidError, match="ask for CSV"):
        write_xlsx(sheet, "cohorts")
    assert len(text_of(grid_of(write_csv(sheet)).rows[2][1])) == LONGEST_TEXT + 1


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
    ("text", "switch"),
    [("true", True), ("JA", True), ("SANT", True), ("x", True), ("Nej", False), ("0", False), ("kanske", "kanske")],
)
def test_yes_and_no_are_understood_in_both_languages(text: str, switch: object) -> None:
    assert read_switch(text) == switch


def test_a_list_is_written_with_commas() -> None:
    assert words_as_text(["a", "b"]) == "a, b"
    assert (words_as_text(None), words_as_text([]), words_as_text([], "none")) == ("", "", "none")
