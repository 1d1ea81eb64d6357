"""Shell: what the command line does with lists, by the same schemas and checks as the API.

The ``placement`` command names these functions by string, since its package does not depend on this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlmodel import Session

from placement.callers import Caller
from placement.follow_up.yearly.report import YearlyReport
from placement_api.importing import Body, bring_in
from placement_api.lists import BY_PATH
from placement_api.media_types import FILES
from placement_api.schemas.follow_up.yearly_reports import YearlyReportShown
from placement_api.schemas.sheets import ImportAsked
from placement_api.templates import template_of
from placement_solver.words import Words


def kinds() -> Mapping[str, Words]:
    """Return the lists that can be loaded in bulk, by name, in the order in which they are filled in."""
    return {path: listed.what for path, listed in BY_PATH.items()}


def import_file(
    store: Session,
    by: Caller,
    kind: str,
    content: bytes,
    asked: Mapping[str, object],
    language: str,
    watch: Callable[[int, int], None],
) -> dict[str, object]:
    """Import a file of a list, and return the outcome as the API answers it."""
    given = ImportAsked.model_validate({name: value for name, value in asked.items() if value is not None})
    shown = bring_in(store, by, BY_PATH[kind], Body(FILES[0], content), given, language, watch)
    return shown.model_dump(by_alias=True, mode="json")


def make_template(store: Session, by: Caller, kind: str, term: str | None, language: str) -> bytes:
    """Return the empty workbook of a list."""
    return template_of(store, by, BY_PATH[kind], term, language)


def yearly_report_as_json(report: YearlyReport, language: str) -> bytes:
    """Return a yearly report as the API answers it."""
    return YearlyReportShown.of_report(report, language).model_dump_json(by_alias=True, indent=2).encode()
