"""Studieorter: where the students of a decentralised programme live and are placed; everybody may read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.register.municipalities import municipality_codes
from placement.register.organisations import institutions_in
from placement.register.writing import Writer, keep_fixed, writing
from placement.store.access import ANYONE, COORDINATORS, FIRST, Page, Span, allow, found, matching, page_of, refer_among
from placement.tables import Site


def list_sites(
    session: Session,
    by: Caller,
    *,
    institution: str | None = None,
    municipality: str | None = None,
    span: Span = FIRST,
) -> Page[Site]:
    """List the studieorter of the decentralised programmes, optionally of one lärosäte or municipality."""
    allow(by, ANYONE)
    wanted = (Site.institution_id, institution), (Site.municipality_code, municipality)
    query = select(Site).order_by(col(Site.name), col(Site.id))
    return page_of(session, matching(query, wanted), span)


def show_site(session: Session, by: Caller, site_id: str) -> Site:
    """Show one studieort."""
    allow(by, ANYONE)
    return found(session.get(Site, site_id), site_id)


def add_site(session: Session, by: Caller, given: Mapping[str, Any]) -> Site:
    """Enter a studieort of a lärosäte."""
    allow(by, COORDINATORS)
    with writing(session, by) as writer:
        return SiteBook(writer).enter(given)


def change_site(session: Session, by: Caller, site_id: str, changes: Mapping[str, Any]) -> Site:
    """Change a studieort; its lärosäte cannot be changed."""
    allow(by, COORDINATORS)
    site = show_site(session, by, site_id)
    with writing(session, by) as writer:
        SiteBook(writer).change(site, changes)
    return site


class SiteBook:
    """The one place where studieorter are written, with their audit entries."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def enter(self, given: Mapping[str, Any]) -> Site:
        """Add a studieort of a lärosäte, and return the row."""
        refer_among(self._institutions, given["institution_id"], "/institution_id", nouns.INSTITUTION)
        row = Site(**given)
        self._check(row.model_dump())
        self._writer.add(row)
        return row

    def change(self, row: Site, changes: Mapping[str, Any]) -> bool:
        """Change a studieort, and tell whether anything changed."""
        keep_fixed(row, changes, "institution_id")
        self._check({**row.model_dump(), **changes})
        return bool(self._writer.change(row, changes))

    def _check(self, values: Mapping[str, Any]) -> None:
        """Refuse a studieort in a municipality that is not known."""
        refer_among(self._municipalities, values["municipality_code"], "/municipality_code", nouns.MUNICIPALITY)

    @cached_property
    def _institutions(self) -> Collection[str]:
        return institutions_in(self._writer.session)

    @cached_property
    def _municipalities(self) -> Collection[str]:
        return municipality_codes(self._writer.session)
