"""Finding: which sheet of a file holds the list, which row holds its headings, and what each column is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from placement.errors import InvalidError
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.files.grid import (
    MOST_ROWS,
    Book,
    Cell,
    Grid,
    Number,
    Unread,
    letters_of,
    place_of,
    too_many_rows,
)
from placement.sheets.headings import SecondRow, heading_text, headings_in, second_row, week_of
from placement.sheets.layout import COMMENTS, Layout, heading_of, nearest
from placement.sheets.week_names import WHICH_WEEK, WeekName, read_week, resembles_week
from placement.sheets.wrong import WrongError
from placement.store.access import fault
from placement.vocabulary import fold
from placement_solver.words import Words

_LOOKED_AT = 30
"""The rows among which the headings are looked for, from the first that holds something."""
_HEADINGS = 2
"""The known headings that make a row one of headings."""
EXAMPLES = frozenset(("exempel", "example"))
"""The heading, as `fold` writes it, of the column in which a template marks its example."""
_OTHERWISE = {"enhet": "unitName", "unit": "unitName"}
"""Headings that name the unit's name where another column has its id."""
_SHOWN_OTHERWISE = Words(
    "cellen visar något annat än talet som är sparat: skriv rubriken som text",
    "the cell shows something else than the number that is stored: write the heading as text",
)
_SHOWN_OTHERWISE_WEEK = Words(
    "cellen visar något annat än talet som är sparat: skriv rubriken som text, en vecka som 2027-W05",
    "the cell shows something else than the number that is stored: write the heading as text, a week as 2027-W05",
)
_MOST_TOLD = 20
"""The hidden rows and columns that are told one by one, each run of them as one."""
Head = str | WeekName
"""What a column is: the name of a field, or a week of places."""


@dataclass(slots=True)
class Table:
    """A list that was found in a file: what each column is, its lines by row number, and what is told about it.

    ``examples`` are the lines that a template marks as its example.
    """

    sheet: str
    heading_row: int
    heads: Mapping[int, Head]
    written: Mapping[int, str]
    lines: dict[int, dict[int, Cell]]
    ignored: list[str] = field(default_factory=list)
    assumed: list[Words] = field(default_factory=list)
    examples: Collection[int] = ()


class HeadingsError(SheetError):
    """The headings of a sheet have faults; ``table`` has those that were read."""

    def __init__(self, faults: Sequence[CellFault], table: Table) -> None:
        super().__init__(faults)
        self.table = table


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the headings of a sheet are, and how many of them are known; for ``fields`` all weeks count as one."""

    grid: Grid
    row: int
    known: int
    fields: int
    second: SecondRow | None = None

    def rows(self) -> list[int]:
        """Return the rows of the headings."""
        return sorted({self.row, self.second.row if self.second else self.row})

    def headings(self) -> Iterator[tuple[int, int, Cell]]:
        """Yield each heading with its row and column."""
        return headings_in(self.grid, self.row, self.second)

    def lines(self) -> dict[int, dict[int, Cell]]:
        """Return the lines below the headings."""
        last = self.rows()[-1]
        return {row: cells for row, cells in sorted(self.grid.rows.items()) if row > last}


def find_table(book: Book, layout: Layout, sheet: str | None = None, ignore: Collection[str] = ()) -> Table:
    """Find the list in a file, and refuse what is not exactly one.

    ``sheet`` names the sheet to read; ``ignore`` lists headings that are not to be read.
    """
    place = _place_in(book, layout, sheet)
    table = _table_of(place, layout, ignore)
    _tell(book, place, table)
    return table


def score(layout: Layout, grid: Grid) -> int:
    """Return how many known headings a sheet has in its best row."""
    return _best(layout, grid).known


def _place_in(book: Book, layout: Layout, sheet: str | None) -> _Place:
    """Return the one sheet that has the list's headings and lines below them."""
    grids = [grid for grid in book if sheet is None or fold(grid.name) == fold(sheet)]
    if not grids:
        names = ", ".join(grid.name for grid in book)
        raise fault("", f"there is no sheet '{sheet}': {names}", f"det finns inget blad '{sheet}': {names}")
    places = [_best(layout, grid) for grid in grids]
    most = max(place.fields for place in places)
    found = [place for place in places if 2 * place.fields > most]  # a text that explains the list has a word or two
    if not found:
        raise _no_headings(layout, places)
    filled = [place for place in found if place.lines()]
    if not filled:
        raise fault(
            "/rows",
            f"there are no rows below the headings{_in_sheet(found[0].grid.name, 'en')}",
            f"det finns inga rader under rubrikerna{_in_sheet(found[0].grid.name, 'sv')}",
        )
    if len(filled) > 1:
        names = " and ".join(f"'{place.grid.name}'" for place in filled)
        raise fault(
            "",
            f"more than one sheet has the headings of the list: {names}. "
            "Name the one to read (sheet=…), or remove the others",
            f"mer än ett blad har listans rubriker: {names.replace(' and ', ' och ')}. "
            "Ange vilket som ska läsas (sheet=…), eller ta bort de andra",
        )
    return filled[0]


def _best(layout: Layout, grid: Grid) -> _Place:
    """Return the row of a sheet with most known headings; a week alone makes no headings."""
    heads = layout.heads()
    best = _Place(grid, min(grid.rows, default=0), 0, 0)
    for row in sorted(grid.rows)[:_LOOKED_AT]:
        texts = [fold(heading_text(cell)) for cell in grid.rows[row].values()]
        named = {heads[text] for text in texts if text in heads}
        weeks = sum(layout.weeks and week_of(cell, bare=False) is not None for cell in grid.rows[row].values())
        known = len(named) + weeks
        if named and known > best.known:
            best = _Place(grid, row, known, len(named) + (weeks > 0))
    return replace(best, second=second_row(grid, best.row, heads)) if layout.weeks and best.known else best


def _table_of(place: _Place, layout: Layout, ignore: Collection[str]) -> Table:
    """Read the headings; every one that is unknown, or there twice, is told once with the nearest known one."""
    if place.second is not None and not place.second.plain:
        raise _in_two_rows(place, place.second)
    cells = {column: cell for _row, column, cell in place.headings()}
    heads: dict[int, Head] = {}
    written: dict[int, str] = {}
    ignored: list[str] = []
    faults: list[CellFault] = []
    named = layout.heads()
    unread = {fold(name) for name in ignore}
    whole = {named[fold(text)] for text in map(heading_text, cells.values()) if fold(text) in named}
    for row, column, cell in place.headings():
        text = written[column] = heading_text(cell)
        head: Head | None = named.get(fold(text))
        left = text.startswith("#") and not isinstance(cell, Unread)
        if left or fold(text) in unread or (head is None and fold(text) in COMMENTS):
            ignored.append(text)
            continue
        if head in heads.values() and isinstance(head, str):
            head = _otherwise(heads, written, layout, column, head) or head
        try:
            head = head or _week(cell, text, layout, whole)
        except WrongError as wrong:
            faults.append(_fault_of(row, column, text, wrong.words))
            continue
        if head in heads.values():
            faults.append(_fault_of(row, column, text, Words("kolumnen finns två gånger", "the column is there twice")))
        else:
            heads[column] = head
    repeated, others = _more_headings(place, named)
    faults += [_fault_of(row, 1, "", words) for row, words in others]
    lines = {row: cells for row, cells in place.lines().items() if row not in repeated}
    examples = _marked_as_example(written, lines)
    known = heads.keys() | {column for column, text in written.items() if text in ignored}
    lines = {
        row: {c: cell for c, cell in cells.items() if c in heads or c not in written} for row, cells in lines.items()
    }
    lines = {row: cells for row, cells in lines.items() if cells}
    faults += [
        _fault_of(
            row,
            column,
            "",
            Words(
                f"det finns ett värde i cell {place_of(row, column)}, i en kolumn utan rubrik",
                f"there is a value in cell {place_of(row, column)}, in a column without a heading",
            ),
        )
        for row, cells in lines.items()
        for column in cells
        if column not in known
    ]
    table = Table(place.grid.name, place.row, heads, written, lines, ignored, examples=examples)
    if faults:
        raise HeadingsError(faults, table)
    if len(lines) > MOST_ROWS:
        raise too_many_rows()
    headings = {fold(text) for text in written.values()}
    table.assumed += [
        Words(
            f"Ingen kolumn heter ”{name}”, så den har inte utelämnats.",
            f"No column is called '{name}': none is left out.",
        )
        for name in ignore
        if fold(name) not in headings
    ]
    table.assumed += [
        Words(
            f"Rubrikerna upprepas på rad {row}, som inte har lästs.",
            f"The headings are repeated in row {row}, which has not been read.",
        )
        for row in sorted(repeated)
    ]
    return table


def _marked_as_example(written: Mapping[int, str], lines: Mapping[int, Mapping[int, Cell]]) -> set[int]:
    """Return the lines with something in the column in which a template marks its example."""
    marked = [column for column, text in written.items() if text.startswith("#") and fold(text) in EXAMPLES]
    return {row for row, cells in lines.items() if any(column in cells for column in marked)}


def _more_headings(place: _Place, named: Mapping[str, str]) -> tuple[set[int], list[tuple[int, Words]]]:
    """Return the rows that repeat the headings, as printed pages do, and those that begin a list of their own.

    A row above that has the same headings in the same columns is the upper part of headings in two rows.
    """
    own = {
        column: named.get(fold(heading_text(cell))) or week_of(cell, bare=False)
        for _row, column, cell in place.headings()
    }
    repeated: set[int] = set()
    others: list[tuple[int, Words]] = []
    for row, cells in sorted(place.grid.rows.items()):
        texts = {column: fold(text) for column, cell in cells.items() if (text := heading_text(cell))}
        if row in place.rows() or next(iter(texts.values()), "") not in named:
            continue
        found = {column: named[text] for column, text in texts.items() if text in named}
        if len(found) < _HEADINGS or 2 * len(found) < len([text for text in texts.values() if not text.isdecimal()]):
            continue
        weeks = {column: week for column, cell in cells.items() if (week := week_of(cell, bare=False)) is not None}
        if all(own.get(column) == head for column, head in (found | weeks).items()):
            if row > place.row:
                repeated.add(row)
        else:
            others.append(
                (
                    row,
                    Words(
                        f"raden har rubriker till en annan lista än rad {place.row}: ha en lista i varje blad",
                        f"the row has the headings of another list than row {place.row}: have one list in each sheet",
                    ),
                )
            )
    return repeated, others


def _rows(rows: Collection[int], noun: str) -> str:
    """Return rows in words, such as ``row 7`` or ``rows 7, 14``."""
    numbers = ", ".join(map(str, sorted(rows)))
    plural = {"rad": "raderna", "row": "rows"}[noun]
    return f"{noun if len(rows) == 1 else plural} {numbers}"


def _otherwise(
    heads: dict[int, Head], written: Mapping[int, str], layout: Layout, column: int, head: str
) -> str | None:
    """Return another column for the second of two headings of one column: a unit's name beside its id."""
    first = next(place for place, taken in heads.items() if taken == head)
    for place in (column, first):
        other = _OTHERWISE.get(fold(written[place]))
        if other is not None and other in layout.columns and other not in heads.values():
            if place == column:
                return other
            heads[first] = other
            return head
    return None


def _week(cell: Cell, text: str, layout: Layout, present: Collection[str]) -> WeekName:
    """Return the week that a heading of no field names; raise `WrongError` with the form wanted where it names none."""
    if isinstance(cell, Unread):
        raise WrongError(cell.wrong)
    if isinstance(cell, Number) and cell.shown is None:
        raise WrongError(_SHOWN_OTHERWISE_WEEK if layout.weeks else _SHOWN_OTHERWISE)
    if not layout.weeks:
        raise WrongError(_unknown(text, layout, present))
    week = read_week(cell if isinstance(cell, dt.date) else text)
    if week is None:
        raise WrongError(WHICH_WEEK if resembles_week(text) else _unknown(text, layout, present))
    return week


def _fault_of(row: int, column: int, text: str, words: Words) -> CellFault:
    place = place_of(row, column)
    return CellFault("", words.en, words.sv, row=row, column=text or letters_of(column), cell=place)


def _in_two_rows(place: _Place, second: SecondRow) -> HeadingsError:
    """Refuse headings in two rows that have not one meaning."""
    cells = place.grid.rows[place.row]
    written = {column: heading_text(cell) for column, cell in cells.items()}
    column = min(second.columns)
    text = heading_text(place.grid.rows[second.row][column])
    words = Words(
        "rubrikerna går inte att läsa i två rader: ha dem i en rad, med varje vecka som 2027-W05",
        "the headings cannot be read in two rows: have the headings in one row, with each week as 2027-W05",
    )
    table = Table(place.grid.name, place.row, {}, written, {})
    return HeadingsError([_fault_of(second.row, column, text, words)], table)


def _unknown(text: str, layout: Layout, present: Collection[str]) -> Words:
    """Say that a column is unknown, with the nearest known one that is not there already."""
    near = nearest(text, layout)
    if near is None or near in present:
        return Words(
            "det finns ingen sådan kolumn: ta bort den, eller börja rubriken med # för att behålla den oläst",
            "there is no such column: remove it, or begin its heading with # to keep it unread",
        )
    return Words(
        f"det finns ingen sådan kolumn: menas '{heading_of(near, 'sv')}' ({near})?",
        f"there is no such column: did you mean '{heading_of(near, 'en')}' ({near})?",
    )


def _no_headings(layout: Layout, places: Sequence[_Place]) -> InvalidError:
    """Say that no sheet has the list's headings: what was found, and what is wanted."""
    faults: list[CellFault] = []
    for place in places:
        for row, column, cell in place.headings():
            text = heading_text(cell)
            faults.append(_fault_of(row, column, text, _unknown(text, layout, ())))
    wanted = {language: ", ".join(heading_of(name, language) for name in layout.columns) for language in ("sv", "en")}
    told = fault(
        "",
        f"no row of the file has the list's headings: {wanted['en']}",
        f"ingen rad i filen har listans rubriker: {wanted['sv']}",
    )
    if not faults:
        return told
    first = next(iter(places))
    written = {column: heading_text(cell) for _row, column, cell in first.headings()}
    table = Table(first.grid.name, first.row, {}, written, {})
    return HeadingsError([CellFault("", told.faults[0].en, told.faults[0].sv, row=1), *faults], table)


def _in_sheet(name: str, language: str) -> str:
    if not name:
        return ""
    return f" in the sheet '{name}'" if language == "en" else f" i bladet '{name}'"


def _tell(book: Book, place: _Place, table: Table) -> None:
    """Tell what was assumed when the file was read."""
    table.assumed.extend(_assumptions(book, place, table))


def _assumptions(book: Book, place: _Place, table: Table) -> Iterator[Words]:
    if book.encoding_assumed:
        yield Words(f"Teckenkodningen antas vara {book.encoding}.", f"The encoding is assumed to be {book.encoding}.")
    first, *second = place.rows()
    if second:
        yield Words(
            f"Rubrikerna står på två rader: {first} och {second[0]}.",
            f"The headings are in two rows: {first} and {second[0]}.",
        )
    areas = ", ".join(area for last, area in place.grid.filled if last >= first)
    if areas:
        yield Words(
            f"Sammanfogade celler läses som samma värde i varje cell: {areas}.",
            f"Merged cells are read as the same value in each cell: {areas}.",
        )
    yield from _hidden(place, table)
    above = [row for row, cells in place.grid.rows.items() if row < first and len(set(cells.values())) > 1]
    if above:
        yield Words(
            f"Det som står ovanför rubrikerna har inte lästs: {_rows(above, 'rad')}.",
            f"What stands above the headings has not been read: {_rows(above, 'row')}.",
        )
    others = [grid.name for grid in book if grid is not place.grid and grid.rows]
    if others:
        names = ", ".join(others)
        yield Words(f"Andra blad har inte lästs: {names}.", f"Other sheets have not been read: {names}.")


def _hidden(place: _Place, table: Table) -> Iterator[Words]:
    """Tell what has been read though the one who looks at the sheet does not see it."""
    if place.grid.hidden:
        name = place.grid.name
        yield Words(f"Bladet ”{name}” är dolt men har lästs.", f"The sheet '{name}' is hidden, and has been read.")
    rows = _runs(place.grid.hidden_rows & {*place.rows(), *table.lines}, str)
    columns = _runs(place.grid.hidden_columns & table.heads.keys(), letters_of)
    if hidden := [*rows, *columns]:
        told = ", ".join(hidden[:_MOST_TOLD]) + ", …" * (len(hidden) > _MOST_TOLD)
        yield Words(
            f"Dolda rader och kolumner har lästs: {told}.",
            f"Hidden rows and columns have been read: {told}.",
        )


def _runs(numbers: Collection[int], name: Callable[[int], str]) -> list[str]:
    """Return numbers by name, in order, those that follow each other as one: ``3-7``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [name(run[0]) + f"-{name(run[-1])}" * (len(run) > 1) for run in runs]
