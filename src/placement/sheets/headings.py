"""Headings: the cells that say what the columns of a list are, in one row, or in two where the weeks have their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from placement.sheets.files.grid import Cell, Grid
from placement.sheets.layout import COMMENTS
from placement.sheets.values import shown_of
from placement.sheets.week_names import WeekName, names_weeks, read_week, resembles_week
from placement.sheets.wrong import WrongError
from placement.vocabulary import fold

_WEEKS = 53


def heading_text(cell: Cell | None) -> str:
    """Return a heading as text; nothing where there is none."""
    return " ".join((shown_of(cell) or "").replace("\ufeff", "").split())


def week_of(cell: Cell, *, bare: bool) -> WeekName | None:
    """Return the week that a heading names, if it does; with ``bare`` a number alone is one."""
    try:
        return read_week(cell if isinstance(cell, dt.date) else heading_text(cell), bare=bare)
    except WrongError:
        return None


@dataclass(frozen=True, slots=True)
class SecondRow:
    """A row of weeks or days right below or above the headings of the other columns.

    ``columns`` are those of the weeks; ``plain`` tells that they have one meaning together with the other row.
    """

    row: int
    columns: Collection[int]
    plain: bool


def second_row(grid: Grid, row: int, named: Collection[str]) -> SecondRow | None:
    """Return the row of weeks beside a row of headings, if there is one; ``named`` are the known headings."""
    own = grid.rows[row]
    fields = {column for column, cell in own.items() if _is_field(heading_text(cell), named)}
    has_weeks = any(week_of(cell, bare=True) for column, cell in own.items() if column not in fields)
    for other in (row + 1, row - 1):
        cells = grid.rows.get(other, {})
        differing = {column for column in cells if heading_text(cells[column]) != heading_text(own.get(column))}
        used = {column for column in differing if column in own or _is_used(grid, column, max(row, other))}
        if not used or not fields.isdisjoint(differing):
            continue
        below = {column: cells[column] for column in sorted(used)}
        titles = {heading_text(own[column]) for column in used if column in own}
        split = any(fold(heading_text(cell)) in named for cell in below.values())
        if not has_weeks and (split or _are_weeks(below, titles)):
            return SecondRow(other, used, plain=_have_one_meaning(below, titles))
        if has_weeks and other > row and all(map(_resembles, below.values())):
            return SecondRow(other, used, plain=False)
    return None


def _is_field(text: str, named: Collection[str]) -> bool:
    """Tell whether a heading is of a field, or of a column that is left out."""
    return fold(text) in named or fold(text) in COMMENTS or text.startswith("#")


def _is_used(grid: Grid, column: int, row: int) -> bool:
    """Tell whether a column holds something below a row."""
    return any(column in cells for number, cells in grid.rows.items() if number > row)


def _resembles(cell: Cell) -> bool:
    """Tell whether a cell looks like a week or a day, and not like a number alone."""
    text = heading_text(cell)
    return isinstance(cell, dt.date) or (not text.isdecimal() and resembles_week(text))


def _are_weeks(below: Mapping[int, Cell], titles: Collection[str]) -> bool:
    """Tell whether some cells are headings of weeks: by their own look, the title over them, or their order."""
    if any(map(_resembles, below.values())) or any(map(names_weeks, titles)):
        return True
    return len(below) > 1 and _follow(below)


def _have_one_meaning(below: Mapping[int, Cell], titles: Collection[str]) -> bool:
    """Tell whether all cells are weeks in order, and no title has a figure, which might be a year or another week."""
    return _follow(below) and not any(sign.isdecimal() for title in titles for sign in title)


def _follow(cells: Mapping[int, Cell]) -> bool:
    """Tell whether all cells are weeks, and in order."""
    weeks = [week for cell in cells.values() if (week := week_of(cell, bare=True))]
    return len(weeks) == len(cells) and _in_order([week.number for week in weeks])


def _in_order(numbers: list[int]) -> bool:
    """Tell whether weeks follow each other, perhaps past a new year."""
    return all(0 < (later - earlier) % _WEEKS < _WEEKS // 2 for earlier, later in pairwise(numbers))


def headings_in(grid: Grid, row: int, second: SecondRow | None) -> Iterator[tuple[int, int, Cell]]:
    """Yield each heading with its row and column, in the order of the columns."""
    found = {column: (row, cell) for column, cell in grid.rows.get(row, {}).items()}
    if second is not None:
        found |= {column: (second.row, grid.rows[second.row][column]) for column in second.columns}
    for column, (own, cell) in sorted(found.items()):
        yield own, column, cell
