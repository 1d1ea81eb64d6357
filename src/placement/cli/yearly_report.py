"""``placement yearly-report``: the yearly report of the county or of a municipality, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.import_ import UnreadFileError
from placement.cli.speech import Lang, Language, refusing_in
from placement.cli.web import from_the_api
from placement.database import read_session
from placement.errors import NotFoundError
from placement.follow_up.yearly.pages import page_of
from placement.follow_up.yearly.report import YearlyReport, draw_up, list_yearly_reports
from placement.printed.pdf import as_pdf
from placement.store.access import EVERY
from placement.tables import Organisation
from placement.vocabulary import fold
from placement_solver.words import Words

_NOTHING = Words(
    "Ange vad som ska skrivas: --pdf FIL, --html FIL eller --json FIL.",
    "Say what to write: --pdf FILE, --html FILE or --json FILE.",
)


def yearly_report(
    year: Annotated[int, typer.Argument(min=2000, max=2199, help="The year, such as 2027.")],
    municipality: Annotated[
        str | None,
        typer.Option(help="A municipality by its name, its own id or ours; the county's report if none is given."),
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page.")] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write the report as data.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Write the yearly report that the letter of intent asks for, of the county or of a municipality."""
    wanted = {path: write for path, write in ((pdf, _pdf), (html, _html), (as_json, _json)) if path is not None}
    with refusing_in(lang):
        if not wanted:
            raise UnreadFileError(sv=_NOTHING.sv, en=_NOTHING.en)
        with open_database() as engine, read_session(engine) as session:
            headings = list_yearly_reports(session, SYSTEM, year=year, span=EVERY).rows
            named = [each for each in headings if _is_meant(each.municipality, municipality)]
            if not named:
                raise NotFoundError(municipality or str(year))
            report = draw_up(session, SYSTEM, named[0].id)
        for path, write in wanted.items():
            path.write_bytes(write(report, lang))
            typer.echo(path)


def _is_meant(row: Organisation | None, named: str | None) -> bool:
    """Return whether a report is that of the municipality named, or the county's where none is."""
    if row is None or named is None:
        return row is None and named is None
    return fold(named) in {fold(name) for name in (row.id, row.name_sv, row.name_en, row.external_id) if name}


def _pdf(report: YearlyReport, lang: Language) -> bytes:
    return as_pdf(page_of(report, lang.value))


def _html(report: YearlyReport, lang: Language) -> bytes:
    return page_of(report, lang.value).encode()


def _json(report: YearlyReport, lang: Language) -> bytes:
    """Return a report as the API answers it."""
    written: bytes = from_the_api("yearly_report_as_json")(report, lang.value)
    return written
