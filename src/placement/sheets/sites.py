"""Sheets of studieorter: one row per studieort, matched by lärosäte and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from placement import nouns
from placement.callers import Caller
from placement.register.sites import SiteBook, list_sites
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.matching import Matched
from placement.sheets.writing import Sheet
from placement.store.access import COORDINATORS, allow
from placement.tables import Site

HEADS = ("id", "institutionId", "name", "municipalityCode")
NEEDED = ("institution_id", "name", "municipality_code")
PROTECTED: frozenset[str] = frozenset()


def sheet(session: Session, by: Caller, *, institution: str | None = None) -> Sheet:
    """Write the studieorter, optionally of one lärosäte."""
    institutions = names.institutions(session)
    rows = every(lambda span: list_sites(session, by, institution=institution, span=span))
    lines = [(row.id, institutions.name_of(row.institution_id), row.name, row.municipality_code) for row in rows]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Add the studieorter that are new, and change those that are stored."""
    allow(by, COORDINATORS)
    return take_all(session, by, rows, faults, _lines)


def _lines(writer: Writer, _rows: Mapping[int, dict[str, Any]]) -> Matched[Site]:
    session = writer.session
    known = Known(nouns.SITE, session.exec(select(Site)).all(), lambda row: _key_of(row.model_dump()))
    return Matched(
        SiteBook(writer),
        known,
        _key_of,
        NEEDED,
        {"institution_id": names.institutions(session), "municipality_code": names.municipalities(session)},
        ("institution_id",),
    )


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a studieort: its name at its lärosäte."""
    return Key.of(values, "name", "institution_id")
