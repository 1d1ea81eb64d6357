"""Programmes: what a lärosäte educates for, each for one profession."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.register.lists import Lists
from placement.register.organisations import institutions_in
from placement.register.writing import Writer, keep_fixed, writing
from placement.store.access import FIRST, INSTITUTIONS, Page, Span, allow, found, matching, page_of, refer_among
from placement.tables import Programme, WordList


def programmes_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's programmes: all, or those of their lärosäte."""
    return true() if by.role is Role.COORDINATOR else col(Programme.institution_id) == by.organisation


def list_programmes(
    session: Session,
    by: Caller,
    *,
    institution: str | None = None,
    profession: str | None = None,
    code: str | None = None,
    span: Span = FIRST,
) -> Page[Programme]:
    """List the caller's programmes by code, optionally of one lärosäte, profession or code."""
    allow(by, INSTITUTIONS)
    query = select(Programme).where(programmes_of(by)).order_by(col(Programme.code), col(Programme.id))
    profession = Lists(session).asked(WordList.PROFESSION, profession, "profession")
    wanted = (Programme.institution_id, institution), (Programme.profession, profession), (Programme.code, code)
    return page_of(session, matching(query, wanted), span)


def show_programme(session: Session, by: Caller, programme_id: str) -> Programme:
    """Show one programme."""
    allow(by, INSTITUTIONS)
    query = select(Programme).where(col(Programme.id) == programme_id, programmes_of(by))
    return found(session.exec(query).first(), programme_id)


def set_up_programme(session: Session, by: Caller, given: Mapping[str, Any]) -> Programme:
    """Set up a programme; a lärosäte may only set up its own."""
    allow(by, INSTITUTIONS)
    with writing(session, by) as writer:
        return ProgrammeBook(writer).enter(given)


def change_programme(session: Session, by: Caller, programme_id: str, changes: Mapping[str, Any]) -> Programme:
    """Change a programme's code or name; its profession, and whether it is decentralised, cannot be changed."""
    programme = show_programme(session, by, programme_id)
    with writing(session, by) as writer:
        ProgrammeBook(writer).change(programme, changes)
    return programme


def close_programme(session: Session, by: Caller, programme_id: str) -> None:
    """Remove a programme that nothing refers to."""
    programme = show_programme(session, by, programme_id)
    with writing(session, by) as writer:
        writer.remove(programme)


class ProgrammeBook:
    """The one place where programmes are written, with their audit entries."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lists = Lists(writer.session)

    def enter(self, given: Mapping[str, Any]) -> Programme:
        """Add a programme of a lärosäte that the caller acts for, and return the row."""
        refer_among(self._institutions, given["institution_id"], "/institution_id", nouns.INSTITUTION)
        row = Programme(**self._lists.coded(given))
        self._writer.add(row)
        return row

    def change(self, row: Programme, changes: Mapping[str, Any]) -> bool:
        """Change a programme, and tell whether anything changed."""
        values = self._lists.coded(changes)
        keep_fixed(row, values, "institution_id", "profession", "decentralised")
        return bool(self._writer.change(row, values))

    @cached_property
    def _institutions(self) -> Collection[str]:
        """The lärosäten that the caller acts for."""
        institutions, by = institutions_in(self._writer.session), self._writer.by
        return institutions if by.role is Role.COORDINATOR else institutions & {by.organisation or ""}
