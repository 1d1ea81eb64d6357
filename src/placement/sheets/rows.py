"""Rows: the values of each imported row, and the column that each value comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from placement.sheets.cells import as_text, read_number, read_switch, read_words, words_as_text
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.reading import Grid

Types = frozenset[str]
"""The types that a value may have, as JSON Schema names them."""

LONGEST_VALUE = 100
_WEEK = re.compile(r"\d{4}-W\d{2}")
_TRAINING = re.compile(r"(training[1-9]\d?)([A-Z][A-Za-z]*)")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a list; some lists have one column per week of places, some four per training."""

    columns: Mapping[str, Types]
    weeks: bool = False
    trainings: Mapping[str, Types] = field(default_factory=dict)

    def knows(self, head: str) -> bool:
        """Tell whether the list has a column of this name."""
        training = _TRAINING.fullmatch(head)
        return (
            head in self.columns
            or (self.weeks and _WEEK.fullmatch(head) is not None)
            or (training is not None and _first_small(training[2]) in self.trainings)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its number as the user sees it, its values, and the column of each week or training in it."""

    number: int
    values: Any
    stems: Mapping[tuple[str | int, ...], str] = field(default_factory=dict)

    def column(self, path: Sequence[str | int]) -> str | None:
        """Return the name of the column that holds the value at a path."""
        stem = self.stems.get(tuple(path[:2]))
        if stem is not None:
            return stem + _first_large(str(path[2])) if path[0] == "trainings" and len(path) > 2 else stem  # noqa: PLR2004 (list, number, field)
        return str(path[0]) if path else None

    def value(self, path: Sequence[str | int]) -> str | None:
        """Return the value at a path, as text of bounded length."""
        value = self.values
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        text = words_as_text(value) if isinstance(value, list) else as_text(value)
        return text[:LONGEST_VALUE]


def lines_of(layout: Layout, grid: Grid) -> list[Line]:
    """Read a sheet's lines by its heads; refuse unknown heads and values without a head."""
    faults = [
        CellFault("", detail, row=1, column=head, value=None)
        for place, head in enumerate(grid.heads)
        for detail in _faults_of_head(layout, head, grid.heads[:place])
    ]
    width = len(grid.heads)
    faults += [
        CellFault("", "there is a value in a column without a head", row=number, column=None, value=None)
        for number, cells in grid.lines.items()
        if len(cells) > width
    ]
    if faults:
        raise SheetError(faults)
    empty = ("",) * width
    return [
        _line(layout, number, dict(zip(grid.heads, (*cells, *empty[len(cells) :]), strict=True)))
        for number, cells in grid.lines.items()
    ]


def lines_in(rows: Sequence[Any]) -> list[Line]:
    """Return the rows of a JSON body, numbered from 1."""
    return [Line(number, values) for number, values in enumerate(rows, 1)]


def _faults_of_head(layout: Layout, head: str, before: Sequence[str]) -> list[str]:
    """Return the faults of a column's name."""
    if not layout.knows(head):
        return ["there is no such column"]
    return ["the column is there twice"] if head in before else []


def _line(layout: Layout, number: int, cells: Mapping[str, str]) -> Line:
    """Read the values of one line by column; weeks and trainings become lists."""
    values: dict[str, Any] = {}
    stems: dict[tuple[str | int, ...], str] = {}
    weeks: list[Any] = []
    trainings: dict[str, dict[str, Any]] = {}
    for head, cell in cells.items():
        text = cell.strip()
        if head in layout.columns:
            _put(values, head, text, layout.columns[head])
        elif training := _TRAINING.fullmatch(head):
            name = _first_small(training[2])
            group = trainings.setdefault(training[1], {})
            if text:
                _put(group, name, text, layout.trainings[name])
        elif text:
            stems["weeks", len(weeks)] = head
            weeks.append({"week": head, "places": read_number(text)})
    if layout.weeks and any(_WEEK.fullmatch(head) for head in cells):
        values["weeks"] = weeks
    if trainings:
        named = {stem: group for stem, group in trainings.items() if group}
        values["trainings"] = list(named.values())
        stems.update({("trainings", place): stem for place, stem in enumerate(named)})
    return Line(number, values, stems)


def _put(values: dict[str, Any], head: str, text: str, types: Types) -> None:
    """Read a cell by its column's type; an empty cell is None or an empty list if allowed, else it is left out."""
    if not text:
        if "null" in types:
            values[head] = None
        elif "array" in types:
            values[head] = []
    elif "array" in types:
        values[head] = read_words(text)
    elif "boolean" in types:
        values[head] = read_switch(text)
    elif types & {"integer", "number"}:
        values[head] = read_number(text)
    else:
        values[head] = text


def _first_small(word: str) -> str:
    return word[:1].lower() + word[1:]


def _first_large(word: str) -> str:
    return word[:1].upper() + word[1:]
