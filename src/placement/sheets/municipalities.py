"""Sheets of municipalities: one row per municipality, matched by its SCB code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from placement import nouns
from placement.callers import Caller
from placement.register.municipalities import MunicipalityBook, list_municipalities
from placement.register.writing import Writer
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.matching import Matched
from placement.sheets.writing import Sheet
from placement.store.access import COORDINATORS, allow
from placement.tables import Municipality

HEADS = ("code", "name", "lat", "lon", "population", "inCounty")
NEEDED = ("code", "name", "lat", "lon", "population")
PROTECTED: frozenset[str] = frozenset()


def sheet(session: Session, by: Caller, *, in_county: bool | None = None) -> Sheet:
    """Write the municipalities, optionally only those inside or outside the county."""
    rows = every(lambda span: list_municipalities(session, by, in_county=in_county, span=span))
    return Sheet(HEADS, [(row.code, row.name, row.lat, row.lon, row.population, row.in_county) for row in rows])


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Add the municipalities that are new, and change those that are stored."""
    allow(by, COORDINATORS)
    return take_all(session, by, rows, faults, _lines)


def _lines(writer: Writer, _rows: Mapping[int, dict[str, Any]]) -> Matched[Municipality]:
    stored = writer.session.exec(select(Municipality)).all()
    known = Known(nouns.MUNICIPALITY, stored, lambda row: _key_of(row.model_dump()))
    return Matched(
        MunicipalityBook(writer),
        known,
        _key_of,
        NEEDED,
        fixed=("code",),
        usual={"in_county": True},
    )


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a municipality: its SCB code."""
    return Key.of(values, "code")
