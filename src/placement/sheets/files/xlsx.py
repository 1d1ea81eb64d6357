"""XLSX: the cells of a workbook as Excel, LibreOffice and other programs write it (ECMA-376, parts 1 and 4).

The file is read as a stream of elements, so that only cells that hold something take memory. openpyxl, which writes our
workbooks, cannot tell a formula without a stored value from an empty cell, and pads every row to the last column.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from functools import partial

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601

from placement.sheets.cells import from_xml
from placement.sheets.files.formats import shown_by
from placement.sheets.files.grid import (
    BROKEN,
    MOST_COLUMNS,
    NO_SUCH_DAY,
    NO_VALUE,
    Book,
    Cell,
    Grid,
    Room,
    Unread,
    column_of,
    day_cell,
    number_cell,
    time_cell,
    wrong_value,
)
from placement.sheets.files.xml import named, stream, tree_of

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_GENERAL = "General"
_TRUE = frozenset({"1", "true"})


def read_xlsx(packed: zipfile.ZipFile) -> Book:
    """Read every sheet of a workbook, formulas by the values they were saved with.

    A workbook that asks to be calculated when it is opened comes from a program that has not calculated it.
    """
    workbook = _workbook_of(packed)
    tree = tree_of(packed, workbook)
    targets = _targets(packed, workbook)
    properties = next(named(tree, "workbookPr"), None)
    since_1904 = properties is not None and properties.get("date1904") in _TRUE
    styles = _Styles.of(packed, targets.by_kind.get("styles"), since_1904=since_1904)
    texts = _texts(packed, targets.by_kind.get("sharedStrings"))
    calculated = not any(given.get("fullCalcOnLoad") in _TRUE for given in named(tree, "calcPr"))
    grids, room = [], Room()
    for sheet in named(tree, "sheet"):
        link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
        part = targets.by_id.get(link or "")
        if part is not None and "worksheet" in targets.kind_of[part]:
            grid = Grid(sheet.get("name", ""), room=room, hidden=sheet.get("state", "visible") != "visible")
            grids.append(_Sheet(grid, texts, styles, calculated=calculated).read(packed, part))
    return Book("xlsx", grids)


def _workbook_of(packed: zipfile.ZipFile) -> str:
    """Return the part that is the workbook, as the package's relationships name it."""
    for link in named(tree_of(packed, "_rels/.rels"), "Relationship"):
        if link.get("Type", "").endswith("/officeDocument"):
            return link.get("Target", "").lstrip("/")
    return "xl/workbook.xml"


@dataclass(slots=True)
class _Targets:
    """The parts that a workbook refers to."""

    by_id: dict[str, str] = field(default_factory=dict)
    by_kind: dict[str, str] = field(default_factory=dict)
    kind_of: dict[str, str] = field(default_factory=dict)


def _targets(packed: zipfile.ZipFile, workbook: str) -> _Targets:
    """Read the relationships of the workbook."""
    folder, name = posixpath.split(workbook)
    targets = _Targets()
    for link in named(tree_of(packed, f"{folder}/_rels/{name}.rels"), "Relationship"):
        target = link.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        kind = link.get("Type", "").rsplit("/", 1)[-1]
        targets.by_id[link.get("Id", "")] = part
        targets.by_kind[kind] = part
        targets.kind_of[part] = kind
    return targets


@dataclass(frozen=True, slots=True)
class _Styles:
    """The number format of each cell style."""

    codes: tuple[str, ...]
    epoch: dt.datetime

    @classmethod
    def of(cls, packed: zipfile.ZipFile, part: str | None, *, since_1904: bool) -> _Styles:
        """Read the styles; a workbook may have none."""
        epoch = CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900
        if part is None:
            return cls((), epoch)
        tree = tree_of(packed, part)
        own = {format_.get("numFmtId"): format_.get("formatCode", _GENERAL) for format_ in named(tree, "numFmt")}
        codes = []
        for group in named(tree, "cellXfs"):
            for style in named(group, "xf"):
                number = style.get("numFmtId", "0")
                codes.append(own.get(number) or BUILTIN_FORMATS.get(int(number), _GENERAL))
        return cls(tuple(codes), epoch)

    def number(self, written: str, style: int) -> Cell:
        """Read a number by its style: a day, or a number as it is shown."""
        code = self.codes[style] if style < len(self.codes) else _GENERAL
        if not is_date_format(code):
            return number_cell(written, partial(shown_by, code))
        try:
            moment = from_excel(float(written), self.epoch)
        except (OverflowError, ValueError):  # a day before or after every calendar
            return Unread(NO_SUCH_DAY, written)
        return _moment_cell(moment, written)


def _moment_cell(moment: object, written: str) -> Cell:
    """Return a cell that holds a day, or a time of day."""
    if isinstance(moment, dt.time):
        return time_cell(moment)
    return day_cell(moment) if isinstance(moment, dt.date) else Unread(NO_SUCH_DAY, written)


def _texts(packed: zipfile.ZipFile, part: str | None) -> list[str]:
    """Read the texts that cells share; how a word is pronounced is left out."""
    texts: list[str] = []
    pieces: list[str] = []
    depth = {"t": 0, "rPh": 0}

    def begin(name: str, _attributes: dict[str, str]) -> None:
        if name in depth:
            depth[name] += 1

    def end(name: str) -> None:
        if name in depth:
            depth[name] -= 1
        elif name == "si":
            texts.append(from_xml("".join(pieces)))
            pieces.clear()

    def text(data: str) -> None:
        if depth["t"] and not depth["rPh"]:
            pieces.append(data)

    if part is not None:
        with packed.open(part) as content:
            stream(content, begin, end, text)
    return texts


class _Sheet:
    """One sheet, cell by cell."""

    def __init__(self, grid: Grid, texts: list[str], styles: _Styles, *, calculated: bool) -> None:
        self._grid = grid
        self._texts = texts
        self._styles = styles
        self._calculated = calculated
        self._row = self._column = 0
        self._kind, self._style = "n", 0
        self._formula = False
        self._value: list[str] | None = None
        self._inline: list[str] | None = None
        self._inside = ""
        self._spoken = 0
        self._merged: list[str] = []

    def read(self, packed: zipfile.ZipFile, part: str) -> Grid:
        """Read the sheet's part."""
        with packed.open(part) as content:
            stream(content, self._begin, self._end, self._text)
        for area in self._merged:
            corners = [_PLACE.fullmatch(corner) for corner in area.split(":")]
            if len(corners) > 1 and all(corners):
                first, last = ((int(found[2]), column_of(found[1])) for found in corners if found)
                self._grid.fill(first, last)
        return self._grid

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "row":
                self._begin_row(attributes)
            case "c":
                place = _PLACE.fullmatch(attributes.get("r", ""))
                self._column = column_of(place[1]) if place else self._column + 1
                self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
                self._formula, self._value, self._inline = False, None, None
            case "f":
                self._formula = True
            case "v":
                self._value, self._inside = [], "v"
            case "is":
                self._inline = []
            case "rPh":
                self._spoken += 1
            case "t" if self._inline is not None and not self._spoken:
                self._inside = "t"
            case "col" | "mergeCell":
                self._describe(name, attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        if self._row < 1:
            raise ValueError(self._row)
        if attributes.get("hidden") in _TRUE:
            self._grid.hidden_rows.add(self._row)

    def _describe(self, name: str, attributes: dict[str, str]) -> None:
        """Keep which cells are merged, and which columns are hidden."""
        if name == "mergeCell":
            self._merged.append(attributes.get("ref", ""))
        elif attributes.get("hidden") in _TRUE:
            last = min(int(attributes["max"]), MOST_COLUMNS)
            self._grid.hidden_columns.update(range(int(attributes["min"]), last + 1))

    def _end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._inside = ""
        elif name == "rPh":
            self._spoken -= 1
        elif name == "c":
            cell = self._cell()
            if cell is not None:
                self._grid.put(self._row, self._column, cell)

    def _text(self, data: str) -> None:
        if self._inside == "v" and self._value is not None:
            self._value.append(data)
        elif self._inside == "t" and self._inline is not None:
            self._inline.append(data)

    def _cell(self) -> Cell | None:
        """Return what the cell holds."""
        if self._formula and not self._calculated:
            return NO_VALUE
        written = "".join(self._value or ())
        if self._kind == "inlineStr" and self._inline is not None:
            return from_xml("".join(self._inline))
        if self._kind == "str" and self._value is not None:
            return from_xml(written)
        if not written:
            return NO_VALUE if self._formula else None
        try:
            return self._of_kind(written)
        except (IndexError, OverflowError, ValueError):
            return Unread(BROKEN, written)

    def _of_kind(self, written: str) -> Cell:
        """Return a stored value by its kind."""
        match self._kind:
            case "s":
                return self._texts[int(written)]
            case "b":
                return written == "1"
            case "e":
                return Unread(wrong_value(written), written)
            case "d":
                return _moment_cell(from_ISO8601(written), written)  # type: ignore[no-untyped-call]
        return self._styles.number(written, self._style)
