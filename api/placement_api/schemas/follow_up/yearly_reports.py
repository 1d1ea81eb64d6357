"""Schemas of yearly reports: the same sections as on the page, with numbers as numbers."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.follow_up.indicators import Count
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.yearly.report import Heading, YearlyReport
from placement.follow_up.yearly.sections import Section
from placement_api.paging import Paging
from placement_api.schemas.base import Shown, example
from placement_api.schemas.follow_up.figures import WHICH_YEAR, CalendarYear
from placement_solver.words import Words

_HEADING: dict[str, JsonValue] = {
    "id": "2027.org_nacka",
    "year": 2027,
    "terms": ["VT2027", "HT2027"],
    "municipalityId": "org_nacka",
    "name": "Nacka Municipality",
}
_TABLE: dict[str, JsonValue] = {
    "caption": "Offered place-weeks, used and not used",
    "columns": [{"name": "Term", "kind": "text"}, {"name": "Used", "kind": "number"}],
    "rows": [["VT2027", 60]],
}


class ReportHeadingShown(Shown):
    """A report that can be read. En rapport som kan läsas."""

    model_config = example(_HEADING)

    id: str
    year: int
    terms: list[str] = Field(description="The codes of the year's terms. Koderna för årets terminer.")
    municipality_id: str | None = Field(description="Null for the county's report. Null för länets rapport.")
    name: str

    @classmethod
    def of(cls, heading: Heading, language: str) -> ReportHeadingShown:
        """Show a heading in a language, ``sv`` or ``en``."""
        return cls(
            id=heading.id,
            year=heading.year,
            terms=list(heading.terms),
            municipality_id=None if heading.municipality is None else heading.municipality.id,
            name=getattr(heading.name, language),
        )


class ColumnShown(Shown):
    """A column of a table. En kolumn i en tabell."""

    name: str
    kind: Kind = Field(
        description="What its cells hold; a share is a number from 0 to 1 with four decimals. "
        "Vad cellerna innehåller; en andel är ett tal från 0 till 1 med fyra decimaler."
    )

    @classmethod
    def of(cls, column: Column, language: str) -> ColumnShown:
        """Show a column in a language."""
        return cls(name=getattr(column.name, language), kind=column.kind)


class TableShown(Shown):
    """A table of a report. En tabell i en rapport."""

    model_config = example(_TABLE)

    caption: str
    columns: list[ColumnShown]
    rows: list[list[str | int | float | None]] = Field(
        description="A cell for each column; null where there is nothing to tell. "
        "En cell för varje kolumn; null där det inte finns något att visa."
    )

    @classmethod
    def of(cls, table: Table, language: str) -> TableShown:
        """Show a table in a language."""
        return cls(
            caption=getattr(table.caption, language),
            columns=[ColumnShown.of(each, language) for each in table.columns],
            rows=[[cell_of(cell, language) for cell in row] for row in table.rows],
        )


class SectionShown(Shown):
    """A section of a report. Ett avsnitt i en rapport."""

    key: str
    title: str
    sentences: list[str]
    tables: list[TableShown]
    points: list[str]

    @classmethod
    def of(cls, section: Section, language: str) -> SectionShown:
        """Show a section in a language."""
        return cls(
            key=section.key,
            title=getattr(section.title, language),
            sentences=[getattr(each, language) for each in section.said],
            tables=[TableShown.of(each, language) for each in section.tables],
            points=[getattr(each, language) for each in section.points],
        )


class YearlyReportShown(ReportHeadingShown):
    """A yearly report, drawn up as things are now. En årlig rapport, framtagen som läget är nu."""

    model_config = example(
        {
            **_HEADING,
            "drawnOn": "2028-02-01",
            "sections": [
                {
                    "key": "student-weeks",
                    "title": "Places and student-weeks",
                    "sentences": ["A place-week is a place for one student during one week."],
                    "tables": [_TABLE],
                    "points": [],
                }
            ],
        }
    )

    drawn_on: dt.date
    sections: list[SectionShown]

    @classmethod
    def of_report(cls, report: YearlyReport, language: str) -> YearlyReportShown:
        """Show a report in a language."""
        heading = ReportHeadingShown.of(report.heading, language)
        sections = [SectionShown.of(each, language) for each in report.sections]
        return cls(**heading.model_dump(), drawn_on=report.drawn_on, sections=sections)


class ReportFilter(Paging):
    """Which reports to list. Vilka rapporter som ska listas."""

    year: CalendarYear | None = Field(None, description=WHICH_YEAR)


def cell_of(cell: Cell, language: str) -> str | int | float | None:
    """Return a cell as JSON and sheets have it."""
    match cell:
        case Words():
            return str(getattr(cell, language))
        case Count():
            return cell.share
        case dt.date():
            return cell.isoformat()
    return cell
