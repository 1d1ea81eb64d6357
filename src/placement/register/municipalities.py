"""Municipalities: by their SCB code, in the county or outside it; everybody may read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.register.points import check_move, check_point
from placement.register.writing import Writer, keep_fixed, writing
from placement.store.access import ANYONE, COORDINATORS, FIRST, Page, Span, allow, found, matching, page_of
from placement.tables import Municipality


def list_municipalities(
    session: Session, by: Caller, *, in_county: bool | None = None, span: Span = FIRST
) -> Page[Municipality]:
    """List the municipalities by their SCB code, optionally only those inside or outside the county."""
    allow(by, ANYONE)
    query = select(Municipality).order_by(col(Municipality.code))
    return page_of(session, matching(query, [(Municipality.in_county, in_county)]), span)


def show_municipality(session: Session, by: Caller, code: str) -> Municipality:
    """Show one municipality."""
    allow(by, ANYONE)
    return found(session.get(Municipality, code), code)


def add_municipality(session: Session, by: Caller, given: Mapping[str, Any]) -> Municipality:
    """Enter a municipality by its SCB code: one in the county, or one where a studieort or a student's home is."""
    allow(by, COORDINATORS)
    with writing(session, by) as writer:
        return MunicipalityBook(writer).enter(given)


def change_municipality(session: Session, by: Caller, code: str, changes: Mapping[str, Any]) -> Municipality:
    """Change a municipality; its code cannot be changed."""
    allow(by, COORDINATORS)
    municipality = show_municipality(session, by, code)
    with writing(session, by) as writer:
        MunicipalityBook(writer).change(municipality, changes)
    return municipality


class MunicipalityBook:
    """The one place where municipalities are written, with their audit entries."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def enter(self, given: Mapping[str, Any]) -> Municipality:
        """Add a municipality, and return the row."""
        row = Municipality(**given)
        check_point(row)
        self._writer.add(row)
        return row

    def change(self, row: Municipality, changes: Mapping[str, Any]) -> bool:
        """Change a municipality, and tell whether anything changed."""
        keep_fixed(row, changes, "code")
        check_move(row, changes)
        return bool(self._writer.change(row, changes))


def municipality_codes(session: Session) -> set[str]:
    """Return the codes of all municipalities, for those who refer to one."""
    return set(session.exec(select(Municipality.code)))
