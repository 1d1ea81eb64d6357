"""Headings, formulas and hidden rows of a municipality's sheet over HTTP: read and told, or refused with the cell."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook

from placement_api.media_types import CSV, XLSX
from tests.api.sheeting import Desk

OFFERS = "capacity-offers"
FIELDS = ("Enhet", "Termin", "Yrke")
LINE = ("unt_free", "VT2027", "Läkare")


def workbook(*rows: tuple[object, ...], merged: tuple[str, ...] = (), hidden: int | None = None) -> bytes:
    """Make a workbook, with merged cells and a hidden row."""
    page = (book := Workbook()).active
    assert page is not None
    for row in rows:
        page.append(list(row))
    for area in merged:
        page.merge_cells(area)
    if hidden is not None:
        page.row_dimensions[hidden].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(desk: Desk, content: bytes, media: str = XLSX) -> Any:  # noqa: ANN401 (JSON)
    return desk.hand_in(OFFERS, content, media, "?dryRun=true").json()


def test_weeks_below_a_merged_title_are_read_and_that_is_told(provider: Desk) -> None:
    content = workbook(
        (*FIELDS, "Vecka", None, None),
        (None, None, None, 1, 2, 3),
        (*LINE, 4, 5, 6),
        merged=("A1:A2", "B1:B2", "C1:C2", "D1:F1"),
        hidden=3,
    )
    answer = told(provider, content)
    assert [(week["week"], week["after"]) for week in answer["places"][0]["weeks"]] == [
        ("2027-W01", 4),
        ("2027-W02", 5),
        ("2027-W03", 6),
    ]
    assert answer["read"]["rows"] == 1
    headings, merged, hidden = answer["read"]["assumptions"]
    assert headings == "The headings are in two rows: 1 and 2."
    assert all(area in merged for area in ("A1:A2", "B1:B2", "C1:C2", "D1:F1"))
    assert hidden == "Hidden rows and columns have been read: 3."


def test_a_heading_that_looks_like_a_week_is_told_how_to_be_written_with_its_cell(provider: Desk) -> None:
    (fault,) = told(provider, workbook((*FIELDS, "v. 1-2"), (*LINE, 1)))["errors"]
    assert (fault["row"], fault["column"], fault["cell"]) == (1, "v. 1-2", "D1")
    assert fault["detail"] == "one cannot tell which week is meant: write the week as 2027-W05"


def test_a_formula_without_a_computed_value_is_never_a_number_of_places(provider: Desk) -> None:
    (fault,) = told(provider, workbook((*FIELDS, "v. 1"), (*LINE, "=1+2")))["errors"]
    assert (fault["cell"], "save it in Excel first" in fault["detail"]) == ("D2", True)


def test_letters_that_are_utf_8_are_never_read_as_others(provider: Desk) -> None:
    content = ";".join((*FIELDS, "v. 1")) + "\n" + ";".join((*LINE, "2"))
    answer = told(provider, content.encode(), f"{CSV}; charset=iso-8859-1")
    assert answer["read"]["encoding"] == "UTF-8"
    assert answer["read"]["assumptions"] == ["The encoding is assumed to be UTF-8."]
