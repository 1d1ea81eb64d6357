"""Sheets of programmes: one row per programme, matched by lärosäte and code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from placement import nouns
from placement.callers import Caller, Role
from placement.register.lists import Lists
from placement.register.programmes import ProgrammeBook, list_programmes, programmes_of
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.matching import Matched
from placement.sheets.writing import Sheet
from placement.store.access import INSTITUTIONS, allow
from placement.tables import Programme

HEADS = ("id", "institutionId", "code", "name", "profession", "decentralised")
NEEDED = ("institution_id", "code", "name", "profession")
PROTECTED: frozenset[str] = frozenset()


def sheet(session: Session, by: Caller, *, institution: str | None = None) -> Sheet:
    """Write the caller's programmes, optionally of one lärosäte."""
    institutions = names.institutions(session)
    rows = every(lambda span: list_programmes(session, by, institution=institution, span=span))
    lines = [
        (row.id, institutions.name_of(row.institution_id), row.code, row.name, row.profession, row.decentralised)
        for row in rows
    ]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Set up the programmes that are new, and change those that are stored; a lärosäte's rows are its own."""
    allow(by, INSTITUTIONS)
    own = {"institution_id": by.organisation} if by.role is Role.INSTITUTION else {}
    return take_all(session, by, {index: {**own, **values} for index, values in rows.items()}, faults, _lines)


def _lines(writer: Writer, _rows: Mapping[int, dict[str, Any]]) -> Matched[Programme]:
    session = writer.session
    stored = session.exec(select(Programme).where(programmes_of(writer.by))).all()
    return Matched(
        ProgrammeBook(writer),
        Known(nouns.PROGRAMME, stored, lambda row: _key_of(row.model_dump())),
        _key_of,
        NEEDED,
        {"institution_id": names.institutions(session)},
        ("institution_id", "decentralised"),
        lists=Lists(session),
    )


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a programme: its code at its lärosäte."""
    return Key.of(values, "code", "institution_id")
