"""Pages: a yearly report set as a page, with a chart above each table that has one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from placement.follow_up.indicators import Count
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.yearly.report import YearlyReport
from placement.printed.charts import BarChart, Row
from placement.printed.pages import Language, render, say, say_day, say_number, say_share
from placement_solver.words import Words

_NOTHING = "–"
_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as text, and whether it is set as a number."""

    text: str
    number: bool


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as texts, with its chart if it has one."""

    caption: Words
    heads: tuple[tuple[Words, bool], ...]
    rows: tuple[tuple[Shown, ...], ...]
    chart: BarChart | None


def page_of(report: YearlyReport, language: Language) -> str:
    """Return a report as an HTML page in a language."""
    parts = [(section, list(tables_of(section.tables, language))) for section in report.sections]
    return render("yearly-report.html", language, report=report, heading=report.heading, parts=parts)


def tables_of(tables: tuple[Table, ...], language: Language) -> Iterator[ShownTable]:
    """Yield tables as texts in a language."""
    for table in tables:
        yield ShownTable(
            table.caption,
            tuple((column.name, column.kind is not Kind.TEXT) for column in table.columns),
            tuple(
                tuple(_shown(cell, column, language) for cell, column in zip(row, table.columns, strict=True))
                for row in table.rows
            ),
            _chart(table, language) if any(_height(row[at]) for row in table.rows for at in table.drawn) else None,
        )


def _shown(cell: Cell, column: Column, language: Language) -> Shown:
    """Return a cell as text."""
    if column.kind is Kind.TEXT:
        return Shown(_label(cell, language), number=False)
    return Shown(_figure(cell, language), number=True)


def _figure(cell: Cell, language: Language) -> str:
    """Write what is not text; a dash where there is nothing to tell."""
    match cell:
        case Count():
            return say_share(cell.numerator, cell.denominator, language=language)
        case dt.date():
            return say_day(cell, language=language)
        case int() | float():
            return say_number(cell, 0 if isinstance(cell, int) else 1, language=language)
    return _NOTHING


def _label(cell: Cell, language: Language) -> str:
    """Return the text of a cell that holds words."""
    return say(cell, language=language) if isinstance(cell, Words) else _figure(cell, language)


def _chart(table: Table, language: Language) -> BarChart:
    """Return the chart of a table: a bar for all that is more than nothing; shares are drawn in per cent."""
    shares = all(table.columns[at].kind is Kind.SHARE for at in table.drawn)
    drawn = [at for at in table.drawn if any(_height(row[at]) for row in table.rows)]
    rows = [row for row in table.rows if any(_height(row[at]) for at in drawn)]
    title = Words(f"{table.caption.sv}, procent", f"{table.caption.en}, per cent") if shares else table.caption
    if len(drawn) == 1 < len(table.drawn):  # one colour has no key, so the title says which of the columns it is
        only = table.columns[drawn[0]].name
        title = Words(f"{title.sv}: {only.sv}", f"{title.en}: {only.en}")
    return BarChart(
        title,
        table.columns[0].name,
        [table.columns[at].name for at in drawn],
        [Row(_label(row[0], language), [_height(row[at]) for at in drawn]) for row in rows],
        language,
        decimals=1 if shares else 0,
        stacked=table.stacked,
    )


def _height(cell: Cell) -> float | None:
    """Return how long a cell's bar is; None where there is nothing to draw."""
    if isinstance(cell, Count):
        return round(_PER_CENT * cell.numerator / cell.denominator, 1) if cell.denominator else None
    return float(cell) if isinstance(cell, int | float) else None
