"""Finding: which sheet of a file holds the list, which row holds its headings, and what each column is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from placement.errors import InvalidError
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.files.grid import MOST_ROWS, Book, Cell, Grid, letters_of, place_of, too_many_rows
from placement.sheets.layout import COMMENTS, Layout, heading_of, nearest
from placement.sheets.values import shown_of
from placement.sheets.week_names import WeekName, read_week
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

    def lines(self) -> dict[int, dict[int, Cell]]:
        """Return the lines below the headings."""
        return {row: cells for row, cells in sorted(self.grid.rows.items()) if row > self.row}


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
        cells = [shown for cell in grid.rows[row].values() if (shown := _heading(cell)) is not None]
        named = {heads[fold(text)] for text in cells if fold(text) in heads}
        weeks = sum(layout.weeks and _week(cell, bare=False) is not None for cell in grid.rows[row].values())
        known = len(named) + weeks
        if named and known > best.known:
            best = _Place(grid, row, known, len(named) + (weeks > 0))
    return best


def _heading(cell: Cell) -> str | None:
    """Return a heading as text."""
    shown = shown_of(cell)
    return None if shown is None else " ".join(shown.replace("\ufeff", "").split())


def _week(cell: Cell, *, bare: bool) -> WeekName | None:
    """Return the week that a heading names, if it does."""
    try:
        if isinstance(cell, dt.date):
            return read_week(cell)
        return read_week(_heading(cell) or "", bare=bare)
    except WrongError:
        return None


def _table_of(place: _Place, layout: Layout, ignore: Collection[str]) -> Table:
    """Read the headings; every one that is unknown, or there twice, is told once with the nearest known one."""
    cells = place.grid.rows[place.row]
    heads: dict[int, Head] = {}
    written: dict[int, str] = {}
    ignored: list[str] = []
    faults: list[CellFault] = []
    named = layout.heads()
    unread = {fold(name) for name in ignore}
    whole = {named[fold(text)] for text in map(_heading, cells.values()) if text and fold(text) in named}
    for column, cell in sorted(cells.items()):
        text = _heading(cell) or ""
        written[column] = text
        head: Head | None = named.get(fold(text))
        if text.startswith("#") or fold(text) in unread or (head is None and fold(text) in COMMENTS):
            ignored.append(text)
            continue
        if head in heads.values() and isinstance(head, str):
            head = _otherwise(heads, written, layout, column, head) or head
        if head is None and layout.weeks:
            try:
                head = read_week(cell if isinstance(cell, dt.date) else text)
            except WrongError as wrong:
                faults.append(_fault_of(place, column, text, wrong.words))
                continue
        if head is None:
            faults.append(_fault_of(place, column, text, _unknown(text, layout, whole)))
        elif head in heads.values():
            faults.append(
                _fault_of(place, column, text, Words("kolumnen finns två gånger", "the column is there twice"))
            )
        else:
            heads[column] = head
    repeated, others = _more_headings(place, named)
    faults += [_fault_of(place, 1, "", words, row) for row, words in others]
    lines = {row: cells for row, cells in place.lines().items() if row not in repeated}
    examples = _marked_as_example(written, lines)
    known = heads.keys() | {column for column, text in written.items() if text in ignored}
    lines = {
        row: {c: cell for c, cell in cells.items() if c in heads or c not in written} for row, cells in lines.items()
    }
    lines = {row: cells for row, cells in lines.items() if cells}
    faults += [
        CellFault(
            "",
            f"there is a value in cell {place_of(row, column)}, in a column without a heading",
            f"det finns ett värde i cell {place_of(row, column)}, i en kolumn utan rubrik",
            row=row,
            column=letters_of(column),
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
        column: named.get(fold(_heading(cell) or "")) or _week(cell, bare=False)
        for column, cell in place.grid.rows[place.row].items()
    }
    repeated: set[int] = set()
    others: list[tuple[int, Words]] = []
    for row, cells in sorted(place.grid.rows.items()):
        texts = {column: fold(text) for column, cell in cells.items() if (text := _heading(cell))}
        if row == place.row or next(iter(texts.values()), "") not in named:
            continue
        found = {column: named[text] for column, text in texts.items() if text in named}
        if len(found) < _HEADINGS or 2 * len(found) < len([text for text in texts.values() if not text.isdecimal()]):
            continue
        weeks = {column: week for column, cell in cells.items() if (week := _week(cell, bare=False)) is not None}
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


def _fault_of(place: _Place, column: int, text: str, words: Words, row: int | None = None) -> CellFault:
    return CellFault("", words.en, words.sv, row=row or place.row, column=text or letters_of(column))


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
        for column, cell in sorted(place.grid.rows.get(place.row, {}).items()):
            text = _heading(cell) or ""
            faults.append(_fault_of(place, column, text, _unknown(text, layout, ())))
    wanted = {language: ", ".join(heading_of(name, language) for name in layout.columns) for language in ("sv", "en")}
    told = fault(
        "",
        f"no row of the file has the list's headings: {wanted['en']}",
        f"ingen rad i filen har listans rubriker: {wanted['sv']}",
    )
    if not faults:
        return told
    first = next(iter(places))
    written = {column: _heading(cell) or "" for column, cell in first.grid.rows.get(first.row, {}).items()}
    table = Table(first.grid.name, first.row, {}, written, {})
    return HeadingsError([CellFault("", told.faults[0].en, told.faults[0].sv, row=1), *faults], table)


def _in_sheet(name: str, language: str) -> str:
    if not name:
        return ""
    return f" in the sheet '{name}'" if language == "en" else f" i bladet '{name}'"


def _tell(book: Book, place: _Place, table: Table) -> None:
    """Tell what was assumed when the file was read."""
    table.assumed.extend(_assumptions(book, place))


def _assumptions(book: Book, place: _Place) -> Iterator[Words]:
    if book.encoding_assumed:
        yield Words(f"Teckenkodningen antas vara {book.encoding}.", f"The encoding is assumed to be {book.encoding}.")
    areas = ", ".join(area for last, area in place.grid.filled if last >= place.row)
    if areas:
        yield Words(
            f"Sammanfogade celler läses som samma värde i varje cell: {areas}.",
            f"Merged cells are read as the same value in each cell: {areas}.",
        )
    above = [row for row, cells in place.grid.rows.items() if row < place.row and len(set(cells.values())) > 1]
    if above:
        yield Words(
            f"Det som står ovanför rubrikerna har inte lästs: {_rows(above, 'rad')}.",
            f"What stands above the headings has not been read: {_rows(above, 'row')}.",
        )
    others = [grid.name for grid in book if grid is not place.grid and grid.rows]
    if others:
        names = ", ".join(others)
        yield Words(f"Andra blad har inte lästs: {names}.", f"Other sheets have not been read: {names}.")
