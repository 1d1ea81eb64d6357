"""Standing: by which keys a row that is stored already is known to be one of the reference facts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from sqlmodel import Session, select

from placement.tables import (
    Course,
    Municipality,
    Organisation,
    OrganisationKind,
    Programme,
    ProviderKind,
    Site,
    Survey,
    Unit,
)

Key = Hashable
"""What tells a row from the others of its table: a code, or its owner and its name."""
Ids = Mapping[Any, str]
"""The ids of the rows of a table by each key that they have."""


def named(name: str) -> str:
    """Return a name as names are compared: in any case."""
    return name.casefold()


def any_of(ids: Ids, keys: Iterable[Key]) -> str | None:
    """Return the id of the row that has one of the keys, the first key first."""
    return next((ids[key] for key in keys if key in ids), None)


def municipalities_in(session: Session) -> Ids:
    """Return the municipalities by SCB code."""
    return {code: code for code in session.exec(select(Municipality.code))}


def institutions_in(session: Session) -> Ids:
    """Return the lärosäten by name and by own id."""
    rows = session.exec(select(Organisation).where(Organisation.kind == OrganisationKind.INSTITUTION)).all()
    by_name = {named(name): row.id for row in rows for name in (row.name_sv, row.name_en)}
    return by_name | {named(row.external_id): row.id for row in rows if row.external_id is not None}


def providers_in(session: Session) -> Ids:
    """Return the providers by name, and a municipality's organisation by the municipality's SCB code too."""
    rows = session.exec(select(Organisation).where(Organisation.kind == OrganisationKind.PROVIDER)).all()
    municipal = (row for row in rows if row.provider_kind is ProviderKind.MUNICIPALITY)
    by_code = {row.municipality_code: row.id for row in municipal if row.municipality_code is not None}
    return {named(row.name_sv): row.id for row in rows} | by_code


def sites_in(session: Session) -> Ids:
    """Return the studieorter by lärosäte and name, and by lärosäte and municipality."""
    rows = session.exec(select(Site)).all()
    by_municipality = {(row.institution_id, row.municipality_code): row.id for row in rows}
    return by_municipality | {(row.institution_id, named(row.name)): row.id for row in rows}


def units_in(session: Session) -> Ids:
    """Return the units by provider and name."""
    return {(row.provider_id, named(row.name)): row.id for row in session.exec(select(Unit))}


def programmes_in(session: Session) -> Ids:
    """Return the programmes by lärosäte and name, and by lärosäte and code."""
    rows = session.exec(select(Programme)).all()
    by_name = {(row.institution_id, named(row.name)): row.id for row in rows}
    return by_name | {(row.institution_id, named(row.code)): row.id for row in rows}


def courses_in(session: Session) -> Ids:
    """Return the courses by programme and code."""
    return {(row.programme_id, named(row.code)): row.id for row in session.exec(select(Course))}


def surveys_in(session: Session) -> Ids:
    """Return the surveys by name."""
    return {named(row.name_sv): row.id for row in session.exec(select(Survey))}
