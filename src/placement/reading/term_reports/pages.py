"""Pages: a term's report set as one page that needs nothing else, to print or to keep as PDF."""

from __future__ import annotations

from placement.follow_up.yearly.pages import tables_of
from placement.printed.pages import Language, render
from placement.reading.term_reports.report import TermReport


def page_of(report: TermReport, language: Language) -> str:
    """Return a report as an HTML page in a language, with a chart above each table that has one."""
    parts = [(section, list(tables_of(section.tables, language))) for section in report.sections]
    return render("term-report.html", language, report=report, parts=parts)
