"""Tables: rows of a report with named columns, the same for a page, a sheet and another system."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from placement.follow_up.indicators import Count
from placement_solver.words import Words

Cell = Words | Count | int | float | dt.date | None
"""What stands in a cell; None where there is nothing to tell."""


class Kind(enum.StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and what its cells hold."""

    name: Words
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it shows, its columns, and its rows, each with a cell for each column.

    ``drawn`` are the columns, counted from 0, that a chart of the table has as its bars, end to end if ``stacked``.
    """

    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    drawn: tuple[int, ...] = ()
    stacked: bool = False


def text(words: str) -> Words:
    """Return a name that is the same in both languages."""
    return Words(words, words)
