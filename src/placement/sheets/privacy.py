"""Privacy: no cell of a sheet holds a personal identity number, in whatever column, and none is repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from placement.identity_numbers import (
    REFUSED,
    hide_identity_numbers,
    holds_identity_number,
    places_of_identity_numbers,
)
from placement.sheets.faults import CellFault, Faults, SheetError
from placement.sheets.files.grid import Book, Cell, Grid, Number, letters_of, place_of
from placement.sheets.rows import Line
from placement.sheets.values import shown_of
from placement_solver.words import Words

_IN_A_NAME = Words("i namnet på ett blad", "in the name of a sheet")


def hold_private(book: Book) -> None:
    """Refuse a file with an identity number in any cell of any sheet, read or not, with the place of every one."""
    faults = [
        _fault(
            _place_in(book, grid, place_of(row, column)), row=row, column=letters_of(column), cell=place_of(row, column)
        )
        for grid in book
        for row, cells in grid.rows.items()
        for column, cell in cells.items()
        if _holds_number(cell)
    ]
    faults += [_fault(_IN_A_NAME) for grid in book if holds_identity_number(grid.name)]
    if faults:
        raise SheetError(faults)


def _fault(place: Words | None, **where: Any) -> CellFault:  # noqa: ANN401 (the fields of a fault)
    """Return the fault of an identity number; ``place`` says in words what its cell alone does not."""
    beside = Words(f"{place.sv}: ", f"{place.en}: ") if place else Words("", "")
    return CellFault("", f"{beside.en}{REFUSED.en}", f"{beside.sv}{REFUSED.sv}", **where)


def _place_in(book: Book, grid: Grid, cell: str) -> Words | None:
    """Name the sheet of a cell where a file has more than one; an identity number in the name is hidden."""
    if len(book.grids) == 1:
        return None
    name = hide_identity_numbers(grid.name)
    return Words(f"i bladet '{name}', cell {cell}", f"in the sheet '{name}', cell {cell}")


def hold_rows_private(lines: Sequence[Line]) -> None:
    """Refuse rows given in JSON with an identity number in any text or name of a field, with the place of every one."""
    faults = Faults(lines)
    for index, line in enumerate(lines):
        for path in places_of_identity_numbers(line.values):
            faults.note(index, REFUSED, path, told=False)
    faults.settle()


def _holds_number(cell: Cell) -> bool:
    """Return whether a cell holds or shows an identity number."""
    texts = (str(cell.value), cell.shown) if isinstance(cell, Number) else (shown_of(cell),)
    return any(text is not None and holds_identity_number(text) for text in texts)
