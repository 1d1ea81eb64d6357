"""Headings of weeks are read where they have one meaning, in one row or two; else the form wanted is told."""

from __future__ import annotations

import datetime as dt

import pytest

from placement.errors import InvalidError
from placement.sheets.faults import SheetError
from placement.sheets.files.grid import NO_VALUE, Book, Cell, Grid, Number, Unread, wrong_value
from placement.sheets.finding import HeadingsError, Table, find_table
from placement.sheets.layout import Column, Layout
from placement.sheets.week_names import WeekName
from placement_solver.words import Words

PLACES = Layout({name: Column() for name in ("unitId", "unitName", "termId", "professions", "status")}, weeks=True)
PLAIN = Layout({name: Column() for name in ("unitId", "termId", "professions")})
FIELDS = ("Enhet", "Termin", "Yrke")
LINE = ("Tallgården", "VT2027", "Läkare", "1", "2", "3")
NONE = (None, None, None)
WANTED = "one cannot tell which week is meant: write the week as 2027-W05"
ONE_ROW = "the headings cannot be read in two rows: have the headings in one row, with each week as 2027-W05"
UNKNOWN = "there is no such column: remove it, or begin its heading with # to keep it unread"
SHOWN = Words(
    "cellen visar något annat än talet som är sparat: skriv rubriken som text",
    "the cell shows something else than the number that is stored: write the heading as text",
)
MONDAYS = (dt.date(2027, 2, 1), dt.date(2027, 2, 8), dt.date(2027, 2, 15))


def grid(*rows: tuple[Cell | None, ...]) -> Grid:
    """Return a sheet of these rows, the first of which is 1."""
    return Grid(
        "Blad1",
        {
            number: {column: cell for column, cell in enumerate(cells, 1) if cell is not None}
            for number, cells in enumerate(rows, 1)
        },
    )


def table(*rows: tuple[Cell | None, ...], layout: Layout = PLACES) -> Table:
    return find_table(Book("xlsx", [grid(*rows)]), layout)


def weeks(found: Table) -> dict[int, int]:
    return {column: head.number for column, head in found.heads.items() if isinstance(head, WeekName)}


def refused(*rows: tuple[Cell | None, ...], layout: Layout = PLACES) -> list[tuple[str | None, str]]:
    with pytest.raises(SheetError) as refusal:
        table(*rows, layout=layout)
    return [(fault.cell, fault.en) for fault in refusal.value.cell_faults]


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("v.5-27", WANTED),
        ("5/2027", WANTED),
        ("1/2-7/2", WANTED),
        ("VT27 v. 5", WANTED),
        ("54", WANTED),
        ("v. 60", "there is no week 60"),
        ("2027-02-02", "2027-02-02 is not a Monday: write the week's Monday, or 2027-W05"),
        (dt.date(2027, 2, 2), "2027-02-02 is not a Monday: write the week's Monday, or 2027-W05"),
        (NO_VALUE, NO_VALUE.wrong.en),
        (Unread(wrong_value("#REF!"), "#REF!"), "the cell shows the error #REF!"),
        (
            Number(5, None),
            SHOWN.en + ", a week as 2027-W05",
        ),
        ("Vikt", UNKNOWN),
        ("v. 6", "the column is there twice"),
    ],
)
def test_a_heading_that_cannot_be_read_is_told_with_its_cell_and_the_form_wanted(heading: Cell, words: str) -> None:
    assert refused((*FIELDS, "v. 6", heading), LINE[:5]) == [("E1", words)]


def test_a_heading_of_a_list_without_weeks_is_told_to_be_written_as_text() -> None:
    assert refused((*FIELDS, Number(5, None)), LINE[:4], layout=PLAIN) == [("D1", SHOWN.en)]
    assert refused((*FIELDS, "v. 5"), LINE[:4], layout=PLAIN) == [("D1", UNKNOWN)]


def test_every_fault_of_headings_has_a_cell() -> None:
    assert [cell for cell, _ in refused((*FIELDS, "v. 5"), LINE)] == ["E2", "F2"]
    assert refused((*FIELDS, "v. 5"), LINE[:4], (None,), (*FIELDS, "Status"), LINE[:4])[0][0] == "A4"
    assert refused(("Färg", "Vikt"), ("x", "y"))[1:] == [("A1", UNKNOWN), ("B1", UNKNOWN)]


@pytest.mark.parametrize("title", ["Vecka", "Antal platser per vecka", "Platser", None])
def test_weeks_in_the_row_below_the_other_headings_are_read_whatever_title_stands_over_them(title: str | None) -> None:
    for titles in ((title,), (title,) * 3):
        found = table((*FIELDS, *titles), (*NONE, "5", Number(6, "6"), "7"), LINE)
        assert weeks(found) == {4: 5, 5: 6, 6: 7}
        assert (list(found.lines), found.heading_row) == ([3], 1)
        assert found.assumed[0].sv == "Rubrikerna står på två rader: 1 och 2."
        assert [words.en for words in found.assumed] == ["The headings are in two rows: 1 and 2."]


def test_merged_headings_in_two_rows_are_read() -> None:
    page = grid(("Platser",), (*FIELDS, "Vecka"), (*NONE, "52", "53", "1"), LINE)
    for column in (1, 2, 3):
        page.fill((2, column), (3, column))
    page.fill((2, 4), (2, 6))
    found = find_table(Book("xlsx", [page]), PLACES)
    assert weeks(found) == {4: 52, 5: 53, 6: 1}
    assert [words.en for words in found.assumed] == [
        "The headings are in two rows: 2 and 3.",
        "Merged cells are read as the same value in each cell: A2:A3, B2:B3, C2:C3, D2:F2.",
    ]


def test_weeks_in_the_row_above_the_other_headings_are_read() -> None:
    for own, other in ((FIELDS, ("v. 5", "v. 6", "v. 7")), ((*FIELDS, *("Antal",) * 3), ("5", "6", "7"))):
        found = table((*NONE, *other), own, LINE)
        assert (weeks(found), found.heading_row, list(found.lines)) == ({4: 5, 5: 6, 6: 7}, 2, [3])
        assert [words.en for words in found.assumed] == ["The headings are in two rows: 1 and 2."]


def test_a_single_week_and_a_column_for_comments_are_read_in_two_rows_too() -> None:
    found = table((*FIELDS, "Kommentar", "Vecka"), (*NONE, None, "5"), (*LINE[:3], "ring", "2"))
    assert (weeks(found), found.ignored) == ({5: 5}, ["Kommentar"])


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        (((*FIELDS, "VT 2028"), (*NONE, "5", "6", "7")), "D2"),
        (((*FIELDS, "Vecka"), (*NONE, "5", "6", "x")), "D2"),
        (((*FIELDS, "Vecka"), (*NONE, "7", "6", "5")), "D2"),
        (((*FIELDS, "Februari"), (*NONE, "1/2", "8/2", "15/2")), "D2"),
        (((*FIELDS, "v. 5", "v. 6", "v. 7"), (*NONE, "1/2", "8/2", "15/2")), "D2"),
        (((*FIELDS, "v. 5", "v. 6", "v. 7"), (*NONE, *MONDAYS)), "D2"),
        (((*FIELDS, "v. 5", "v. 6", "v. 7"), (*FIELDS, *MONDAYS)), "D2"),
        (((*NONE, "1/2", "8/2", "15/2"), FIELDS), "D1"),
        ((("Enhet", "Termin"), (None, None, "Yrke", "5", "6", "7")), "C2"),
    ],
)
def test_headings_in_two_rows_that_have_not_one_meaning_are_refused(
    rows: tuple[tuple[Cell | None, ...], ...], cell: str
) -> None:
    assert refused(*rows, LINE) == [(cell, ONE_ROW)]


def test_a_refusal_of_two_rows_can_be_marked_in_the_sheet() -> None:
    with pytest.raises(HeadingsError) as refusal:
        table((*FIELDS, "VT 2028"), (*NONE, "5", "6", "7"), LINE)
    assert (refusal.value.table.sheet, refusal.value.table.heading_row) == ("Blad1", 1)


def test_rows_beside_the_headings_that_are_no_headings_are_read_as_before() -> None:
    places = (*FIELDS, "v. 5", "v. 6")
    assert list(table(places, (*NONE, "1", "1"), LINE[:5]).lines) == [2, 3]
    assert list(table((*NONE, None, "2027-02-01"), (*FIELDS, "Status"), (*LINE[:3], "svarat")).lines) == [3]
    assert refused((*FIELDS, "Vikt"), (*NONE, "5"), LINE[:4]) == [("D1", UNKNOWN)]
    above = table(("Lista", None, None, "1/2", "8/2"), places, LINE[:5])
    assert [words.en for words in above.assumed] == ["What stands above the headings has not been read: row 1."]
    with pytest.raises(InvalidError, match="no rows below the headings"):
        table((*FIELDS, "Vecka"), (*NONE, "5", "6", "7"))
