"""What a sheet hides is read, and that it has been read is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from placement.sheets.files.grid import Book, Grid
from placement.sheets.files.opening import read_file
from placement.sheets.finding import find_table
from placement.sheets.layout import Column, Kind, Layout

DATA = Path(__file__).parent / "data"
PLACES = Layout({name: Column() for name in ("name", "termId")}, weeks=True)
NAMED = Layout({"name": Column(), "size": Column(Kind.WHOLE)})


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_hidden_rows_and_columns_of_the_list_are_read_and_told(form: str) -> None:
    content = (DATA / f"hidden.{form}").read_bytes()
    table = find_table(read_file(content, None, lambda _grid: 0), PLACES, "Platser")
    assert list(table.lines) == [2, 3, 4, 6, 7]
    assert table.assumed[0].sv == "Dolda rader och kolumner har lästs: 3-4, D."
    assert [words.en for words in table.assumed] == [
        "Hidden rows and columns have been read: 3-4, D.",
        "Other sheets have not been read: Dolt.",
    ]
    hidden = find_table(read_file(content, None, lambda _grid: 0), NAMED, "Dolt")
    assert [words.en for words in hidden.assumed] == [
        "The sheet 'Dolt' is hidden, and has been read.",
        "Other sheets have not been read: Platser.",
    ]


def test_many_hidden_rows_are_told_in_part() -> None:
    grid = Grid("B", {row: {1: "name" if row == 1 else "T"} for row in range(1, 100)})
    grid.hidden_rows = set(range(2, 100, 2))
    (words,) = find_table(Book("xlsx", [grid]), NAMED).assumed
    assert words.en.startswith("Hidden rows and columns have been read: 2, 4, ")
    assert words.en.endswith("40, ….")
